"""One call in the state of record: greeted, taken turn by turn, ended; nothing is committed here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from core.database import table_of
from core.house import House
from core.models import Call, WebhookAnswer
from core.prepared import Prepared
from core.settings import Settings
from ivr import stream_token
from ivr.caller_input import RecordingNotice
from ivr.conversation import Conversation, Turn
from ivr.deeds import do
from ivr.dialogue import Place, next_turn, pick_up
from ivr.facts import gather_facts
from ivr.left_words import keep_recording
from ivr.listening import Ears, take_words, words_left
from ivr.steps import CallerInput, Keyed, PersonFound, Said, SayCode, Speaking, Spoke, StartStream, Talked
from ivr.twiml import Paper, render
from routing.line.joining import left_the_line
from routing.orders import CALLER, add_event, caller_left, find_order
from routing.told import settle

_ANSWERS = select(WebhookAnswer.twiml).where(WebhookAnswer.call_id == bindparam("call_id"))
_NEWEST_ANSWER = Prepared(_ANSWERS.order_by(WebhookAnswer.id.desc()).limit(1))
_GIVEN_ANSWER = Prepared(
    _ANSWERS.where(WebhookAnswer.turn == bindparam("turn"), WebhookAnswer.kind == bindparam("kind"))
)
_KEEP_ANSWER = Prepared(insert(table_of(WebhookAnswer)).inline())
_GO_ON = _END = Prepared(update(table_of(Call)).where(Call.id == bindparam("this_call")))
_CRIES_FOR_HELP = (Keyed("0"), Keyed("9"))


@dataclass(frozen=True)
class Happened:
    """One webhook of a turn: which turn, what it tells, what the caller did, and what is known of our ears."""

    turn: int
    kind: str
    heard: CallerInput
    notice: RecordingNotice | None
    ears: Ears

    @property
    def name(self) -> str:
        """What its answer is kept under: two cries for help in one turn are two."""
        heard = self.heard
        return f"{self.kind} {heard.key}" if isinstance(heard, Keyed) and heard in _CRIES_FOR_HELP else self.kind

    @property
    def is_never_late(self) -> bool:
        """Words, the caller's voice and a cry for help count in whatever turn the call is by now."""
        return self.heard in _CRIES_FOR_HELP or isinstance(self.heard, Spoke | Said | Speaking | PersonFound | Talked)


def answer_call(session: Session, house: House, call: Call, now: datetime, ears: Ears) -> str:
    """Return the TwiML that greets a caller; a repeated request gets the same.

    A greeting that comes late, after the conversation has begun, leaves it where it is.
    """
    given = _given_answer(session, call, 0, "incoming")
    if given or call.turn:
        return given or last_answer(session, call) or ""
    talk = conversation(call)
    turn = pick_up(talk, gather_facts(session, house.settings, call, talk, now, can_hear=ears.has_room))
    return _commit_turn(session, house, call, turn, ("incoming", 0), now)


def take_turn(session: Session, house: House, call: Call, happened: Happened, now: datetime) -> str:
    """Take what the caller did in a turn and return the TwiML of the next.

    A repeated webhook gets its old answer, and a late one of an earlier turn changes nothing. But words, and the keys
    0 and 9, are never too late: they are taken as if they came in the present turn. Words heard live are known by
    their utterances: which of them were taken is in the conversation, so no move of the call is needed to find them.
    """
    if happened.notice:
        keep_recording(session, house.settings, call, happened.notice, now)
    given = _given_answer(session, call, happened.turn, happened.name)
    if given:
        return given
    taken = take_words(session, call, conversation(call), happened.heard, happened.ears)
    if taken.heard is None or (happened.turn < call.turn and not happened.is_never_late):
        return last_answer(session, call) or answer_call(session, house, call, now, happened.ears)
    facts = gather_facts(session, house.settings, call, taken.talk, now, heard=taken.heard)
    name = f"spoke {taken.talk.heard_up_to}" if isinstance(happened.heard, Said) else happened.name
    return _commit_turn(session, house, call, next_turn(taken.talk, taken.heard, facts), (name, happened.turn), now)


def last_answer(session: Session, call: Call) -> str | None:
    """Return the newest TwiML of a call."""
    answer: str | None = _NEWEST_ANSWER.scalar(session, call_id=call.id)
    return answer


def end_call(session: Session, settings: Settings, call: Call, status: str, now: datetime) -> None:
    """Note the end of a call, once, however often told; what was said without being answered becomes an order.

    The people on duty are alerted about one who left in danger.
    """
    if call.ended_at:
        return
    _END.run(session, this_call=call.id, ended_at=now, carrier_status=status)
    set_committed_value(call, "ended_at", now)
    set_committed_value(call, "carrier_status", status)
    settle(session, call, now)
    talk = conversation(call)
    left = words_left(session, call, talk)
    if left:
        do(session, settings, call, left, talk, now)
    is_done = talk.told_to_hang_up_if_done
    left_the_line(session, settings, call, now, talking=talk.place is Place.TALKING, is_done=is_done)
    order = find_order(session, call)
    if order:
        add_event(session, order, "call_ended", CALLER, now)
        caller_left(session, order, settings, now)


def conversation(call: Call) -> Conversation:
    """Return where the conversation of a call stands."""
    known = {"choices": (), "windows": (), **call.dialogue}
    lists = {"choices": tuple(known["choices"]), "windows": tuple(tuple(one) for one in known["windows"])}
    return Conversation(**{**known, "place": Place(known["place"]), **lists})


def _commit_turn(
    session: Session, house: House, call: Call, turn: Turn, answered: tuple[str, int], now: datetime
) -> str:
    kind, number = answered
    for deed in turn.deeds:
        do(session, house.settings, call, deed, turn.conversation, now)
    order = find_order(session, call) if _speaks_code(turn) else None
    _go_on(session, call, max(call.turn, number) + 1, dict(vars(turn.conversation)))
    token = stream_token.make(house.settings, call.call_sid, now) if StartStream() in turn.steps else ""
    paper = Paper(house.settings, call.turn, call.id, order.code if order else None, token)
    twiml = render(turn.steps, paper)
    _KEEP_ANSWER.run(session, call_id=call.id, turn=number, kind=kind, twiml=twiml, answered_at=now)
    return twiml


def _go_on(session: Session, call: Call, turn: int, dialogue: dict[str, Any]) -> None:
    """Write where a call stands now; by a statement built once, as this is done at every step."""
    _GO_ON.run(session, this_call=call.id, turn=turn, dialogue=dialogue)
    set_committed_value(call, "turn", turn)
    set_committed_value(call, "dialogue", dialogue)


def _speaks_code(turn: Turn) -> bool:
    return any(SayCode(turn.conversation.language) in (step, *getattr(step, "while_saying", ())) for step in turn.steps)


def _given_answer(session: Session, call: Call, turn: int, kind: str) -> str | None:
    """Return what a repeated webhook was answered; with each answer the call goes on to a later turn."""
    if turn >= call.turn:
        return None
    given: str | None = _GIVEN_ANSWER.scalar(session, call_id=call.id, turn=turn, kind=kind)
    return given
