"""The webhooks of an agent who dials in: asked who they are, kept on the line, asked to take callers there."""

from datetime import timedelta

import pytest
from werkzeug.security import generate_password_hash

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
    WrongPin,
)
from routing.line.colleagues import ask_in, hand_to
from routing.line.seats import seat_of
from tests.factories import make_staff
from tests.ivr.telephone import PUBLIC_URL, new_sid, parse, said, verbs
from tests.ivr.test_database_away import file_gone
from tests.write_turn import hashing_watched

SEATS, PIN = "+8657100000009", "739162"
HOME, STRANGER = "+8613900139001", "+8613900139002"
PIN_HASH = generate_password_hash(PIN, method="scrypt:1024:8:1")


@pytest.fixture
def agent(make_telephone):
    """An agent's telephone, from a number that withholds itself, and the account that it is about."""
    agent = make_telephone(seat_number=SEATS)
    agent.number = "anonymous"
    with agent.house.database.transaction() as session:
        staff = make_staff(session, "sun", language="en", agent_number="1001", pin_hash=PIN_HASH)
        seat_of(session, staff, now()).languages = ["zh"]
    return agent


def post(agent, path, **more):
    return agent.post(path, To=SEATS, **more)


def sign_in(agent, pin=PIN, number="1001"):
    turn = sum(row.turn for row in agent.rows(SeatCall) if row.call_sid == agent.sid)
    if not turn:
        post(agent, "incoming")
    post(agent, f"seats/{turn}/number", Digits=number)
    return post(agent, f"seats/{turn + 1}/pin", Digits=pin)


def seat(agent):
    (row,) = agent.rows(SeatRow)
    return row


def test_both_languages_ask_until_it_is_known_who_it_is(agent):
    asked = post(agent, "incoming")
    assert verbs(asked) == ["Gather", "Redirect"]
    assert "请输入工号" in said(asked)
    assert "agent number" in said(asked)
    assert "PIN" in said(post(agent, "seats/0/number", Digits="1001"))
    welcome = post(agent, "seats/1/pin", Digits=PIN)
    assert "You are signed in" in said(welcome)
    assert "登录" not in said(welcome)
    assert parse(welcome).find("Redirect").text == f"{PUBLIC_URL}/voice/seats/wait/0"
    assert (seat(agent).state, seat(agent).dialled_in_sid) == (SeatState.AVAILABLE, agent.sid)
    assert agent.rows(Call) == []  # no citizen's


def test_three_tries_a_call_whatever_was_wrong_and_a_repeated_webhook_counts_once(agent):
    assert "wrong" in said(sign_in(agent, "000111"))
    assert "agent number" in said(post(agent, "seats/1/pin", Digits="000111"))
    assert len(agent.rows(WrongPin)) == 1
    assert "wrong" in said(sign_in(agent, number="77"))
    last = post(agent, "seats/4/number")
    assert "three times" in said(last)
    assert verbs(last)[-1] == "Hangup"
    assert seat(agent).state is SeatState.OFFLINE
    assert [row.agent_number for row in agent.rows(WrongPin)] == ["1001", "77"]  # silence is no wrong PIN


def fails(agent, times, number="1001"):
    """Key in wrong PINs, three a call; returns what was said last."""
    for tried in range(times):
        if tried % 3 == 0:
            agent.sid = new_sid()
        answer = sign_in(agent, "000111", number)
    return answer


def test_a_telephone_that_was_wrong_too_often_is_told_how_long_and_the_right_pin_does_not_help(agent):
    agent.number = STRANGER
    assert "Please call again in 15 minutes" in said(fails(agent, 5))
    agent.sid = new_sid()
    post(agent, "incoming")
    assert "too many wrong pins" in said(post(agent, "seats/0/number", Digits="1001")).lower()
    assert "too many wrong pins" in said(post(agent, "seats/1/pin", Digits=PIN)).lower()
    assert seat(agent).state is SeatState.OFFLINE


def test_a_stranger_keeps_nobody_from_their_seat_who_hears_of_it(agent):
    agent.number = HOME
    sign_in(agent)
    post(agent, "status", CallStatus="completed")
    for digit in range(3):
        agent.number = f"+861390013901{digit}"
        fails(agent, 4)
    agent.sid, agent.number = new_sid(), HOME
    welcome = said(sign_in(agent))
    assert "10 wrong PINs were keyed in for your number" in welcome
    assert "You are signed in" in welcome


def test_at_a_strange_telephone_an_agent_is_asked_after_a_while_if_many_were_wrong(agent):
    for digit in range(3):
        agent.number = f"+861390013901{digit}"
        fails(agent, 4)
    agent.sid, agent.number = new_sid(), HOME
    post(agent, "incoming")
    asked = post(agent, "seats/0/number", Digits="1001")
    assert verbs(asked) == ["Say", "Say", "Pause"] * 6 + ["Gather", "Redirect"]
    assert "stay on the line" in said(asked)
    too_soon = post(agent, "seats/1/pin", Digits=PIN)
    assert verbs(too_soon)[:3] == ["Say", "Say", "Pause"]
    with agent.house.database.transaction() as session:
        for row in session.query(WrongPin):
            row.keyed_at -= timedelta(minutes=2)
    assert "You are signed in" in said(post(agent, "seats/2/pin", Digits=PIN))


def test_nobody_waits_for_a_pin_to_be_compared(agent):
    with hashing_watched(agent.house) as could_write:
        sign_in(agent, "000111")
        sign_in(agent, number="77")
        sign_in(agent)
    assert len(could_write) >= 3
    assert all(could_write)
    assert seat(agent).dialled_in_sid == agent.sid


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
