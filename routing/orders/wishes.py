"""Keeps what callers allow us, and tells whether a short message may go to them; it sends and rings nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Call, Caller, Category, WorkOrder
from routing.orders.events import add_event

_NEVER_WRITTEN_ABOUT = frozenset({"violence", "domestic", "kidnapping", "suicide"})
"""Reasons of an order after which no short message goes to its number: somebody else may hold the phone."""

_SECRECY = "secrecy"


@dataclass(frozen=True)
class Wishes:
    """What a caller wants; it holds for everything from their number."""

    sms_agreed: bool
    """Short messages may be sent: whoever holds the phone can read them."""
    secrecy_asked: bool
    """Nobody is to know of the call: nothing of ours rings or writes unasked."""
    call_when: str = ""
    """When it is safe to call, in their words; only a person calls then."""


def wishes_of(order: WorkOrder) -> Wishes:
    """Return what the caller of an order wants."""
    caller = order.call.caller
    return Wishes(caller.sms_agreed, caller.secrecy_asked, caller.call_when)


def keep_wishes(session: Session, order: WorkOrder, wishes: Wishes, actor: str, now: datetime) -> None:
    """Keep what a caller told a person; each wish that changed is an event of the order, said again it is none."""
    before, caller = wishes_of(order), order.call.caller
    if wishes.sms_agreed != before.sms_agreed:
        caller.sms_agreed = wishes.sms_agreed
        add_event(session, order, "sms_agreed" if wishes.sms_agreed else "sms_refused", actor, now)
    if wishes.secrecy_asked != before.secrecy_asked:
        caller.secrecy_asked = wishes.secrecy_asked
        add_event(session, order, "secrecy_asked" if wishes.secrecy_asked else "secrecy_lifted", actor, now)
    if wishes.call_when != before.call_when:
        caller.call_when = wishes.call_when
        words = {"reason": wishes.call_when} if wishes.call_when else None
        add_event(session, order, "call_when_said", actor, now, words=words)


def may_text(session: Session, order: WorkOrder) -> bool:
    """Tell whether a short message about an order may go to its citizen: agreed to, and never about what is unseen."""
    kept_secret = order.hides_identity or order.about_department_id is not None
    return order.category is not Category.COMPLAINT and not kept_secret and may_write_to(session, order.call.caller)


def may_write_to(session: Session, caller: Caller) -> bool:
    """Tell whether short messages may go to a number: never without consent, nor after a word of violence or suicide.

    A tip-off or a wish for secrecy that was only spoken counts too, and in any of the number's orders.
    """
    if not caller.number or not caller.sms_agreed or caller.secrecy_asked:
        return False
    orders = session.scalars(select(WorkOrder).join(Call).where(Call.caller_id == caller.id))
    return not any(map(is_delicate, orders))


def spoke_in_confidence(order: WorkOrder) -> bool:
    """Tell whether the caller's own words asked that nobody be told, or that nobody call back."""
    return any(why == _SECRECY for _, why in (order.findings or {}).get("flags", []))


def is_delicate(order: WorkOrder) -> bool:
    """Tell whether triage heard what a stranger with the phone in hand, or a volunteer, must not come upon."""
    told = {why for _, why in order.reasons.get("words", [])}
    return bool(told & _NEVER_WRITTEN_ABOUT or (order.findings or {}).get("flags"))
