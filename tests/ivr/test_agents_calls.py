"""The webhooks of calls to agents and to citizens who wait for a callback: what is said, and who meets whom."""

from datetime import timedelta

import pytest

from core.clock import now
from core.models import (
    Call,
    Channel,
    LinePlace,
    Outgoing,
    OutgoingKind,
    PlaceOutcome,
    PlaceState,
    SeatRow,
    SeatState,
    Urgency,
)
from routing.line.desk import bring_in
from routing.line.seats import seat_of
from tests.factories import make_staff
from tests.ivr.telephone import PUBLIC_URL, WANG, new_sid, parse, said, verbs

AGENT = "+8613911120001"


@pytest.fixture
def waiting(telephone):
    """A caller in line, and an agent who is being rung."""
    with telephone.house.database.transaction() as session:
        seat = seat_of(session, make_staff(session, "li"), now())
        seat.telephone, seat.state = AGENT, SeatState.AVAILABLE
    telephone.post("incoming")
    telephone.key(1, "0")
    return telephone


def one(telephone, table):
    (row,) = telephone.rows(table)
    return row


def placed(telephone, kind):
    """The call that a worker has placed; returns its path."""
    with telephone.house.database.transaction() as session:
        row = session.query(Outgoing).filter_by(kind=kind).order_by(Outgoing.id.desc()).first()
        row.attempt_id, row.carrier_sid = new_sid()[2:34], new_sid()
        door = {OutgoingKind.AGENT_CALL: "agents", OutgoingKind.CALLBACK_CALL: "callbacks"}[kind]
        return f"{door}/{row.attempt_id}", row.carrier_sid


def rooms(answer):
    return [room.text for room in parse(answer).iter("Conference")]


def test_the_agent_hears_what_it_is_about_and_meets_the_caller_by_key_1(waiting):
    path, sid = placed(waiting, OutgoingKind.AGENT_CALL)
    whisper = waiting.post(path, CallSid=sid)
    assert verbs(whisper) == ["Gather", "Redirect"]
    assert "市民在等" in said(whisper)
    (room,) = rooms(waiting.post(f"{path}/keys", CallSid=sid, Digits="1"))
    (move,) = [row for row in waiting.rows(Outgoing) if row.kind is OutgoingKind.MOVE_CALL]
    assert move.payload == {"call_sid": waiting.sid, "path": "turns/2/taken"}
    answer = waiting.post("turns/2/taken")
    assert rooms(answer) == [room]
    assert parse(answer).find("Dial").get("action") == f"{PUBLIC_URL}/voice/turns/3/talked"
    assert rooms(waiting.post("turns/2/taken")) == [room]
    assert "person_connected" in waiting.events()


def test_no_key_refuses_and_another_call_of_the_same_agent_is_too_late(waiting):
    path, sid = placed(waiting, OutgoingKind.AGENT_CALL)
    assert verbs(waiting.post(f"{path}/keys", CallSid=sid)) == ["Hangup"]
    assert one(waiting, LinePlace).state is PlaceState.WAITING
    assert one(waiting, SeatRow).state is SeatState.BREAK
    assert "离开" in said(waiting.post(f"{path}/keys", CallSid=sid, Digits="1"))


def test_the_caller_hangs_up_and_the_agents_conference_ends(waiting):
    path, sid = placed(waiting, OutgoingKind.AGENT_CALL)
    waiting.post(f"{path}/keys", CallSid=sid, Digits="1")
    waiting.post("turns/2/taken")
    assert waiting.post("turns/3/talked", CallStatus="completed").status_code == 204
    assert one(waiting, LinePlace).state is PlaceState.DONE
    assert "通话已经结束" in said(waiting.post(f"{path}/left", CallSid=sid))
    waiting.post(f"{path}/status", CallSid=sid, CallStatus="completed")
    assert one(waiting, SeatRow).state is SeatState.WRAP_UP


def test_the_agent_hangs_up_and_the_caller_is_back_in_line(waiting):
    path, sid = placed(waiting, OutgoingKind.AGENT_CALL)
    waiting.post(f"{path}/keys", CallSid=sid, Digits="1")
    waiting.post("turns/2/taken")
    waiting.post(f"{path}/left", CallSid=sid, CallStatus="completed")
    assert one(waiting, LinePlace).state is PlaceState.WAITING
    assert one(waiting, SeatRow).state is SeatState.OFFLINE
    assert "刚才的通话断了" in said(waiting.post("turns/3/talked"))


@pytest.fixture
def talked_for_a_while(waiting):
    """A caller whose agent has hung up after half a minute."""
    path, sid = placed(waiting, OutgoingKind.AGENT_CALL)
    waiting.post(f"{path}/keys", CallSid=sid, Digits="1")
    waiting.post("turns/2/taken")
    with waiting.house.database.transaction() as session:
        place = session.query(LinePlace).one()
        place.taken_at = now() - timedelta(seconds=31)
        place.channel_since = now() - timedelta(minutes=5)
    waiting.post(f"{path}/left", CallSid=sid, CallStatus="completed")
    return waiting


def test_who_hangs_up_on_being_told_so_after_a_talk_is_done_and_not_rung_again(talked_for_a_while):
    assert one(talked_for_a_while, SeatRow).state is SeatState.WRAP_UP
    assert "直接挂机就可以" in said(talked_for_a_while.post("turns/3/talked"))
    assert one(talked_for_a_while, LinePlace).state is PlaceState.WAITING
    talked_for_a_while.post("status", CallStatus="completed")
    place = one(talked_for_a_while, LinePlace)
    assert (place.state, place.outcome) == (PlaceState.DONE, PlaceOutcome.TALKED)


def test_who_stays_on_after_a_talk_waits_at_the_front_and_keeps_the_place(talked_for_a_while):
    talked_for_a_while.post("turns/3/talked")
    talked_for_a_while.key(4, "")  # nothing pressed while the sentence was said
    talked_for_a_while.post("status", CallStatus="completed")
    place = one(talked_for_a_while, LinePlace)
    assert (place.state, place.channel) == (PlaceState.WAITING, Channel.CALLBACK)


@pytest.mark.parametrize("danger", [{"urgency": Urgency.RED, "urgency_rank": 0}, {"danger_words": True}])
def test_who_may_be_in_danger_is_never_told_to_hang_up_and_is_rung_again(waiting, danger):
    path, sid = placed(waiting, OutgoingKind.AGENT_CALL)
    waiting.post(f"{path}/keys", CallSid=sid, Digits="1")
    waiting.post("turns/2/taken")
    with waiting.house.database.transaction() as session:
        place = session.query(LinePlace).one()
        place.taken_at = place.channel_since = now() - timedelta(minutes=5)
        for name, value in danger.items():
            setattr(place, name, value)
    waiting.post(f"{path}/left", CallSid=sid, CallStatus="completed")
    answer = said(waiting.post("turns/3/talked"))
    assert ("刚才的通话断了" in answer, "挂机就可以" in answer) == (True, False)
    waiting.post("status", CallStatus="completed")
    assert one(waiting, LinePlace).state is not PlaceState.DONE
    assert one(waiting, SeatRow).state is SeatState.OFFLINE


def test_a_citizen_who_was_rung_has_talked_since_they_answered_not_since_they_were_taken(waiting):
    path, sid = placed(waiting, OutgoingKind.AGENT_CALL)
    waiting.post(f"{path}/keys", CallSid=sid, Digits="1")
    waiting.post("turns/2/taken")
    with waiting.house.database.transaction() as session:
        session.query(LinePlace).one().taken_at = now() - timedelta(minutes=5)
    waiting.post(f"{path}/left", CallSid=sid, CallStatus="completed")
    assert "挂机就可以" not in said(waiting.post("turns/3/talked"))


def test_the_fallback_for_the_end_of_a_talk_does_not_lead_the_caller_back_into_an_empty_room(waiting):
    path, sid = placed(waiting, OutgoingKind.AGENT_CALL)
    waiting.post(f"{path}/keys", CallSid=sid, Digits="1")
    (room,) = rooms(waiting.post("turns/2/taken"))
    failed = f"{PUBLIC_URL}/voice/turns/2/taken"
    assert rooms(waiting.post("fallback", ErrorCode="11200", ErrorUrl=failed)) == [room]
    failed = f"{PUBLIC_URL}/voice/turns/3/talked"
    answer = waiting.post("fallback", ErrorCode="11200", ErrorUrl=failed)
    assert "刚才的通话断了" in said(answer)
    assert rooms(answer) == []
    assert one(waiting, LinePlace).state is PlaceState.WAITING


def test_a_third_person_elsewhere_hears_nothing_of_the_matter_before_key_1_and_may_leave_by_star(waiting):
    path, sid = placed(waiting, OutgoingKind.AGENT_CALL)
    (room,) = rooms(waiting.post(f"{path}/keys", CallSid=sid, Digits="1"))
    with waiting.house.database.transaction() as session:
        place = session.query(LinePlace).one()
        place.matter = "父亲要做血透"
        bring_in(session, place, "+8613911120009", now())
    third, sid = placed(waiting, OutgoingKind.AGENT_CALL)
    whisper = said(waiting.post(third, CallSid=sid))
    assert ("请您加入" in whisper, "血透" in whisper) == (True, False)
    answer = waiting.post(f"{third}/keys", CallSid=sid, Digits="1")
    assert (rooms(answer), parse(answer).find("Dial").get("hangupOnStar")) == ([room], "true")
    assert verbs(waiting.post(f"{third}/came-out", CallSid=sid)) == ["Say", "Hangup"]
    assert one(waiting, LinePlace).state is PlaceState.TAKEN


@pytest.fixture
def rung_back(waiting):
    """A caller who hung up while an agent was rung; the agent has pressed 1."""
    waiting.post("status", CallStatus="completed")
    path, sid = placed(waiting, OutgoingKind.AGENT_CALL)
    assert "等回电" in said(waiting.post(path, CallSid=sid))
    answer = waiting.post(f"{path}/keys", CallSid=sid, Digits="1")
    assert "正在为您拨通" in said(answer)
    waiting.room = rooms(answer)
    return waiting


def test_a_citizen_hears_nothing_but_whom_to_call_before_key_1(rung_back):
    path, sid = placed(rung_back, OutgoingKind.CALLBACK_CALL)
    first = rung_back.post(path, CallSid=sid, From="+8657100000000", To=WANG)
    assert "请您回电" in said(first)
    answer = rung_back.post(f"{path}/keys", CallSid=sid, Digits="1", From="+8657100000000", To=WANG)
    assert rooms(answer) == rung_back.room
    call = rung_back.rows(Call)[-1]
    assert (call.call_sid, call.caller.number) == (sid, WANG)
    rung_back.post(f"{path}/status", CallSid=sid, CallStatus="completed")
    assert one(rung_back, LinePlace).state is PlaceState.DONE


@pytest.mark.parametrize(("status", "state"), [("completed", PlaceState.LATER), ("failed", PlaceState.BY_HAND)])
def test_who_presses_no_key_was_not_reached(rung_back, status, state):
    path, sid = placed(rung_back, OutgoingKind.CALLBACK_CALL)
    assert verbs(rung_back.post(f"{path}/keys", CallSid=sid)) == ["Hangup"]
    rung_back.post(f"{path}/status", CallSid=sid, CallStatus=status)
    place = one(rung_back, LinePlace)
    assert (place.state, place.tries) == (state, 1)
    moved = [row.payload["path"] for row in rung_back.rows(Outgoing) if row.kind is OutgoingKind.MOVE_CALL]
    assert moved[-1].endswith("/unreached")
    assert "没有打通" in said(rung_back.post(moved[-1], CallSid=new_sid()))


def test_a_callback_chosen_by_key_is_promised_and_kept(waiting):
    path, sid = placed(waiting, OutgoingKind.AGENT_CALL)
    waiting.post(f"{path}/keys", CallSid=sid)  # nobody is free now
    assert "打给您" in said(waiting.post("turns/2/no-message"))
    assert "按井号键" in said(waiting.key(3, "2"))
    assert "1 3 9" in said(waiting.post("turns/4/number", Digits="13900139000"))
    assert "什么时候打给您" in said(waiting.key(5, "1"))
    assert "好的，我们会" in said(waiting.key(6, "1"))
    place = one(waiting, LinePlace)
    assert (place.number, place.state, place.window_from) == ("+8613900139000", PlaceState.WAITING, None)


def test_hours_chosen_by_key_are_kept_as_they_were_offered(make_telephone):
    telephone = make_telephone(callback_windows=("00:00-23:59",))
    with telephone.house.database.transaction() as session:
        seat = seat_of(session, make_staff(session, "li"), now())
        seat.telephone, seat.state = AGENT, SeatState.WRAP_UP
    telephone.post("incoming")
    telephone.key(1, "0")
    telephone.post("turns/2/no-message")
    telephone.key(3, "1")  # today’s hours, or tomorrow’s when the day is nearly over
    assert "什么时候打给您" in said(telephone.key(4, "1"))
    told = said(telephone.key(5, "2"))
    place = one(telephone, LinePlace)
    assert "0点到23点59分打给您" in told
    assert place.promised_by == place.window_until
    assert (place.window_until - place.window_from).total_seconds() == 86340


def test_a_caller_who_is_in_the_conference_before_their_agent_has_gone_is_called_out_of_it(waiting):
    path, sid = placed(waiting, OutgoingKind.AGENT_CALL)
    waiting.post(f"{path}/keys", CallSid=sid, Digits="1")
    assert rooms(waiting.post("turns/2/taken"))
    waiting.post(f"{path}/status", CallSid=sid, CallStatus="completed")
    out = next(row for row in waiting.rows(Outgoing) if "if_still_in_turn" in row.payload)
    assert (out.payload["path"], out.payload["if_still_in_turn"]) == ("turns/3/talked", waiting.call().turn)
    assert out.due_at > now()
    assert "刚才的通话断了" in said(waiting.post(out.payload["path"]))
    assert waiting.call().turn != out.payload["if_still_in_turn"]


def test_a_caller_who_has_not_gone_to_the_conference_yet_is_not_called_out_of_it(waiting):
    path, sid = placed(waiting, OutgoingKind.AGENT_CALL)
    waiting.post(f"{path}/keys", CallSid=sid, Digits="1")
    waiting.post(f"{path}/status", CallSid=sid, CallStatus="completed")
    assert [row for row in waiting.rows(Outgoing) if "if_still_in_turn" in row.payload] == []
    assert rooms(waiting.post("turns/2/taken")) == []
