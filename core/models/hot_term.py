"""Names that a recogniser tends to mishear and that admins therefore list: places, hospitals, medicines."""

import enum
from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.settings import Language


class HotTermKind(enum.StrEnum):
    """What a hot term names."""

    PLACE = "place"
    HOSPITAL = "hospital"  # hospitals, their wards and departments
    MEDICINE = "medicine"


class HotTerm(Base):
    """One name, in the spelling that people are to read."""

    __tablename__ = "hot_terms"
    __table_args__ = (UniqueConstraint("language", "term"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[Language] = mapped_column(String(8))
    term: Mapped[str] = mapped_column(String(60))
    kind: Mapped[HotTermKind]
    added_by: Mapped[str] = mapped_column(String(80))
    """A staff member's sign-in; `hotline` for those that every installation starts with."""
    added_at: Mapped[datetime]
    active: Mapped[bool] = mapped_column(default=True)
    """False once removed: kept, so that what was proposed with it can still be explained."""
