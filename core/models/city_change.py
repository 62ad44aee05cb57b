"""Who changed what in the city's own data: categories, places, clocks, departments, directory."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class CityChange(Base):
    """One change, with what was there before and what is there since; never changed, never removed."""

    __tablename__ = "city_changes"
    __table_args__ = (Index("ix_city_changes_sheet", "sheet", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(80))
    before: Mapped[dict[str, Any]]
    """Empty: it was added."""
    after: Mapped[dict[str, Any]]
    """Empty: it was removed."""
    actor: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime]
