"""Agents who dial in are asked who they are; whoever is wrong too often waits, and a stranger locks nobody out."""

from datetime import timedelta

from core.models import (
    Call,
    SeatState,
    WrongPin,
)
from tests.ivr.at_a_seat import HOME, PIN, STRANGER, post, seat, sign_in
from tests.ivr.telephone import PUBLIC_URL, new_sid, parse, said, verbs
from tests.write_turn import hashing_watched


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
