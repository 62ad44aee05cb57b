"""The people who sign in."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.settings import Language


class Role(enum.StrEnum):
    """What somebody may do."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    HANDLER = "handler"  # of a department
    VOLUNTEER = "volunteer"


class Staff(Base):
    """An account of the console."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    sign_in: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(300))
    role: Mapped[Role]
    language: Mapped[Language] = mapped_column(String(8), default="zh")
    active: Mapped[bool] = mapped_column(default=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    """A handler's."""
    team_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer_teams.id"))
    """A volunteer's."""
    agent_number: Mapped[str | None] = mapped_column(String(8), unique=True, index=True)
    """What an agent keys in to join the line from any telephone; beside it their PIN, hashed like the password."""
    pin_hash: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
