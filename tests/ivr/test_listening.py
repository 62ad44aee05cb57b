"""A call that is heard live, by its webhooks: moves may be lost, late or doubled; every word is taken once."""

import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.clock import now
from core.models import Incident, OrderEvent, ToldAnswer, Urgency, WorkOrder
from ivr.conversation import Place
from ivr.live_call import begin_listening
from ivr.prompts import LANGUAGES, prompt
from ivr.stream_token import is_valid
from tests.ivr.live_telephone import LiveTelephone
from tests.ivr.telephone import DUTY, Telephone, make_house, new_sid, parse, said, verbs
from tests.redis_process import RedisProcess

DANGER = "我 父亲 喘不上气"
QUESTION = "健康码 变 红 了 怎么办"
NEED = "路灯 坏 了 三 天"
DANGER_PROMPT = prompt("danger_by_voice", "zh", emergency_numbers="120, 119, 110")


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory):
    server = RedisProcess(tmp_path_factory.mktemp("ears"))
    yield server.url
    server.stop()


@pytest.fixture
def caller(make_telephone, redis_url):
    return LiveTelephone(make_telephone(redis_url=redis_url))


@pytest.fixture
def staffed(make_telephone, redis_url):
    return LiveTelephone(make_telephone(redis_url=redis_url, duty_phones=(DUTY,)))


def talk(caller):
    return caller.telephone.call().dialogue


# --- the greeting ---


def test_the_greeting_starts_the_stream_with_a_pass_for_this_call(caller):
    start, gather, redirect = parse(caller.begin())
    (stream,) = start
    assert (stream.tag, stream.get("name"), stream.get("track")) == ("Stream", "ears", "inbound_track")
    assert stream.get("url") == f"{caller.telephone.house.settings.stream_base_url}/media"
    assert "?" not in stream.get("url")
    (token,) = stream
    assert (token.tag, token.get("name")) == ("Parameter", "token")
    assert is_valid(caller.telephone.house.settings, token.get("value"), caller.telephone.sid, now())
    assert not is_valid(caller.telephone.house.settings, token.get("value"), new_sid(), now())
    assert not is_valid(
        caller.telephone.house.settings, token.get("value"), caller.telephone.sid, now() + timedelta(seconds=61)
    )
    assert (gather.tag, gather.get("timeout"), redirect.tag) == ("Gather", "5", "Redirect")


def test_a_greeting_asked_for_twice_is_the_same(caller):
    assert caller.begin().data == caller.begin().data


def test_without_room_the_greeting_offers_keys(caller):
    caller.live.announce(0, 0)
    assert verbs(caller.telephone.post("incoming")) == ["Gather", "Redirect"]
    assert not talk(caller)["voice"]


def test_without_redis_the_greeting_offers_keys(telephone):
    assert verbs(telephone.post("incoming")) == ["Gather", "Redirect"]
    assert prompt("greeting", "zh", city="本市") in said(telephone.post("incoming"))


# --- what was said ---


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


# --- moves that are lost, late or doubled ---


def test_a_lost_move_is_made_good_by_the_time_out(caller):
    caller.begin()
    caller.utter(QUESTION)
    assert "您问的是" in said(caller.wait())
    assert talk(caller)["heard_up_to"] > 0


def test_a_doubled_move_takes_nothing_twice(caller):
    caller.begin()
    turn = caller.utter(QUESTION)
    first, again = caller.move("spoke", turn), caller.move("spoke", turn)
    assert first.data == again.data
    assert caller.turn == turn + 1


def test_a_move_whose_words_were_taken_already_says_the_newest_again(caller):
    caller.begin()
    turn = caller.utter(QUESTION)
    caller.wait()
    newest = caller.say("是 的")
    assert caller.move("spoke", turn).data == newest.data


def test_a_late_move_brings_its_words_into_the_present_turn(caller):
    caller.begin()
    turn = caller.utter(NEED)
    caller.key("2")
    caller.move("spoke", turn)
    assert talk(caller)["place"] == Place.MESSAGE
    assert talk(caller)["words_left"]


def test_words_said_between_the_first_move_and_the_second_are_not_lost(caller):
    """Both utterances were committed in the same turn, so both moves name it."""
    caller.begin()
    turn = caller.utter(NEED)
    caller.move("spoke", turn)
    caller.utter("在 花园街道")
    answer = caller.move("spoke", turn)
    assert said(answer) == ""
    assert talk(caller)["place"] == Place.MESSAGE
    assert caller.wait().data != answer.data


def test_the_same_move_many_times_at_once(caller):
    caller.begin()
    turn = caller.utter(QUESTION)
    answers, start = [], threading.Barrier(4)

    def move():
        start.wait()
        answers.append(caller.move("spoke", turn).data)

    threads = [threading.Thread(target=move) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert caller.turn == turn + 1


def test_a_key_beside_words_wins_and_the_words_come_next(caller):
    caller.begin()
    caller.utter(NEED)
    assert prompt("message_by_voice", "zh") in said(caller.key("2"))
    caller.move("spoke")
    assert talk(caller)["words_left"]


# --- while the caller is speaking ---


def test_nothing_is_said_over_one_who_speaks_and_the_words_are_waited_for(caller):
    caller.begin()
    answer = caller.move("speaking")
    assert (verbs(answer), said(answer)) == (["Gather", "Redirect"], "")
    assert parse(answer).find("Gather").get("timeout") == "2"
    caller.hear(speaking=True)
    answer = caller.wait()
    assert (said(answer), parse(answer).find("Gather").get("timeout")) == ("", "2")
    assert "您问的是" in said(caller.say(QUESTION))


def test_a_late_barge_in_stops_what_is_being_said_all_the_same(caller):
    caller.begin()
    caller.key("8")
    assert said(caller.move("speaking", 1)) == ""


def test_a_noise_is_no_caller_and_what_it_cut_off_is_said_again(caller):
    caller.begin()
    answer = said(caller.say(QUESTION))
    caller.move("speaking")
    assert said(caller.wait()) == answer


# --- the ears are lost ---


def test_without_a_sign_of_life_the_caller_goes_on_by_key_and_recording_at_once(caller):
    caller.begin()
    caller.go_deaf()
    answer = caller.wait()
    assert verbs(answer) == ["Gather", "Record", "Redirect"]
    assert said(answer).startswith(prompt("ears_lost", "zh"))
    assert not talk(caller)["voice"]
    caller.telephone.message(caller.turn)
    assert caller.telephone.counts()["recordings"] == 1


def test_words_that_came_before_the_ears_were_lost_are_taken_first(caller):
    caller.begin()
    caller.utter(QUESTION)
    caller.go_deaf()
    assert "您问的是" in said(caller.wait())
    assert said(caller.wait()).startswith(prompt("ears_lost", "zh"))


def test_moves_of_ears_that_come_back_change_nothing_but_a_danger_counts(caller):
    caller.begin()
    caller.key("2")
    caller.go_deaf()
    newest = caller.wait()
    assert caller.move("speaking").data == newest.data
    answer = caller.say(DANGER)
    assert prompt("danger", "zh", emergency_numbers="120, 119, 110") in said(answer)
    assert caller.telephone.order().urgency is Urgency.RED


def test_a_danger_that_was_heard_late_counts_at_the_next_time_out(caller):
    caller.begin()
    caller.say(QUESTION)
    caller.go_deaf()
    assert verbs(caller.wait()) == ["Gather", "Redirect"]
    caller.utter(NEED)
    assert prompt("danger", "zh", emergency_numbers="120, 119, 110") not in said(caller.wait())
    caller.utter(DANGER)
    assert prompt("danger", "zh", emergency_numbers="120, 119, 110") in said(caller.wait())


def test_silence_that_is_heard_is_silence(caller):
    caller.begin()
    assert said(caller.wait()).startswith(prompt("once_more_by_voice", "zh"))


def test_a_mute_redis_keeps_nobody_elses_call_waiting(make_telephone, tmp_path_factory):
    server = RedisProcess(tmp_path_factory.mktemp("mute"))
    other = make_telephone(database_wait_seconds=0.3)
    mute = LiveTelephone(make_telephone(redis_url=server.url))
    mute.begin()
    server.hang()
    waiting = threading.Thread(target=mute.wait)
    waiting.start()
    while waiting.is_alive():
        other.post("incoming")
    server.stop()
    assert not other.house.spool.path.exists()  # as it would, had the database been locked all the while
    assert not talk(mute)["voice"]


# --- ringing ---


def test_words_while_people_are_rung_are_taken_with_the_end_of_the_ringing(staffed):
    staffed.begin()
    assert verbs(staffed.key("0")) == ["Say", "Dial", "Redirect"]
    assert talk(staffed)["ringing"]
    staffed.utter("我 在 花园街道")
    answer = staffed.telephone.post(f"turns/{staffed.turn}/rang")
    assert prompt("nobody_free", "zh") in said(answer)
    assert not talk(staffed)["ringing"]
    assert said(staffed.wait()).startswith(prompt("message_again_by_voice", "zh"))


def test_a_danger_said_while_people_are_rung_is_a_red_at_the_end_of_the_ringing(staffed):
    staffed.begin()
    staffed.key("0")
    staffed.utter(DANGER)
    answer = staffed.telephone.post(f"turns/{staffed.turn}/rang")
    assert DANGER_PROMPT in said(answer)
    assert staffed.telephone.order().urgency is Urgency.RED


def test_one_in_danger_who_speaks_while_people_are_rung_is_listened_to_next(staffed):
    staffed.begin()
    staffed.say(DANGER)
    assert verbs(staffed.say("在 花园街道")) == ["Say", "Dial", "Redirect"]
    staffed.utter(f"快 来 {DANGER}")
    answer = staffed.telephone.post(f"turns/{staffed.turn}/rang")
    assert said(answer) == prompt("danger_listening_by_voice", "zh")
    assert verbs(staffed.wait()) == ["Say", "Dial", "Redirect"]


@pytest.mark.parametrize("text", [QUESTION, DANGER])
def test_what_was_said_to_a_person_is_no_question_to_us(staffed, text):
    staffed.begin()
    staffed.key("0")
    staffed.telephone.post(f"whisper/1/{staffed.turn}/person/keys", CallSid=new_sid(), To=DUTY, Digits="1")
    staffed.utter(text)
    answer = staffed.telephone.post(f"turns/{staffed.turn}/rang")
    assert prompt("person_left", "zh") in said(answer)
    staffed.hear()
    assert verbs(staffed.wait()) == ["Say", "Hangup"]


# --- the end of the call ---


@pytest.mark.parametrize(
    ("spoken", "orders"),
    [
        ((NEED,), 1),
        ((QUESTION,), 0),
        ((QUESTION, "没有"), 1),
        ((QUESTION, "是 的", "谢谢"), 0),
        (("你好",), 0),
        ((), 0),
    ],
)
def test_what_no_answer_has_settled_is_an_order_when_the_caller_is_gone(caller, spoken, orders):
    caller.begin()
    for text in spoken:
        caller.say(text)
    caller.telephone.post("status", CallStatus="completed")
    assert caller.telephone.counts()["work_orders"] == orders


@pytest.mark.parametrize(
    ("text", "orders"), [(NEED, 1), ("转 人工", 1), ("普通话", 0), ("谢谢", 0), ("[unk]", 0), ("嗯", 0)]
)
def test_last_words_that_no_turn_took_are_an_order_too(caller, text, orders):
    caller.begin()
    caller.utter(text)
    for _ in range(2):
        caller.telephone.post("status", CallStatus="completed")
    assert caller.telephone.counts()["work_orders"] == orders
    assert caller.telephone.events().count("call_ended") == orders


def test_the_english_caller_is_understood_in_english(caller):
    caller.begin()
    caller.key("8")
    assert said(caller.say("my health code has turned red")).startswith("You asked about")
    caller.telephone.post("status", CallStatus="completed")
    assert caller.telephone.counts()["work_orders"] == 0


# --- anything at all ---

TEXTS = (QUESTION, NEED, DANGER, "是 的", "没有", "再说 一遍", "慢 一点", "人工", "[unk]", "谢谢")
HAPPENINGS = st.one_of(
    st.sampled_from([("utter", text) for text in TEXTS] + [("say", text) for text in TEXTS]),
    st.sampled_from([("wait",), ("hear",), ("go_deaf",), ("move", "speaking"), ("move", "spoke")]),
    st.tuples(st.just("move"), st.sampled_from(["speaking", "spoke"]), st.integers(0, 6)),
    st.tuples(st.just("key"), st.sampled_from("0123456789*#")),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory, template, redis_url):
    house = make_house(tmp_path_factory.mktemp("live"), template, duty_phones=(DUTY,), redis_url=redis_url)
    yield house
    house.database.close()
    house.live.close()


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(HAPPENINGS, max_size=12))
def test_no_order_of_happenings_loses_a_word_or_a_caller(house, first_app, happenings):
    caller = LiveTelephone(Telephone(house, first_app))
    caller.begin()
    danger = False
    farewells = tuple(prompt("goodbye", language) for language in LANGUAGES)
    for name, *told in happenings:
        answer = getattr(caller, name)(*told)
        danger = danger or told in ([DANGER], ["9"])
        if name in {"say", "wait", "move", "key"}:
            assert verbs(answer)[-1] in {"Redirect", "Hangup"}
            assert ("Hangup" in verbs(answer)) == (said(answer) in farewells)
    caller.telephone.post("status", CallStatus="completed")
    with house.database.reading() as session:
        order = session.scalar(select(WorkOrder).where(WorkOrder.call_id == caller.telephone.call().id))
        if danger:
            assert order.urgency is Urgency.RED
        if order:
            told = session.scalars(select(OrderEvent.event).where(OrderEvent.order_id == order.id)).all()
            assert told.count("registered") == told.count("call_ended") == 1
    assert not house.spool.path.exists()
