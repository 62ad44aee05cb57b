"""One change of a place, in both databases: who wins has it as it is, who loses has what the other made of it."""

import threading
import time

from sqlalchemy import inspect, select, text, update

from core.models import Call, Channel, LinePlace, Outgoing, PlaceState, Urgency
from core.settings import Settings
from routing.line.changing import change
from routing.line.matching import match
from routing.line.places import place_of
from routing.line.talks import take
from tests.routing.line.rows import a_call, a_place, a_seat, minutes, sent
from tests.rows import NOON


def as_kept(session, place):
    """Every column of a place, as the database has it."""
    return dict(session.execute(select(LinePlace.__table__).where(LinePlace.id == place.id)).one()._mapping)


def as_read(place):
    return {column.key: getattr(place, column.key) for column in inspect(LinePlace).column_attrs}


def test_who_wins_has_the_place_as_it_is_now_and_may_change_it_again(session):
    place, other = a_place(session), a_call(session, "+8613700137000")
    assert place.call != other
    before = place.revision
    place.matter = "noted, and not yet written"
    assert change(session, place, (PlaceState.WAITING,), state=PlaceState.LATER, due_at=minutes(3), call_id=other.id)
    assert (place.state, place.due_at, place.call) == (PlaceState.LATER, minutes(3), other)
    assert place.revision == before + 2  # what was noted, and the change: whoever read it before has lost
    assert as_read(place) == as_kept(session, place)
    assert change(session, place, (PlaceState.LATER,), state=PlaceState.WAITING, due_at=None)
    place.urgency = Urgency.RED
    session.flush()
    assert as_read(place) == as_kept(session, place)


def test_who_comes_second_changes_nothing_and_reads_what_the_first_made_of_it(session):
    place = a_place(session)
    first = {"state": PlaceState.LATER, "matter": "by another", "revision": place.revision + 1}
    session.execute(update(LinePlace).values(first).execution_options(synchronize_session=False))
    assert place.state is PlaceState.WAITING
    assert not change(session, place, (PlaceState.WAITING, PlaceState.LATER), channel=Channel.CALLBACK)
    assert (place.state, place.matter, place.channel) == (PlaceState.LATER, "by another", Channel.HOLDING)
    assert not change(session, place, (PlaceState.WAITING,), channel=Channel.CALLBACK)
    assert place.channel is Channel.HOLDING


def test_a_place_is_changed_only_from_the_states_that_were_named(session):
    place, other = a_place(session), a_place(session, number="+8613700137000")
    assert not change(session, place, (PlaceState.OFFERED, PlaceState.TAKEN), state=PlaceState.DONE)
    assert change(session, place, (PlaceState.OFFERED, PlaceState.WAITING), state=PlaceState.DONE)
    session.refresh(other)
    assert (place.state, other.state) == (PlaceState.DONE, PlaceState.WAITING)


def test_a_caller_who_is_taken_is_moved_on_from_the_turn_they_have_come_to_meanwhile(database):
    with database.transaction() as session:
        place = a_place(session)
        a_seat(session)
        match(session, NOON)
        (call,) = sent(session)
        ids = place.call_id, call.id

    def press_1():
        with database.transaction() as session:
            take(session, Settings(), session.get_one(Outgoing, ids[1]), NOON)

    agent = threading.Thread(target=press_1)
    with database.transaction() as session:
        place_of(session, session.get_one(Call, ids[0]))
        session.execute(update(Call).values(turn=7))
        agent.start()
        _until_blocked(session, agent)
    agent.join()
    with database.transaction() as session:
        (moved,) = session.scalars(select(Outgoing).where(Outgoing.kind == "move_call"))
        assert moved.payload["path"] == "turns/7/taken"


def _until_blocked(session, other):
    """Wait until another thread's transaction waits for this one; SQLite's writers do so from their first moment."""
    blocked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    is_postgres = session.get_bind().dialect.name == "postgresql"
    while is_postgres and other.is_alive() and not session.scalar(blocked):
        time.sleep(0.01)
