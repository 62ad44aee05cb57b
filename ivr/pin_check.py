"""Compares a PIN with its hash, slow on purpose, before any transaction begins: others wait for who writes."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

from core.database import Database
from ivr.caller_input import call_sid
from routing.line.dialling_in import ComparedPin, pin_asked

LONGEST_PIN = 10


def compare_pin(database: Database, path: str, fields: Mapping[str, str], now: datetime) -> ComparedPin | None:
    """Return how the PIN of a webhook compares; None when it brings none, or none is looked at now.

    An unknown agent number takes as long to refuse as a known one.
    """
    sid, pin = call_sid(fields), fields.get("Digits", "")
    match path.split("/"):
        case ["seats", turn, "pin"] if sid and pin:
            with database.reading() as session:
                asked = pin_asked(session, sid, int(turn), now)
            if asked is None:
                return None
            return ComparedPin(asked, check_password_hash(asked.pin_hash or _nobodys_hash(), pin[: LONGEST_PIN + 1]))
        case _:
            return None


@cache
def _nobodys_hash() -> str:
    """A PIN nobody has."""
    return generate_password_hash("nobody's")
