"""What a conversation is made of, and the few sentences every part of it uses; pure."""

import enum
from dataclasses import dataclass, field, replace

from core.settings import Language
from ivr.line_now import LineNow
from ivr.prompts import prompt, sentences
from ivr.steps import AskKey, Deed, HangUp, Record, Say, SayCode, Step
from knowledge.articles import Article
from knowledge.menu import Topic

_BY_VOICE = "_by_voice"
_STILL_SPEAKING_SECONDS = 2
"""How long to wait before looking again whether a caller who was speaking is still heard: with the heartbeat's 3 s a
stream process that froze meanwhile is noticed within 5 s."""


class Place(enum.StrEnum):
    """Where a caller is in the conversation."""

    GREETING = "greeting"
    TOPICS = "topics"
    QUESTIONS = "questions"
    CHOICE = "choice"
    ANSWER = "answer"
    MORE = "more"
    MESSAGE = "message"
    CANNOT_SPEAK = "cannot_speak"
    AFTER_MESSAGE = "after_message"
    PERSON = "person"
    DANGER = "danger"
    HOLDING = "holding"
    CALLBACK_OFFER = "callback_offer"
    CALLBACK_NUMBER = "callback_number"
    CALLBACK_CHECK = "callback_check"
    CALLBACK_WHEN = "callback_when"
    TALKING = "talking"
    ENDED = "ended"


@dataclass(frozen=True)
class Conversation:
    """All that the next turn needs to know of the earlier ones."""

    language: Language
    place: Place = Place.GREETING
    silences: int = 0
    category: str | None = None
    page: int = 0
    article: str | None = None
    answered: bool = False
    """An article was read to the end: silence afterwards is not a call for help."""
    registered: bool = False
    """The caller's order is open and its code was spoken."""
    voice: bool = False
    """The caller is heard live; else keys and recordings."""
    heard_up_to: int = 0
    """Id of the last utterance that a turn has taken."""
    choices: tuple[str, ...] = ()
    """Articles of which the caller was asked which one is meant."""
    misses: int = 0
    """How often in a row the caller was not understood, or was answered something else."""
    words_left: bool = False
    """Something was said live that no answer has settled: it becomes an order, however the call goes on."""
    cut_off: bool = False
    """The caller began to speak and our last sentences were cut off."""
    ringing: bool = False
    """People on duty are being rung, or talk to the caller: the call must not be moved."""
    matter_asked: bool = False
    """While waiting for a person the caller was asked what it is about."""
    callback_offered: bool = False
    """While waiting for a person the caller was asked whether to be rung instead."""
    agent_promised: bool = False
    """They have heard that an agent is being asked for them, and not yet that it was in vain."""
    told_to_hang_up_if_done: bool = False
    """Their agent is gone after a talk, and they were told so a moment ago: hanging up now means that all was said."""
    held: int = 0
    """How many pieces of waiting there were."""
    callback_number: str = ""
    """The number that was keyed in to be rung; empty: the one that they ring from."""
    windows: tuple[tuple[str, str, str], ...] = ()
    """When to be rung, as it was offered: from when, until when (ISO), and what that is called."""


@dataclass(frozen=True)
class KnownMatter:
    """An incident that others have told of, confirmed by a person."""

    hours: int | None
    """In so many, at the latest, it is to be over; None: nobody can say."""


@dataclass(frozen=True)
class Facts:
    """What the conversation may use besides what the caller did."""

    city: dict[Language, str]
    emergency_numbers: str
    topics: tuple[Topic, ...] = ()
    articles: tuple[Article, ...] = ()
    can_ring: bool = False
    """Somebody is on duty whose phone can be rung."""
    has_number: bool = True
    """The caller's number is known."""
    announcement: dict[Language, str] = field(default_factory=dict)
    """What every caller hears in the greeting now; empty when there is nothing to announce."""
    can_hear: bool = False
    """The stream process has a place for this caller."""
    line: LineNow = field(default_factory=LineNow)
    """How the caller stands in the line for a person."""
    known: KnownMatter | None = None
    """What the caller has told is known already."""

    @property
    def ambulance_number(self) -> str:
        """The first of the emergency numbers."""
        return self.emergency_numbers.partition(",")[0].strip()


@dataclass(frozen=True)
class Turn:
    """The conversation after a turn, what to do in the state of record, and what the caller hears."""

    conversation: Conversation
    steps: tuple[Step, ...]
    deeds: tuple[Deed, ...] = ()


def say(talk: Conversation, name: str, **values: str) -> Say:
    """Say a sentence; one that names keys has another form for those who are heard live."""
    spoken = name + _BY_VOICE
    chosen = spoken if talk.voice and spoken in sentences(talk.language) else name
    return Say(prompt(chosen, talk.language, **values), talk.language)


def ask(talk: Conversation, *said: Say | SayCode) -> tuple[Step, ...]:
    """Ask for a key or for words; the way to a person and the danger key are offered every time."""
    return (AskKey((*said, say(talk, "keys_always"))),)


def take_down(talk: Conversation, *said: Say, longest_seconds: int | None = None) -> tuple[Step, ...]:
    """Listen to whatever the caller tells: live, or else as a recording."""
    return (AskKey(said),) if talk.voice else (Record(said, longest_seconds),)


def keep_quiet(talk: Conversation) -> Turn:
    """Say nothing over a caller who is speaking; the keys are heard."""
    return Turn(replace(talk, cut_off=True, ringing=False), (AskKey(seconds=_STILL_SPEAKING_SECONDS),))


def put_first(sentence: Say, turn: Turn) -> Turn:
    """Say a sentence before the turn's own; keys are heard during it wherever they are heard in the turn."""
    first, *rest = turn.steps
    if isinstance(first, AskKey | Record):
        return replace(turn, steps=(replace(first, while_saying=(sentence, *first.while_saying)), *rest))
    return replace(turn, steps=(sentence, *turn.steps))


def slowly(turn: Turn) -> Turn:
    """Say a turn's sentences in short pieces with pauses."""
    return replace(turn, steps=tuple(_slower(step) for step in turn.steps))


def _slower(step: Step) -> Step:
    if isinstance(step, AskKey | Record):
        said = tuple(replace(one, slowly=True) if isinstance(one, Say) else one for one in step.while_saying)
        return replace(step, while_saying=said)
    return replace(step, slowly=True) if isinstance(step, Say) else step


def say_other_language(talk: Conversation) -> Say:
    """Name the key of the other language, in that language."""
    return Say(prompt("other_language", talk.language), "en" if talk.language == "zh" else "zh")


def say_if_reachable(talk: Conversation, facts: Facts, name: str) -> Say:
    """Say a sentence that promises to call; a caller whose number we can't see gets one that promises nothing."""
    return say(talk, name if facts.has_number else f"{name}_no_number")


def goodbye(talk: Conversation) -> Turn:
    return Turn(replace(talk, place=Place.ENDED), (say(talk, "goodbye"), HangUp()))
