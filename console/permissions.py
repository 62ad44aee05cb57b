"""Who may do what; every page that changes or reveals something asks here."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from core.models import Role
from core.settings import Language


class Permission(enum.StrEnum):
    """What a page may ask for beyond being signed in."""

    ACCEPT = "accept"
    SET_URGENCY = "set_urgency"
    LISTEN = "listen"
    SHOW_NUMBER = "show_number"
    EDIT_ARTICLES = "edit_articles"
    REVIEW_ARTICLES = "review_articles"
    CORRECT = "correct"
    KEEP_TERMS = "keep_terms"


_DESK = frozenset({Permission.ACCEPT, Permission.SET_URGENCY, Permission.LISTEN, Permission.SHOW_NUMBER})
_LETS_OUT = frozenset({Permission.REVIEW_ARTICLES, Permission.CORRECT})
_ALLOWED: Mapping[Role, frozenset[Permission]] = {
    Role.AGENT: _DESK,
    Role.SUPERVISOR: _DESK | _LETS_OUT,
    # keeps content and accounts, calls nobody
    Role.ADMIN: (_DESK - {Permission.SHOW_NUMBER}) | _LETS_OUT | {Permission.EDIT_ARTICLES, Permission.KEEP_TERMS},
}


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in, as Flask-Login wants to see them."""

    id: int
    sign_in: str
    name: str
    role: Role
    language: Language
    session_key: str
    """Changes with the password, which ends older sessions."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the session keeps."""
        return f"{self.id}:{self.session_key}"

    def may(self, permission: Permission | str) -> bool:
        """Tell whether this person's role allows something."""
        return Permission(permission) in _ALLOWED[self.role]
