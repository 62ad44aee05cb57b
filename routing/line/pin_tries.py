"""How often a PIN may be tried: counted for each telephone, and for all strange ones of an agent number together.

Pure. Nobody is locked out by what strangers do: it locks their own telephones, and slows down all that are strange.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WRONG_HERE, WRONG_HERE_WITHIN = 5, timedelta(minutes=15)
WRONG_FROM_TELEPHONE, WRONG_FROM_TELEPHONE_WITHIN = 20, timedelta(hours=1)
"""Whatever agent numbers it tried: a switchboard's mistakes are fewer than those of somebody who looks for a number."""
WRONG_FROM_STRANGERS, WRONG_FROM_STRANGERS_WITHIN = 10, timedelta(hours=1)
PAUSE = timedelta(minutes=2)
"""Between two tries once they are slowed down: at most thirty an hour, of at least a million PINs."""


@dataclass(frozen=True)
class WrongPins:
    """When wrong PINs were keyed in of late, the newest first: as far as they count for one try."""

    here: Sequence[datetime] = ()
    """From this telephone for this agent number; of those who withhold theirs, from any such."""
    from_telephone: Sequence[datetime] = ()
    from_strangers: Sequence[datetime] = ()
    """For this agent number, from all telephones by which that agent never came in."""


@dataclass(frozen=True)
class MayTry:
    """Whether a PIN is looked at now; if not, for how long nobody need try."""

    locked_for: timedelta = timedelta()
    """This telephone is refused, right or wrong."""
    wait: timedelta = timedelta()
    """Whoever stays on the line is asked after it."""

    @property
    def now(self) -> bool:
        """Tell whether a PIN is looked at in this moment."""
        return not (self.locked_for or self.wait)


def may_try(wrong: WrongPins, now: datetime, *, is_known: bool, is_withheld: bool) -> MayTry:
    """Decide over one try; `is_known`: the agent came in by this telephone before, or has it as that of their seat.

    Withheld numbers are one telephone, which is slowed down but never locked: it is also that of honest people.
    """
    until = max(
        _over(wrong.here, WRONG_HERE, WRONG_HERE_WITHIN, now),
        _over(wrong.from_telephone, WRONG_FROM_TELEPHONE, WRONG_FROM_TELEPHONE_WITHIN, now),
    )
    if until > now and not is_withheld:
        return MayTry(locked_for=until - now)
    pauses = [now]
    if until > now:
        pauses.append(wrong.from_telephone[0] + PAUSE)
    if not is_known and _over(wrong.from_strangers, WRONG_FROM_STRANGERS, WRONG_FROM_STRANGERS_WITHIN, now) > now:
        pauses.append(wrong.from_strangers[0] + PAUSE)
    return MayTry(wait=max(pauses) - now)


def _over(times: Sequence[datetime], most: int, within: timedelta, now: datetime) -> datetime:
    """Return until when so many are too many."""
    return max(times[most - 1] + within, now) if len(times) >= most else now
