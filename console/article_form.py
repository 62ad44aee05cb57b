"""Reads what an author typed; nothing typed is lost, whatever is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from console.parts import city_zone
from knowledge.content import Content, Problem

_LINES = re.compile(r"[\r\n]+")
_PLACES = re.compile(r"[\r\n,，、;；|]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MOMENT = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Typed:
    """A form as it was sent: the wording as far as it makes sense, and what made none."""

    fields: Mapping[str, str]
    content: Content
    problems: tuple[Problem, ...]


def read_typed(form: Mapping[str, str]) -> Typed:
    """Return what was typed; a moment or a number that is none is told, and stays in the field."""
    fields = {name: _CONTROLS.sub("", value) for name, value in form.items()}
    problems: list[Problem] = []
    content = Content(
        category=fields.get("category", "").strip(),
        question=" ".join(fields.get("question", "").split()),
        answer=fields.get("answer", "").strip().replace("\r\n", "\n"),
        phrasings=parts(fields.get("phrasings", ""), _LINES),
        long_text=fields.get("long_text", "").strip().replace("\r\n", "\n"),
        districts=places(fields.get("districts", "")),
        rank=_rank(fields.get("rank", ""), problems),
        valid_from=moment(fields, "valid_from", problems),
        valid_until=moment(fields, "valid_until", problems),
        source_url=fields.get("source_url", "").strip(),
    )
    return Typed(fields, content, tuple(problems))


def as_fields(content: Content) -> dict[str, str]:
    """Return a wording as the form shows it."""
    return {
        "category": content.category,
        "question": content.question,
        "answer": content.answer,
        "phrasings": "\n".join(content.phrasings),
        "long_text": content.long_text,
        "districts": "、".join(content.districts),
        "rank": str(content.rank),
        "valid_from": shown(content.valid_from),
        "valid_until": shown(content.valid_until),
        "source_url": content.source_url,
    }


def places(text: str) -> tuple[str, ...]:
    """Return the districts named in a field, divided as people divide them; none is the whole city."""
    return parts(text, _PLACES)


def parts(text: str, divider: re.Pattern[str]) -> tuple[str, ...]:
    """Return the parts of a text, each once."""
    return tuple(dict.fromkeys(part.strip() for part in divider.split(text) if part.strip()))


def moment(fields: Mapping[str, str], name: str, problems: list[Problem]) -> datetime | None:
    """Return a moment typed in the city's time, or None; adds to `problems` when it is none."""
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        return datetime.strptime(text[:16], _MOMENT).replace(tzinfo=city_zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        problems.append(Problem(name, "no_moment", {"given": text[:40]}))
        return None


def shown(at: datetime | None) -> str:
    """Return a moment as a browser's field wants it, in the city's time."""
    return at.astimezone(city_zone()).strftime(_MOMENT) if at else ""


def _rank(text: str, problems: list[Problem]) -> int:
    text = text.strip() or "100"
    if text.isascii() and text.isdecimal() and len(text) < 9:  # noqa: PLR2004
        return int(text)
    problems.append(Problem("rank", "no_rank", {"most": 100_000}))
    return 100
