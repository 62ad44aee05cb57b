"""Taking down what a caller needs: a message, the wish for a person; pure."""

from dataclasses import replace

from ivr.conversation import Conversation, Facts, Place, Turn, ask, goodbye, put_first, say, say_if_reachable
from ivr.danger import danger
from ivr.steps import AskKey, CallerInput, Keyed, OpenOrder, Record, Ring, Say, SayCode, Spoke, Step


def message(talk: Conversation, facts: Facts, *first: Say) -> Turn:
    number = () if facts.has_number else (say(talk, "message_no_number"),)
    said = (*first, say(talk, "message"), *number)
    return Turn(replace(talk, place=Place.MESSAGE, silences=0), (Record(said),))


def message_left(talk: Conversation, heard: Spoke, facts: Facts) -> Turn:
    """Open the order in the same transaction; its code is spoken before anything was recognised."""
    deeds = (OpenOrder(),)
    if heard.key == "0":
        turn = person(replace(talk, registered=True), facts)
        return replace(turn, deeds=deeds + turn.deeds)
    first = (say(talk, "added"),) if talk.registered else ()
    return replace(_registered(talk, facts, *first), deeds=deeds)


def _registered(talk: Conversation, facts: Facts, *first: Say) -> Turn:
    talk = replace(talk, place=Place.AFTER_MESSAGE, registered=True, silences=0)
    return Turn(talk, _tell_code(talk, facts, *first))


def _tell_code(talk: Conversation, facts: Facts, *first: Say) -> tuple[Step, ...]:
    code = SayCode(talk.language)
    registered = say_if_reachable(talk, facts, "registered")
    return ask(talk, *first, registered, code, say(talk, "registered_again"), code, say(talk, "after_message"))


def at_message(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Nothing was heard: ask once more, then offer a way to those who can't speak; `#` goes straight to the tone."""
    if heard == Keyed("#"):
        return Turn(talk, (Record(),))
    if isinstance(heard, Keyed):
        return message(talk, facts, say(talk, "unknown_key"))
    if talk.registered or talk.answered:
        return goodbye(talk)
    if talk.silences <= 1:
        return Turn(talk, (Record((say(talk, "message_again"),)),))
    talk = replace(talk, place=Place.CANNOT_SPEAK)
    return Turn(talk, (AskKey((say(talk, "cannot_speak"),), seconds=10),))


def cannot_speak(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Any key of one who can't speak is a red; silence is registered, for a person to look into."""
    if isinstance(heard, Keyed):
        return put_first(say(talk, "understood_need"), danger(talk, facts))
    talk = replace(talk, place=Place.MESSAGE, registered=True)
    return Turn(talk, (Record((say_if_reachable(talk, facts, "silent_noted"),)),), (OpenOrder(to_listen=True),))


def after_message(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    match heard:
        case Keyed("1"):
            return message(talk, facts)
        case Keyed("2"):
            return _registered(talk, facts)
        case Keyed():
            return Turn(talk, ask(talk, say(talk, "unknown_key"), say(talk, "after_message")))
        case _:
            return goodbye(talk)


def person(talk: Conversation, facts: Facts) -> Turn:
    """Ring the people on duty; the wish is registered first, so that hanging up loses nothing."""
    wish = OpenOrder(wants_person=True)
    if not facts.can_ring:
        return replace(_nobody_free(talk, facts), deeds=(wish,))
    talk = replace(talk, place=Place.PERSON, silences=0)
    return Turn(talk, (say(talk, "connecting"), Ring(urgent=False)), (wish,))


def ringing(talk: Conversation, _heard: CallerInput, facts: Facts) -> Turn:
    return _nobody_free(talk, facts)


def after_person(talk: Conversation, facts: Facts) -> Turn:
    """A person has talked to the caller, who may still want the code, or to add something."""
    return replace(_registered(talk, facts, say(talk, "person_left")), deeds=(OpenOrder(wants_person=True),))


def _nobody_free(talk: Conversation, facts: Facts) -> Turn:
    """Who has left a message gets its code; anybody else is asked for one."""
    first = say_if_reachable(talk, facts, "nobody_free")
    return _registered(talk, facts, first) if talk.registered else message(talk, facts, first)
