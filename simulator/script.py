"""What a person on a phone will do: the moves of a script, written before the call."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Press:
    """Presses keys, `after_seconds` after being asked; `barge_in` does not wait for the prompt to end.

    With `at`, here and below, the move waits until a sentence matching that regular expression was heard;
    until then the person is silent at every input.
    """

    digits: str
    at: str | None = None
    after_seconds: float = 1.0
    barge_in: bool = False


@dataclass(frozen=True)
class Speak:
    """Says what is in an audio file, then is silent, or presses `end_key`, or hangs up without a pause."""

    audio: Path
    then_hang_up: bool = False
    end_key: str = ""
    at: str | None = None


@dataclass(frozen=True)
class StaySilent:
    """Lets one input go by."""

    at: str | None = None


@dataclass(frozen=True)
class HangUp:
    """Hangs up at the next input, or when put through to another person; with `at`, as soon as that was heard."""

    at: str | None = None


@dataclass(frozen=True)
class Talk:
    """Once put through to another person: talks so many seconds, then hangs up or stays until the other does."""

    seconds: float
    then_hang_up: bool = True
    at: str | None = None


Move = Press | Speak | StaySilent | HangUp | Talk


@dataclass(frozen=True)
class Caller:
    """A person's script; the same one can be used for any number of calls.

    Each input a call asks for takes the next move. When none is left the person is silent `patience` times and
    then hangs up. `hang_up_after_seconds` of simulated time after answering they hang up, wherever they are.
    """

    script: Sequence[Move] = ()
    patience: int = 3
    hang_up_after_seconds: float | None = None
