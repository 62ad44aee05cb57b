"""Orders that may be about one matter: what a machine proposes and a person decides."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.models.work_order import Category


class Incident(Base):
    """One cause that many call about (“no water in block 7”): proposed by likeness, real once a person confirms it."""

    __tablename__ = "incidents"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    """What callers say of it; the next caller's words are compared with this."""
    category: Mapped[Category | None]
    district: Mapped[str | None] = mapped_column(String(40))
    proposed_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(80))
    due_at: Mapped[datetime | None]
    """When callers are told that it is expected to be over."""
    closed_at: Mapped[datetime | None]


class MatterProposal(Base):
    """Two orders, or an order and an incident, that are perhaps the same matter."""

    __tablename__ = "matter_proposals"
    __table_args__ = (
        UniqueConstraint("order_id", "other_id", name="uq_matter_proposals_orders"),
        UniqueConstraint("order_id", "incident_id", name="uq_matter_proposals_incident"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id"))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("work_orders.id"))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    likeness: Mapped[float]
    """0–1."""
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    joined: Mapped[bool | None]
