"""The callers of a drilled day, drawn from its figures by a seed: the same seed gives the same people."""

import bisect
import enum
import itertools
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.models import Urgency
from core.settings import Language
from hotline.drill.day import Day

_HOUR_SECONDS = 3600


class Wish(enum.Enum):
    """What a caller wants once they have heard the greeting and, maybe, an answer."""

    ANSWER = "answer"
    MESSAGE = "message"
    PERSON = "person"


@dataclass(frozen=True)
class Person:
    """One citizen with one matter, and everything about them that chance decides."""

    id: int
    calls_at_seconds: float
    """Since the day's beginning."""
    wish: Wish
    asked_first: bool
    """They listened to an answer first, which did not content them."""
    urgency: Urgency
    language: Language


def people(day: Day, seed: int) -> list[Person]:
    """Return everybody who calls on this day, in the order of their first calls."""
    chance = random.Random(seed)  # noqa: S311 - a drill, no secret
    moments = sorted(_moment(day, chance) for _ in range(day.calls))
    return [_person(number, moment, day, chance) for number, moment in enumerate(moments, 1)]


def _moment(day: Day, chance: random.Random) -> float:
    upto = list(itertools.accumulate(day.share_by_hour))
    hour = min(bisect.bisect(upto, chance.random() * upto[-1]), len(upto) - 1)
    return (hour + chance.random()) * _HOUR_SECONDS


def _person(number: int, moment: float, day: Day, chance: random.Random) -> Person:
    urgency = _urgency(day, chance)
    asks = urgency is not Urgency.RED and chance.random() < day.common_question_share
    wish = Wish.ANSWER if asks and chance.random() < day.contained_share else _other_wish(urgency, day, chance)
    language: Language = "en" if chance.random() < day.english_share else "zh"
    return Person(number, moment, wish, asks and wish is not Wish.ANSWER, urgency, language)


def _urgency(day: Day, chance: random.Random) -> Urgency:
    draw = chance.random()
    if draw < day.red_share:
        return Urgency.RED
    return Urgency.YELLOW if draw < day.red_share + day.yellow_share else Urgency.GREEN


def _other_wish(urgency: Urgency, day: Day, chance: random.Random) -> Wish:
    left = 1 - day.common_question_share * day.contained_share
    leaves_message = urgency is not Urgency.RED and chance.random() < day.message_share / left
    return Wish.MESSAGE if leaves_message else Wish.PERSON


def moment_of(day: Day, seconds: float) -> datetime:
    """Return the moment so many seconds after the day's beginning."""
    return day.begins_at + timedelta(seconds=seconds)
