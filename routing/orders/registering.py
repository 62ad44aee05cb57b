"""Registers work orders (受理): one for a call, with a number for the staff and a code for the caller."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from core.database import locked_row, table_of
from core.models import Call, OrderNumber, Urgency, WorkOrder
from core.objects import add_at_once, read_object
from core.prepared import Prepared
from core.settings import Settings
from routing.orders.alerting import alert_if_red
from routing.orders.events import CALLER, MACHINE, add_event
from routing.orders.urgency import URGENCY_RANK
from routing.triage import Reason

__all__ = ["URGENCY_RANK", "find_order", "open_work_order"]


_HELD = "order"
_ORDERS = table_of(WorkOrder)
_ORDER = Prepared(select(*_ORDERS.c).where(WorkOrder.call_id == bindparam("call_id")).with_for_update(of=_ORDERS))
_ONE_AT_A_TIME = Prepared(select(Call.id).where(Call.id == bindparam("call_id")).with_for_update(key_share=True))
_CODE = Prepared(select(WorkOrder.id).where(WorkOrder.code == bindparam("code")))
_COUNT = Prepared(
    update(table_of(OrderNumber))
    .where(OrderNumber.day == bindparam("today"))
    .values(last=OrderNumber.last + 1)
    .returning(OrderNumber.last)
)


def find_order(session: Session, call: Call) -> WorkOrder | None:
    """Return the order of a call, if one was opened: as it is now, and nobody else's to change until the commit.

    Looked for again in the same transaction it is the very same: nobody else can have changed it since.
    """
    return _held(session, call) or _hold(session, call, read_object(session, WorkOrder, _ORDER, call_id=call.id))


def _held(session: Session, call: Call) -> WorkOrder | None:
    transaction, order = session.info.get(_HELD, (None, None))
    is_held = transaction is session.get_transaction() and isinstance(order, WorkOrder) and order.call_id == call.id
    return order if is_held else None


def _hold(session: Session, call: Call, order: WorkOrder | None) -> WorkOrder | None:
    if order is not None:
        set_committed_value(order, "call", call)
        session.info[_HELD] = (session.get_transaction(), order)
    return order


def open_work_order(
    session: Session,
    call: Call,
    *,
    language: str,
    settings: Settings,
    now: datetime,
    urgency: Urgency = Urgency.UNKNOWN,
    wants_person: bool = False,
    to_listen: bool = False,
    danger: Sequence[Reason] = (),
) -> WorkOrder:
    """Return the work order of a call, registered now if there is none yet; words of `danger` make it red.

    A later call of this function for the same call only ever adds: urgency rises, flags are set; nothing is lowered.
    A red one alerts the people on duty through the outbox, in the same transaction.
    """
    order = _held(session, call)
    urgency_before = order.urgency if order else None
    if order is None:
        _ONE_AT_A_TIME.scalar(session, call_id=call.id)
        order = find_order(session, call)
    if order is None:
        order = WorkOrder(
            number=_next_number(session, now, settings),
            code=_fresh_code(session),
            call_id=call.id,
            language=language,
            registered_at=now,
        )
        add_at_once(session, order)
        _hold(session, call, order)
        add_event(session, order, "registered", CALLER, now, language=language)
    if danger:
        _hear_danger(session, order, danger, now)
    _add(session, order, now, urgency=urgency, wants_person=wants_person, to_listen=to_listen)
    if order.urgency is Urgency.RED or order.urgency is not urgency_before:  # else no clock has changed
        alert_if_red(session, order, settings, now)
    return order


def _hear_danger(session: Session, order: WorkOrder, danger: Sequence[Reason], now: datetime) -> None:
    """Make an order red by words that were heard live, whichever way its urgency went before."""
    known = order.reasons.get("words", [])
    order.reasons = {
        "words": [*known, *(word for reason in danger if (word := [reason.word, reason.why]) not in known)]
    }
    if order.urgency is not Urgency.RED:
        order.urgency, order.urgency_rank = Urgency.RED, URGENCY_RANK[Urgency.RED]
        add_event(session, order, "urgency_raised", MACHINE, now, urgency=Urgency.RED.value, by="voice")


def _add(
    session: Session, order: WorkOrder, now: datetime, *, urgency: Urgency, wants_person: bool, to_listen: bool
) -> None:
    if URGENCY_RANK[urgency] < URGENCY_RANK[order.urgency]:
        order.urgency, order.urgency_rank = urgency, URGENCY_RANK[urgency]
        order.reasons = {"words": [["9", "key"]]}
        add_event(session, order, "urgency_raised", CALLER, now, urgency=urgency.value, by="key 9")
    if wants_person and not order.wants_person:
        order.wants_person = True
        add_event(session, order, "person_wanted", CALLER, now)
    if to_listen and not order.to_listen:  # what is set to what it was is looked through for changes
        order.to_listen = True
    session.flush()


def _next_number(session: Session, now: datetime, settings: Settings) -> str:
    day = now.astimezone(ZoneInfo(settings.time_zone)).strftime("%Y%m%d")
    number = _COUNT.scalar(session, today=day)
    if number is None:  # the first of a day
        locked_row(session, OrderNumber, day, last=0)
        number = _COUNT.scalar(session, today=day)
    return f"WO-{day}-{number:06d}"


def _fresh_code(session: Session) -> str:
    """Draw a code that no other order has, from 900,000; the first digit is never 0, so that it is read out whole."""
    while True:
        code = str(secrets.randbelow(900_000) + 100_000)
        if _CODE.scalar(session, code=code) is None:
            return code
