"""The first accounts of a new installation, and the names behind sign-ins."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from core.database import Database
from core.errors import HotlineError
from core.models import Role, Staff

_FIRST = (("agent", "坐席", Role.AGENT), ("supervisor", "值班长", Role.SUPERVISOR), ("admin", "管理员", Role.ADMIN))
_PASSWORD_BYTES = 9


class UnknownAccountError(HotlineError):
    """Nobody signs in by this name."""


def seed_accounts(session: Session, now: datetime) -> list[tuple[str, str]]:
    """Make one account for each role with a random password, if there are no accounts at all.

    Returns:
        Sign-ins and passwords, to be shown once; they are stored nowhere. Empty if there were accounts.
    """
    if session.scalar(select(Staff.id).limit(1)) is not None:
        return []
    return [(sign_in, _make(session, sign_in, name, role, now)) for sign_in, name, role in _FIRST]


def new_password(database: Database, sign_in: str) -> str:
    """Give an account a new random password, which is stored nowhere in clear, and return it.

    Raises:
        UnknownAccountError: nobody has this sign-in.
    """
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    password_hash = generate_password_hash(password)  # slow: not within the transaction, for which others wait
    with database.transaction() as session:
        account = session.scalar(select(Staff).where(Staff.sign_in == sign_in))
        if account is None:
            raise UnknownAccountError(f"There is no account “{sign_in}”.")
        account.password_hash = password_hash
    return password


def names(session: Session) -> Mapping[str, str]:
    """Return everybody's name by sign-in."""
    return {row.sign_in: row.name for row in session.execute(select(Staff.sign_in, Staff.name))}


def _make(session: Session, sign_in: str, name: str, role: Role, now: datetime) -> str:
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    session.add(
        Staff(sign_in=sign_in, name=name, password_hash=generate_password_hash(password), role=role, created_at=now)
    )
    session.flush()
    return password
