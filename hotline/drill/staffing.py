"""How many seats a day needs, hour by hour, and when callbacks must start with the seats there are; pure."""

from dataclasses import dataclass

from hotline.drill.day import Day, Staffing
from hotline.drill.virtual import VirtualDay
from routing.line.erlang import Load, seats_needed

_HOUR_SECONDS = 3600
LEVEL_SECONDS = 15.0
LEVEL_SHARE = 0.90
"""NENA's goal: 90 % within 15 s."""


@dataclass(frozen=True)
class HourNeed:
    """What one hour asks for."""

    hour: int
    calls: float
    wanting_person: float
    seats: int
    """By Erlang C for the service level, as if the hour's load were steady and nobody hung up."""


@dataclass(frozen=True)
class Need:
    """What a day asks for."""

    hours: tuple[HourNeed, ...]
    callbacks_from_hour: int | None
    """With the seats there are: the first hour in which a callback has to be offered; None if never."""
    callbacks_promised: int

    @property
    def peak_seats(self) -> int:
        return max(hour.seats for hour in self.hours)


def needed(day: Day, staffing: Staffing, seed: int = 1) -> Need:
    """Return the seats that each hour needs and, from a virtual run with the seats there are, when callbacks begin."""
    figures = VirtualDay(day, staffing, with_callbacks=True, seed=seed).run()
    promised = {hour: counts.counts["callbacks_promised"] for hour, counts in figures.hours.items()}
    starts = [hour for hour, count in sorted(promised.items()) if count]
    return Need(
        hours=tuple(_hour(day, hour) for hour in range(len(day.share_by_hour))),
        callbacks_from_hour=starts[0] if starts else None,
        callbacks_promised=sum(promised.values()),
    )


def _hour(day: Day, hour: int) -> HourNeed:
    calls = day.calls * day.share_by_hour[hour]
    persons = calls * (1 - day.message_share - (1 - day.red_share) * day.common_question_share * day.contained_share)
    handling = (1 - day.red_share) * day.handling_seconds + day.red_share * day.red_handling_seconds
    load = Load(persons / _HOUR_SECONDS, handling, 0)
    return HourNeed(hour, calls, persons, seats_needed(load, LEVEL_SECONDS, LEVEL_SHARE))
