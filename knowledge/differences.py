"""What has changed between two wordings, field by field, in pieces a person can read; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from difflib import SequenceMatcher
from typing import Literal
from zoneinfo import ZoneInfo

from knowledge.content import Content

_UNIT = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
Kind = Literal["same", "gone", "new"]


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Difference:
    """One field that is not the same any more."""

    field: str
    pieces: tuple[Piece, ...]


def differences(before: Content, after: Content, zone: ZoneInfo) -> tuple[Difference, ...]:
    """Return the fields in which two wordings differ; moments are shown in `zone`."""
    pairs = (
        (one.name, _text(getattr(before, one.name), zone), _text(getattr(after, one.name), zone))
        for one in fields(Content)
    )
    return tuple(Difference(name, tuple(_pieces(old, new))) for name, old, new in pairs if old != new)


def _text(value: object, zone: ZoneInfo) -> str:
    if isinstance(value, tuple):
        return "\n".join(value)
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return "" if value is None else str(value)


def _pieces(old: str, new: str) -> Iterator[Piece]:
    """Compare Chinese by characters and everything else by words."""
    was, now = _UNIT.findall(old), _UNIT.findall(new)
    for what, from_, to, start, end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(was[from_:to]))
            continue
        if from_ < to:
            yield Piece("gone", "".join(was[from_:to]))
        if start < end:
            yield Piece("new", "".join(now[start:end]))
