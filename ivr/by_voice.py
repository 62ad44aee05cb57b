"""What a caller's words mean where they are said: danger first, then a command, then a question or a message; pure."""

from collections.abc import Callable
from dataclasses import replace

from ivr.answering import answer, helped, more, not_helped
from ivr.asking_for_help import leave, message, message_goes_on, message_left, person
from ivr.choosing import chosen, find_answer, meant
from ivr.conversation import Conversation, Facts, Place, Turn, goodbye, slowly
from ivr.danger import danger
from ivr.open_question import greeted, let_speak_on, not_understood, open_question, refused
from ivr.saying_again import in_other_language, say_again
from ivr.spoken_words import Command, command_in, language_wanted, readable
from ivr.steps import Said, Spoke
from knowledge.words import is_question, says_something

_TAKING_DOWN = frozenset({Place.MESSAGE, Place.AFTER_MESSAGE})
_WAIVED = frozenset({Command.NO, Command.NOTHING_MORE, Command.THANKS})
_Way = Callable[[Conversation, Facts], Turn]


def words_said(talk: Conversation, heard: Said, facts: Facts) -> Turn:
    """Take words that were heard live.

    Words of a caller who had been given up as unheard are a message, unless they tell of a danger to life.
    """
    if heard.is_danger:
        return danger(talk, facts, heard.dangers)
    if not talk.voice:
        return message_left(talk, Spoke(), facts)
    command = command_in(heard.text, talk.language)
    if command is Command.PERSON or talk.place is Place.PERSON:  # a ringing that the words broke off is begun anew
        return person(talk, facts)
    language = language_wanted(heard.text, talk.language)
    if language:
        return in_other_language(replace(talk, language=language), facts)
    if talk.place in _TAKING_DOWN:
        return _while_taking_down(talk, command, facts)
    return _while_asking(talk, heard.text, command, facts)


def _while_taking_down(talk: Conversation, command: Command | None, facts: Facts) -> Turn:
    """Everything is part of the message but the few words that plainly are not."""
    is_over = talk.place is Place.AFTER_MESSAGE
    match command:
        case Command.ANOTHER | Command.BACK:
            return open_question(replace(talk, misses=0))
        case Command.REPEAT | Command.HELLO:
            return say_again(talk, facts)
        case Command.SLOWER:
            return slowly(say_again(talk, facts))
        case Command.NOTHING_MORE | Command.THANKS if talk.words_left:
            return message_left(talk, Spoke(), facts)
        case Command.NOTHING_MORE if not is_over:
            return more(talk)
        case _ if is_over and command in _WAIVED:
            return leave(talk, facts)
        case Command.YES | Command.MESSAGE if is_over:
            return message(talk, facts)
        case _:
            return message_goes_on(talk)


def _while_asking(talk: Conversation, text: str, command: Command | None, facts: Facts) -> Turn:
    """A command means the same at every question, or something of its own at one; all else is a question."""
    way = _ANYWHERE.get(command) or _AT_PLACE.get(talk.place, {}).get(command)
    if way:
        return way(talk, facts)
    words = readable(text)
    if is_question(words, talk.language) and not command:
        return find_answer(talk, words, facts)
    return _too_little(talk, words, command, facts)


def _too_little(talk: Conversation, words: str, command: Command | None, facts: Facts) -> Turn:
    """A word may choose between two questions; one that tells something is kept, whatever comes."""
    if command or not words:
        return not_understood(talk, facts)
    if not says_something(words, talk.language):
        return let_speak_on(talk, facts)
    article = meant(talk, words, facts)
    return answer(talk, facts, article) if article else not_understood(replace(talk, words_left=True), facts)


def _which_one(talk: Conversation, facts: Facts) -> Turn:
    """Yes, when one thing was asked about; of two it says nothing."""
    return chosen(talk, facts, 1) if len(talk.choices) == 1 else not_understood(talk, facts)


_ANYWHERE: dict[Command | None, _Way] = {
    Command.REPEAT: say_again,
    Command.SLOWER: lambda talk, facts: slowly(say_again(talk, facts)),
    Command.ANOTHER: lambda talk, _: open_question(replace(talk, misses=0)),
    Command.BACK: lambda talk, _: open_question(replace(talk, misses=0)),
    Command.MESSAGE: message,
    Command.HELLO: greeted,
}
_ENDS: dict[Command | None, _Way] = dict.fromkeys(_WAIVED, leave)
_NOTHING: dict[Command | None, _Way] = dict.fromkeys(_WAIVED - {Command.NO}, lambda talk, _: more(talk))
_AT_PLACE: dict[Place, dict[Command | None, _Way]] = {
    Place.GREETING: _NOTHING,
    Place.TOPICS: _NOTHING,
    Place.QUESTIONS: _NOTHING,
    Place.CANNOT_SPEAK: _NOTHING,
    Place.ANSWER: {
        Command.YES: helped,
        Command.THANKS: lambda talk, _: more(talk),
        Command.NO: not_helped,
        Command.NOTHING_MORE: leave,
    },
    Place.CHOICE: {
        Command.YES: _which_one,
        Command.FIRST: lambda talk, facts: chosen(talk, facts, 1),
        Command.SECOND: lambda talk, facts: chosen(talk, facts, 2),
        Command.NO: refused,
        Command.NOTHING_MORE: refused,
    },
    Place.MORE: {Command.YES: lambda talk, _: open_question(talk), **_ENDS},
    Place.ENDED: {Command.YES: lambda talk, _: goodbye(talk), **_ENDS},
}
