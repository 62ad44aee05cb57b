"""The call centre of this worker."""

from collections.abc import Iterator

import pytest
from werkzeug.security import generate_password_hash

from core.clock import now
from core.models import (
    Role,
    SeatState,
)
from routing.line.seats import seat_of
from tests.calls.centre import CHEN, LI, PIN, SEATS, seats
from tests.factories import make_staff
from tests.house import RunningHouse, running_house, until


@pytest.fixture(scope="session")
def open_centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A house with two agents, whose telephones are their own."""
    folder = tmp_path_factory.mktemp("centre")
    settings = {"HOTLINE_WRAP_UP_SECONDS": "0", "HOTLINE_CALLBACK_AFTER_SECONDS": "0", "HOTLINE_SEAT_NUMBER": SEATS}
    with running_house(folder, **settings) as running:
        with running.house.database.transaction() as session:
            for name, phone in (("li", LI), ("chen", CHEN)):
                seat_of(session, make_staff(session, name), now()).telephone = phone
            make_staff(session, "wang", role=Role.SUPERVISOR)
            pin_hash = generate_password_hash(PIN, method="scrypt:1024:8:1")
            for name, agent_number in (("sun", "1001"), ("zhou", "1002")):
                seat_of(session, make_staff(session, name, agent_number=agent_number, pin_hash=pin_hash), now())
        yield running


@pytest.fixture
def centre(open_centre: RunningHouse) -> Iterator[RunningHouse]:
    """The call centre in which nobody is on duty; at the end of the test everybody goes home."""
    yield open_centre
    until(lambda: all(call.status in {"completed", "busy", "no-answer"} for call in open_centre.carrier.calls))
    seats(open_centre, li=SeatState.OFFLINE, chen=SeatState.OFFLINE)
