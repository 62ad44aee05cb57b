"""Answers to common questions, as the city's admins keep them."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.settings import Language


class ArticleRow(Base):
    """One answer in one language; the same slug in another language says the same."""

    __tablename__ = "articles"
    __table_args__ = (UniqueConstraint("slug", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    language: Mapped[Language] = mapped_column(String(8))
    category: Mapped[str] = mapped_column(String(32))
    district: Mapped[str | None] = mapped_column(String(40))
    question: Mapped[str] = mapped_column(String(300))
    phrasings: Mapped[list[str]]
    answer: Mapped[str] = mapped_column(Text)
    rank: Mapped[int] = mapped_column(default=100)
    """Place in its category when the questions are read out; 1 comes first."""
    is_sample: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]
