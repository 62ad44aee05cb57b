"""Waiting for a person: short pieces with a few words, in which keys and speech work, until an agent is there; pure."""

from dataclasses import replace

from ivr.calling_back import offer_callback
from ivr.conversation import Conversation, Facts, Place, Turn, put_first, say
from ivr.danger import listen_on
from ivr.spoken_words import language_wanted
from ivr.steps import (
    AskKey,
    CallerInput,
    EarsLost,
    Join,
    JoinLine,
    Keyed,
    LostAgent,
    OpenOrder,
    Record,
    Said,
    Say,
    Spoke,
    StayInLine,
)

_MATTER_SECONDS = 20
_LONG_SENTENCE_EVERY = 4
"""Of the pieces of five seconds: so often more is said than “one moment”; nobody hears nothing for longer than one."""


def hold(talk: Conversation, facts: Facts, *first: Say) -> Turn:
    """Let the caller wait in the line; the wish is registered first, so that hanging up loses nothing."""
    kept = facts.line.is_kept or facts.line.is_in
    said = (*first, say(talk, "in_line_again") if kept else say(talk, "in_line"))
    talk = replace(talk, place=Place.HOLDING, silences=0, misses=0, choices=())
    deeds = (OpenOrder(wants_person=True), JoinLine())
    if talk.matter_asked or talk.registered or talk.words_left:
        return Turn(talk, (AskKey(said),), deeds)
    return Turn(replace(talk, matter_asked=True), _ask_matter(talk, *said), deeds)


def on_hold(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Go on waiting; what is said is the matter, and a danger to life is one here too."""
    match heard:
        case Said(text) if language := language_wanted(text, talk.language):
            return _wait(replace(talk, language=language, held=0), facts)
        case Said(text):
            turn = put_first(say(talk, "hold_noted"), _wait(replace(talk, words_left=True), facts))
            return replace(turn, deeds=(OpenOrder(wants_person=True), StayInLine(text)))
        case EarsLost():
            return put_first(say(talk, "ears_lost"), _wait(replace(talk, voice=False), facts))
        case Spoke():
            return put_first(say(talk, "hold_noted"), _wait(replace(talk, registered=True), facts))
        case Keyed("1") if facts.line.is_in:
            return offer_callback(talk, facts)
        case Keyed(key) if key != "0":
            return put_first(say(talk, "unknown_key"), _wait(talk, facts))
        case _ if talk.agent_promised and not facts.line.is_being_asked:
            return _apologise(talk, facts)
        case _ if facts.line.offers_callback and not talk.callback_offered and not facts.line.is_being_asked:
            return offer_callback(talk, facts)
        case _:
            return _wait(talk, facts)


def person_found(talk: Conversation, facts: Facts) -> Turn:
    """Bring the caller to the agent who has taken them."""
    return Turn(replace(talk, place=Place.TALKING), (say(talk, "person_found"), Join(facts.line.room)))


def person_not_yet(talk: Conversation, facts: Facts) -> Turn:
    """Tell a caller who was brought here for an agent that one is being asked, or apologise: they are in front."""
    if facts.line.is_being_asked:
        return put_first(say(talk, "hold_almost"), _wait(replace(talk, agent_promised=True), facts))
    return _apologise(talk, facts)


def _apologise(talk: Conversation, facts: Facts) -> Turn:
    talk = replace(talk, agent_promised=False, callback_offered=True)
    return put_first(say(talk, "agent_not_free"), _wait(talk, facts))


def agent_dropped_off(talk: Conversation, facts: Facts) -> Turn:
    """Apologise to a caller whose agent is gone, and let them wait on at the front of the line.

    Nobody can tell an agent who has hung up from one whose line broke: a caller who has talked for a while and is in
    no danger is told that they may simply hang up if all was said.
    """
    talk = replace(talk, held=0, callback_offered=True, told_to_hang_up_if_done=facts.line.may_be_done)
    turn = listen_on(talk, facts) if facts.line.is_red else _wait(talk, facts)
    sentence = say(talk, "agent_lost_after_talk") if facts.line.may_be_done else say(talk, "agent_lost")
    return replace(put_first(sentence, turn), deeds=(LostAgent(), *turn.deeds))


def _wait(talk: Conversation, facts: Facts) -> Turn:
    """Say a few words and listen for five seconds; a caller who has turned out to be in danger is listened to."""
    is_long = talk.held % _LONG_SENTENCE_EVERY == _LONG_SENTENCE_EVERY - 1
    sentence = say(talk, "hold_on") if is_long else say(talk, "hold_short")
    talk = replace(talk, place=Place.HOLDING, held=talk.held + 1, silences=0)
    deeds = (StayInLine(),) if facts.line.is_in else (JoinLine(),)
    return Turn(talk, (AskKey((sentence,)),), deeds)


def _ask_matter(talk: Conversation, *first: Say) -> tuple[AskKey | Record, ...]:
    said = (*first, say(talk, "hold_matter"))
    return (AskKey(said),) if talk.voice else (Record(said, _MATTER_SECONDS),)
