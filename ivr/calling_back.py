"""A callback instead of holding: offered, to this number or to one that is keyed in and read back; pure."""

from dataclasses import replace

from ivr.conversation import Conversation, Facts, Place, Turn, put_first, say
from ivr.spoken_words import Command, command_in
from ivr.steps import AskKey, AskNumber, CallBackLater, CallerInput, HangUp, Keyed, KeyedNumber, Said, Say, StayInLine

_MOST_MISSES = 2


def offer_callback(talk: Conversation, facts: Facts) -> Turn:
    """Offer to ring the caller, who keeps their place; told is by when, never how many wait before them."""
    talk = replace(talk, place=Place.CALLBACK_OFFER, callback_offered=True, misses=0)
    keys = say(talk, "callback_keys") if facts.line.own_number else say(talk, "callback_keys_no_number")
    return Turn(talk, (AskKey((_when(talk, facts), keys)),), (StayInLine(),))


def at_offer(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Key 1 or “yes”: this number; 2: another; everything else goes on waiting."""
    match heard:
        case Keyed("1") if facts.line.own_number:
            return _settle(talk, facts, None)
        case Keyed("1" | "2"):
            return _ask_number(talk)
        case Said(text) if command_in(text, talk.language) is Command.YES:
            return _settle(talk, facts, None) if facts.line.own_number else _ask_number(talk)
        case _:
            return _go_on_waiting(talk)


def at_number(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Read back what was keyed in; what can't be rung is asked for once more."""
    if isinstance(heard, KeyedNumber) and facts.line.keyed:
        digits = " ".join(heard.digits)
        talk = replace(talk, place=Place.CALLBACK_CHECK, callback_number=facts.line.keyed)
        return Turn(talk, (AskKey((say(talk, "callback_check", number=digits),)),))
    if talk.misses + 1 >= _MOST_MISSES:
        return _go_on_waiting(talk)
    return put_first(say(talk, "callback_number_wrong"), _ask_number(replace(talk, misses=talk.misses + 1)))


def at_check(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Key 1 or “yes” confirms the number; 2 or “no” asks anew; silence goes on waiting."""
    said = command_in(heard.text, talk.language) if isinstance(heard, Said) else None
    if heard == Keyed("1") or said is Command.YES:
        return _settle(talk, facts, talk.callback_number)
    if heard == Keyed("2") or said is Command.NO:
        return _ask_number(talk)
    return _go_on_waiting(talk)


def _settle(talk: Conversation, facts: Facts, number: str | None) -> Turn:
    if facts.line.is_being_asked or not facts.line.is_in:
        return put_first(say(talk, "hold_almost"), _go_on_waiting(talk))
    done = replace(talk, place=Place.ENDED)
    return Turn(done, (_promise(talk, facts), say(talk, "callback_end"), HangUp()), (CallBackLater(number),))


def _ask_number(talk: Conversation) -> Turn:
    talk = replace(talk, place=Place.CALLBACK_NUMBER)
    return Turn(talk, (AskNumber((say(talk, "callback_number"),)),))


def _go_on_waiting(talk: Conversation) -> Turn:
    talk = replace(talk, place=Place.HOLDING, silences=0)
    return Turn(talk, (AskKey((say(talk, "stay_in_line"),)),), (StayInLine(),))


def _when(talk: Conversation, facts: Facts) -> Say:
    if facts.line.minutes is None:
        return say(talk, "callback_offer_soon")
    return say(talk, "callback_offer", minutes=str(facts.line.minutes))


def _promise(talk: Conversation, facts: Facts) -> Say:
    if facts.line.minutes is None:
        return say(talk, "callback_set_soon")
    return say(talk, "callback_set", minutes=str(facts.line.minutes))
