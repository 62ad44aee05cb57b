"""Tells a department of an order in the way it has chosen, through the outbox; the console shows it in any case."""

import enum
from datetime import datetime

from sqlalchemy.orm import Session

from core import outbox
from core.models import Department, NoticeChannel, OutgoingKind, WorkOrder


class Notice(enum.StrEnum):
    """What a department is told."""

    DISPATCHED = "dispatched"
    REOPENED = "reopened"
    REMINDER = "reminder"
    OVERDUE = "overdue"


_KINDS = {
    NoticeChannel.SMS: OutgoingKind.DEPARTMENT_SMS,
    NoticeChannel.CALL: OutgoingKind.DEPARTMENT_CALL,
    NoticeChannel.WEBHOOK: OutgoingKind.DEPARTMENT_WEBHOOK,
    NoticeChannel.EMAIL: OutgoingKind.DEPARTMENT_EMAIL,
    NoticeChannel.OPEN311: OutgoingKind.DEPARTMENT_OPEN311,
}


def notify_department(
    session: Session, order: WorkOrder, notice: Notice, key: str, now: datetime, department: Department | None = None
) -> None:
    """Write what is to be sent to a department (the one that leads, if none is named); nothing for the console alone.

    Args:
        session: the caller's open transaction.
        order: what it is about; what is told of it is read when it is sent.
        notice: what happened.
        key: makes the notice unique among those of its kind, e.g. the moment that was passed.
        now: when.
        department: whom, if not the one that leads.
    """
    told = department or (session.get(Department, order.department_id) if order.department_id else None)
    kind = _KINDS.get(told.channel) if told else None
    if told is None or kind is None or (notice is not Notice.DISPATCHED and kind is OutgoingKind.DEPARTMENT_OPEN311):
        return  # an Open311 endpoint takes a request once; it knows no reminders
    payload = {"to": told.address, "order_id": order.id, "department_id": told.id, "notice": notice.value}
    outbox.send(session, kind, f"{notice}:{order.id}:{told.id}:{key}"[:120], payload, now)
