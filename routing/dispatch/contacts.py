"""The emergency directory: whom to ring in a district, what may be told to a caller, and what was not tested lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from core.models import Contact, ContactKind, Shift, WorkOrder
from core.phone_numbers import e164

TESTED_WITHIN = timedelta(days=90)
"""An entry that nobody has test-called for longer is warned about."""


@dataclass(frozen=True)
class DirectoryWarning:
    """What is wrong in the directory; while it is, agents tell callers to dial 120 and stay with the order."""

    district: str | None
    contact_id: int | None
    why: str
    """`missing`, `never_tested` or `tested_long_ago`."""


def add_contact(
    session: Session,
    kind: ContactKind,
    name: str,
    phone: str,
    *,
    district: str | None = None,
    department_id: int | None = None,
    is_public: bool = False,
    rank: int = 100,
) -> Contact:
    """Add an entry.

    Raises:
        ValueError: not a full number: short codes such as 120 can't be dialled by the carrier.
    """
    if e164(phone) != phone:
        raise ValueError("A full telephone number in the form +86… is needed; short codes can't be dialled.")
    row = Contact(
        kind=kind,
        name=name,
        phone=phone,
        district=district,
        department_id=department_id,
        is_public=is_public,
        rank=rank,
    )
    session.add(row)
    session.flush()
    return row


def change_contact(
    session: Session,
    row: Contact,
    kind: ContactKind,
    name: str,
    phone: str,
    *,
    district: str | None,
    department_id: int | None,
    is_public: bool,
    rank: int,
) -> None:
    """Change an entry; with another number its test call no longer counts.

    Raises:
        ValueError: as when it is added.
    """
    if e164(phone) != phone:
        raise ValueError("A full telephone number in the form +86… is needed; short codes can't be dialled.")
    if phone != row.phone:
        row.test_called_at = None
    row.kind, row.name, row.phone = kind, name, phone
    row.district, row.department_id = district, department_id
    row.is_public, row.rank = is_public, rank
    session.flush()


def remove_contact(session: Session, row: Contact) -> None:
    """Remove an entry with its shifts; nobody is rung on it again."""
    session.execute(delete(Shift).where(Shift.contact_id == row.id))
    session.delete(row)
    session.flush()


def note_test_call(session: Session, row: Contact, now: datetime) -> None:
    """Note that somebody rang this number and the right one answered."""
    row.test_called_at = now
    session.flush()


def warnings(session: Session, districts: Iterable[str], now: datetime) -> tuple[DirectoryWarning, ...]:
    """Return what is wrong with the emergency services' entries: each district needs one, tested within 90 days."""
    rows = session.scalars(select(Contact).where(Contact.kind == ContactKind.EMERGENCY).order_by(Contact.id)).all()
    for_all = any(row.district is None for row in rows)
    there = {row.district for row in rows}
    missing = [DirectoryWarning(name, None, "missing") for name in districts if name not in there and not for_all]
    stale = [DirectoryWarning(row.district, row.id, why) for row in rows if (why := _untested(row, now))]
    return (*missing, *stale)


def can_connect_emergency(session: Session, district: str | None, now: datetime) -> bool:
    """Tell whether a district has an emergency entry that was tested lately; else callers are told to dial 120."""
    here = or_(Contact.district.is_(None), Contact.district == district)
    rows = session.scalars(select(Contact).where(Contact.kind == ContactKind.EMERGENCY, here))
    return any(_untested(row, now) is None for row in rows)


def _untested(row: Contact, now: datetime) -> str | None:
    if row.test_called_at is None:
        return "never_tested"
    return "tested_long_ago" if now - row.test_called_at > TESTED_WITHIN else None


def public_contacts(session: Session, district: str | None, kind: ContactKind | None = None) -> tuple[Contact, ...]:
    """Return what may be spoken or sent to a caller: the district's own entries first."""
    here = or_(Contact.district.is_(None), Contact.district == district)
    wanted = select(Contact).where(Contact.is_public, here)
    if kind:
        wanted = wanted.where(Contact.kind == kind)
    return tuple(session.scalars(wanted.order_by(Contact.district.is_(None), Contact.rank, Contact.id)))


def order_contacts(session: Session, order: WorkOrder, limit: int = 30) -> tuple[Contact, ...]:
    """Return whom one of our people may ring about an order: its department's own entries first, then its district's.

    Entries of other districts are left out, and so are those of the unit that the matter is about.
    """
    about, lead = order.about_department_id, order.department_id
    wanted = select(Contact).where(or_(Contact.district.is_(None), Contact.district == order.district))
    if about is not None:
        wanted = wanted.where(or_(Contact.department_id.is_(None), Contact.department_id != about))
    rows = session.scalars(wanted.order_by(Contact.rank, Contact.id)).all()
    nearest = sorted(rows, key=lambda row: (lead is None or row.department_id != lead, row.district is None))
    return tuple(nearest[:limit])
