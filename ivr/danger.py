"""A danger to life: registered at once, then ringing and listening in turns until a person has the caller; pure."""

from dataclasses import replace

from core.models import Urgency
from ivr.conversation import Conversation, Facts, Place, Turn, say, take_down
from ivr.spoken_words import language_wanted
from ivr.steps import AskKey, CallerInput, EarsLost, JoinLine, OpenOrder, RangOut, Ring, Said, Spoke
from routing.triage import Reason

_LISTEN_SECONDS = 30
"""How long a caller in danger speaks before somebody is rung: not the minutes that a message may take."""


def danger(talk: Conversation, facts: Facts, dangers: tuple[Reason, ...] = ()) -> Turn:
    """Register a red at once, which alerts the people on duty; say the emergency numbers, take down where and what."""
    talk = replace(talk, place=Place.DANGER, silences=0)
    said = [say(talk, "danger", emergency_numbers=facts.emergency_numbers)]
    if not facts.has_number:
        said.append(say(talk, "message_no_number"))
    red = OpenOrder(Urgency.RED, wants_person=True, dangers=dangers)
    deeds = (red, JoinLine()) if facts.line.is_open else (red,)
    return Turn(talk, take_down(talk, *said, longest_seconds=_LISTEN_SECONDS), deeds)


def in_danger(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Ring and listen in turns, for as long as the caller stays: a red is never cut off and never put on hold.

    When the first agent comes while they are listened to, they are in the line from their next turn on.
    """
    turn = _ring_or_listen(talk, heard, facts)
    has_left = isinstance(heard, Spoke) and heard.hung_up
    comes_late = facts.line.is_open and not facts.line.is_in and not has_left
    return replace(turn, deeds=(*turn.deeds, JoinLine())) if comes_late and JoinLine() not in turn.deeds else turn


def _ring_or_listen(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Ring or listen.

    Any key, a pause and the end of what is said ring at once; nobody is rung for who has hung up. Live words are taken
    down while people are rung, too. With agents serving, they are rung while we go on listening.
    """
    match heard:
        case Said(text) if language := language_wanted(text, talk.language):
            return danger(replace(talk, language=language), facts)
        case EarsLost():
            return _listen(replace(talk, voice=False))
        case RangOut() | Spoke(hung_up=True):
            return _listen(talk)
        case _ if facts.can_ring and not facts.line.is_open:
            return Turn(talk, (say(talk, "connecting"), Ring(urgent=True)))
        case Said() if talk.voice:
            return Turn(talk, (AskKey(),))
        case _:
            return _listen(talk)


def listen_on(talk: Conversation, facts: Facts) -> Turn:
    """Go on listening to a caller in danger whose agent dropped off; they are in line again."""
    deeds = (JoinLine(),) if facts.line.is_open else ()
    return replace(_listen(replace(talk, place=Place.DANGER)), deeds=deeds)


def _listen(talk: Conversation) -> Turn:
    return Turn(talk, take_down(talk, say(talk, "danger_listening"), longest_seconds=_LISTEN_SECONDS))
