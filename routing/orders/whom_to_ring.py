"""Whom to ring about an order: the people on duty, and the ladder of those who stand higher; from the directory."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.models import Contact, ContactKind, Shift, WorkOrder
from core.settings import Settings

_HIGHER = (ContactKind.SUPERVISOR, ContactKind.LEADER)


def on_duty(session: Session, settings: Settings, now: datetime) -> tuple[str, ...]:
    """Return the telephones of the people on duty: those of the settings and the directory's, each once."""
    listed = (contact.phone for contact in contacts_now(session, ContactKind.DUTY, None, now))
    return tuple(dict.fromkeys((*settings.duty_phones, *listed)))


def higher(session: Session, order: WorkOrder, now: datetime) -> tuple[tuple[Contact, ...], ...]:
    """Return who is told of a red at registration (提级督办): supervisors, then leaders; each tuple is a level."""
    return tuple(contacts_now(session, kind, order.district, now) for kind in _HIGHER)


def ladder(session: Session, order: WorkOrder, settings: Settings, now: datetime) -> tuple[tuple[int, str], ...]:
    """Return (level, telephone) of everybody to whom a breach is escalated, in the order in which they are rung.

    Without supervisors or leaders in the directory, the people on duty stand in for them.
    """
    levels = higher(session, order, now)
    rungs = [(level, contact.phone) for level, contacts in enumerate(levels, 1) for contact in contacts]
    return tuple(rungs) or tuple((1, phone) for phone in on_duty(session, settings, now))


def contacts_now(
    session: Session, kind: ContactKind, district: str | None, now: datetime, *, department_id: int | None = None
) -> tuple[Contact, ...]:
    """Return the contacts of a kind whom one may ring now: of the district first, then of the whole city.

    A contact with shifts is there only during them; one without is always there.
    """
    here = or_(Contact.district.is_(None), Contact.district == district)
    wanted = select(Contact).where(Contact.kind == kind, here)
    if department_id is not None:
        wanted = wanted.where(Contact.department_id == department_id)
    on_shift = select(Shift.contact_id).where(Shift.starts_at <= now, Shift.ends_at > now)
    rostered = select(Shift.contact_id)
    there = wanted.where(or_(Contact.id.in_(on_shift), Contact.id.not_in(rostered)))
    return tuple(session.scalars(there.order_by(Contact.district.is_(None), Contact.rank, Contact.id)))
