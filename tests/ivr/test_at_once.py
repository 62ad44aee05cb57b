"""Two who change the same rows at once on PostgreSQL: whoever waited in vain tries again, and no caller hears of it."""

import threading

import pytest
from sqlalchemy import select, text

from core.clock import now
from core.models import Call, LinePlace, Urgency
from ivr.handling import handle_committed
from ivr.registering import register_call
from routing.line.places import join
from tests.house import until

FIELDS = {"CallSid": "CA" + "7" * 32, "From": "+8613800138000", "To": "+8657100000000"}
_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def house(make_house):
    """A house on PostgreSQL, with a caller in the line."""
    made = make_house()
    if made.database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    handle_committed(made, "incoming", FIELDS, now())
    with made.database.transaction() as session:
        join(session, session.scalars(select(Call)).one(), language="zh", urgency=Urgency.UNKNOWN, now=now())
    return made


def waits(house):
    with house.database.reading() as session:
        return session.scalar(_WAITING)


def test_who_waits_for_one_that_waits_for_them_tries_again(house):
    answers = []
    hung_up = threading.Thread(
        target=lambda: answers.append(handle_committed(house, "status", FIELDS | {"CallStatus": "completed"}, now()))
    )
    with house.database.transaction() as session:
        session.scalars(select(LinePlace).with_for_update(of=LinePlace)).one()
        hung_up.start()
        until(lambda: waits(house), 10)  # it has the call, and wants the place
        session.scalars(select(Call.id).with_for_update(key_share=True)).one()
    hung_up.join(20)
    assert answers == [""]
    with house.database.reading() as session:
        assert session.scalars(select(Call)).one().ended_at is not None


def test_a_webhook_does_not_hold_up_whoever_writes_that_a_place_belongs_to_its_call(house):
    with house.database.transaction() as session, house.database.transaction() as other:
        register_call(session, house, FIELDS["CallSid"], None, None, now())
        place = other.scalars(select(LinePlace)).one()
        for name in ("first", "second"):  # a row that is changed twice is checked against its call once more
            place.matter = name
            other.flush()
    with house.database.reading() as session:
        assert session.scalars(select(LinePlace.matter)).one() == "second"
