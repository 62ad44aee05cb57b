"""The end of a call that was heard live: nothing that was said is lost, whatever happened before."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.models import OrderEvent, Urgency, WorkOrder
from ivr.prompts import LANGUAGES, prompt
from tests.ivr.listening.spoken import DANGER, NEED, QUESTION
from tests.ivr.live_telephone import LiveTelephone
from tests.ivr.telephone import DUTY, Telephone, make_house, said, verbs


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
