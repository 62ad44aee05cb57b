"""Delivers the outbox: takes the most pressing row that is due and picks the sender by its kind."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.clock import now
from core.errors import CarrierError, DeliveryError
from core.house import House
from core.leases import free
from core.models import Outgoing, OutgoingKind, OutgoingState
from core.quiet_hours import out_of_quiet_hours, read_quiet_hours
from hotline.department_notices import hand_over
from hotline.outgoing.moving import ask_on_the_line, move
from hotline.outgoing.placing import DOORS, MESSAGES, place
from hotline.outgoing.rows import HANDED_OVER, backoff, by_hand, claim_row, sent, wait
from ivr.outbound import Carrier, carrier
from routing.line.citizen_first import citizen_comes_first

_MOST_WORKERS = 8
_TRIES = 8
_CORRECTIONS = (OutgoingKind.CORRECTION_CALL, OutgoingKind.CORRECTION_SMS)
_HAND_OVER_AGAIN = (timedelta(seconds=5), timedelta(seconds=15))


def deliver_next(house: House) -> None:
    """Send the most pressing row of the outbox that is due: a red never waits behind the many."""
    due = select(Outgoing.id).where(Outgoing.state == OutgoingState.WAITING, free(Outgoing, now()))
    with house.database.reading() as session:
        ids = session.scalars(due.order_by(Outgoing.rank, Outgoing.due_at).limit(_MOST_WORKERS)).all()
    for row_id in ids:
        if deliver(house, row_id):
            return


def deliver(house: House, outgoing_id: int) -> bool:
    """Send one row of the outbox; False when it was sent already or another worker has it."""
    row = claim_row(house, outgoing_id, OutgoingState.WAITING)
    if row is None:
        return False
    if row.state is OutgoingState.WAITING:
        _send(house, carrier(house.settings), row)
    return True


def _send(house: House, sender: Carrier, row: Outgoing) -> None:
    if row.kind in _CORRECTIONS and _quiet_until(house) > now():
        wait(house, row, _quiet_until(house))
    elif row.kind is OutgoingKind.AGENT_CALL and _citizen_comes_first(house, row):
        return
    elif "call_sid" in row.payload and row.kind is OutgoingKind.AGENT_CALL:
        ask_on_the_line(house, sender, row)
    elif row.kind in DOORS or row.kind in MESSAGES:
        place(house, sender, row)
    elif row.kind in HANDED_OVER:
        _hand_over(house, row)
    elif row.kind is OutgoingKind.MOVE_CALL:
        move(house, sender, row)
    elif row.kind is OutgoingKind.ERASE_CARRIER_RECORDING:
        _erase(house, sender, row)
    else:
        by_hand(house, row, "nothing here can send this")


def _quiet_until(house: House) -> datetime:
    """Return when nobody is asleep any more: what was queued by day may come to its turn at night."""
    settings = house.settings
    return out_of_quiet_hours(now(), read_quiet_hours(settings.quiet_hours), ZoneInfo(settings.time_zone))


def _citizen_comes_first(house: House, row: Outgoing) -> bool:
    """Commit that a citizen is rung in place of the agent who is kept for them; False: the agent is rung."""
    if house.settings.callback_dialling != "citizen-first":
        return False
    with house.database.transaction() as session:
        comes_first = citizen_comes_first(session, house.settings, row, now())
        if comes_first:
            row.state, row.due_at, row.leased_until = OutgoingState.SENT, None, None
            session.merge(row)
    return comes_first


def _hand_over(house: House, row: Outgoing) -> None:
    """Tell another system, three times within half a minute: a person sees within a minute that it did not arrive."""
    try:
        reference = hand_over(house, row)
    except DeliveryError as error:
        if row.attempts > len(_HAND_OVER_AGAIN) or not error.retryable:
            by_hand(house, row, str(error))
        else:
            wait(house, row, now() + _HAND_OVER_AGAIN[row.attempts - 1], failure=str(error))
        return
    sent(house, row, reference[:64], tell="notice_sent")


def _erase(house: House, sender: Carrier, row: Outgoing) -> None:
    try:
        sender.erase_recording(row.payload["recording_sid"])
    except CarrierError as error:
        if row.attempts >= _TRIES or not error.retryable:
            by_hand(house, row, str(error))
        else:
            wait(house, row, now() + backoff(row.attempts), failure=str(error))
        return
    sent(house, row, row.payload["recording_sid"])
