"""Keeps what callers allow us: to write to their phone, to be known to have called; it sends and rings nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.models import WorkOrder
from routing.orders.events import add_event


@dataclass(frozen=True)
class Wishes:
    """What a caller wants; it holds for everything from their number."""

    sms_agreed: bool
    """Short messages may be sent: whoever holds the phone can read them."""
    secrecy_asked: bool
    """Nobody is to know of the call: nothing of ours rings or writes unasked."""


def wishes_of(order: WorkOrder) -> Wishes:
    """Return what the caller of an order wants."""
    caller = order.call.caller
    return Wishes(caller.sms_agreed, caller.secrecy_asked)


def keep_wishes(session: Session, order: WorkOrder, wishes: Wishes, actor: str, now: datetime) -> None:
    """Keep what a caller told a person; each wish that changed is an event of the order, said again it is none."""
    before, caller = wishes_of(order), order.call.caller
    if wishes.sms_agreed != before.sms_agreed:
        caller.sms_agreed = wishes.sms_agreed
        add_event(session, order, "sms_agreed" if wishes.sms_agreed else "sms_refused", actor, now)
    if wishes.secrecy_asked != before.secrecy_asked:
        caller.secrecy_asked = wishes.secrecy_asked
        add_event(session, order, "secrecy_asked" if wishes.secrecy_asked else "secrecy_lifted", actor, now)
