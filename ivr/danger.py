"""A danger to life: registered at once, then ringing and listening in turns until a person has the caller; pure."""

from dataclasses import replace

from core.models import Urgency
from ivr.conversation import Conversation, Facts, Place, Turn, say
from ivr.steps import CallerInput, OpenOrder, RangOut, Record, Ring, Spoke

_LISTEN_SECONDS = 30
"""How long a caller in danger speaks before somebody is rung: not the minutes that a message may take."""


def danger(talk: Conversation, facts: Facts) -> Turn:
    """Register a red at once, which alerts the people on duty; say the emergency numbers, take down where and what."""
    talk = replace(talk, place=Place.DANGER, silences=0)
    said = [say(talk, "danger", emergency_numbers=facts.emergency_numbers)]
    if not facts.has_number:
        said.append(say(talk, "message_no_number"))
    red = OpenOrder(Urgency.RED, wants_person=True)
    return Turn(talk, (Record(tuple(said), _LISTEN_SECONDS),), (red,))


def in_danger(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Ring and listen in turns, for as long as the caller stays: a red is never cut off and never put on hold.

    Any key rings at once; nobody is rung for who has hung up.
    """
    match heard:
        case RangOut() | Spoke(hung_up=True):
            ring = False
        case _:
            ring = facts.can_ring
    if ring:
        return Turn(talk, (say(talk, "connecting"), Ring(urgent=True)))
    return Turn(talk, (Record((say(talk, "danger_listening"),), _LISTEN_SECONDS),))
