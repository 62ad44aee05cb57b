"""When a callback is offered and when one is rung, pure; who gets it is the line's order, as for everybody else."""

import enum
import math
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.models import Urgency

OFFER_FROM_SECONDS = 300.0
"""Offer a callback when the expected wait is longer (research on callbacks: about five minutes)."""

TRIES = 3
_QUARTER_SECONDS = 900
_SPACING = (timedelta(minutes=10), timedelta(minutes=60))
RED_SPACING = timedelta(minutes=1)
_AFTER_THEIR_OWN_CALL = timedelta(seconds=30)
_QUIET_FROM, _QUIET_UNTIL = time(21, 0), time(8, 0)


class Outcome(enum.StrEnum):
    """How one try to reach a caller ended."""

    CONNECTED = "connected"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    VOICEMAIL = "voicemail"
    REFUSED = "refused"  # the number can't be rung: wrong, barred, or no carrier takes it
    AGENT_LOST = "agent_lost"  # our side dropped it; it counts against nobody
    RINGS_US = "rings_us"  # not tried: they are on the telephone with us, and are back in their place when they ask


@dataclass(frozen=True)
class NextTry:
    """What follows a try: another one at `due_at`, or a person who decides (`by_hand`); both empty when it is done."""

    due_at: datetime | None = None
    by_hand: bool = False


def is_offered(urgency: Urgency, *, danger_words: bool, expected_wait_seconds: float, threshold_seconds: float) -> bool:
    """Tell whether a waiting caller is offered a callback: never the red, nor who used words of danger."""
    return urgency is not Urgency.RED and not danger_words and expected_wait_seconds > threshold_seconds


def promise(expected_wait_seconds: float, now: datetime) -> datetime | None:
    """Return by when a caller is promised to be rung: the expected wait, up to the next quarter of an hour.

    None when nobody can say (no agent serves): then nothing is promised but that they will be rung.
    """
    if math.isinf(expected_wait_seconds):
        return None
    return now + timedelta(seconds=(expected_wait_seconds // _QUARTER_SECONDS + 1) * _QUARTER_SECONDS)


def next_try(urgency: Urgency, tries: int, outcome: Outcome, now: datetime, zone: ZoneInfo) -> NextTry:
    """Return what follows the `tries`-th try.

    Three spaced tries, then a person, never “closed”; a red is tried again within a minute until a supervisor
    decides, who is told after two misses. A refused number goes to a person at once; a try that our own side
    dropped is made again at once, and one for which their line was ours already is made soon.
    """
    match outcome:
        case Outcome.CONNECTED:
            return NextTry()
        case Outcome.REFUSED:
            return NextTry(by_hand=True)
        case Outcome.AGENT_LOST:
            return NextTry(due_at=now)
        case Outcome.RINGS_US:
            return NextTry(due_at=now + _AFTER_THEIR_OWN_CALL)
    if urgency is Urgency.RED:
        return NextTry(due_at=now + RED_SPACING, by_hand=tries >= 2)  # noqa: PLR2004
    if tries >= TRIES:
        return NextTry(by_hand=True)
    return NextTry(due_at=not_in_quiet_hours(urgency, now + _SPACING[tries - 1], zone))


def not_in_quiet_hours(urgency: Urgency, moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment, or eight in the morning if it would disturb somebody at night for a green matter."""
    local = moment.astimezone(zone)
    if urgency is not Urgency.GREEN or _QUIET_UNTIL <= local.time() < _QUIET_FROM:
        return moment
    morning = local.replace(hour=_QUIET_UNTIL.hour, minute=0, second=0, microsecond=0)
    return (morning if local.time() < _QUIET_UNTIL else morning + timedelta(days=1)).astimezone(moment.tzinfo)
