"""Delivers the outbox: picks the sender by kind, and never places a call twice."""

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import CarrierError, DeliveryError
from core.house import House
from core.leases import claim, free
from core.logs import get_logger
from core.models import Call, Outgoing, OutgoingKind, OutgoingState, SeatCall, WorkOrder
from core.quiet_hours import out_of_quiet_hours, read_quiet_hours
from hotline.department_notices import hand_over, short_text
from hotline.lost_ends import leg_of_move, tell_end
from hotline.pacing import keep_pace
from ivr.asking_after import sms_text
from ivr.citizen_messages import message_text
from ivr.correcting import correction_message
from ivr.outbound import Carrier, carrier
from routing.line.citizen_first import citizen_comes_first
from routing.line.talks import (
    agent_rings,
    never_rung,
    not_placed,
    place_offered,
    put_off_while_they_ring_us,
    still_to_ring,
)
from routing.orders import MACHINE, add_event
from routing.orders.wishes import may_text

log = get_logger()

_MOST_WORKERS = 8
_TRIES = 8
_LONGEST_WAIT_SECONDS = 600
_UNKNOWN_AFTER = timedelta(minutes=2)
_LOOK_AGAIN = timedelta(seconds=30)
_CORRECTIONS = (OutgoingKind.CORRECTION_CALL, OutgoingKind.CORRECTION_SMS)
_HAND_OVER_AGAIN = (timedelta(seconds=5), timedelta(seconds=15))
_DOORS = {
    OutgoingKind.ALERT_CALL: "alerts",
    OutgoingKind.RING_CONTACT: "ring",
    OutgoingKind.FOLLOW_UP_CALL: "follow-up",
    OutgoingKind.DEPARTMENT_CALL: "notices",
    OutgoingKind.CORRECTION_CALL: "corrections",
    OutgoingKind.AGENT_CALL: "agents",
    OutgoingKind.CALLBACK_CALL: "callbacks",
}
"""The calls that we place, and the webhook below /voice/ that leads each."""
_END_IS_TOLD = frozenset({OutgoingKind.CORRECTION_CALL, OutgoingKind.AGENT_CALL, OutgoingKind.CALLBACK_CALL})
_OF_THE_LINE = frozenset({OutgoingKind.AGENT_CALL, OutgoingKind.CALLBACK_CALL})
_MOVE_AGAIN = timedelta(seconds=1)
_MOST_MOVES = 5
_MESSAGES = frozenset(
    {
        OutgoingKind.FOLLOW_UP_SMS,
        OutgoingKind.DEPARTMENT_SMS,
        OutgoingKind.CORRECTION_SMS,
        OutgoingKind.CITIZEN_SMS,
    }
)
_HANDED_OVER = frozenset(
    {OutgoingKind.DEPARTMENT_EMAIL, OutgoingKind.DEPARTMENT_WEBHOOK, OutgoingKind.DEPARTMENT_OPEN311}
)
_TO_DEPARTMENTS = _HANDED_OVER | {OutgoingKind.DEPARTMENT_CALL, OutgoingKind.DEPARTMENT_SMS}


def deliver_next(house: House) -> None:
    """Send the most pressing row of the outbox that is due: a red never waits behind the many."""
    due = select(Outgoing.id).where(Outgoing.state == OutgoingState.WAITING, free(Outgoing, now()))
    with house.database.reading() as session:
        ids = session.scalars(due.order_by(Outgoing.rank, Outgoing.due_at).limit(_MOST_WORKERS)).all()
    next((True for row_id in ids if deliver(house, row_id)), None)


def deliver(house: House, outgoing_id: int) -> bool:
    """Send one row of the outbox; False when it was sent already or another worker has it."""
    row = _claim(house, outgoing_id, OutgoingState.WAITING)
    if row is None:
        return False
    if row.state is OutgoingState.WAITING:
        _send(house, carrier(house.settings), row)
    return True


def _send(house: House, sender: Carrier, row: Outgoing) -> None:
    if row.kind in _CORRECTIONS and _quiet_until(house) > now():
        _wait(house, row, _quiet_until(house))
    elif row.kind is OutgoingKind.AGENT_CALL and _citizen_comes_first(house, row):
        return
    elif "call_sid" in row.payload and row.kind is OutgoingKind.AGENT_CALL:
        _ask_on_the_line(house, sender, row)
    elif row.kind in _DOORS or row.kind in _MESSAGES:
        _place(house, sender, row)
    elif row.kind in _HANDED_OVER:
        _hand_over(house, row)
    elif row.kind is OutgoingKind.MOVE_CALL:
        _move(house, sender, row)
    elif row.kind is OutgoingKind.ERASE_CARRIER_RECORDING:
        _erase(house, sender, row)
    else:
        _by_hand(house, row, "nothing here can send this")


def _quiet_until(house: House) -> datetime:
    """Return when nobody is asleep any more: what was queued by day may come to its turn at night."""
    settings = house.settings
    return out_of_quiet_hours(now(), read_quiet_hours(settings.quiet_hours), ZoneInfo(settings.time_zone))


def settle_placing(house: House, outgoing_id: int) -> None:
    """Decide over a call that was being placed when its worker died.

    It is not placed again until the carrier's own list shows that it was not; what stays unknown for 2 minutes is for
    a person. (Calls have no idempotency key at the carrier.)
    """
    row = _claim(house, outgoing_id, OutgoingState.PLACING)
    if row is None or row.attempted_at is None:
        return
    try:
        sids = _look_for(carrier(house.settings), row, row.attempted_at)
    except CarrierError as error:
        if now() - row.attempted_at > _UNKNOWN_AFTER:
            _by_hand(house, row, f"placed or not? {error}")
        else:
            _wait(house, row, now() + _LOOK_AGAIN, state=OutgoingState.PLACING, failure=str(error))
        return
    sid = _nobody_elses(house, sids)
    if sid:
        _sent(house, row, sid)
    elif now() - row.attempted_at > _LOOK_AGAIN:
        _wait(house, row, now())
    else:
        _wait(house, row, row.attempted_at + _LOOK_AGAIN, state=OutgoingState.PLACING)


def _look_for(sender: Carrier, row: Outgoing, since: datetime) -> tuple[str, ...]:
    look = sender.find_messages if row.kind in _MESSAGES else sender.find_calls
    return look(row.payload["to"], since)


def _nobody_elses(house: House, sids: tuple[str, ...]) -> str | None:
    """Return the first of the carrier's calls that is not another order's: one phone is rung about several."""
    with house.database.reading() as session:
        known = set(session.scalars(select(Outgoing.carrier_sid).where(Outgoing.carrier_sid.in_(sids))))
    return next((sid for sid in sids if sid not in known), None)


def _claim(house: House, outgoing_id: int, state: OutgoingState) -> Outgoing | None:
    """Take a row; what nobody wants any more has ended by it and keeps nobody waiting."""
    with house.database.transaction() as session:
        row = claim(session, Outgoing, outgoing_id, state, now(), house.settings.lease_seconds)
        if row is not None and state is OutgoingState.WAITING:
            _leave_out(session, house, row)
        return row


def _leave_out(session: Session, house: House, row: Outgoing) -> None:
    """End a row that is not to be sent, now or ever."""
    if not _is_wanted(session, row):
        _no_longer_wanted(session, row)
    elif row.kind is OutgoingKind.CALLBACK_CALL and put_off_while_they_ring_us(session, house.settings, row, now()):
        _unsent(row, "they ring us")


def _place(house: House, sender: Carrier, row: Outgoing) -> None:
    """Commit `placing` with the attempt's id first, then ask the carrier; a citizen nobody waits for is not rung."""
    keep_pace(house)
    row.attempt_id, row.attempted_at = secrets.token_hex(16), now()
    row.state, row.due_at = OutgoingState.PLACING, row.attempted_at + _LOOK_AGAIN
    if not _begun(house, row):
        return
    try:
        sid = _ask_carrier(house, sender, row, row.attempt_id)
    except DeliveryError as error:
        _by_hand(house, row, str(error))
        return
    except CarrierError as error:
        log.warning("call_not_placed", outgoing_id=row.id, reason=str(error))
        if not error.retryable:
            _by_hand(house, row, str(error))
        elif error.refused:
            _wait(house, row, now() + min(_backoff(row.attempts), _LOOK_AGAIN), failure=str(error))
        return  # else perhaps placed: `settle_placing` looks into the carrier's list
    _sent(house, row, sid)


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


def _begun(house: House, row: Outgoing) -> bool:
    """Commit that a call is being placed; what is no longer wanted is neither rung nor written."""
    with house.database.transaction() as session:
        wanted = _is_wanted(session, row)
        if not wanted:
            _no_longer_wanted(session, row)
        elif row.kind is OutgoingKind.AGENT_CALL:
            agent_rings(session, row, now())
        session.merge(row)
    return wanted


def _no_longer_wanted(session: Session, row: Outgoing) -> None:
    _unsent(row, "no longer wanted")
    if row.kind is OutgoingKind.AGENT_CALL:
        never_rung(session, row, now())


def _unsent(row: Outgoing, why: str) -> None:
    row.state, row.due_at, row.leased_until, row.failure = OutgoingState.SENT, None, None, why


def _is_wanted(session: Session, row: Outgoing) -> bool:
    """Tell whether somebody still waits for a call, or may be written to (they have not forbidden it)."""
    if row.kind is OutgoingKind.AGENT_CALL:
        return place_offered(session, row) is not None
    if row.kind is OutgoingKind.CALLBACK_CALL:
        return still_to_ring(session, row, now())
    if row.kind is OutgoingKind.CITIZEN_SMS:
        return may_text(session, session.get_one(WorkOrder, row.payload["order_id"]))
    return True


def _ask_carrier(house: House, sender: Carrier, row: Outgoing, attempt_id: str) -> str:
    to = row.payload["to"]
    if row.kind is OutgoingKind.FOLLOW_UP_SMS:
        return sender.send_message(to, sms_text(house.settings, row.payload["language"]))
    if row.kind is OutgoingKind.DEPARTMENT_SMS:
        return sender.send_message(to, short_text(house, row))
    if row.kind is OutgoingKind.CITIZEN_SMS:
        return sender.send_message(to, message_text(house.settings, row.payload))
    if row.kind is OutgoingKind.CORRECTION_SMS:
        return sender.send_message(to, correction_message(house.settings, row.payload["language"]))
    return sender.place_call(to, attempt_id, _DOORS[row.kind], tell_end=row.kind in _END_IS_TOLD)


def _hand_over(house: House, row: Outgoing) -> None:
    """Tell another system, three times within half a minute: a person sees within a minute that it did not arrive."""
    try:
        reference = hand_over(house, row)
    except DeliveryError as error:
        if row.attempts > len(_HAND_OVER_AGAIN) or not error.retryable:
            _by_hand(house, row, str(error))
        else:
            _wait(house, row, now() + _HAND_OVER_AGAIN[row.attempts - 1], failure=str(error))
        return
    _sent(house, row, reference[:64], tell="notice_sent")


def _move(house: House, sender: Carrier, row: Outgoing) -> None:
    """Move a call that is going on; of one that can't be moved the carrier is asked whether it is over."""
    if _went_on_by_itself(house, row):
        _sent(house, row, row.payload["call_sid"])
        return
    try:
        sender.move_call(row.payload["call_sid"], row.payload["path"])
    except CarrierError as error:
        if error.retryable and row.attempts < _MOST_MOVES:
            _wait(house, row, now() + _MOVE_AGAIN, failure=str(error))
            return
        log.warning("call_not_moved", call_sid=row.payload["call_sid"], reason=str(error))
        _sent(house, row, row.payload["call_sid"])
        _look_whether_over(house, sender, row)
        return
    _sent(house, row, row.payload["call_sid"])


def _went_on_by_itself(house: House, row: Outgoing) -> bool:
    """Tell whether a caller has left the turn in which alone they were to be moved."""
    if "if_still_in_turn" not in row.payload:
        return False
    with house.database.reading() as session:
        turn = session.scalar(select(Call.turn).where(Call.call_sid == row.payload["call_sid"]))
    return bool(turn != row.payload["if_still_in_turn"])


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


def _ask_on_the_line(house: House, sender: Carrier, row: Outgoing) -> None:
    """Ask an agent who has dialled in: nothing is placed, their own call is moved, and a second move does no harm.

    One that can't be made now they make good themselves when their piece of waiting ends.
    """
    row.attempt_id, row.carrier_sid = row.attempt_id or secrets.token_hex(16), row.payload["call_sid"]
    _save(house, row)
    try:
        sender.move_call(row.payload["call_sid"], f"agents/{row.attempt_id}")
    except CarrierError as error:
        if not error.retryable:
            _by_hand(house, row, str(error))
            return
        if row.attempts < _MOST_MOVES:
            _wait(house, row, now() + _MOVE_AGAIN, failure=str(error))
            return
    _sent(house, row, row.payload["call_sid"])


def _erase(house: House, sender: Carrier, row: Outgoing) -> None:
    try:
        sender.erase_recording(row.payload["recording_sid"])
    except CarrierError as error:
        if row.attempts >= _TRIES or not error.retryable:
            _by_hand(house, row, str(error))
        else:
            _wait(house, row, now() + _backoff(row.attempts), failure=str(error))
        return
    _sent(house, row, row.payload["recording_sid"])


def _backoff(attempts: int) -> timedelta:
    return timedelta(seconds=min(2**attempts, _LONGEST_WAIT_SECONDS))


def _sent(house: House, row: Outgoing, sid: str, *, tell: str | None = None) -> None:
    row.state, row.carrier_sid, row.due_at, row.leased_until, row.failure = OutgoingState.SENT, sid, None, None, None
    with house.database.transaction() as session:
        session.merge(row)
        order = _order_of(session, row) if tell else None
        if order and tell:
            add_event(session, order, tell, MACHINE, now(), reference=sid)


def _wait(
    house: House,
    row: Outgoing,
    until: datetime,
    *,
    state: OutgoingState = OutgoingState.WAITING,
    failure: str | None = None,
) -> None:
    row.state, row.due_at, row.leased_until, row.failure = state, until, None, failure
    _save(house, row)


def _by_hand(house: House, row: Outgoing, why: str) -> None:
    """Leave it to a person: shown on the order it belongs to."""
    row.state, row.due_at, row.leased_until, row.failure = OutgoingState.BY_HAND, None, None, why[:200]
    with house.database.transaction() as session:
        session.merge(row)
        order = _order_of(session, row)
        if order:
            by_hand = "notice_by_hand" if row.kind in _TO_DEPARTMENTS else "call_by_hand"
            add_event(session, order, by_hand, MACHINE, now(), why=why[:200])
        if row.kind in _OF_THE_LINE:
            not_placed(session, house.settings, row, now())
    log.error("outgoing_by_hand", outgoing_id=row.id, kind=row.kind.value)


def _order_of(session: Session, row: Outgoing) -> WorkOrder | None:
    order_id = row.payload.get("order_id")
    return session.get(WorkOrder, order_id, with_for_update={"of": WorkOrder}) if order_id else None


def _save(house: House, row: Outgoing) -> None:
    with house.database.transaction() as session:
        session.merge(row)
