"""Keeps the departments: made with a way to reach them that works, removed only when no order is left behind."""

from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.errors import NobodyToTakeItError, StillInUseError
from core.models import Department, DepartmentKind, DispatchRule, NoticeChannel, OrderState, WorkOrder
from core.phone_numbers import e164
from routing.dispatch.dispatching import dispatch
from routing.orders.events import add_event
from routing.orders.lifecycle import OPEN, Verb
from routing.orders.lifecycle import TABLE as LIFECYCLE
from routing.orders.stepping import Actor

_BY_TELEPHONE = frozenset({NoticeChannel.SMS, NoticeChannel.CALL})
_BY_WEB = frozenset({NoticeChannel.WEBHOOK, NoticeChannel.OPEN311})


def add_department(
    session: Session,
    name: str,
    now: datetime,
    *,
    kind: DepartmentKind = DepartmentKind.ORDINARY,
    district: str | None = None,
    channel: NoticeChannel = NoticeChannel.CONSOLE,
    address: str | None = None,
    secret: str | None = None,
) -> Department:
    """Add a department.

    Raises:
        ValueError: its address is none for its channel, or a webhook has no secret to be signed with.
    """
    problem = _problem(channel, address, secret)
    if problem:
        raise ValueError(problem)
    row = Department(
        name=name, kind=kind, district=district, channel=channel, address=address, secret=secret, created_at=now
    )
    session.add(row)
    session.flush()
    return row


def change_department(
    session: Session,
    row: Department,
    name: str,
    *,
    kind: DepartmentKind,
    district: str | None,
    channel: NoticeChannel,
    address: str | None,
    secret: str | None,
) -> None:
    """Change a department; rules that name it as assisting follow its name.

    Raises:
        ValueError: as when it is added.
    """
    problem = _problem(channel, address, secret)
    if problem:
        raise ValueError(problem)
    for rule in session.scalars(select(DispatchRule)):
        rule.assisting = [name if helping == row.name else helping for helping in rule.assisting]
    row.name, row.kind, row.district = name, kind, district
    row.channel, row.address, row.secret = channel, address, secret
    session.flush()


def _problem(channel: NoticeChannel, address: str | None, secret: str | None) -> str | None:
    if channel in _BY_TELEPHONE and (not address or e164(address) != address):
        return "A telephone number in the form +86… is needed."
    if channel is NoticeChannel.EMAIL and (not address or address.count("@") != 1 or any(map(str.isspace, address))):
        return "An e-mail address is needed."
    if channel in _BY_WEB and (urlsplit(address or "").scheme not in {"http", "https"}):
        return "An http(s) address is needed."
    if channel is NoticeChannel.WEBHOOK and not secret:
        return "A webhook needs a secret by which it is signed."
    return None


def remove_department(
    session: Session, department: Department, actor: Actor, now: datetime, *, move_orders: bool = False
) -> int:
    """Remove a department; with `move_orders` its open orders go to whoever the rules and backstops then name.

    Returns how many orders were moved.

    Raises:
        StillInUseError: it has open orders, or `move_orders` found nobody to take one.
    """
    orders = session.scalars(
        select(WorkOrder)
        .where(WorkOrder.department_id == department.id, WorkOrder.state.in_(OPEN))
        .order_by(WorkOrder.id)
        .with_for_update(of=WorkOrder)
    ).all()
    if orders and not move_orders:
        raise StillInUseError(f"{department.name} has {len(orders)} open orders; move them to the backstop first.")
    department.removed_at = now
    department.name = f"{department.name} ({now:%Y-%m-%d %H:%M:%S})"[-80:]  # the name is free again
    session.execute(delete(DispatchRule).where(DispatchRule.department_id == department.id))
    session.flush()
    return sum(_move(session, order, department, actor, now) for order in orders)


def _move(session: Session, order: WorkOrder, department: Department, actor: Actor, now: datetime) -> bool:
    """Give one order away; an answered one stays with who answered it, a deferred one goes back to the desk."""
    if (order.state, Verb.DISPATCH) in LIFECYCLE:
        try:
            dispatch(session, order, actor, now)
        except NobodyToTakeItError as error:
            raise StillInUseError(f"Nobody is set to take {order.number} from {department.name}.") from error
        return True
    if order.state is OrderState.DEFERRED:
        order.department_id = None
        session.flush()
        add_event(session, order, "moved_to_desk", actor.name, now, department_id=department.id)
        return True
    return False
