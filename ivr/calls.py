"""One call in the state of record: greeted, taken turn by turn, ended; nothing is committed here."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.house import House
from core.models import Call, WebhookAnswer
from core.settings import Settings
from ivr.caller_input import RecordingNotice
from ivr.conversation import Conversation, Turn
from ivr.dialogue import Place, greet, next_turn
from ivr.facts import gather_facts
from ivr.left_words import keep_recording
from ivr.steps import CallerInput, Deed, Keyed, OpenOrder, Spoke, Told, Took
from ivr.twiml import Paper, render
from routing.orders import CALLER, add_event, caller_left, find_order, open_work_order
from routing.told import settle, take, tell

_CRIES_FOR_HELP = (Keyed("0"), Keyed("9"))


def answer_call(session: Session, house: House, call: Call, now: datetime) -> str:
    """Return the TwiML that greets a caller; a repeated request gets the same.

    A greeting that comes late, after the conversation has begun, leaves it where it is.
    """
    given = _given_answer(session, call, 0, "incoming") or last_answer(session, call)
    if given:
        return given
    talk = conversation(call)
    turn = greet(talk, gather_facts(session, house.settings, call, talk, now))
    return _commit_turn(session, house, call, turn, ("incoming", 0), now)


def take_turn(
    session: Session,
    house: House,
    call: Call,
    turn: int,
    kind: str,
    heard: CallerInput,
    notice: RecordingNotice | None,
    now: datetime,
) -> str:
    """Take what the caller did in a turn and return the TwiML of the next.

    A repeated webhook gets its old answer, and a late one of an earlier turn changes nothing. But words, and the keys
    0 and 9, are never too late: they are taken as if they came in the present turn.
    """
    if notice:
        keep_recording(session, house.settings, call, notice, now)
    name = f"{kind} {heard.key}" if isinstance(heard, Keyed) and heard in _CRIES_FOR_HELP else kind
    given = _given_answer(session, call, turn, name)
    if given:
        return given
    if turn < call.turn and not isinstance(heard, Spoke) and heard not in _CRIES_FOR_HELP:
        return last_answer(session, call) or answer_call(session, house, call, now)
    talk = conversation(call)
    facts = gather_facts(session, house.settings, call, talk, now)
    return _commit_turn(session, house, call, next_turn(talk, heard, facts), (name, turn), now)


def last_answer(session: Session, call: Call) -> str | None:
    """Return the newest TwiML of a call."""
    newest = select(WebhookAnswer.twiml).where(WebhookAnswer.call_id == call.id).order_by(WebhookAnswer.id.desc())
    return session.scalar(newest.limit(1))


def end_call(session: Session, settings: Settings, call: Call, status: str, now: datetime) -> None:
    """Note the end of a call, and alert the people on duty about one who left in danger; once, however often told."""
    if call.ended_at:
        return
    call.ended_at = now
    call.carrier_status = status
    settle(session, call, now)
    order = find_order(session, call)
    if order:
        add_event(session, order, "call_ended", CALLER, now)
        caller_left(session, order, settings, now)


def conversation(call: Call) -> Conversation:
    """Return where the conversation of a call stands."""
    return Conversation(**{**call.dialogue, "place": Place(call.dialogue["place"])})


def _commit_turn(
    session: Session, house: House, call: Call, turn: Turn, answered: tuple[str, int], now: datetime
) -> str:
    kind, number = answered
    for deed in turn.deeds:
        _do(session, house.settings, call, deed, turn.conversation, now)
    order = find_order(session, call)
    call.dialogue = asdict(turn.conversation)
    call.turn = max(call.turn, number) + 1
    paper = Paper(house.settings, call.turn, call.id, order.code if order else None)
    twiml = render(turn.steps, paper)
    session.add(WebhookAnswer(call_id=call.id, turn=number, kind=kind, twiml=twiml, answered_at=now))
    session.flush()
    return twiml


def _do(session: Session, settings: Settings, call: Call, deed: Deed, talk: Conversation, now: datetime) -> None:
    match deed:
        case OpenOrder():
            open_work_order(
                session,
                call,
                language=talk.language,
                settings=settings,
                now=now,
                urgency=deed.urgency,
                wants_person=deed.wants_person,
                to_listen=deed.to_listen,
            )
        case Told():
            tell(session, call, deed.version_id, deed.how, now)
        case Took():
            take(session, call, helped=deed.helped)


def _given_answer(session: Session, call: Call, turn: int, kind: str) -> str | None:
    return session.scalar(
        select(WebhookAnswer.twiml).where(
            WebhookAnswer.call_id == call.id, WebhookAnswer.turn == turn, WebhookAnswer.kind == kind
        )
    )
