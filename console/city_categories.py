"""The city's tree of categories: names, the house's class that each belongs to, and what callers say of it."""

import secrets
from collections.abc import Mapping

from sqlalchemy.orm import Session

from console.article_form import places as divided
from console.city_sheets import Field, Line, Sheet, UnusableError
from console.display import t
from console.permissions import Permission
from core.models import Category
from routing.triage.editing import UnusableEntryError, put_branch, remove_branch
from routing.triage.lexicon import Branch
from routing.triage.store import read_tree


class Categories(Sheet):
    """The categories as the page shows and keeps them."""

    name = "categories"
    see, keep = Permission.SEE_CITY, Permission.KEEP_CITY

    def fields(self, session: Session) -> list[Field]:  # noqa: ARG002
        """Return what a category has."""
        return [
            Field("name_zh", required=True),
            Field("name_en", required=True),
            Field("category", "choice", tuple((each.value, t(f"category.{each.value}")) for each in Category)),
            Field("said_zh", "words"),
            Field("said_en", "words"),
        ]

    def lines(self, session: Session) -> list[Line]:
        """Return the tree in the order in which a tie is settled."""
        return [
            Line(
                branch.key,
                {
                    "name_zh": branch.names["zh"],
                    "name_en": branch.names["en"],
                    "category": branch.category.value,
                    "said_zh": "、".join(branch.said["zh"]),
                    "said_en": "、".join(branch.said["en"]),
                },
            )
            for branch in read_tree(session)
        ]

    def save(self, session: Session, key: str, values: Mapping[str, str]) -> str:
        """Keep a category; words that triage already knows for it count besides."""
        key = key or f"own_{secrets.token_hex(4)}"
        names = {"zh": values["name_zh"], "en": values["name_en"]}
        said = {"zh": divided(values.get("said_zh", "")), "en": divided(values.get("said_en", ""))}
        try:
            put_branch(session, Branch(key, Category(values["category"]), names, said))
        except UnusableEntryError as error:
            raise UnusableError(error.what) from error
        return key

    def remove(self, session: Session, key: str) -> None:
        """Remove a category; the last one stays."""
        remove_branch(session, key)
