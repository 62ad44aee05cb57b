"""The webhooks of an agent who dials in: asked who they are, kept on the line, asked to take callers there."""

import pytest

from core.clock import now
from core.models import (
    Call,
    LinePlace,
    OrderEvent,
    Outgoing,
    OutgoingKind,
    PlaceState,
    SeatCall,
    SeatRow,
    SeatState,
    Staff,
)
from routing.line.colleagues import ask_in, hand_to
from routing.line.seats import seat_of
from tests.factories import make_staff
from tests.ivr.at_a_seat import PIN_HASH, post, seat, sign_in
from tests.ivr.telephone import PUBLIC_URL, new_sid, parse, said, verbs
from tests.ivr.test_database_away import file_gone


def test_on_the_line_keys_change_the_state_and_zero_signs_off(agent):
    sign_in(agent)
    assert said(post(agent, "seats/wait/1")) == ""
    assert "available" in said(post(agent, "seats/wait/3"))
    assert "break" in said(post(agent, "seats/wait/1", Digits="2"))
    assert seat(agent).state is SeatState.BREAK
    assert "to sign off press 0" in said(post(agent, "seats/wait/1", Digits="7"))
    post(agent, "seats/wait/1", Digits="1")
    assert seat(agent).state is SeatState.AVAILABLE
    ended = post(agent, "seats/wait/2", Digits="0")
    assert ("signed off" in said(ended), verbs(ended)[-1]) == (True, "Hangup")
    assert (seat(agent).state, seat(agent).dialled_in_sid) == (SeatState.OFFLINE, None)


def test_who_was_switched_off_in_the_console_is_no_longer_on_the_line(agent):
    sign_in(agent)
    with agent.house.database.transaction() as session:
        session.query(Staff).one().active = False
    assert "signed off" in said(post(agent, "seats/wait/1"))
    assert seat(agent).state is SeatState.OFFLINE


@pytest.fixture
def asked(agent):
    """An agent on the line, who is asked to take a citizen; the move to the whisper has been made."""
    sign_in(agent)
    agent.citizen = new_sid()
    with_them = {"CallSid": agent.citizen, "From": "+8613800138000"}
    agent.post("incoming", **with_them)
    agent.post("turns/1/keys", Digits="0", **with_them)
    with agent.house.database.transaction() as session:
        row = session.query(Outgoing).filter_by(kind=OutgoingKind.AGENT_CALL).one()
        row.attempt_id, row.carrier_sid = new_sid()[2:34], agent.sid
        agent.path = f"agents/{row.attempt_id}"
    return agent


def place(agent):
    (row,) = agent.rows(LinePlace)
    return row


def test_an_agent_takes_a_citizen_on_their_own_call_and_waits_on_afterwards(asked):
    assert "A citizen is waiting" in said(post(asked, asked.path))
    room = parse(post(asked, f"{asked.path}/keys", Digits="1")).find("Dial/Conference").text
    assert room == f"line-{place(asked).id}-{place(asked).outgoing_id}"
    asked.post("turns/2/taken", CallSid=asked.citizen, From="+8613800138000")
    asked.post("turns/3/talked", CallSid=asked.citizen, From="+8613800138000", CallStatus="completed")
    over = post(asked, f"{asked.path}/left")
    assert verbs(over) == ["Say", "Redirect"]
    assert parse(over).find("Redirect").text == f"{PUBLIC_URL}/voice/seats/wait/0"
    assert seat(asked).state is SeatState.WRAP_UP
    assert "notes" in said(post(asked, "seats/wait/0"))


def test_a_lost_move_is_made_good_when_the_piece_of_waiting_ends(asked):
    on = post(asked, "seats/wait/1")
    assert parse(on).find("Redirect").text == f"{PUBLIC_URL}/voice/{asked.path}"


def test_no_key_asks_the_next_agent_and_this_one_stays_on_the_line(asked):
    post(asked, asked.path)
    answer = post(asked, f"{asked.path}/keys")
    assert parse(answer).find("Redirect").text.endswith("/voice/seats/wait/0")
    assert (seat(asked).state, place(asked).state) == (SeatState.BREAK, PlaceState.WAITING)
    assert "on a break" in said(post(asked, "seats/wait/0"))


def test_who_comes_too_late_is_available_again_at_once(asked):
    asked.post("status", CallSid=asked.citizen, CallStatus="completed")
    with asked.house.database.transaction() as session:
        session.query(LinePlace).one().state = PlaceState.DONE
    assert "somebody else" in said(post(asked, asked.path))
    assert seat(asked).state is SeatState.AVAILABLE


def test_the_end_of_the_call_is_told_by_its_status_and_gives_the_citizen_back(asked):
    post(asked, f"{asked.path}/keys", Digits="1")
    assert post(asked, "status", CallStatus="completed").status_code == 204
    assert (seat(asked).state, seat(asked).dialled_in_sid) == (SeatState.OFFLINE, None)
    assert place(asked).state is PlaceState.WAITING
    assert asked.rows(SeatCall)[0].ended_at is not None


def test_a_fallback_leads_an_agent_back_to_where_they_were(agent):
    assert "agent number" in said(post(agent, "fallback", ErrorCode="11200"))
    sign_in(agent)
    assert "available" in said(post(agent, "fallback", ErrorCode="11200"))
    assert agent.rows(Call) == []


def test_with_the_database_away_an_agent_stays_on_the_line_and_nothing_is_kept_for_later(agent):
    sign_in(agent)
    with file_gone(agent.house):
        on = post(agent, "seats/wait/4")
        assert verbs(on) == ["Say", "Say", "Pause", "Redirect"]
        assert parse(on).find("Redirect").text == f"{PUBLIC_URL}/voice/seats/wait/1"
        assert verbs(post(agent, "incoming")) == ["Hangup"]
        assert post(agent, "status", CallStatus="completed").status_code == 204
    assert not agent.house.spool.path.exists()
    assert said(post(agent, "seats/wait/1")) == ""
    assert seat(agent).state is SeatState.AVAILABLE


@pytest.fixture
def talk(asked):
    """An agent who has dialled in and a citizen in a talk, and a colleague who has dialled in too."""
    room = parse(post(asked, f"{asked.path}/keys", Digits="1")).find("Dial/Conference").text
    asked.post("turns/2/taken", CallSid=asked.citizen, From="+8613800138000")
    asked.room, asked.agent_sid, asked.sid = room, asked.sid, new_sid()
    with asked.house.database.transaction() as session:
        seat_of(session, make_staff(session, "chen", agent_number="1002", pin_hash=PIN_HASH), now())
    sign_in(asked, number="1002")
    asked.chen = asked.sid
    with asked.house.database.transaction() as session:
        (seat,) = session.query(SeatRow).filter_by(dialled_in_sid=asked.chen)
        ask_in(session, session.query(LinePlace).one(), seat, now())
        row = session.get_one(Outgoing, seat.joins_id)
        row.attempt_id, row.carrier_sid = new_sid()[2:34], asked.chen
        asked.chen_path = f"agents/{row.attempt_id}"
    return asked


def seat_of_chen(agent):
    return next(row for row in agent.rows(SeatRow) if row.staff.sign_in == "chen")


def test_a_colleague_on_the_line_comes_into_the_talk_by_key_1_and_out_by_star_and_waits_on(talk):
    lost_move = post(talk, "seats/wait/1")
    assert parse(lost_move).find("Redirect").text == f"{PUBLIC_URL}/voice/{talk.chen_path}"
    assert "同事请您加入" in said(post(talk, talk.chen_path))
    inside = post(talk, f"{talk.chen_path}/keys", Digits="1")
    dial = parse(inside).find("Dial")
    assert (dial.find("Conference").text, dial.get("hangupOnStar")) == (talk.room, "true")
    assert dial.find("Conference").get("endConferenceOnExit") == "false"
    assert seat_of_chen(talk).state is SeatState.TALKING
    out = post(talk, dial.get("action").removeprefix(f"{PUBLIC_URL}/voice/"))
    assert parse(out).find("Redirect").text == f"{PUBLIC_URL}/voice/seats/wait/0"
    assert (seat_of_chen(talk).state, place(talk).state) == (SeatState.AVAILABLE, PlaceState.TAKEN)
    assert "可以接听" in said(post(talk, "seats/wait/0"))


def test_a_colleague_who_presses_nothing_is_what_they_were_and_waits_on(talk):
    post(talk, talk.chen_path)
    answer = post(talk, f"{talk.chen_path}/keys")
    assert parse(answer).find("Redirect").text.endswith("/voice/seats/wait/0")
    assert (seat_of_chen(talk).state, place(talk).state) == (SeatState.AVAILABLE, PlaceState.TAKEN)


def test_who_is_left_to_a_colleague_meets_them_in_a_room_of_their_own(talk):
    post(talk, f"{talk.chen_path}/keys", Digits="1")
    with talk.house.database.transaction() as session:
        (chen,) = session.query(SeatRow).filter_by(dialled_in_sid=talk.chen)
        hand_to(session, session.query(LinePlace).one(), chen, now())
    moved = talk.rows(Outgoing)[-1].payload
    assert moved["call_sid"] == talk.citizen
    there = parse(talk.post(moved["path"], CallSid=talk.citizen, From="+8613800138000")).find("Dial/Conference").text
    assert there != talk.room
    connected = [row.actor for row in talk.rows(OrderEvent) if row.event == "person_connected"]
    assert connected == ["sun", "chen"]
    followed = parse(post(talk, f"{talk.chen_path}/came-out")).find("Dial")
    assert (followed.find("Conference").text, followed.get("hangupOnStar")) == (there, None)
    assert followed.find("Conference").get("endConferenceOnExit") == "true"
    assert followed.get("action").endswith("/left")
    talk.post("turns/4/talked", CallSid=talk.citizen, From="+8613800138000", CallStatus="completed")
    post(talk, f"{talk.chen_path}/left")
    assert (place(talk).state, seat_of_chen(talk).state) == (PlaceState.DONE, SeatState.WRAP_UP)
    talk.sid = talk.agent_sid
    assert parse(post(talk, f"{talk.path}/left")).find("Redirect").text.endswith("/voice/seats/wait/0")
