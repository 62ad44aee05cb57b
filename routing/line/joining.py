"""Callers come into the line and leave it: the order's urgency is theirs, and whoever is free is rung at once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, String, bindparam, exists, or_
from sqlalchemy.orm import Session

from core.models import Call, Channel, LinePlace, PlaceOutcome, PlaceState, Urgency, WorkOrder
from core.settings import Language, Settings
from routing.line.callback_policy import promise
from routing.line.changing import change
from routing.line.citizen_first import ask_kept_agent, call_of_kept
from routing.line.matching import match
from routing.line.places import choose_callback, close, hang_up, join, note_urgency, place_of
from routing.line.pressure import expected_wait
from routing.line.talks import caller_gone, talk_over
from routing.line.whom_to_call import Way, way_to_call
from routing.line.windows import Window
from routing.orders import find_order
from routing.triage import triage

_LONGEST_MATTER = 200


def join_line(session: Session, call: Call, language: Language, now: datetime) -> LinePlace:
    """Put a caller into the line, as urgent as their order is, and ring whoever is free for them."""
    order = find_order(session, call)
    urgency = order.urgency if order else Urgency.UNKNOWN
    place = join(session, call, language=language, urgency=urgency, now=now, danger_words=_has_danger(order))
    if call.ended_at is not None:  # told late: they have left the line by now, and nobody is asked before that is noted
        return place
    if call_of_kept(session, place) is not None:  # they ring us while we ring them, or are about to
        ask_kept_agent(session, place, now)
    match(session, now)
    return place


def note_matter(session: Session, call: Call, text: str, language: Language, now: datetime) -> None:
    """Note what a waiting caller says it is about, and what it tells of its urgency: a red moves up."""
    place = place_of(session, call)
    if place is None:
        return
    place.matter = place.matter or text[:_LONGEST_MATTER]
    note_urgency(place, triage(text, language).urgency, now)
    session.flush()


def learn_from_order(session: Session, order: WorkOrder, now: datetime) -> None:
    """Give a waiting caller the urgency that their order got meanwhile, and what was understood of the matter."""
    place = place_of(session, order.call)
    if place is None:
        return
    place.matter = place.matter or order.summary[:_LONGEST_MATTER]
    note_urgency(place, order.urgency, now, danger_words=_has_danger(order))
    session.flush()


def call_back_later(
    session: Session, settings: Settings, call: Call, number: str | None, now: datetime, window: Window | None = None
) -> LinePlace | None:
    """Turn a held place into a callback, to the caller's own number or another; None when somebody has them already.

    `window`: when they want to be rung; else as soon as it is their turn.
    """
    place = place_of(session, call)
    to = number or (place.number if place else None)
    if place is None or to is None:
        return None
    promised_by = window.closes_at if window else promise(expected_wait(session, place, now), now)
    zone = ZoneInfo(settings.time_zone)
    if not choose_callback(session, place, number=to, promised_by=promised_by, now=now, zone=zone, window=window):
        return None
    _only_by_hand(session, settings, place)
    return place


def left_the_line(
    session: Session, settings: Settings, call: Call, now: datetime, *, talking: bool, is_done: bool = False
) -> None:
    """Note that a caller has hung up: their talk is over, or they keep their place and are called back.

    `talking`: they were with an agent; else an agent who has taken them meanwhile rings them at once. Of both ends of
    a talk the agent's may be told first, or alone: who never came out of it again has talked, and is not rung. Nor is
    one who hangs up (`is_done`) on being told after a talk to do so if all was said.
    """
    place = place_of(session, call)
    if place is None:
        return
    if (
        (talking or is_done)
        and place.channel is Channel.HOLDING
        and place.state in (PlaceState.WAITING, PlaceState.OFFERED)
    ):
        close(session, place, PlaceOutcome.TALKED, now)
        return
    if place.state is PlaceState.TAKEN and place.channel is Channel.HOLDING:
        if talking:
            talk_over(session, place, now)
        else:
            caller_gone(session, settings, place, now)
        return
    kept = hang_up(session, call, now)
    if kept is not None:
        _only_by_hand(session, settings, kept)
        match(session, now)


def talked_on_duty(session: Session, call: Call, now: datetime) -> None:
    """End the place of a caller who was put through to the people on duty instead."""
    place = place_of(session, call)
    if place is not None:
        close(session, place, PlaceOutcome.TALKED, now)


def minutes_until(moment: datetime | None, now: datetime) -> int | None:
    """Return within how many minutes, at least five, rounded up to five; None when nothing is promised."""
    if moment is None:
        return None
    return max(1, -int((now - moment) // timedelta(minutes=5))) * 5


_KEPT = (PlaceState.WAITING, PlaceState.LATER, PlaceState.BY_HAND)
HAS_KEPT_PLACE: ColumnElement[bool] = exists().where(
    or_(
        LinePlace.number == bindparam("number", type_=String()),
        LinePlace.caller_id == bindparam("caller_id", type_=Integer()),
    ),
    or_(*(LinePlace.state == one for one in _KEPT)),
    LinePlace.call_id != bindparam("call_id", type_=Integer()),
)
"""Whether a caller has kept a place from an earlier call than `call_id`, as a column of a larger question."""


def _only_by_hand(session: Session, settings: Settings, place: LinePlace) -> None:
    """Leave a callback that no carrier of ours can make, or that may not be made, to a person at once."""
    open_states = (PlaceState.WAITING, PlaceState.LATER)
    if place.number and way_to_call(place.number, settings) is not Way.CARRIER:
        change(session, place, open_states, state=PlaceState.BY_HAND, due_at=None)


def _has_danger(order: WorkOrder | None) -> bool:
    return order is not None and order.urgency is Urgency.UNKNOWN and bool(order.reasons.get("words"))


def rescue(session: Session, settings: Settings, call: Call, now: datetime) -> LinePlace | None:
    """Let a caller whose call we never heard of be called back; None without a number. Once for a call."""
    if call.caller.number is None or place_of(session, call) is not None:
        return None
    place = join(session, call, language=call.dialogue["language"], urgency=Urgency.UNKNOWN, now=now)
    left_the_line(session, settings, call, now, talking=False)
    return place
