"""Proof that the memory of the orders was not changed: an hourly root over all heads."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class AuditRoot(Base):
    """One root: over the heads of all orders that got an event since the root before, and over that root."""

    __tablename__ = "audit_roots"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    last_event_id: Mapped[int]
    """It covers events up to this one."""
    heads: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
