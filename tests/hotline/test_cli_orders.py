"""`hotline orders` tells what is waited for, and wakes it by a supervisor's word only."""

import shutil

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from core.clock import now
from core.house import this_house
from core.models import OrderState, Role, WorkOrder
from hotline.cli import main
from routing.orders import Actor, Party, defer
from tests.factories import make_caller, make_order, make_staff

EVENT = "lockdown_ends:东城区"


@pytest.fixture
def city(tmp_path, monkeypatch, sqlite_file):
    (tmp_path / "data").mkdir()
    shutil.copy(sqlite_file, tmp_path / "data")
    monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(tmp_path / "data"))
    this_house.cache_clear()
    house = this_house()
    with house.database.transaction() as session:
        make_staff(session, "li")
        make_staff(session, "wang", role=Role.SUPERVISOR)
        make_staff(session, "zhou", role=Role.SUPERVISOR, active=False)
        order = make_order(session, make_caller(session, house))
        supervisor = Actor("wang", Party.SUPERVISOR)
        defer(session, order, supervisor, now(), "x", owner="li", wakes_on=EVENT, citizen_told=True)
    yield house
    house.database.close()
    this_house.cache_clear()


def run(*words, answer=None):
    return CliRunner().invoke(main, ["orders", *words], input=answer)


def state(city):
    with city.database.reading() as session:
        return session.scalars(select(WorkOrder.state)).one()


def woken(*more, by="wang", event=EVENT, answer=None):
    return run("woken-by", event, "--by", by, "--reason", "公告已解封", *more, answer=answer)


def test_an_event_is_shown_and_said_to_have_happened(city):
    assert run("awaited").output == f"     1  {EVENT}\n"
    assert woken(answer="n\n").exit_code == 1
    assert state(city) is OrderState.DEFERRED
    told = woken(answer="y\n")
    assert f"1 orders wait for “{EVENT}”" in told.output
    assert state(city) is OrderState.IN_HAND
    assert "No order waits for this" in woken("--yes").output


@pytest.mark.parametrize("by", ["li", "zhou", "nobody"])
def test_only_a_supervisor_can_say_so(city, by):
    told = woken("--yes", by=by)
    assert (told.exit_code, f"“{by}” is no supervisor's sign-in" in told.output) == (1, True)
    assert state(city) is OrderState.DEFERRED
