"""The day that is replayed, as plain figures: how many call when, what they want, how patient they are."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

CHENGDU = "chengdu-2022-07-29"

_NIGHT = (0.014, 0.009, 0.006, 0.005, 0.006, 0.011, 0.022, 0.041)
_DAY = (0.068, 0.091, 0.100, 0.083, 0.059, 0.054, 0.058, 0.060)  # the announcement's morning; the peak hour at ten
_EVENING = (0.057, 0.051, 0.047, 0.043, 0.041, 0.034, 0.024, 0.016)


@dataclass(frozen=True)
class Day:
    """One surge day.

    The totals are Chengdu's published figures for 29 July 2022 (49,800 contacts about the epidemic, 74 % of the
    day's); its curve within the day, the shares of wishes and the patience were not published: those are our
    assumptions, which a city replaces by its own.
    """

    name: str = CHENGDU
    begins_at: datetime = field(default=datetime(2022, 7, 29, tzinfo=timezone(timedelta(hours=8))))
    calls: int = 67_300
    share_by_hour: tuple[float, ...] = (*_NIGHT, *_DAY, *_EVENING)
    common_question_share: float = 0.60
    """Callers whose question the knowledge base answers, if they listen to it."""
    contained_share: float = 0.80
    """Of those, how many are content with the answer; the others go on to a person."""
    message_share: float = 0.10
    """Callers who leave a message and wait for no one."""
    red_share: float = 0.01
    yellow_share: float = 0.15
    english_share: float = 0.02
    greeting_seconds: float = 20.0
    answer_seconds: float = 45.0
    message_seconds: float = 40.0
    handling_seconds: float = 210.0
    red_handling_seconds: float = 420.0
    patience_seconds: float = 150.0
    """Mean time that a holding caller stays on (exponential)."""
    redial_share: float = 0.6
    redial_after_seconds: float = 400.0
    callback_accepted_share: float = 0.65
    callback_answered_share: float = 0.75
    """Share of callbacks at which the citizen picks up, each try."""

    @property
    def ends_at(self) -> datetime:
        """Midnight; what is still waiting then is worked off, but nobody new calls."""
        return self.begins_at + timedelta(days=1)


@dataclass(frozen=True)
class Staffing:
    """Who is there: agents on seats all day, and the machine's ears."""

    seats: int = 120
    english_seats: int = 8
    """How many of them also speak English."""
    speech_workers: int = 2
    decoding_speed: float = 12.0
    """Seconds of sound that one worker turns into text a second."""

    def __post_init__(self) -> None:
        if self.seats < 1 or not 0 <= self.english_seats <= self.seats or self.speech_workers < 1:
            raise ValueError("A drill needs at least one seat and one speech worker, and no more English than seats.")


def known_days() -> dict[str, Day]:
    """Return the days that can be replayed, by name."""
    return {CHENGDU: Day()}
