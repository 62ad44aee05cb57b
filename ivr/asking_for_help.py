"""Taking down what a caller needs: a message, live or recorded, and the wish for a person; pure."""

from dataclasses import replace

from ivr.conversation import (
    Conversation,
    Facts,
    Place,
    Turn,
    ask,
    goodbye,
    put_first,
    say,
    say_if_reachable,
    take_down,
)
from ivr.danger import danger
from ivr.holding import hold
from ivr.steps import (
    AskKey,
    CallerInput,
    Keyed,
    OpenOrder,
    RangOut,
    Record,
    Ring,
    Say,
    SayCode,
    Spoke,
    Step,
    TalkedOnDuty,
)

_PAUSE_ENDS_MESSAGE_SECONDS = 4
"""With the second until the end of an utterance is heard: five seconds of silence end a message that is told live."""


def message(talk: Conversation, facts: Facts, *first: Say) -> Turn:
    number = () if facts.has_number else (say(talk, "message_no_number"),)
    talk = replace(talk, place=Place.MESSAGE, silences=0, choices=())
    return Turn(talk, take_down(talk, *first, say(talk, "message"), *number))


def message_goes_on(talk: Conversation) -> Turn:
    """Words of a message were heard live: they have an order from now on, and nothing is said until a pause."""
    talk = replace(talk, place=Place.MESSAGE, words_left=True)
    return Turn(talk, (AskKey(seconds=_PAUSE_ENDS_MESSAGE_SECONDS),), (OpenOrder(),))


def message_left(talk: Conversation, heard: Spoke, facts: Facts) -> Turn:
    """Open the order in the same transaction; its code is spoken before anything was recognised."""
    deeds = (OpenOrder(),)
    if heard.key == "0":
        turn = person(replace(talk, registered=True), facts)
        return replace(turn, deeds=deeds + turn.deeds)
    first = (say(talk, "added"),) if talk.registered else _if_known(talk, facts)
    return replace(tell_code(talk, facts, *first), deeds=deeds)


def _if_known(talk: Conversation, facts: Facts) -> tuple[Say, ...]:
    """Say that others have told of it and until when it lasts, and ask whether it is worse for this caller."""
    if facts.known is None:
        return ()
    hours = facts.known.hours
    known = say(talk, "known_until", hours=str(hours)) if hours else say(talk, "known")
    return known, say(talk, "is_it_worse")


def leave(talk: Conversation, facts: Facts) -> Turn:
    """Say goodbye; but who has said something that no answer has settled gets the code of its order first."""
    return message_left(talk, Spoke(), facts) if talk.words_left else goodbye(talk)


def tell_code(talk: Conversation, facts: Facts, *first: Say) -> Turn:
    """Say that the caller's matter is registered, and its code twice."""
    talk = replace(talk, place=Place.AFTER_MESSAGE, registered=True, words_left=False, silences=0, misses=0)
    return Turn(talk, _code_twice(talk, facts, *first))


def _code_twice(talk: Conversation, facts: Facts, *first: Say) -> tuple[Step, ...]:
    code = SayCode(talk.language)
    registered = say_if_reachable(talk, facts, "registered")
    return ask(talk, *first, registered, code, say(talk, "registered_again"), code, say(talk, "after_message"))


def at_message(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """A pause ends a live message. Nothing was heard: ask once more, then offer a way to those who can't speak.

    `#` goes straight to the tone, or ends a live message.
    """
    if talk.words_left and not isinstance(heard, Keyed):
        return message_left(talk, Spoke(), facts)
    if heard == Keyed("#"):
        return message_left(talk, Spoke(), facts) if talk.words_left else Turn(talk, take_down(talk))
    if isinstance(heard, Keyed):
        return message(talk, facts, say(talk, "unknown_key"))
    if talk.registered or talk.answered:
        return goodbye(talk)
    if talk.silences <= 1:
        return Turn(talk, take_down(talk, say(talk, "message_again")))
    return offer_any_key(talk)


def offer_any_key(talk: Conversation) -> Turn:
    """Give one who can't speak a way to tell that they need help."""
    sentence = say(talk, "cannot_speak")
    return Turn(replace(talk, place=Place.CANNOT_SPEAK), (AskKey((sentence, sentence)),))


def cannot_speak(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Any key of one who can't speak is a red; silence is registered, for a person to look into.

    Perhaps it is we who are deaf: so one who was to be heard live is recorded from here on, or put through.
    """
    if isinstance(heard, Keyed):
        return put_first(say(talk, "understood_need"), danger(talk, facts))
    to_listen = OpenOrder(to_listen=True)
    if talk.voice and (facts.can_ring or facts.line.is_open):
        turn = person(replace(talk, voice=False), facts)
        return replace(turn, deeds=(to_listen, *turn.deeds))
    talk = replace(talk, place=Place.MESSAGE, registered=True, voice=False)
    return Turn(talk, (Record((say_if_reachable(talk, facts, "silent_noted"),)),), (to_listen,))


def after_message(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    match heard:
        case Keyed("1"):
            return message(talk, facts)
        case Keyed("2"):
            return tell_code(talk, facts)
        case Keyed():
            return Turn(talk, ask(talk, say(talk, "unknown_key"), say(talk, "after_message")))
        case _:
            return goodbye(talk)


def person(talk: Conversation, facts: Facts) -> Turn:
    """Let them wait in line, or ring the people on duty when no agent serves.

    The wish is registered first, so that hanging up loses nothing.
    """
    if facts.line.is_open:
        return hold(talk, facts)
    wish = OpenOrder(wants_person=True)
    if not facts.can_ring:
        return replace(_nobody_free(talk, facts), deeds=(wish,))
    talk = replace(talk, place=Place.PERSON, silences=0)
    return Turn(talk, (say(talk, "connecting"), Ring(urgent=False)), (wish,))


def ringing(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Nobody came. But a ringing that was broken off, by words heard just when it began, is begun anew."""
    if talk.voice and not isinstance(heard, RangOut):
        return person(talk, facts)
    return _nobody_free(talk, facts)


def after_person(talk: Conversation, facts: Facts) -> Turn:
    """A person has talked to the caller, who may still want the code, or to add something."""
    return replace(
        tell_code(talk, facts, say(talk, "person_left")), deeds=(OpenOrder(wants_person=True), TalkedOnDuty())
    )


def _nobody_free(talk: Conversation, facts: Facts) -> Turn:
    """Who has left a message gets its code; anybody else is asked for one."""
    first = say_if_reachable(talk, facts, "nobody_free")
    if talk.registered or talk.words_left:
        return tell_code(talk, facts, first)
    return message(talk, facts, first)
