"""How a caller stands in the line for a person, as the conversation needs to know it; plain values."""

from dataclasses import dataclass

from routing.line.windows import Window


@dataclass(frozen=True)
class LineNow:
    """What the line tells at a turn."""

    is_open: bool = False
    """Agents serve now who could take the caller."""
    is_in: bool = False
    """The caller has a place."""
    is_kept: bool = False
    """The caller has kept a place from an earlier call."""
    is_being_asked: bool = False
    """An agent is being rung for the caller in this moment."""
    is_red: bool = False
    """The caller is in danger: never offered anything but a person."""
    may_be_done: bool = False
    """An agent had the caller for long enough to help, and nothing is known of a danger."""
    room: str = ""
    """The conference in which an agent waits for the caller; empty: none does."""
    offers_callback: bool = False
    """The wait is long, and nothing is known of a danger."""
    own_number: bool = False
    """The number that the caller rings from can be called back."""
    minutes: int | None = None
    """Within how many minutes a callback is promised; None: nobody can say."""
    windows: tuple[tuple[Window, str], ...] = ()
    """When a callback can be chosen to come, and what that is called in the caller's language."""
    keyed: str | None = None
    """The telephone number that was keyed in, E.164; None: it can't be called."""
