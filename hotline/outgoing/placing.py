"""Places calls and sends messages: `placing` is committed first; what is unknown is looked for, not placed again."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from core.clock import now
from core.errors import CarrierError, DeliveryError
from core.house import House
from core.logs import get_logger
from core.models import Outgoing, OutgoingKind, OutgoingState
from hotline.department_notices import short_text
from hotline.outgoing.pacing import keep_pace
from hotline.outgoing.rows import backoff, by_hand, claim_row, sent, wait
from hotline.outgoing.wanted import begun
from ivr.asking_after import sms_text
from ivr.citizen_messages import message_text
from ivr.correcting import correction_message
from ivr.outbound import Carrier, carrier

log = get_logger()

_UNKNOWN_AFTER = timedelta(minutes=2)
_LOOK_AGAIN = timedelta(seconds=30)
_CLOCKS_DIFFER = timedelta(seconds=30)
"""By so much the carrier's clock may be behind ours: a call that it took is found all the same."""
DOORS = {
    OutgoingKind.ALERT_CALL: "alerts",
    OutgoingKind.RING_CONTACT: "ring",
    OutgoingKind.FOLLOW_UP_CALL: "follow-up",
    OutgoingKind.DEPARTMENT_CALL: "notices",
    OutgoingKind.CORRECTION_CALL: "corrections",
    OutgoingKind.AGENT_CALL: "agents",
    OutgoingKind.CALLBACK_CALL: "callbacks",
}
"""The calls that we place, and the webhook below /voice/ that leads each."""
MESSAGES = frozenset(
    {
        OutgoingKind.FOLLOW_UP_SMS,
        OutgoingKind.DEPARTMENT_SMS,
        OutgoingKind.CORRECTION_SMS,
        OutgoingKind.CITIZEN_SMS,
    }
)
_END_IS_TOLD = frozenset({OutgoingKind.CORRECTION_CALL, OutgoingKind.AGENT_CALL, OutgoingKind.CALLBACK_CALL})


def place(house: House, sender: Carrier, row: Outgoing) -> None:
    """Commit `placing` with the attempt's id first, then ask the carrier; a citizen nobody waits for is not rung."""
    keep_pace(house)
    row.attempt_id, row.attempted_at = secrets.token_hex(16), now()
    row.state, row.due_at = OutgoingState.PLACING, row.attempted_at + _LOOK_AGAIN
    if not begun(house, row):
        return
    try:
        sid = _ask_carrier(house, sender, row, row.attempt_id)
    except DeliveryError as error:
        by_hand(house, row, str(error))
        return
    except CarrierError as error:
        log.warning("call_not_placed", outgoing_id=row.id, reason=str(error))
        if not error.retryable:
            by_hand(house, row, str(error))
        elif error.refused:
            wait(house, row, now() + min(backoff(row.attempts), _LOOK_AGAIN), failure=str(error))
        else:  # perhaps placed: `settle_placing` looks into the carrier's list
            wait(house, row, row.due_at, state=OutgoingState.PLACING, failure=str(error))
        return
    sent(house, row, sid)


def settle_placing(house: House, outgoing_id: int) -> None:
    """Decide over a call that was being placed when its worker died.

    It is not placed again until the carrier's own list shows that it was not; what stays unknown for 2 minutes is for
    a person. (Calls have no idempotency key at the carrier.)
    """
    row = claim_row(house, outgoing_id, OutgoingState.PLACING)
    if row is None or row.attempted_at is None:
        return
    try:
        sids = _look_for(carrier(house.settings), row, row.attempted_at - _CLOCKS_DIFFER)
    except CarrierError as error:
        if now() - row.attempted_at > _UNKNOWN_AFTER:
            by_hand(house, row, f"placed or not? {error}")
        else:
            wait(house, row, now() + _LOOK_AGAIN, state=OutgoingState.PLACING, failure=str(error))
        return
    sid = _nobody_elses(house, sids)
    if sid:
        sent(house, row, sid)
    elif now() - row.attempted_at > _LOOK_AGAIN:
        wait(house, row, now())
    else:
        wait(house, row, row.attempted_at + _LOOK_AGAIN, state=OutgoingState.PLACING)


def _look_for(sender: Carrier, row: Outgoing, since: datetime) -> tuple[str, ...]:
    look = sender.find_messages if row.kind in MESSAGES else sender.find_calls
    return look(row.payload["to"], since)


def _nobody_elses(house: House, sids: tuple[str, ...]) -> str | None:
    """Return the first of the carrier's calls that is not another order's: one phone is rung about several."""
    with house.database.reading() as session:
        known = set(session.scalars(select(Outgoing.carrier_sid).where(Outgoing.carrier_sid.in_(sids))))
    return next((sid for sid in sids if sid not in known), None)


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
    return sender.place_call(to, attempt_id, DOORS[row.kind], tell_end=row.kind in _END_IS_TOLD)
