"""Does in the state of record what the conversation has decided; commits nothing."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.models import Call, PlaceState
from core.settings import Settings
from ivr.conversation import Conversation
from ivr.steps import CallBackLater, Deed, JoinLine, LostAgent, OpenOrder, StayInLine, TalkedOnDuty, Told, Took
from routing.line.joining import (
    call_back_later,
    join_line,
    learn_from_order,
    left_the_line,
    note_matter,
    talked_on_duty,
)
from routing.line.places import place_of
from routing.line.talks import agent_lost
from routing.orders import find_order, hear_live, open_work_order
from routing.told import take, tell


def do(session: Session, settings: Settings, call: Call, deed: Deed, talk: Conversation, now: datetime) -> None:
    """Do one deed for a call; the same one again changes nothing."""
    match deed:
        case OpenOrder():
            order = open_work_order(
                session,
                call,
                language=talk.language,
                settings=settings,
                now=now,
                urgency=deed.urgency,
                wants_person=deed.wants_person,
                to_listen=deed.to_listen,
                danger=deed.dangers,
            )
            if talk.heard_up_to:
                hear_live(session, order, settings, now)
        case Told():
            tell(session, call, deed.version_id, deed.how, now)
        case Took():
            take(session, call, helped=deed.helped)
        case _:
            _do_in_line(session, settings, call, deed, talk, now)


def _do_in_line(
    session: Session, settings: Settings, call: Call, deed: Deed, talk: Conversation, now: datetime
) -> None:
    match deed:
        case JoinLine():
            join_line(session, call, talk.language, now)
            if call.ended_at is not None:  # their key was told after their end
                left_the_line(session, settings, call, now, talking=False)
        case StayInLine():
            if deed.said:
                note_matter(session, call, deed.said, talk.language, now)
            order = find_order(session, call)
            if order is not None:
                learn_from_order(session, order, now)
        case CallBackLater():
            call_back_later(session, settings, call, deed.number, now, deed.window)
        case LostAgent():
            place = place_of(session, call)
            if place is not None and place.state is PlaceState.TAKEN:
                agent_lost(session, settings, place, now)
        case TalkedOnDuty():
            talked_on_duty(session, call, now)
