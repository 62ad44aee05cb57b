"""Calls that are moved, not placed: a caller to their agent, an agent who has dialled in to whom they are to take."""

import secrets
from datetime import timedelta

from sqlalchemy import select

from core.clock import now
from core.errors import CarrierError
from core.house import House
from core.logs import get_logger
from core.models import Call, Outgoing, SeatCall
from hotline.lost_ends import leg_of_move, tell_end
from hotline.outgoing.rows import by_hand, save, sent, wait
from ivr.outbound import Carrier

log = get_logger()

_MOVE_AGAIN = timedelta(seconds=1)
_MOST_MOVES = 5


def move(house: House, sender: Carrier, row: Outgoing) -> None:
    """Move a call that is going on; of one that can't be moved the carrier is asked whether it is over."""
    if _went_on_by_itself(house, row) or _is_with_their_agent(house, row):
        sent(house, row, row.payload["call_sid"])
        return
    try:
        sender.move_call(row.payload["call_sid"], row.payload["path"])
    except CarrierError as error:
        if error.retryable and row.attempts < _MOST_MOVES:
            wait(house, row, now() + _MOVE_AGAIN, failure=str(error))
            return
        log.warning("call_not_moved", call_sid=row.payload["call_sid"], reason=str(error))
        sent(house, row, row.payload["call_sid"])
        _look_whether_over(house, sender, row)
        return
    sent(house, row, row.payload["call_sid"])


def _look_whether_over(house: House, sender: Carrier, row: Outgoing) -> None:
    """Take the end of a call that can't be moved because it is over: somebody waits for it in a conference, alone."""
    sid, seat_number = row.payload["call_sid"], house.settings.seat_number
    with house.database.reading() as session:
        own = select(SeatCall.id).where(SeatCall.call_sid == sid)
        dialled_in = session.scalar(own) is not None
    try:
        tell_end(house, sender, leg_of_move(row.payload["path"], sid, seat_number=seat_number, dialled_in=dialled_in))
    except CarrierError as error:
        log.warning("end_not_known", call_sid=sid, reason=str(error))


def ask_on_the_line(house: House, sender: Carrier, row: Outgoing) -> None:
    """Ask an agent who has dialled in: nothing is placed, their own call is moved, and a second move does no harm.

    One that can't be made now they make good themselves when their piece of waiting ends.
    """
    row.attempt_id, row.carrier_sid = row.attempt_id or secrets.token_hex(16), row.payload["call_sid"]
    save(house, row)
    try:
        sender.move_call(row.payload["call_sid"], f"agents/{row.attempt_id}")
    except CarrierError as error:
        if not error.retryable:
            by_hand(house, row, str(error))
            return
        if row.attempts < _MOST_MOVES:
            wait(house, row, now() + _MOVE_AGAIN, failure=str(error))
            return
    sent(house, row, row.payload["call_sid"])


def _is_with_their_agent(house: House, row: Outgoing) -> bool:
    """Tell whether an earlier move, whose answer was lost, has brought a caller to their agent.

    Another one would take them out of the conference, which ends by it.
    """
    if row.attempts == 1 or not row.payload["path"].endswith("/taken"):
        return False
    with house.database.reading() as session:
        call = session.scalar(select(Call).where(Call.call_sid == row.payload["call_sid"]))
        return call is not None and call.dialogue.get("place") == "talking"


def _went_on_by_itself(house: House, row: Outgoing) -> bool:
    """Tell whether a caller has left the turn in which alone they were to be moved."""
    if "if_still_in_turn" not in row.payload:
        return False
    with house.database.reading() as session:
        turn = session.scalar(select(Call.turn).where(Call.call_sid == row.payload["call_sid"]))
    return bool(turn != row.payload["if_still_in_turn"])
