"""What a person on a phone will do: the moves of a script, written before the call."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Press:
    """Presses keys, `after_seconds` after being asked; `barge_in` does not wait for the prompt to end.

    With `at`, here and below, the move waits until a sentence matching that regular expression was heard;
    until then the person is silent at every input. With `over_prompt` the beginning of that sentence (of any, without
    `at`) is enough: the keys are pressed `after_seconds` from then, in the middle of it.
    """

    digits: str
    at: str | None = None
    after_seconds: float = 1.0
    barge_in: bool = False
    over_prompt: bool = False


@dataclass(frozen=True)
class Speak:
    """At an input, says what is in an audio file, then is silent, or presses `end_key`, or hangs up without a pause.

    Where only keys are asked for, a stream hears the words all the same, and `end_key` is not pressed.
    """

    audio: Path
    then_hang_up: bool = False
    end_key: str = ""
    at: str | None = None


@dataclass(frozen=True)
class SpeakUp:
    """Speaks without being asked for input: streams hear it, and a <Record> that runs.

    Begins when the line has been silent for `after_seconds` (after the sentence matching `at`); with `over_prompt`,
    `after_seconds` after that sentence (any, without `at`) began, over the prompt. With `cut_after_seconds` only so
    much is said; `then_hang_up` then hangs up at once. The next move waits until the words are over.
    """

    audio: Path
    at: str | None = None
    after_seconds: float = 1.0
    over_prompt: bool = False
    cut_after_seconds: float | None = None
    then_hang_up: bool = False


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
    """Once put through to another person: talks so many seconds, then hangs up or stays until the other does.

    `then_press_star` leaves a conference by the star key, where `hangupOnStar` allows it; else it does nothing.
    """

    seconds: float
    then_hang_up: bool = True
    at: str | None = None
    then_press_star: bool = False


Move = Press | Speak | SpeakUp | StaySilent | HangUp | Talk


@dataclass(frozen=True)
class Echo:
    """While a prompt matching `at` is said, its sound comes back from the person's loudspeaker, later and softer."""

    audio: Path
    at: str = ""
    delay_seconds: float = 0.2
    volume: float = 0.5


@dataclass(frozen=True)
class Caller:
    """A person's script; the same one can be used for any number of calls.

    Each input a call asks for takes the next move; SpeakUp needs no input. When none is left, or its sentence does not
    come, the person is silent at `patience` inputs and then hangs up. `hang_up_after_seconds` of simulated time after
    answering they hang up, wherever they are. `loudspeaker`: what comes back of our own prompts.
    """

    script: Sequence[Move] = ()
    patience: int = 3
    hang_up_after_seconds: float | None = None
    loudspeaker: Sequence[Echo] = ()
