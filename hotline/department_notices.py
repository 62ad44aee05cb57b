"""What a department is told of an order, in each of the ways it can choose; read when it is sent, never stored."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.clock import now
from core.errors import DeliveryError
from core.house import House
from core.models import Department, Outgoing, OutgoingKind, WorkOrder
from core.settings import Settings
from delivery.email import send_email
from delivery.open311_client import ServiceRequest, open_request
from delivery.webhook import post_signed

_NOTICES = {"dispatched": "新派工单", "reopened": "工单重办", "reminder": "工单催办", "overdue": "工单超时督办"}
_URGENCIES = {"red": "红", "yellow": "黄", "green": "绿", "unknown": "未定"}


def hand_over(house: House, row: Outgoing) -> str:
    """Tell a department by e-mail, webhook or Open311; returns what the other side calls it.

    Raises:
        DeliveryError: it did not arrive, or the order or department is gone.
    """
    with house.database.reading() as session:
        order, department = _about(session, row)
        send = _WAYS[row.kind](house.settings, row, order, department)
    return send()  # the network, after the transaction


def short_text(house: House, row: Outgoing) -> str:
    """Return the short message to a department: what it is and until when, no word of the citizen.

    Raises:
        DeliveryError: the order or department is gone.
    """
    with house.database.reading() as session:
        order, _ = _about(session, row)
        return _subject(row, order, house.settings) + "请登录系统办理。"


_Send = Callable[[], str]


def _about(session: Session, row: Outgoing) -> tuple[WorkOrder, Department]:
    order = session.get(WorkOrder, row.payload["order_id"])
    department = session.get(Department, row.payload["department_id"])
    if order is None or department is None:
        raise DeliveryError("The order or its department is gone.", retryable=False)
    return order, department


def _by_email(settings: Settings, row: Outgoing, order: WorkOrder, department: Department) -> _Send:
    """A mail travels in clear: it says no more than that there is an order, and where to read it."""
    subject = _subject(row, order, settings)
    text = f"{department.name}：\n\n{subject}\n请登录办理：{settings.base_url}/orders/{order.number}\n"
    to, key = str(row.payload["to"]), f"notice-{row.id}"
    return lambda: send_email(settings, to, subject, text, key)


def _by_webhook(settings: Settings, row: Outgoing, order: WorkOrder, department: Department) -> _Send:
    told: dict[str, Any] = {
        "notice": row.payload["notice"],
        "number": order.number,
        "category": order.category,
        "district": order.district,
        "urgency": order.urgency,
        "state": order.state,
        "registered_at": order.registered_at.isoformat(),
        "due_step": order.due_step,
        "due_at": order.due_at.isoformat() if order.due_at else None,
        "summary": order.summary,
        "caller": None if order.hides_identity else order.call.caller.number,
        "url": f"{settings.base_url}/orders/{order.number}",
    }
    url, secret, key = str(row.payload["to"]), department.secret or "", f"notice-{row.id}"
    return lambda: post_signed(url, secret, told, key, now())


def _by_open311(_settings: Settings, row: Outgoing, order: WorkOrder, department: Department) -> _Send:
    asked = ServiceRequest(
        service_code=order.category or "other",
        description=f"[{order.number}] {order.summary}".strip(),
        address=order.district or "",
        phone=None if order.hides_identity else order.call.caller.number,
    )
    endpoint, api_key = str(row.payload["to"]), department.secret or ""
    return lambda: open_request(endpoint, api_key, asked)


_WAYS = {
    OutgoingKind.DEPARTMENT_EMAIL: _by_email,
    OutgoingKind.DEPARTMENT_WEBHOOK: _by_webhook,
    OutgoingKind.DEPARTMENT_OPEN311: _by_open311,
}


def _subject(row: Outgoing, order: WorkOrder, settings: Settings) -> str:
    due = f"，时限{_local(order.due_at, settings)}" if order.due_at else ""
    return f"【热线】{_NOTICES[row.payload['notice']]} {order.number}，紧急程度{_URGENCIES[order.urgency]}{due}。"


def _local(moment: datetime, settings: Settings) -> str:
    return f"{moment.astimezone(ZoneInfo(settings.time_zone)):%m-%d %H:%M}"
