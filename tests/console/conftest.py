"""One small installation for each test, without Redis: the console must work without it."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

import console
from console.limits import limiter
from core import clock
from core.clock import now
from core.house import House, build_house
from core.models import (
    LinePlace,
    Outgoing,
    Role,
    SeatRow,
    SeatState,
    Staff,
    VolunteerTeam,
)
from core.settings import Settings
from routing.dispatch import add_department
from routing.line.desk import choose_state
from routing.line.seats import seat_of
from routing.line.talks import take
from tests.console.in_line import LI, change, waiting
from tests.factories import PASSWORD, make_staff

NO_REDIS = "redis://127.0.0.1:1"


@pytest.fixture
def installation(tmp_path: Path, sqlite_file: Path) -> Iterator[House]:
    """A house with four accounts: li and wang (agent, supervisor; zh), anna (admin; en), gone (switched off)."""
    house = build_house(Settings(data_folder=tmp_path / "data", redis_url=NO_REDIS))
    shutil.copy(sqlite_file, tmp_path / "data")
    with house.database.transaction() as session:
        make_staff(session, "li", name="李明")
        make_staff(session, "wang", name="王芳", role=Role.SUPERVISOR)
        make_staff(session, "anna", name="Anna Schmidt", role=Role.ADMIN, language="en")
        make_staff(session, "gone", name="Gone", active=False)
    yield house
    house.database.close()


@pytest.fixture(scope="session")
def hung_up(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The console alone, as hotline.web mounts it: once, as its templates take longer than most tests."""
    app = Flask("console_alone")
    app.extensions["house"] = build_house(Settings(data_folder=tmp_path_factory.mktemp("open"), redis_url=NO_REDIS))
    app.testing = True
    console.set_up(app)
    app.register_blueprint(console.blueprint())
    return app


@pytest.fixture
def app(hung_up: Flask, installation: House) -> Flask:
    """The console of this test's installation, in which nobody has guessed a password yet."""
    hung_up.extensions.update(house=installation, figures={})
    hung_up.config["DEMONSTRATION_SPEECH_MODEL"] = False
    limiter.init_app(hung_up)
    return hung_up


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def li(app: Flask) -> FlaskClient:
    """The agent 李明 at her desk."""
    return signed_in(app, "li")


@pytest.fixture
def anna(app: Flask) -> FlaskClient:
    """The admin Anna at her desk, in English."""
    return signed_in(app, "anna")


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where a real browser finds the console."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def signed_in(app: Flask, sign_in: str) -> FlaskClient:
    """Return a browser in which somebody has signed in."""
    client = app.test_client()
    answer = post(client, "/sign-in", on="/sign-in", account=sign_in, password=PASSWORD)
    assert answer.status_code == 303
    return client


def post(client: FlaskClient, path: str, *, on: str = "/orders", **fields: object):
    """Post a form as the page `on` would, with its CSRF token."""
    html = client.get(on).text
    token = html.split('name="csrf_token" value="')[1].split('"')[0]
    return client.post(path, data={"csrf_token": token, **fields})


@pytest.fixture
def seat_id(installation):
    """李明's seat, with a telephone, off duty."""
    with installation.database.transaction() as session:
        seat = seat_of(session, session.query(Staff).filter_by(sign_in="li").one(), now())
        seat.telephone = LI
        return seat.id


@pytest.fixture
def talking(installation, seat_id):
    """A caller whom 李明 has taken; returns the place's id."""
    change(installation, seat_id, SeatState.AVAILABLE)
    place_id = waiting(installation, matter="父亲要做血透")
    with installation.database.transaction() as session:
        choose_state(session, session.get_one(SeatRow, seat_id), SeatState.BREAK, now())
        choose_state(session, session.get_one(SeatRow, seat_id), SeatState.AVAILABLE, now())
        place = session.get_one(LinePlace, place_id)
        sent = session.get_one(Outgoing, place.outgoing_id)
        sent.carrier_sid, sent.attempt_id = "CA" + "7" * 32, "attempt"
        assert take(session, installation.settings, sent, now())
    return place_id


@pytest.fixture
def people(installation):
    """Handlers zhao (水务局), qian (民政局) and feng (nowhere); volunteers sun, zhou (东城) and wu (no team)."""
    with installation.database.transaction() as session:
        water, welfare = (add_department(session, name, clock.now()) for name in ("水务局", "民政局"))
        team = VolunteerTeam(name="东城送药队", districts=["东城区"], categories=["medical", "supplies"])
        session.add(team)
        session.flush()
        for sign_in, unit in (("zhao", water.id), ("qian", welfare.id), ("feng", None)):
            make_staff(session, sign_in, name=sign_in, role=Role.HANDLER, department_id=unit)
        for sign_in, own in (("sun", team.id), ("zhou", team.id), ("wu", None)):
            make_staff(session, sign_in, name=sign_in, role=Role.VOLUNTEER, team_id=own)
