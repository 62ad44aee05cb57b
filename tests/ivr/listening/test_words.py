"""What a caller has said is taken, answered, written down; a danger first, however it was heard."""

from datetime import timedelta

import pytest

from core.clock import now
from core.models import Incident, ToldAnswer, Urgency
from ivr.live_call import begin_listening
from ivr.prompts import prompt
from tests.ivr.listening.spoken import DANGER, DANGER_PROMPT, NEED, QUESTION
from tests.ivr.telephone import new_sid, parse, said, verbs


def test_a_question_is_answered_and_what_was_told_is_kept(caller):
    caller.begin()
    answer = caller.say(QUESTION)
    assert said(answer).startswith("您问的是：健康码变红了怎么办")
    assert caller.telephone.counts()["work_orders"] == 0
    (told,) = caller.telephone.rows(ToldAnswer)
    assert (told.how, told.helped) == ("voice", None)
    assert prompt("more", "zh") in said(caller.say("是 的"))
    assert caller.telephone.rows(ToldAnswer)[0].helped
    assert verbs(caller.say("没有 了")) == ["Say", "Hangup"]


def test_a_message_is_told_live_and_has_its_code_after_a_pause(caller):
    caller.begin()
    caller.say(NEED)
    for text in ("在 花园街道", "已经 三 天 了"):
        answer = caller.say(text)
        assert (verbs(answer), said(answer)) == (["Gather", "Redirect"], "")
        assert parse(answer).find("Gather").get("timeout") == "4"
    answer = caller.wait()
    assert said(answer).count("，".join(caller.telephone.order().code)) == 2
    assert caller.telephone.counts()["recordings"] == 0


@pytest.mark.parametrize(("hours", "told"), [(2.5, "预计3小时内解决"), (-1, "正在处理"), (None, "正在处理")])
def test_who_tells_of_what_is_known_hears_so_once_and_is_asked_if_it_is_worse(caller, hours, told):
    due = None if hours is None else now() + timedelta(hours=hours)
    incident(caller, confirmed_at=now(), due_at=due)
    caller.begin()
    caller.say("东城区 路灯 坏 了 三 天")
    heard = said(caller.wait())
    assert told in heard
    assert ("小时" in heard) is (told != "正在处理")
    assert heard.index("更严重吗") < heard.index("，".join(caller.telephone.order().code))
    caller.say("而且 电线 也 掉 下来 了")
    assert "更严重" not in said(caller.wait())
    assert caller.telephone.counts()["work_orders"] == 1


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("东城区 路灯 坏 了 三 天", {"confirmed_at": None}),
        ("东城区 路灯 坏 了 三 天", {"closed_at": now()}),
        ("西城区 路灯 坏 了 三 天", {}),
        (NEED, {}),  # it may be anywhere
        ("东城区 物业 乱 收费", {}),
    ],
)
def test_nobody_is_told_that_another_matter_is_known(caller, words, values):
    incident(caller, **{"confirmed_at": now(), **values})
    caller.begin()
    caller.say(words)
    assert "正在处理" not in said(caller.wait())


def incident(caller, **values):
    with caller.telephone.house.database.transaction() as session:
        told = {"title": "路灯不亮", "text": "路灯坏了三天", "district": "东城区", "proposed_at": now()}
        session.add(Incident(**told, **values))


def test_pieces_that_came_before_any_move_are_taken_together(caller):
    caller.begin()
    caller.utter("健康码")
    caller.utter("变 红 了")
    assert "您问的是：健康码变红了怎么办" in said(caller.move("spoke"))


def test_two_harmless_pieces_that_are_a_danger_together_are_one(caller):
    caller.begin()
    caller.utter("我 父亲 胸口")
    caller.utter("疼")
    assert DANGER_PROMPT in said(caller.move("spoke"))


def test_a_danger_flagged_while_it_was_spoken_is_one_whatever_the_final_text_says(caller):
    caller.begin()
    assert DANGER_PROMPT in said(caller.say("你好", is_danger=True))
    assert caller.telephone.order().urgency is Urgency.RED


def test_an_order_that_is_opened_in_mid_call_holds_what_was_said_so_far(caller):
    caller.begin()
    with caller.telephone.house.database.transaction() as session:
        begin_listening(session, caller.telephone.sid, new_sid("MZ"), now())
    caller.say(NEED)
    caller.key("0")
    assert caller.telephone.order().summary == "路灯坏了3天"


def test_a_danger_never_waits_for_the_articles(caller):
    caller.begin()
    with caller.telephone.house.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE stamps")
    assert DANGER_PROMPT in said(caller.say(DANGER))


def test_slower_is_said_in_pieces_with_pauses(caller):
    caller.begin()
    caller.say(QUESTION)
    answer = caller.say("慢 一点")
    pieces = [verb.tag for verb in parse(answer).find("Gather")]
    assert pieces.count("Pause") == pieces.count("Say")
    assert pieces.count("Say") > 5
