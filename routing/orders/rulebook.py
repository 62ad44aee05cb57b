"""How long each step may take: the shipped times, and in their place what a city has set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.database import table_of
from core.models import Category, ClockStep, DeadlineRule, Urgency, WorkingHours
from core.prepared import Prepared
from core.working_time import Hours


@dataclass(frozen=True)
class Allowed:
    """How long a step may take, and which hours count; None: round the clock."""

    duration: timedelta
    hours: Hours | None = None


EDITABLE = (ClockStep.ACCEPT, ClockStep.ANSWER, ClockStep.FINISH, ClockStep.CLOSE, ClockStep.HARD_FINISH)
"""What a city can set times for."""
_KNOWN = "rulebook"
_HOURS = table_of(WorkingHours)
_OWN = Prepared(select(*table_of(DeadlineRule).c, *_HOURS.c).outerjoin_from(table_of(DeadlineRule), _HOURS))
_Key = tuple[Urgency, Category | None, ClockStep]


@cache
def _shipped() -> Mapping[_Key, Allowed]:
    """Return the shipped times, round the clock; unknown counts as yellow.

    Accept, first answer, finish: red 15 min, 1 h, 3 h (Zhejiang 2022: 3 h; a person is alerted at once besides);
    yellow 1 h, 3 h, 8 h; green 1 h, 24 h (Chengdu 2022), 7 days. Then: to ask the citizen after the reply; and what a
    hard case may take at least until it is finished (Zhejiang 2022: complex cases 8 h).
    """
    yellow = (60, 180, 480, 480, 480)
    minutes = {Urgency.RED: (15, 60, 180, 60, 480), Urgency.YELLOW: yellow, Urgency.UNKNOWN: yellow}
    minutes[Urgency.GREEN] = (60, 24 * 60, 7 * 24 * 60, 24 * 60, 480)
    return {
        (urgency, None, step): Allowed(timedelta(minutes=number))
        for urgency, numbers in minutes.items()
        for step, number in zip(EDITABLE, numbers, strict=True)
    }


@dataclass(frozen=True)
class Rulebook:
    """Every rule that counts today."""

    rules: Mapping[_Key, Allowed] = field(default_factory=_shipped)
    reopened_percent: int = 50
    """What a reopened order gets of each time."""
    look_again: timedelta = timedelta(hours=24)
    """How often a supervisor is shown a deferred order that waits for an event."""

    def allowed(self, urgency: Urgency, category: Category | None, step: ClockStep) -> Allowed:
        """Return the rule of a category, or else that of every category."""
        return self.rules.get((urgency, category, step)) or self.rules[(urgency, None, step)]


def read_rulebook(session: Session) -> Rulebook:
    """Return the shipped rules with the city's own in their places; read once in a transaction."""
    known = session.info.get(_KNOWN)
    if isinstance(known, Rulebook):
        return known
    own = {
        (row.urgency, row.category, row.step): Allowed(
            timedelta(seconds=row.seconds),
            Hours(row.zone, row.country, time.fromisoformat(row.opens), time.fromisoformat(row.closes))
            if row.working_hours_id
            else None,
        )
        for row in _OWN.rows(session)
    }
    session.info[_KNOWN] = Rulebook({**_shipped(), **own})
    return session.info[_KNOWN]  # type: ignore[no-any-return]


def set_rule(
    session: Session,
    urgency: Urgency,
    category: Category | None,
    step: ClockStep,
    seconds: int,
    working_hours: WorkingHours | None = None,
) -> DeadlineRule:
    """Set a city's own time for one step, in place of the one before.

    Raises:
        ValueError: less than a second; or `wake`, whose moment is the deferral's own.
    """
    if seconds < 1:
        raise ValueError("A step needs at least one second.")
    if step is ClockStep.WAKE:
        raise ValueError("When a deferred order is looked at is told with each deferral.")
    wanted = select(DeadlineRule).where(
        DeadlineRule.urgency == urgency, DeadlineRule.category.is_not_distinct_from(category), DeadlineRule.step == step
    )
    row = session.scalar(wanted) or DeadlineRule(urgency=urgency, category=category, step=step)
    row.seconds, row.working_hours_id = seconds, working_hours.id if working_hours else None
    session.add(row)
    session.flush()
    session.info.pop(_KNOWN, None)
    return row


def unset_rule(session: Session, urgency: Urgency, category: Category | None, step: ClockStep) -> None:
    """Go back to the shipped time of a step; a category's own goes back to that of every category."""
    session.execute(
        delete(DeadlineRule).where(
            DeadlineRule.urgency == urgency,
            DeadlineRule.category.is_not_distinct_from(category),
            DeadlineRule.step == step,
        )
    )
    session.info.pop(_KNOWN, None)


def set_hours(session: Session, row: WorkingHours | None, name: str, hours: Hours) -> WorkingHours:
    """Add hours that count, or change those of a row; clocks that were set by them are reckoned anew from then on.

    Raises:
        ValueError: no such time zone, or no time between opening and closing.
    """
    try:
        ZoneInfo(hours.zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"There is no time zone “{hours.zone}”.") from error
    if hours.opens >= hours.closes:
        raise ValueError("It must open before it closes.")
    row = row or WorkingHours(name=name)
    row.name, row.zone, row.country = name, hours.zone, hours.country
    row.opens, row.closes = f"{hours.opens:%H:%M}", f"{hours.closes:%H:%M}"
    session.add(row)
    session.flush()
    session.info.pop(_KNOWN, None)
    return row
