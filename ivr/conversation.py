"""What a conversation is made of, and the few sentences every part of it uses; pure."""

import enum
from dataclasses import dataclass, replace

from core.settings import Language
from ivr.prompts import prompt
from ivr.steps import AskKey, HangUp, OpenOrder, Record, Say, SayCode, Step
from knowledge.articles import Article
from knowledge.menu import Topic


class Place(enum.StrEnum):
    """Where a caller is in the conversation."""

    GREETING = "greeting"
    TOPICS = "topics"
    QUESTIONS = "questions"
    ANSWER = "answer"
    MESSAGE = "message"
    CANNOT_SPEAK = "cannot_speak"
    AFTER_MESSAGE = "after_message"
    PERSON = "person"
    DANGER = "danger"
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

    @property
    def ambulance_number(self) -> str:
        """The first of the emergency numbers."""
        return self.emergency_numbers.partition(",")[0].strip()


@dataclass(frozen=True)
class Turn:
    """The conversation after a turn, what to do in the state of record, and what the caller hears."""

    conversation: Conversation
    steps: tuple[Step, ...]
    deeds: tuple[OpenOrder, ...] = ()


def say(talk: Conversation, name: str, **values: str) -> Say:
    return Say(prompt(name, talk.language, **values), talk.language)


def ask(talk: Conversation, *said: Say | SayCode) -> tuple[Step, ...]:
    """Ask for a key; the way to a person and the danger key are offered every time."""
    return (AskKey((*said, say(talk, "keys_always"))),)


def put_first(sentence: Say, turn: Turn) -> Turn:
    """Say a sentence before the turn's own; keys are heard during it wherever they are heard in the turn."""
    first, *rest = turn.steps
    if isinstance(first, AskKey | Record):
        return replace(turn, steps=(replace(first, while_saying=(sentence, *first.while_saying)), *rest))
    return replace(turn, steps=(sentence, *turn.steps))


def say_if_reachable(talk: Conversation, facts: Facts, name: str) -> Say:
    """Say a sentence that promises to call; a caller whose number we can't see gets one that promises nothing."""
    return say(talk, name if facts.has_number else f"{name}_no_number")


def goodbye(talk: Conversation) -> Turn:
    return Turn(replace(talk, place=Place.ENDED), (say(talk, "goodbye"), HangUp()))
