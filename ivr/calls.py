"""One call in the state of record: registered, taken turn by turn, ended; nothing is committed here."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.house import House
from core.models import Call, Caller, Urgency, WebhookAnswer, WorkOrder
from core.phone_numbers import e164
from core.settings import Settings
from ivr.caller_input import RecordingNotice
from ivr.conversation import Conversation, Turn
from ivr.dialogue import Place, greet, next_turn
from ivr.facts import gather_facts
from ivr.left_words import keep_recording
from ivr.steps import CallerInput, Keyed, OpenOrder
from ivr.twiml import Paper, render
from routing.orders import CALLER, add_event, alert_if_red, find_order, open_work_order


def register_call(
    session: Session, house: House, call_sid: str, number: str | None, called: str | None, now: datetime
) -> Call:
    """Return the call with this id, registered now if it is new; a call that we missed the start of counts as new."""
    call = session.scalar(select(Call).where(Call.call_sid == call_sid).with_for_update(of=Call))
    if call is None:
        talk = Conversation("en" if called in house.settings.english_numbers else "zh")
        call = Call(
            call_sid=call_sid,
            caller_id=_caller(session, house, number).id,
            called_number=e164(called),
            dialogue=asdict(talk),
            started_at=now,
        )
        session.add(call)
        session.flush()
    return call


def _caller(session: Session, house: House, number: str | None) -> Caller:
    """Return who rings from a number; nobody shares a withheld one, and each caller has a key of their own."""
    known = session.scalar(select(Caller).where(Caller.number == number)) if number else None
    if known:
        return known
    caller = Caller(number=number, key_id=house.recordings.keys.make())
    session.add(caller)
    session.flush()
    return caller


def answer_call(session: Session, house: House, call: Call, now: datetime) -> str:
    """Return the TwiML that greets a caller; a repeated request gets the same."""
    given = _given_answer(session, call, 0, "incoming")
    if given:
        return given
    talk = conversation(call)
    turn = greet(talk, gather_facts(session, house.settings, call, talk))
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

    A repeated webhook gets its old answer. A late one of an earlier turn changes nothing of the conversation, but what
    was said or pressed in it for help is kept all the same.
    """
    if notice:
        keep_recording(session, house.settings, call, notice, now)
    given = _given_answer(session, call, turn, kind)
    if given:
        return given
    if turn < call.turn:
        _keep_cry_for_help(session, house.settings, call, heard, now)
        return last_answer(session, call) or answer_call(session, house, call, now)
    talk = conversation(call)
    facts = gather_facts(session, house.settings, call, talk)
    return _commit_turn(session, house, call, next_turn(talk, heard, facts), (kind, turn), now)


def last_answer(session: Session, call: Call) -> str | None:
    """Return the newest TwiML of a call."""
    newest = WebhookAnswer.turn.desc(), WebhookAnswer.id.desc()
    return session.scalar(
        select(WebhookAnswer.twiml).where(WebhookAnswer.call_id == call.id).order_by(*newest).limit(1)
    )


def end_call(session: Session, settings: Settings, call: Call, status: str, now: datetime) -> None:
    """Note the end of a call, and alert the people on duty about one who left in danger; once, however often told."""
    if call.ended_at:
        return
    call.ended_at = now
    call.carrier_status = status
    order = find_order(session, call)
    if order:
        add_event(session, order, "call_ended", CALLER, now)
        alert_if_red(session, order, settings, now)


def conversation(call: Call) -> Conversation:
    """Return where the conversation of a call stands."""
    return Conversation(**{**call.dialogue, "place": Place(call.dialogue["place"])})


def _commit_turn(
    session: Session, house: House, call: Call, turn: Turn, answered: tuple[str, int], now: datetime
) -> str:
    kind, number = answered
    order = find_order(session, call)
    for deed in turn.deeds:
        order = _do(session, house.settings, call, deed, turn.conversation, now)
    call.dialogue = asdict(turn.conversation)
    call.turn = number + 1
    paper = Paper(house.settings, call.turn, call.id, order.code if order else None)
    twiml = render(turn.steps, paper)
    session.add(WebhookAnswer(call_id=call.id, turn=number, kind=kind, twiml=twiml, answered_at=now))
    session.flush()
    return twiml


def _do(
    session: Session, settings: Settings, call: Call, deed: OpenOrder, talk: Conversation, now: datetime
) -> WorkOrder:
    return open_work_order(
        session,
        call,
        language=talk.language,
        settings=settings,
        now=now,
        urgency=deed.urgency,
        wants_person=deed.wants_person,
        to_listen=deed.to_listen,
    )


def _keep_cry_for_help(session: Session, settings: Settings, call: Call, heard: CallerInput, now: datetime) -> None:
    deeds = {Keyed("9"): OpenOrder(Urgency.RED, wants_person=True), Keyed("0"): OpenOrder(wants_person=True)}
    if isinstance(heard, Keyed) and heard in deeds:
        _do(session, settings, call, deeds[heard], conversation(call), now)


def _given_answer(session: Session, call: Call, turn: int, kind: str) -> str | None:
    return session.scalar(
        select(WebhookAnswer.twiml).where(
            WebhookAnswer.call_id == call.id, WebhookAnswer.turn == turn, WebhookAnswer.kind == kind
        )
    )
