"""Reads how a caller stands in the line, for one turn of the conversation; changes nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.models import Call, LinePlace, PlaceState, Urgency
from core.phone_numbers import keyed_number
from core.settings import Settings
from ivr.callback_times import spoken_windows
from ivr.conversation import Conversation, Place
from ivr.line_now import LineNow
from ivr.standing import Standing
from ivr.steps import CallerInput, Keyed, KeyedNumber, PersonFound
from routing.line.callback_policy import is_offered, promise
from routing.line.joining import minutes_until
from routing.line.offering import may_be_done
from routing.line.places import place_of
from routing.line.pressure import expected_wait
from routing.line.whom_to_call import Way, way_to_call

_MOVED_BY_NOW = timedelta(seconds=10)
"""A caller whom no move has brought to their agent goes there by themselves."""
_ON_HOLD = frozenset(
    {Place.HOLDING, Place.CALLBACK_OFFER, Place.CALLBACK_NUMBER, Place.CALLBACK_CHECK, Place.CALLBACK_WHEN}
)


def line_now(
    session: Session,
    settings: Settings,
    call: Call,
    talk: Conversation,
    heard: CallerInput | None,
    now: datetime,
    standing: Standing,
) -> LineNow:
    """Read the caller's place and, only while they wait, how long that will last."""
    is_open = talk.language in standing.languages_served
    place = place_of(session, call) if call.turn and standing.is_in_line else None
    number = call.caller.number
    line = LineNow(
        is_open=is_open,
        is_in=place is not None,
        is_kept=is_open and place is None and standing.has_kept_place,
        is_being_asked=place is not None and place.state is PlaceState.OFFERED,
        is_red=place is not None and place.urgency is Urgency.RED,
        may_be_done=place is not None and may_be_done(place, now),
        room=_room(place, heard, now) if place else "",
        own_number=number is not None and way_to_call(number, settings) is not Way.NEVER,
        keyed=_keyed(settings, heard) if isinstance(heard, KeyedNumber) else None,
    )
    if place is None or not _may_ask(talk, heard):
        return line
    return replace(
        _with_callback(session, settings, place, line, now), windows=spoken_windows(settings, talk.language, now)
    )


def _may_ask(talk: Conversation, heard: CallerInput | None) -> bool:
    """Tell whether a callback can come up in this turn: the wait is reckoned from the whole line, so not at each."""
    if talk.place is Place.HOLDING:
        return not talk.callback_offered or isinstance(heard, Keyed)
    return talk.place in _ON_HOLD


def room_of(place: LinePlace) -> str:
    """Return the name of the conference in which a caller and the agent who has them meet."""
    return f"line-{place.id}-{place.outgoing_id}"


def _room(place: LinePlace, heard: CallerInput | None, now: datetime) -> str:
    if place.state is not PlaceState.TAKEN or place.taken_at is None:
        return ""
    is_due = isinstance(heard, PersonFound) or now - place.taken_at > _MOVED_BY_NOW
    return room_of(place) if is_due else ""


def _keyed(settings: Settings, heard: KeyedNumber) -> str | None:
    number = keyed_number(heard.digits, settings.hotline_number)
    return number if number and way_to_call(number, settings) is not Way.NEVER else None


def _with_callback(session: Session, settings: Settings, place: LinePlace, line: LineNow, now: datetime) -> LineNow:
    wait = expected_wait(session, place, now)
    offers = is_offered(
        place.urgency,
        danger_words=place.danger_words,
        expected_wait_seconds=wait,
        threshold_seconds=settings.callback_after_seconds,
    )
    return replace(line, offers_callback=offers, minutes=minutes_until(promise(wait, now), now))
