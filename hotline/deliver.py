"""Delivers the outbox: picks the sender by kind, and never places a call twice."""

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.clock import now
from core.errors import CarrierError
from core.house import House
from core.leases import claim
from core.logs import get_logger
from core.models import Outgoing, OutgoingKind, OutgoingState, WorkOrder
from core.quiet_hours import out_of_quiet_hours, read_quiet_hours
from ivr.correcting import correction_message
from ivr.outbound import Carrier, carrier
from routing.orders import MACHINE, add_event

log = get_logger()

_TRIES = 8
_LONGEST_WAIT_SECONDS = 600
_UNKNOWN_AFTER = timedelta(minutes=2)
_LOOK_AGAIN = timedelta(seconds=30)
_CORRECTIONS = (OutgoingKind.CORRECTION_CALL, OutgoingKind.CORRECTION_SMS)


def deliver(house: House, outgoing_id: int) -> None:
    """Send one row of the outbox; leaves quietly when it was sent or another worker has it."""
    sender = carrier(house.settings)
    row = _claim(house, outgoing_id, OutgoingState.WAITING)
    if row is None:
        return
    if row.kind in _CORRECTIONS and _quiet_until(house) > now():
        _wait(house, row, _quiet_until(house))
    elif row.kind is OutgoingKind.ALERT_CALL or row.kind in _CORRECTIONS:
        _place(house, sender, row)
    else:
        _erase(house, sender, row)


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
        sender = carrier(house.settings)
        find = sender.find_messages if row.kind is OutgoingKind.CORRECTION_SMS else sender.find_calls
        sids = find(row.payload["to"], row.attempted_at)
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


def _nobody_elses(house: House, sids: tuple[str, ...]) -> str | None:
    """Return the first of the carrier's calls that is not another order's: one phone is rung about several."""
    with house.database.reading() as session:
        known = set(session.scalars(select(Outgoing.carrier_sid).where(Outgoing.carrier_sid.in_(sids))))
    return next((sid for sid in sids if sid not in known), None)


def _claim(house: House, outgoing_id: int, state: OutgoingState) -> Outgoing | None:
    with house.database.transaction() as session:
        return claim(session, Outgoing, outgoing_id, state, now(), house.settings.lease_seconds)


def _place(house: House, sender: Carrier, row: Outgoing) -> None:
    """Commit `placing` with the attempt's id first, then ask the carrier."""
    row.attempt_id, row.attempted_at = secrets.token_hex(16), now()
    row.state, row.due_at = OutgoingState.PLACING, row.attempted_at + _LOOK_AGAIN
    _save(house, row)
    try:
        sid = _ask_carrier(house, sender, row, row.attempt_id)
    except CarrierError as error:
        log.warning("call_not_placed", outgoing_id=row.id, reason=str(error))
        if not error.retryable:
            _by_hand(house, row, str(error))
        elif error.refused:
            _wait(house, row, now() + min(_backoff(row.attempts), _LOOK_AGAIN), failure=str(error))
        return  # else perhaps placed: `settle_placing` looks into the carrier's list
    _sent(house, row, sid)


def _ask_carrier(house: House, sender: Carrier, row: Outgoing, attempt_id: str) -> str:
    to = row.payload["to"]
    if row.kind is OutgoingKind.CORRECTION_SMS:
        return sender.send_message(to, correction_message(house.settings, row.payload["language"]))
    if row.kind is OutgoingKind.CORRECTION_CALL:
        return sender.place_call(to, attempt_id, "corrections", tell_end=True)
    return sender.place_alert_call(to, attempt_id)


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


def _sent(house: House, row: Outgoing, sid: str) -> None:
    row.state, row.carrier_sid, row.due_at, row.leased_until, row.failure = OutgoingState.SENT, sid, None, None, None
    _save(house, row)


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
        order_id = row.payload.get("order_id")
        order = session.get(WorkOrder, order_id, with_for_update={"of": WorkOrder}) if order_id else None
        if order:
            add_event(session, order, "call_by_hand", MACHINE, now(), why=why[:200])
    log.error("outgoing_by_hand", outgoing_id=row.id, kind=row.kind.value)


def _save(house: House, row: Outgoing) -> None:
    with house.database.transaction() as session:
        session.merge(row)
