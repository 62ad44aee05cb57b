"""Who works on orders: departments, the rules that choose them, people on shift, the directory, volunteer teams."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.models.work_order import Category


class NoticeChannel(enum.StrEnum):
    """How a department wants to hear of its orders; the console shows them in any case."""

    CONSOLE = "console"
    SMS = "sms"
    CALL = "call"
    WEBHOOK = "webhook"
    EMAIL = "email"
    OPEN311 = "open311"


class DepartmentKind(enum.StrEnum):
    """What a department is for."""

    ORDINARY = "ordinary"
    BACKSTOP = "backstop"  # 兜底: takes what nobody else is chosen for; of one district, or of the city
    PSYCHOLOGICAL = "psychological"  # the psychological support line


class Department(Base):
    """A unit that orders are dispatched to (承办单位)."""

    __tablename__ = "departments"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[DepartmentKind] = mapped_column(default=DepartmentKind.ORDINARY)
    district: Mapped[str | None] = mapped_column(String(40))
    """The one district it is for; None: the whole city."""
    channel: Mapped[NoticeChannel] = mapped_column(default=NoticeChannel.CONSOLE)
    address: Mapped[str | None] = mapped_column(String(300))
    """Number, e-mail address or URL for its channel."""
    secret: Mapped[str | None] = mapped_column(String(200))
    """Signs what is sent to its webhook, or is its Open311 API key."""
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    """Set instead of deleting the row: closed orders still name it."""


class DispatchRule(Base):
    """Category and place → the lead department (首接负责) and those that assist; the most specific rule counts."""

    __tablename__ = "dispatch_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[Category | None]
    district: Mapped[str | None] = mapped_column(String(40))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    assisting: Mapped[list[str]] = mapped_column(default=list)
    """Names of departments."""


class ContactKind(enum.StrEnum):
    """What an entry of the directory is."""

    DUTY = "duty"  # the hotline's own people on duty
    SUPERVISOR = "supervisor"
    LEADER = "leader"  # e.g. the district head
    DEPARTMENT = "department"
    STREET = "street"
    COMMITTEE = "committee"  # neighbourhood committee
    HOSPITAL = "hospital"
    EMERGENCY = "emergency"  # full number: short codes can't be dialled by the carrier
    PSYCHOLOGICAL = "psychological"


class Contact(Base):
    """One telephone in the emergency directory."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ContactKind] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(80))
    district: Mapped[str | None] = mapped_column(String(40))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    phone: Mapped[str] = mapped_column(String(20))
    is_public: Mapped[bool] = mapped_column(default=False)
    """May be spoken or sent to a caller."""
    rank: Mapped[int] = mapped_column(default=100)
    """Whom to ring first among equals: 1 comes first."""
    test_called_at: Mapped[datetime | None]


class Shift(Base):
    """Who can be rung, from when to when; a contact with shifts is rung only during them."""

    __tablename__ = "shifts"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class VolunteerTeam(Base):
    """Volunteers who take orders of some areas, kinds and goods; an empty list means all of them."""

    __tablename__ = "volunteer_teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    districts: Mapped[list[str]] = mapped_column(default=list)
    categories: Mapped[list[str]] = mapped_column(default=list)
    said: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """What callers name when it is for this team: goods (奶粉) or a hospital whose pharmacy it knows."""
