"""Taking down what a caller needs: a message, the wish for a person, a danger; pure."""

from dataclasses import replace

from core.models import Urgency
from ivr.conversation import Conversation, Facts, Place, Turn, ask, goodbye, put_first, say
from ivr.steps import AskKey, CallerInput, Keyed, OpenOrder, RangOut, Record, Ring, SayCode, Spoke, Step


def message(talk: Conversation, facts: Facts) -> Turn:
    said = [say(talk, "message")]
    if not facts.has_number:
        said.append(say(talk, "message_no_number"))
    return Turn(replace(talk, place=Place.MESSAGE, silences=0), (*said, Record()))


def message_left(talk: Conversation, heard: Spoke, facts: Facts) -> Turn:
    """Open the order in the same transaction; its code is spoken before anything was recognised."""
    deeds = (OpenOrder(),)
    if heard.key == "0":
        turn = person(talk, facts)
        return replace(turn, deeds=deeds + turn.deeds)
    first = (say(talk, "added"),) if talk.registered else ()
    talk = replace(talk, place=Place.AFTER_MESSAGE, registered=True, silences=0)
    return Turn(talk, (*first, *_tell_code(talk)), deeds)


def _tell_code(talk: Conversation) -> tuple[Step, ...]:
    code = SayCode(talk.language)
    said = (say(talk, "registered"), code, say(talk, "registered_again"), code, say(talk, "after_message"))
    return ask(talk, *said)


def no_message(talk: Conversation, _heard: CallerInput, _facts: Facts) -> Turn:
    """Nothing was heard: ask once more, then offer a way to those who can't speak."""
    if talk.registered or talk.answered:
        return goodbye(talk)
    if talk.silences <= 1:
        return Turn(talk, (say(talk, "message_again"), Record()))
    talk = replace(talk, place=Place.CANNOT_SPEAK)
    return Turn(talk, (AskKey((say(talk, "cannot_speak"),), seconds=10),))


def cannot_speak(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Any key of one who can't speak is a red; silence is registered, for a person to look into."""
    if isinstance(heard, Keyed):
        return put_first(say(talk, "understood_need"), danger(talk, facts))
    talk = replace(talk, place=Place.MESSAGE, registered=True)
    return Turn(talk, (say(talk, "silent_noted"), Record()), (OpenOrder(to_listen=True),))


def after_message(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    match heard:
        case Keyed("1"):
            return message(talk, facts)
        case Keyed("2"):
            return Turn(talk, _tell_code(talk))
        case Keyed():
            return Turn(talk, ask(talk, say(talk, "unknown_key"), say(talk, "after_message")))
        case _:
            return goodbye(talk)


def person(talk: Conversation, facts: Facts) -> Turn:
    """Ring the people on duty; the wish is registered first, so that hanging up loses nothing."""
    wish = OpenOrder(wants_person=True)
    if not facts.can_ring:
        return _nobody_free(talk, facts, wish)
    talk = replace(talk, place=Place.PERSON, silences=0)
    return Turn(talk, (say(talk, "connecting"), Ring(urgent=False)), (wish,))


def ringing(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    if isinstance(heard, RangOut) and heard.answered:
        talk = replace(talk, place=Place.AFTER_MESSAGE, registered=True)
        return Turn(talk, (say(talk, "person_left"), *_tell_code(talk)))
    return _nobody_free(talk, facts)


def _nobody_free(talk: Conversation, facts: Facts, *deeds: OpenOrder) -> Turn:
    return replace(put_first(say(talk, "nobody_free"), message(talk, facts)), deeds=deeds)


def danger(talk: Conversation, facts: Facts) -> Turn:
    """Register a red at once, which alerts the people on duty; say the emergency numbers, take down where and what."""
    talk = replace(talk, place=Place.DANGER, silences=0)
    said = say(talk, "danger", emergency_numbers=facts.emergency_numbers)
    return Turn(talk, (said, Record()), (OpenOrder(Urgency.RED, wants_person=True),))


def in_danger(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Ring and listen in turns, for as long as the caller stays: a red is never cut off and never put on hold."""
    if isinstance(heard, RangOut):
        return ringing(talk, heard, facts) if heard.answered else _listen_on(talk)
    if facts.can_ring:
        return Turn(talk, (say(talk, "connecting"), Ring(urgent=True)))
    return _listen_on(talk)


def _listen_on(talk: Conversation) -> Turn:
    return Turn(talk, (say(talk, "danger_listening"), Record()))
