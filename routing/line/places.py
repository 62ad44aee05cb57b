"""Places in the line: taken, kept, ended; of two who change one at once, the loser does nothing.

Nothing is committed here, and no telephone is rung: whoever calls these functions says what follows.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, CursorResult, Integer, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from core.database import table_of
from core.models import Call, Channel, LinePlace, Outgoing, PlaceOutcome, PlaceState, Urgency
from core.objects import read_object
from core.prepared import Prepared
from core.settings import Language
from routing.line.callback_policy import RED_SPACING, not_in_quiet_hours
from routing.line.changing import change
from routing.line.waiting import ANY_SKILL
from routing.line.windows import Window, window_for
from routing.orders.registering import URGENCY_RANK

OPEN = (PlaceState.WAITING, PlaceState.LATER, PlaceState.OFFERED, PlaceState.TAKEN, PlaceState.BY_HAND)
_NOT_TAKEN = (PlaceState.WAITING, PlaceState.LATER, PlaceState.OFFERED)
WITH_AGENT = (PlaceState.OFFERED, PlaceState.TAKEN)
IS_IN_LINE: ColumnElement[bool] = exists().where(
    LinePlace.call_id == bindparam("call_id", type_=Integer()), LinePlace.state != PlaceState.DONE
)
"""Whether the call `call_id` has an open place, as a column of a larger question."""
_PLACE_OF = Prepared(
    select(*table_of(LinePlace).c)
    .where(LinePlace.call_id == bindparam("call_id"), LinePlace.state != PlaceState.DONE)
    .order_by(LinePlace.id.desc())
    .limit(1)
    .with_for_update(of=table_of(LinePlace))
)
_AT_ONCE = timedelta(seconds=60)
"""Calls that begin no further apart may be told in either order: in a surge some webhooks wait for seconds."""


def join(
    session: Session,
    call: Call,
    *,
    language: Language,
    urgency: Urgency,
    now: datetime,
    skill: str = ANY_SKILL,
    danger_words: bool = False,
) -> LinePlace:
    """Return the place in which this call waits on the telephone from now on.

    Whoever rings again from the same number is back in the place that they had, with the time of their first call;
    a withheld number shares a place with nobody. Urgency only rises. A call that has ended by now, as its webhook
    was told late, takes no place from a later call.
    """
    place = place_of(session, call) or _kept_place(session, call)
    if place is None:
        place = LinePlace(
            caller_id=call.caller_id,
            call_id=call.id,
            number=call.caller.number,
            language=language,
            skill=skill,
            urgency=Urgency.UNKNOWN,
            danger_words=False,
            first_called_at=call.started_at,
            channel_since=now,
        )
        session.add(place)
    elif place.call_id != call.id and call.ended_at is None:
        place.call_id, place.channel, place.channel_since = call.id, Channel.HOLDING, now
        if place.state not in WITH_AGENT:  # else an agent is about to ring them, and gets them on this call instead
            place.state, place.due_at, place.language = PlaceState.WAITING, None, language
            place.window_from = place.window_until = None
    note_urgency(place, urgency, now, danger_words=danger_words)
    session.flush()
    return place


def note_urgency(place: LinePlace, urgency: Urgency, now: datetime, *, danger_words: bool = False) -> None:
    """Note what was understood meanwhile: unknown becomes known, but a machine never lowers an urgency.

    Whoever turns out to be in danger is rung within a minute: no chosen hours, quiet hours or spacing hold them back.
    """
    unknown, was_red = place.urgency is Urgency.UNKNOWN, place.urgency is Urgency.RED
    if unknown or URGENCY_RANK[urgency] < URGENCY_RANK[place.urgency]:
        place.urgency, place.urgency_rank = urgency, URGENCY_RANK[urgency]
    place.danger_words = place.danger_words or danger_words
    if place.urgency is Urgency.RED and not was_red:
        place.window_from = place.window_until = None
        if place.state is PlaceState.LATER and place.due_at is not None:
            place.due_at = min(place.due_at, now + RED_SPACING)


def place_of(session: Session, call: Call) -> LinePlace | None:
    """Return the open place of a call as it is now; nobody else changes it until the commit."""
    return read_object(session, LinePlace, _PLACE_OF, call_id=call.id)


def place_of_sent(session: Session, sent: Outgoing) -> LinePlace:
    """Return the place that a call of the line is about, as it is now; nobody else changes it until the commit."""
    wanted = select(LinePlace).where(LinePlace.id == sent.payload["place_id"]).with_for_update(of=LinePlace)
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def hang_up(session: Session, call: Call, now: datetime) -> LinePlace | None:
    """Keep the place of a caller who has left the line (hang-up rescue): from now on it waits for a callback.

    Returns the place if it was held on the telephone and nobody has it yet; with no number to ring it ends here. And
    it ends, held or with a callback chosen, when somebody has talked to them by another call since this one began.
    """
    place = place_of(session, call)
    if place is None:
        return None
    if has_talked_since(session, place, call):
        close(session, place, PlaceOutcome.TALKED, now, only_from=_NOT_TAKEN)
        return None
    if place.channel is not Channel.HOLDING:
        return None
    if place.number is None:
        ended = close(session, place, PlaceOutcome.UNREACHABLE, now, only_from=_NOT_TAKEN)
    else:
        kept = (PlaceState.WAITING, PlaceState.OFFERED)  # the agent who is being asked will ring back instead
        ended = change(session, place, kept, channel=Channel.CALLBACK, channel_since=now)
    return place if ended else None


def choose_callback(
    session: Session,
    place: LinePlace,
    *,
    number: str,
    promised_by: datetime | None,
    now: datetime,
    zone: ZoneInfo,
    window: Window | None = None,
) -> bool:
    """Turn a held place into a callback to `number`, if no agent has taken it meanwhile; the order key stays.

    `window`: when the caller wants to be rung; of those who did not say, none is rung at night about a green matter.
    """
    due = max(now, window.opens_at) if window else not_in_quiet_hours(place.urgency, now, zone)
    return change(
        session,
        place,
        (PlaceState.WAITING,),
        channel=Channel.CALLBACK,
        channel_since=now,
        number=number,
        promised_by=promised_by,
        state=PlaceState.WAITING if due <= now else PlaceState.LATER,
        due_at=None if due <= now else due,
        window_from=window.opens_at if window else None,
        window_until=window.closes_at if window else None,
    )


def wait_for_next_window(session: Session, now: datetime, zone: ZoneInfo, limit: int = 1000) -> None:
    """Put callbacks whose hours have passed, and whom nobody was free to ring, into the same hours of the next day.

    What they were promised stays as it was: the list shows that it is late.
    """
    passed = select(LinePlace).where(LinePlace.state == PlaceState.WAITING, LinePlace.window_until <= now)
    for place in session.scalars(passed.where(LinePlace.channel == Channel.CALLBACK).limit(limit)).all():
        change(session, place, (PlaceState.WAITING,), state=PlaceState.LATER, **in_window(place, now, zone))


def in_window(place: LinePlace, due: datetime, zone: ZoneInfo) -> dict[str, datetime | None]:
    """Return when somebody is rung who is due at a moment, in the hours that they chose; values for `change`."""
    if place.window_from is None or place.window_until is None:
        return {"due_at": due}
    window = window_for(Window(place.window_from, place.window_until), due, zone)
    moment = max(due, window.opens_at)
    return {"due_at": moment, "window_from": window.opens_at, "window_until": window.closes_at}


def come_due(session: Session, now: datetime, limit: int = 1000) -> int:
    """Let callbacks whose time has come wait for an agent; returns how many."""
    due = (
        select(LinePlace.id)
        .where(LinePlace.state == PlaceState.LATER, LinePlace.due_at <= now)
        .order_by(LinePlace.due_at)
        .limit(limit)
    )
    result = session.execute(
        update(LinePlace)
        .where(LinePlace.id.in_(due), LinePlace.state == PlaceState.LATER)
        .values(state=PlaceState.WAITING, due_at=None, revision=LinePlace.revision + 1)
        .execution_options(synchronize_session=False)
    )
    return result.rowcount if isinstance(result, CursorResult) else 0


def close(
    session: Session,
    place: LinePlace,
    outcome: PlaceOutcome,
    now: datetime,
    *,
    only_from: tuple[PlaceState, ...] = OPEN,
) -> bool:
    """End a place; False when it has ended already, or is in none of the states to end it from."""
    return change(session, place, only_from, state=PlaceState.DONE, outcome=outcome, closed_at=now, due_at=None)


def _kept_place(session: Session, call: Call) -> LinePlace | None:
    """Return the open place of this caller's number; one whose caller an agent talks to belongs to that call.

    But whoever rings again in the moment in which an agent is asked to take them, or is about to ring them, has one
    place, not two: of a call that they have left we may not know yet, and they would be rung after they have talked.
    """
    if call.caller.number is None:
        return None
    kept = (PlaceState.WAITING, PlaceState.LATER, PlaceState.OFFERED, PlaceState.BY_HAND)
    about_to_be_rung = (LinePlace.state == PlaceState.TAKEN) & (LinePlace.channel == Channel.CALLBACK)
    wanted = select(LinePlace).where(is_theirs(call), LinePlace.state.in_(kept) | about_to_be_rung)
    return session.scalar(wanted.order_by(LinePlace.first_called_at).limit(1).with_for_update(of=LinePlace))


def has_talked_since(session: Session, place: LinePlace, call: Call) -> bool:
    """Tell whether somebody at this number talks to us, or has since a call began, by a later call, theirs or ours.

    Of a call whose webhooks are told late we may hear after that; and who rings us in the very moment in which we ring
    them is in two calls of about the same time. One who was in danger is rung all the same, unless it was us who
    rang: another may have called from there.
    """
    if place.number is None:
        return False
    has_talked = (LinePlace.outcome == PlaceOutcome.TALKED) & (LinePlace.closed_at > call.started_at)
    with_us = or_(LinePlace.state == PlaceState.TAKEN, has_talked)
    later = select(LinePlace.id).join(Call, LinePlace.call_id == Call.id)
    later = later.where(Call.started_at > call.started_at - _AT_ONCE)
    reached = later.where(LinePlace.number == place.number, with_us, LinePlace.id != place.id)
    if place.urgency is Urgency.RED:
        reached = reached.where(LinePlace.tries > 0)
    return session.scalar(reached.limit(1)) is not None


def is_theirs(call: Call) -> ColumnElement[bool]:
    """Return the condition that a place is to be rung at this call's number, or was taken from it for another one."""
    return (LinePlace.number == call.caller.number) | (LinePlace.caller_id == call.caller_id)
