"""Who is next in the line, pure: the same choice for the database's rows and for the drill's plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.models import Urgency
from core.settings import Language
from routing.orders.registering import URGENCY_RANK

ANY_SKILL = ""
"""The skill of a caller whom every agent can serve."""


@dataclass(frozen=True)
class Waiting:
    """One caller's place in the line, whether they hold the telephone or wait for a callback."""

    id: int
    urgency: Urgency
    first_called_at: datetime
    """When they first called about this matter: hanging up, ringing again and waiting for a callback keep it."""
    language: Language
    skill: str = ANY_SKILL


@dataclass(frozen=True)
class Seat:
    """What an agent can serve."""

    languages: frozenset[Language]
    skills: frozenset[str] = frozenset()


OrderKey = tuple[int, datetime, int]


def order_key(waiting: Waiting) -> OrderKey:
    """Return what the line is sorted by: urgency, then who called first; the id makes the order a total one."""
    return URGENCY_RANK[waiting.urgency], waiting.first_called_at, waiting.id


def can_serve(seat: Seat, waiting: Waiting) -> bool:
    """Tell whether an agent speaks the caller's language and knows their kind of matter."""
    return waiting.language in seat.languages and waiting.skill in seat.skills | {ANY_SKILL}


def queues_of(seat: Seat) -> tuple[tuple[Language, str], ...]:
    """Return the (language, skill) queues an agent is fed from; the first caller of each is a candidate."""
    return tuple(
        (language, skill) for language in sorted(seat.languages) for skill in sorted(seat.skills | {ANY_SKILL})
    )


def next_for(seat: Seat, waiting: Iterable[Waiting]) -> Waiting | None:
    """Return the caller whom an agent is offered next, or None when nobody waits whom they can serve."""
    return min((one for one in waiting if can_serve(seat, one)), key=order_key, default=None)
