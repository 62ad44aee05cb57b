"""Who may do what; every page that changes or reveals something asks here."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from core.models import Role
from core.settings import Language
from routing.orders import Actor, Party, Verb
from routing.orders.lifecycle import may


class Permission(enum.StrEnum):
    """What a page may ask for beyond being signed in."""

    ACCEPT = "accept"
    CLAIM = "claim"
    SET_URGENCY = "set_urgency"
    LISTEN = "listen"
    SHOW_NUMBER = "show_number"
    KEEP_WISHES = "keep_wishes"
    EDIT_ARTICLES = "edit_articles"
    REVIEW_ARTICLES = "review_articles"
    CORRECT = "correct"
    KEEP_TERMS = "keep_terms"
    SEE_LINE = "see_line"
    TAKE_CALLS = "take_calls"
    SETTLE_RED = "settle_red"
    SEE_LEXICON = "see_lexicon"
    KEEP_LEXICON = "keep_lexicon"
    SEE_CITY = "see_city"
    KEEP_CITY = "keep_city"
    SEE_DIRECTORY = "see_directory"
    KEEP_DIRECTORY = "keep_directory"
    WORK_FOR_UNIT = "work_for_unit"
    DECIDE_MATTERS = "decide_matters"
    SEE_FIGURES = "see_figures"


_BY_THE_LIFECYCLE = {
    Permission.ACCEPT: Verb.ACCEPT,
    Permission.CLAIM: Verb.CLAIM,
    Permission.SET_URGENCY: Verb.SET_URGENCY,
}
"""What may be done to orders is the lifecycle's matter, not this table's."""
_DESK = frozenset({Permission.LISTEN, Permission.SHOW_NUMBER})
_TAKES_CALLS = frozenset({Permission.SEE_LINE, Permission.TAKE_CALLS, Permission.KEEP_WISHES})
_LETS_OUT = frozenset({Permission.REVIEW_ARTICLES, Permission.CORRECT})
_DIRECTORY = frozenset({Permission.SEE_DIRECTORY, Permission.KEEP_DIRECTORY})
_ALLOWED: Mapping[Role, frozenset[Permission]] = {
    Role.AGENT: _DESK | _TAKES_CALLS | {Permission.SEE_DIRECTORY},
    Role.SUPERVISOR: _DESK
    | _TAKES_CALLS
    | _LETS_OUT
    | _DIRECTORY
    | {Permission.SETTLE_RED, Permission.DECIDE_MATTERS, Permission.SEE_LEXICON, Permission.SEE_CITY}
    | {Permission.SEE_FIGURES},
    # keeps content and accounts, calls nobody
    Role.ADMIN: (_DESK - {Permission.SHOW_NUMBER})
    | _LETS_OUT
    | _DIRECTORY
    | {Permission.EDIT_ARTICLES, Permission.KEEP_TERMS, Permission.SEE_LINE, Permission.SEE_FIGURES}
    | {Permission.SEE_LEXICON, Permission.KEEP_LEXICON, Permission.SEE_CITY, Permission.KEEP_CITY},
    Role.HANDLER: _DESK | {Permission.WORK_FOR_UNIT},
    Role.VOLUNTEER: _DESK,
}

_HOMES = {Role.HANDLER: "console.unit", Role.VOLUNTEER: "console.volunteering"}


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
    department_id: int | None = None
    team_id: int | None = None

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the session keeps."""
        return f"{self.id}:{self.session_key}"

    def may(self, permission: Permission | str) -> bool:
        """Tell whether this person's role allows something."""
        verb = _BY_THE_LIFECYCLE.get(Permission(permission))
        return may(self.party, verb) if verb else Permission(permission) in _ALLOWED[self.role]

    @property
    def home(self) -> str:
        """The page where this person's work is."""
        return _HOMES.get(self.role, "console.orders")

    @property
    def party(self) -> Party:
        """Who this person is in the lifecycle of an order."""
        return Party(self.role.value)

    @property
    def actor(self) -> Actor:
        """Who does what this person does."""
        return Actor(self.sign_in, self.party, self.department_id, self.team_id)
