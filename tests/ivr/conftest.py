"""A telephone with an empty house behind it, for each test."""

import pytest

from core.clock import now
from core.logs import set_up_logs
from routing.line.seats import seat_of
from tests.factories import make_staff
from tests.ivr.at_a_seat import PIN_HASH, SEATS
from tests.ivr.telephone import DUTY, Telephone, make_app, make_house, make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory, sqlite_file):
    set_up_logs("ERROR")  # as the processes write them, not coloured for a terminal
    return make_template(tmp_path_factory.mktemp("template"), sqlite_file)


@pytest.fixture(scope="session")
def first_app():
    """The carrier's door, made once: its routes take longer than most tests."""
    return make_app()


@pytest.fixture
def make_telephone(tmp_path, template, first_app):
    """Return a function that makes a telephone, whose house has the settings it is given."""
    houses = []

    def make(**values):
        house = make_house(tmp_path, template, **values)
        houses.append(house)
        return Telephone(house, first_app if len(houses) == 1 else None)

    yield make
    for house in houses:
        house.database.close()
        house.queues.redis.close()


@pytest.fixture
def telephone(make_telephone):
    return make_telephone()


@pytest.fixture
def staffed(make_telephone):
    """A telephone with one person on duty."""
    return make_telephone(duty_phones=(DUTY,))


@pytest.fixture
def agent(make_telephone):
    """An agent's telephone, from a number that withholds itself, and the account that it is about."""
    agent = make_telephone(seat_number=SEATS)
    agent.number = "anonymous"
    with agent.house.database.transaction() as session:
        staff = make_staff(session, "sun", language="en", agent_number="1001", pin_hash=PIN_HASH)
        seat_of(session, staff, now()).languages = ["zh"]
    return agent
