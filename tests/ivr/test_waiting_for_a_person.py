"""Waiting for a person, as a table: never silence, never a position, keys and words work, a red is offered nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.models import Urgency
from ivr.callback_times import name_of
from ivr.conversation import Place
from ivr.dialogue import next_turn
from ivr.line_now import LineNow
from ivr.steps import (
    AskKey,
    AskNumber,
    CallBackLater,
    EarsLost,
    HangUp,
    Join,
    JoinLine,
    Keyed,
    KeyedNumber,
    LostAgent,
    OpenOrder,
    PersonFound,
    RangOut,
    Record,
    Ring,
    Said,
    Silent,
    Spoke,
    SpokeNothing,
    StayInLine,
    Talked,
)
from routing.line.windows import Window
from tests.ivr.talking import FACTS, LIVE, STAFFED, at, hear, live, words

OPEN = LineNow(is_open=True)
IN = LineNow(is_open=True, is_in=True, own_number=True)
LONG = replace(IN, offers_callback=True, minutes=15)
READY = replace(IN, room="line-1-2")


def facts(line, base=FACTS):
    return replace(base, line=line)


def turn(talk, heard, line, base=FACTS):
    return next_turn(talk, heard, facts(line, base))


@pytest.mark.parametrize("place", [Place.GREETING, Place.ANSWER, Place.MESSAGE, Place.MORE])
def test_key_0_joins_the_line_and_asks_for_the_matter(place):
    by_key, by_voice = turn(at(place), Keyed("0"), OPEN), turn(live(place), hear("人工"), OPEN, LIVE)
    for one in (by_key, by_voice):
        assert one.conversation.place is Place.HOLDING
        assert one.deeds == (OpenOrder(wants_person=True), JoinLine())
        assert "一句话" in words(one)
    assert isinstance(by_key.steps[-1], Record)
    assert isinstance(by_voice.steps[-1], AskKey)


def test_who_has_told_the_matter_is_not_asked_again():
    assert isinstance(turn(at(Place.ANSWER, registered=True), Keyed("0"), OPEN).steps[-1], AskKey)
    asked = turn(at(Place.HOLDING, matter_asked=True), Keyed("0"), IN)
    assert "还在排队" in words(asked)


def test_who_has_kept_a_place_is_told_so():
    assert "还在排队" in words(turn(at(Place.GREETING), Keyed("0"), replace(OPEN, is_kept=True)))


def test_without_agents_the_people_on_duty_are_rung_as_ever():
    assert turn(at(Place.GREETING), Keyed("0"), LineNow(), STAFFED).steps[-1] == Ring(urgent=False)
    assert turn(at(Place.HOLDING), Silent(), replace(IN, is_open=False), STAFFED).steps[-1] == Ring(urgent=False)


def test_nobody_waits_in_silence_or_hears_a_position():
    talk, heard = at(Place.HOLDING, matter_asked=True), []
    for _ in range(8):
        one = turn(talk, Silent(), IN)
        talk = one.conversation
        (step,) = one.steps
        assert isinstance(step, AskKey)
        assert step.seconds <= 5
        heard.append(words(one))
    assert all(heard)
    assert [("按9" in text) for text in heard] == [False, False, False, True] * 2
    assert not any(char.isdigit() and char not in "19" for text in heard for char in text)


@pytest.mark.parametrize("heard", [Spoke(), SpokeNothing(), Silent(), EarsLost(), Keyed("5"), hear("我家没有米了")])
def test_whatever_a_waiting_caller_does_they_wait_on(heard):
    one = turn(live(Place.HOLDING, matter_asked=True), heard, IN)
    assert one.conversation.place is Place.HOLDING
    assert isinstance(one.steps[-1], AskKey)
    assert one.conversation.voice is not isinstance(heard, EarsLost)


def test_words_are_the_matter_and_belong_to_the_order():
    one = turn(live(Place.HOLDING), hear("我家没有米了"), IN)
    assert one.deeds == (OpenOrder(wants_person=True), StayInLine("我家没有米了"))


def test_a_danger_is_one_while_waiting_too():
    for heard in (Keyed("9"), Said("救命", is_danger=True)):
        one = turn(live(Place.HOLDING), heard, IN)
        assert one.conversation.place is Place.DANGER
        assert one.deeds[0].urgency is Urgency.RED
        assert one.deeds[1] == JoinLine()


@pytest.mark.parametrize("heard", [Silent(), Keyed("5"), Spoke(), hear("在三楼")])
def test_agents_are_rung_while_one_in_danger_is_listened_to(heard):
    one = turn(live(Place.DANGER), heard, IN, STAFFED)
    assert not any(isinstance(step, Ring) for step in one.steps)
    assert isinstance(one.steps[-1], AskKey)


# --- the agent ---


@pytest.mark.parametrize("place", [Place.HOLDING, Place.DANGER, Place.CALLBACK_OFFER])
def test_the_caller_goes_to_the_agent_who_has_taken_them(place):
    one = turn(at(place), PersonFound(), READY)
    assert one.steps[-1] == Join("line-1-2")
    assert one.conversation.place is Place.TALKING


def test_a_move_that_comes_too_late_changes_nothing():
    assert turn(at(Place.HOLDING, matter_asked=True), PersonFound(), IN).conversation.place is Place.HOLDING


def test_who_loses_their_agent_hears_an_apology_and_waits_on():
    one = turn(at(Place.TALKING), Talked(), READY)
    assert "对不起" in words(one)
    assert one.deeds[0] == LostAgent()
    assert one.conversation.place is Place.HOLDING


def test_a_red_who_loses_their_agent_is_listened_to():
    one = turn(at(Place.TALKING), Talked(), replace(READY, is_red=True))
    assert one.conversation.place is Place.DANGER
    assert one.deeds == (LostAgent(), JoinLine())


def test_after_the_talk_the_caller_may_add_something():
    assert turn(at(Place.TALKING), Talked(), OPEN).conversation.place is Place.AFTER_MESSAGE


# --- the callback ---


def test_a_callback_is_offered_once_when_the_wait_is_long():
    one = turn(at(Place.HOLDING, matter_asked=True), Silent(), LONG)
    assert one.conversation.place is Place.CALLBACK_OFFER
    assert "15分钟" in words(one)
    again = turn(one.conversation, Silent(), LONG).conversation
    assert turn(again, Silent(), LONG).conversation.place is Place.HOLDING
    assert turn(again, Keyed("1"), LONG).conversation.place is Place.CALLBACK_OFFER


def test_no_callback_is_offered_while_an_agent_is_rung():
    assert turn(at(Place.HOLDING), Silent(), replace(LONG, is_being_asked=True)).conversation.place is Place.HOLDING


@pytest.mark.parametrize("heard", [Keyed("1"), hear("是的")])
def test_this_number_by_key_or_voice(heard):
    one = turn(live(Place.CALLBACK_OFFER), heard, LONG)
    assert one.deeds == (CallBackLater(None),)
    assert isinstance(one.steps[-1], HangUp)
    assert "15分钟" in words(one)


def test_nothing_is_promised_when_nobody_can_say():
    one = turn(at(Place.CALLBACK_OFFER), Keyed("1"), replace(LONG, minutes=None))
    assert "尽快" in words(one)


def test_another_number_is_keyed_in_and_read_back():
    asked = turn(at(Place.CALLBACK_OFFER), Keyed("2"), LONG)
    assert isinstance(asked.steps[-1], AskNumber)
    typed = KeyedNumber("13900139000")
    checked = turn(asked.conversation, typed, replace(LONG, keyed="+8613900139000"))
    assert "1 3 9 0 0" in words(checked)
    assert turn(checked.conversation, Keyed("1"), LONG).deeds == (CallBackLater("+8613900139000"),)
    assert isinstance(turn(checked.conversation, Keyed("2"), LONG).steps[-1], AskNumber)
    assert turn(checked.conversation, Silent(), LONG).conversation.place is Place.HOLDING


def test_a_number_that_cannot_be_rung_is_asked_for_once_more():
    wrong = turn(at(Place.CALLBACK_NUMBER), KeyedNumber("120"), LONG)
    assert isinstance(wrong.steps[-1], AskNumber)
    assert turn(wrong.conversation, KeyedNumber("120"), LONG).conversation.place is Place.HOLDING


def test_a_withheld_number_is_asked_for():
    line = replace(LONG, own_number=False)
    for heard in (Keyed("1"), Keyed("2"), hear("是的")):
        assert isinstance(turn(live(Place.CALLBACK_OFFER), heard, line).steps[-1], AskNumber)


def test_an_agent_who_is_being_rung_comes_before_the_callback():
    one = turn(at(Place.CALLBACK_OFFER), Keyed("1"), replace(LONG, is_being_asked=True))
    assert one.conversation.place is Place.HOLDING
    assert one.deeds == (StayInLine(),)


# --- when the callback comes ---

NAMES = ("今天下午，13点到18点", "明天上午，8点到12点")
OPENS = datetime(2022, 7, 29, 5, tzinfo=UTC)
WINDOWS = tuple(
    Window(OPENS + timedelta(hours=19 * number), OPENS + timedelta(hours=19 * number + 4)) for number in range(2)
)
WHEN = replace(LONG, windows=tuple(zip(WINDOWS, NAMES, strict=True)))


def asked_when():
    one = turn(live(Place.CALLBACK_OFFER), Keyed("1"), WHEN)
    assert one.conversation.place is Place.CALLBACK_WHEN
    assert "今天下午，13点到18点，请按2" in words(one)
    return one.conversation


@pytest.mark.parametrize("heard", [Keyed("1"), Silent(), hear("是的")])
def test_as_soon_as_it_is_their_turn(heard):
    one = turn(asked_when(), heard, WHEN)
    assert one.deeds == (CallBackLater(None),)
    assert "15分钟" in words(one)


@pytest.mark.parametrize("heard", [Keyed("3"), hear("那就明天上午吧")])
def test_hours_by_key_or_voice_and_they_are_said_again(heard):
    talk = asked_when()
    one = turn(replace(talk, windows=talk.windows), heard, replace(WHEN, windows=()))  # as offered, not as they are now
    assert one.deeds == (CallBackLater(None, WINDOWS[1]),)
    assert "明天上午，8点到12点打给您" in words(one)
    assert isinstance(one.steps[-1], HangUp)


def test_what_is_not_understood_is_asked_once_more_and_then_it_is_any_time():
    once = turn(asked_when(), Keyed("4"), WHEN)
    assert "请按3" in words(once)
    assert turn(once.conversation, Keyed("#"), WHEN).deeds == (CallBackLater(None),)


def test_hours_for_another_number():
    talk = at(Place.CALLBACK_CHECK, callback_number="+8613900139000")
    asked = turn(talk, Keyed("1"), WHEN)
    assert turn(asked.conversation, Keyed("2"), WHEN).deeds == (CallBackLater("+8613900139000", WINDOWS[0]),)


def test_keys_0_and_9_mean_the_same_while_hours_are_chosen():
    assert turn(asked_when(), Keyed("0"), WHEN).conversation.place is Place.HOLDING
    assert turn(asked_when(), Keyed("9"), WHEN).conversation.place is Place.DANGER


def test_hours_are_named_as_people_say_them():
    city = ZoneInfo("Asia/Shanghai")
    evening = Window(datetime(2022, 7, 30, 10, 30, tzinfo=UTC), datetime(2022, 7, 30, 13, tzinfo=UTC))
    assert name_of(evening, "zh", OPENS, city) == "明天晚上，18点30分到21点"
    assert name_of(evening, "en", OPENS, city) == "tomorrow evening, between 6:30 p.m. and 9 p.m."
    noon = Window(datetime(2022, 7, 29, 4, tzinfo=UTC), datetime(2022, 7, 29, 16, tzinfo=UTC))
    assert name_of(noon, "en", OPENS, city) == "this afternoon, between 12 p.m. and 12 a.m."
    assert name_of(WINDOWS[1], "en", OPENS, city) == "tomorrow morning, between 8 a.m. and 12 p.m."


# --- rung before an agent is there ---


def test_who_is_there_before_their_agent_hears_that_one_is_asked_and_an_apology_when_that_was_in_vain():
    asked = turn(at(Place.HOLDING, matter_asked=True), PersonFound(), replace(IN, is_being_asked=True))
    assert "正有人要接听" in words(asked)
    waiting = turn(asked.conversation, Silent(), replace(IN, is_being_asked=True))
    assert "对不起" not in words(waiting)
    in_vain = turn(waiting.conversation, Silent(), replace(LONG))
    assert "您排在最前面" in words(in_vain)
    assert in_vain.conversation.place is Place.HOLDING
    assert "对不起" not in words(turn(in_vain.conversation, Silent(), IN))
    assert "您排在最前面" in words(turn(at(Place.HOLDING), PersonFound(), IN))


@pytest.mark.parametrize("heard", [Silent(), Spoke(), hear("在三楼"), RangOut(answered=False)])
def test_a_red_for_whom_nobody_was_there_is_in_the_line_as_soon_as_somebody_serves(heard):
    assert turn(live(Place.DANGER), heard, OPEN).deeds[-1] == JoinLine()
    assert JoinLine() not in turn(live(Place.DANGER), heard, IN).deeds
    assert JoinLine() not in turn(live(Place.DANGER), heard, LineNow()).deeds


def test_a_red_who_has_hung_up_is_not_put_on_hold_by_their_last_words():
    assert JoinLine() not in turn(at(Place.DANGER), Spoke(hung_up=True), OPEN).deeds
