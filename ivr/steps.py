"""The vocabulary between the conversation and the telephone: what is heard, what is done, what is said next."""

from dataclasses import dataclass

from core.models import ToldBy, Urgency
from core.settings import Language
from routing.line.windows import Window
from routing.triage import Reason

# --- what the caller did ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Keyed:
    """The caller pressed a key."""

    key: str


@dataclass(frozen=True)
class Silent:
    """The time for a key ran out."""


@dataclass(frozen=True)
class Spoke:
    """A message was recorded; `key` is the one that ended it, `hung_up` when the caller left while speaking."""

    key: str = ""
    hung_up: bool = False


@dataclass(frozen=True)
class SpokeNothing:
    """The recording was empty."""


@dataclass(frozen=True)
class RangOut:
    """Ringing the people on duty has ended; `answered` when one of them took the call."""

    answered: bool


@dataclass(frozen=True)
class Said:
    """Words that were heard live; `is_danger` when they tell of a danger to life, with the words that do."""

    text: str
    is_danger: bool = False
    dangers: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Speaking:
    """The caller has begun to speak and has not finished: nothing is said over it."""


@dataclass(frozen=True)
class EarsLost:
    """Nobody hears the caller live any more."""


@dataclass(frozen=True)
class KeyedNumber:
    """The caller keyed in a telephone number, or nothing."""

    digits: str


@dataclass(frozen=True)
class PersonFound:
    """An agent has taken the caller and waits for them."""


@dataclass(frozen=True)
class Talked:
    """The talk with an agent has ended, and the caller is still there."""


CallerInput = (
    Keyed | Silent | Spoke | SpokeNothing | RangOut | Said | Speaking | EarsLost | KeyedNumber | PersonFound | Talked
)

# --- what is to be done in the state of record -----------------------------------------------------------------------


@dataclass(frozen=True)
class OpenOrder:
    """Open the call's work order, or add to it."""

    urgency: Urgency = Urgency.UNKNOWN
    wants_person: bool = False
    to_listen: bool = False
    dangers: tuple[Reason, ...] = ()
    """Words for which it is red."""


@dataclass(frozen=True)
class Told:
    """Write down that this version of an article is read to the caller."""

    version_id: int
    how: ToldBy


@dataclass(frozen=True)
class Took:
    """Write down what the caller made of the answer: whether it helped; None: it was heard out and nothing said."""

    helped: bool | None


@dataclass(frozen=True)
class JoinLine:
    """Let the caller wait for a person, in the place that they have or had."""


@dataclass(frozen=True)
class StayInLine:
    """Give the caller's place what was understood of their matter meanwhile."""

    said: str = ""


@dataclass(frozen=True)
class CallBackLater:
    """Let the caller keep their place and be rung; None: at the number they call from."""

    number: str | None = None
    window: Window | None = None
    """When they want to be rung; None: as soon as it is their turn."""


@dataclass(frozen=True)
class LostAgent:
    """Write down that an agent dropped off: the caller goes to the front."""


@dataclass(frozen=True)
class TalkedOnDuty:
    """Write down that somebody on duty took the caller: they wait for nobody any more."""


Deed = OpenOrder | Told | Took | JoinLine | StayInLine | CallBackLater | LostAgent | TalkedOnDuty


# --- what the caller hears next --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Say:
    """Speak a sentence; `slowly` in short pieces with pauses."""

    text: str
    language: Language
    slowly: bool = False


@dataclass(frozen=True)
class SayCode:
    """Speak the order's code, digit by digit, slowly."""

    language: Language


@dataclass(frozen=True)
class StartStream:
    """Let the stream process hear the caller from here on, beside all that follows."""


@dataclass(frozen=True)
class AskKey:
    """Wait for one key while speaking and a few seconds after; who is heard live may speak as well."""

    while_saying: tuple[Say | SayCode, ...] = ()
    seconds: int = 5
    """Never more than 5: a caller who hears nothing for longer believes that nobody is there."""


@dataclass(frozen=True)
class Record:
    """Record what the caller says after a tone; a key pressed while speaking before it is heard too."""

    while_saying: tuple[Say | SayCode, ...] = ()
    longest_seconds: int | None = None
    """None: as the settings say."""


@dataclass(frozen=True)
class Ring:
    """Ring the people on duty; who presses 1 after the whisper is connected."""

    urgent: bool


@dataclass(frozen=True)
class AskNumber:
    """Wait for a telephone number and the hash key."""

    while_saying: tuple[Say, ...] = ()


@dataclass(frozen=True)
class Join:
    """Bring the caller into the conference in which their agent waits."""

    room: str


@dataclass(frozen=True)
class HangUp:
    """End the call."""


Step = Say | SayCode | StartStream | AskKey | AskNumber | Record | Ring | Join | HangUp
