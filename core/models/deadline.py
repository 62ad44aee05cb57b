"""The clocks as data: how long each step may take, by urgency and category, and which hours count."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.models.work_order import Category, ClockStep, Urgency


class WorkingHours(Base):
    """Hours of a day that count, on the working days of a country (weekends swapped for holidays included)."""

    __tablename__ = "working_hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    zone: Mapped[str] = mapped_column(String(40))
    country: Mapped[str] = mapped_column(String(2), default="CN")
    opens: Mapped[str] = mapped_column(String(5))
    """`HH:MM`, local."""
    closes: Mapped[str] = mapped_column(String(5))


class DeadlineRule(Base):
    """A city's own time for one step, in place of the shipped one."""

    __tablename__ = "deadline_rules"
    __table_args__ = (UniqueConstraint("urgency", "category", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    urgency: Mapped[Urgency]
    category: Mapped[Category | None]
    """None: every category that has no rule of its own."""
    step: Mapped[ClockStep]
    seconds: Mapped[int]
    working_hours_id: Mapped[int | None] = mapped_column(ForeignKey("working_hours.id"))
    """None: round the clock."""
