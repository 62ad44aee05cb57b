"""What agents do and did, in both databases."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm.exc import StaleDataError

from core.models import SeatRow, SeatSpell, SeatState
from routing.line.seats import set_state
from tests.routing.line.rows import a_seat, minutes
from tests.rows import NOON


def test_what_an_agent_did_and_for_how_long_is_kept(session):
    seat = a_seat(session)
    set_state(session, seat, SeatState.BREAK, minutes(3))
    set_state(session, seat, SeatState.BREAK, minutes(4))
    set_state(session, seat, SeatState.AVAILABLE, minutes(5))
    spells = [(one.state, one.began_at, one.ended_at) for one in session.query(SeatSpell).order_by(SeatSpell.id)]
    assert spells == [(SeatState.AVAILABLE, NOON, minutes(3)), (SeatState.BREAK, minutes(3), minutes(5))]
    told = seat.revision
    session.refresh(seat)
    assert (seat.state, seat.state_since, seat.revision) == (SeatState.AVAILABLE, minutes(5), told)
    assert told == 3  # a screen sees by it that something has changed


def test_what_else_was_noted_of_a_seat_is_kept_beside_its_state(session):
    seat = a_seat(session)
    seat.next_state, seat.telephone = SeatState.BREAK, "+8613700137000"
    set_state(session, seat, SeatState.RINGING, minutes(1))
    session.flush()
    session.expire(seat)
    assert (seat.state, seat.next_state, seat.telephone) == (SeatState.RINGING, SeatState.BREAK, "+8613700137000")


def test_who_has_read_a_seat_before_another_changed_it_changes_nothing(session):
    seat, other = a_seat(session), a_seat(session, "wang")
    session.execute(
        update(SeatRow)
        .where(SeatRow.id == seat.id)
        .values(revision=seat.revision + 1)
        .execution_options(synchronize_session=False)
    )
    with pytest.raises(StaleDataError):
        set_state(session, seat, SeatState.RINGING, minutes(1))
    set_state(session, other, SeatState.RINGING, minutes(1))
    session.expire_all()
    assert (seat.state, other.state) == (SeatState.AVAILABLE, SeatState.RINGING)
