"""A callback instead of holding: to this number or another, read back, at any time or in chosen hours; pure."""

from dataclasses import replace
from datetime import datetime

from ivr.conversation import Conversation, Facts, Place, Turn, put_first, say
from ivr.spoken_words import Command, command_in
from ivr.steps import (
    AskKey,
    AskNumber,
    CallBackLater,
    CallerInput,
    HangUp,
    Keyed,
    KeyedNumber,
    Said,
    Say,
    Silent,
    StayInLine,
)
from routing.line.windows import Window

_MOST_MISSES = 2
_KEYS = "12345678"
"""1: as soon as it is their turn; then the hours that are offered."""


def offer_callback(talk: Conversation, facts: Facts) -> Turn:
    """Offer to ring the caller, who keeps their place; told is by when, never how many wait before them."""
    talk = replace(talk, place=Place.CALLBACK_OFFER, callback_offered=True, misses=0)
    keys = say(talk, "callback_keys") if facts.line.own_number else say(talk, "callback_keys_no_number")
    return Turn(talk, (AskKey((_when(talk, facts), keys)),), (StayInLine(),))


def at_offer(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Key 1 or “yes”: this number; 2: another; everything else goes on waiting."""
    match heard:
        case Keyed("1") if facts.line.own_number:
            return _ask_when(talk, facts, "")
        case Keyed("1" | "2"):
            return _ask_number(talk)
        case Said(text) if command_in(text, talk.language) is Command.YES:
            return _ask_when(talk, facts, "") if facts.line.own_number else _ask_number(talk)
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
        return _ask_when(talk, facts, talk.callback_number)
    if heard == Keyed("2") or said is Command.NO:
        return _ask_number(talk)
    return _go_on_waiting(talk)


def at_when(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Key 1, “yes” or silence: as soon as it is their turn; another key, or the hours said aloud, choose those."""
    match heard:
        case Keyed("1") | Silent():
            return _settle(talk, facts)
        case Keyed(key) if key in _KEYS[1 : len(talk.windows) + 1]:
            return _settle(talk, facts, talk.windows[_KEYS.index(key) - 1])
        case Said(text) if said := next((one for one in talk.windows if _when_in(one, text)), None):
            return _settle(talk, facts, said)
        case Said(text) if command_in(text, talk.language) is Command.YES:
            return _settle(talk, facts)
        case _ if talk.misses + 1 >= _MOST_MISSES:
            return _settle(talk, facts)
        case _:
            talk = replace(talk, misses=talk.misses + 1)
            return Turn(talk, (AskKey((say(talk, "not_understood"), *_when_to_choose(talk))),))


def _ask_when(talk: Conversation, facts: Facts, number: str) -> Turn:
    """Ask when to ring; without hours to choose from it is as soon as it is their turn."""
    offered = tuple(
        (window.opens_at.isoformat(), window.closes_at.isoformat(), name) for window, name in facts.line.windows
    )
    talk = replace(talk, place=Place.CALLBACK_WHEN, callback_number=number, windows=offered, misses=0)
    if not offered or facts.line.is_being_asked:
        return _settle(talk, facts)
    return Turn(talk, (AskKey(_when_to_choose(talk)),))


def _when_to_choose(talk: Conversation) -> tuple[Say, ...]:
    choices = (
        say(talk, "callback_when_choice", when=name, key=key)
        for key, (_, _, name) in zip(_KEYS[1:], talk.windows, strict=False)
    )
    return say(talk, "callback_when"), *choices


def _when_in(window: tuple[str, str, str], text: str) -> bool:
    """Tell whether the hours were named: tomorrow morning, this evening."""
    return window[2].partition("，")[0].partition(",")[0].casefold() in text.casefold()


def _settle(talk: Conversation, facts: Facts, window: tuple[str, str, str] | None = None) -> Turn:
    if facts.line.is_being_asked or not facts.line.is_in:
        return put_first(say(talk, "hold_almost"), _go_on_waiting(talk))
    done = replace(talk, place=Place.ENDED)
    promise = say(talk, "callback_set_when", when=window[2]) if window else _promise(talk, facts)
    between = Window(*map(datetime.fromisoformat, window[:2])) if window else None
    later = CallBackLater(talk.callback_number or None, between)
    return Turn(done, (promise, say(talk, "callback_end"), HangUp()), (later,))


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
