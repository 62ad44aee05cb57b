"""The accounts: who signs in, as what, for which department or team, and by which PIN on the telephone.

Shows neither PIN nor password, and sets no password.
"""

import re
import secrets
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from console.city_sheets import Field, Line, Sheet, UnusableError
from console.display import t
from console.parts import now, person
from console.permissions import Permission
from console.words import LANGUAGES
from core.errors import StillInUseError
from core.models import Department, Role, Staff, VolunteerTeam
from routing.line.wrong_pins import forget_all, guessed

_PASSWORD_BYTES = 32
_AGENT_NUMBER = re.compile("[0-9]{2,8}")
_PIN = re.compile("[0-9]{6,10}")
_LEAST_DIGITS = 3
"""So many different ones: 112112 is guessed at once, and so are runs."""
_RUNS = "01234567890123456789"


class Accounts(Sheet):
    """The accounts as the page shows and keeps them; one is switched off, never removed: orders name it."""

    name = "accounts"
    see = keep = Permission.KEEP_CITY

    def fields(self, session: Session) -> list[Field]:
        """Return what an account has."""
        units = select(Department).where(Department.removed_at.is_(None)).order_by(Department.name)
        teams = session.scalars(select(VolunteerTeam).order_by(VolunteerTeam.name))
        none = (("", "—"),)
        return [
            Field("sign_in", required=True, fixed=True),
            Field("name", required=True),
            Field("role", "choice", tuple((role.value, t(f"role.{role.value}")) for role in Role)),
            Field("department", "choice", (*none, *((str(row.id), row.name) for row in session.scalars(units)))),
            Field("team", "choice", (*none, *((str(row.id), row.name) for row in teams))),
            Field("language", "choice", tuple((code, t(f"language.self_{code}")) for code in LANGUAGES)),
            Field("agent_number"),
            Field("pin", "secret", listed=False),
            Field("active", "flag"),
        ]

    def lines(self, session: Session) -> list[Line]:
        """Return all accounts, those switched off last."""
        rows = session.scalars(select(Staff).order_by(Staff.active.desc(), Staff.role, Staff.sign_in))
        numbers = {one.agent_number for one in guessed(session, now())}
        return [Line(str(row.id), _values(row), _notes(row, numbers), can_be_removed=False) for row in rows]

    def ready(self, key: str, typed: Mapping[str, str]) -> Mapping[str, str]:
        """Hash the PIN, and for a new account a password that nobody knows.

        Raises:
            UnusableError: it is no PIN, or is guessed at once.
        """
        pin = typed.get("pin", "")
        if pin and (not _PIN.fullmatch(pin) or len(set(pin)) < _LEAST_DIGITS or pin in _RUNS or pin[::-1] in _RUNS):
            raise UnusableError("pin")
        unknown = "" if key else generate_password_hash(secrets.token_urlsafe(_PASSWORD_BYTES))
        return {**typed, "pin": generate_password_hash(pin) if pin else "", "password_hash": unknown}

    def save(self, session: Session, key: str, values: Mapping[str, str]) -> str:
        """Keep an account; a new one can't sign in until a password is given to it.

        An empty PIN leaves the one that is there; with a new one the wrong ones for the agent number are forgotten.

        Raises:
            UnusableError: a handler without a department, a volunteer without a team, an admin's own role, or an agent
                number that is none.
        """
        role, department, team = Role(values["role"]), values.get("department"), values.get("team")
        if (role is Role.HANDLER and not department) or (role is Role.VOLUNTEER and not team):
            raise UnusableError("belongs_nowhere")
        row = session.get_one(Staff, int(key)) if key else _new(values["sign_in"], values["password_hash"])
        if row.sign_in == person().sign_in and (role is not row.role or not values.get("active")):
            raise UnusableError("own_account")
        row.name, row.role, row.active = values["name"][:80], role, bool(values.get("active"))
        row.language = next(code for code in LANGUAGES if code == values["language"])
        row.department_id = int(department) if department and role is Role.HANDLER else None
        row.team_id = int(team) if team and role is Role.VOLUNTEER else None
        _let_dial_in(session, row, values.get("agent_number", ""), values.get("pin", ""))
        session.add(row)
        session.flush()
        return str(row.id)

    def remove(self, session: Session, key: str) -> None:
        """Refuse: what somebody did stays theirs.

        Raises:
            StillInUseError: always.
        """
        raise StillInUseError(f"{session.get_one(Staff, int(key)).sign_in} can only be switched off.")


def _let_dial_in(session: Session, row: Staff, agent_number: str, pin_hash: str) -> None:
    """Set what somebody keys in on a telephone; without an agent number nobody gets in there."""
    if (agent_number or pin_hash) and not _AGENT_NUMBER.fullmatch(agent_number):
        raise UnusableError("agent_number")
    row.agent_number = agent_number or None
    if pin_hash:
        row.pin_hash = pin_hash
        forget_all(session, agent_number)


def _new(sign_in: str, password_hash: str) -> Staff:
    return Staff(sign_in=sign_in[:80], password_hash=password_hash, created_at=now())


def _notes(row: Staff, guessed_numbers: AbstractSet[str]) -> tuple[str, ...]:
    if row.pin_hash is None:
        return ()
    return ("pin_set", "pin_guessed") if row.agent_number in guessed_numbers else ("pin_set",)


def _values(row: Staff) -> dict[str, str]:
    return {
        "sign_in": row.sign_in,
        "name": row.name,
        "role": row.role.value,
        "department": str(row.department_id or ""),
        "team": str(row.team_id or ""),
        "language": row.language,
        "agent_number": row.agent_number or "",
        "active": "1" if row.active else "",
    }
