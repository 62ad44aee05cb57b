"""What a city changed in the words, places and categories that triage judges by; all else is shipped with the house."""

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.models.work_order import Category
from core.settings import Language


class LexiconWord(Base):
    """A word that a city added to what is shipped (`is_active`), or switched off in it."""

    __tablename__ = "lexicon_words"
    __table_args__ = (UniqueConstraint("language", "kind", "why", "phrase"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[Language] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(32))
    why: Mapped[str] = mapped_column(String(40))
    phrase: Mapped[str] = mapped_column(String(80))
    is_active: Mapped[bool]


class LexiconChange(Base):
    """Who changed which word, when, and why; never changed, never removed."""

    __tablename__ = "lexicon_changes"
    __table_args__ = (Index("ix_lexicon_changes_changed_at", "changed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[Language] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(32))
    why: Mapped[str] = mapped_column(String(40))
    phrase: Mapped[str] = mapped_column(String(80))
    is_active: Mapped[bool]
    """True: added or switched on again; False: removed or switched off."""
    actor: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]


class PlaceRow(Base):
    """A place of the city: a district, or a street, community or landmark in another one."""

    __tablename__ = "places"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    level: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    within: Mapped[str | None] = mapped_column(String(80))
    said_zh: Mapped[list[str]]
    said_en: Mapped[list[str]]


class BranchRow(Base):
    """A class of the city's own tree of categories."""

    __tablename__ = "category_branches"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int]
    category: Mapped[Category]
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    said_zh: Mapped[list[str]]
    said_en: Mapped[list[str]]
