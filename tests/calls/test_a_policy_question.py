"""Whole calls: a policy question is answered from the knowledge base, by key."""

from core.models import Call as CallRow
from simulator import Press
from tests.house import RunningHouse

ONE, TWO, THREE = (Press(key, barge_in=True) for key in "123")


def test_an_article_is_read_in_mandarin(house: RunningHouse) -> None:
    call = house.call(ONE, THREE, ONE, Press("1"), number="+8613900000101")
    answers = [sentence for sentence in call.heard if sentence.text.startswith("您问的是")]
    assert len(answers) == 1
    assert answers[0].complete
    assert call.heard[-1].text == "感谢来电，再见。"
    assert call.ended_by == "application"
    assert house.order(call) is None


def test_an_article_is_read_in_english(house: RunningHouse) -> None:
    keys = [Press(key, barge_in=True) for key in "8131"]
    call = house.call(*keys, Press("1"), number="+8613900000102")
    assert any(sentence.text.startswith("You asked") and sentence.language == "en-US" for sentence in call.heard)
    assert house.order(call) is None


def test_an_answer_that_did_not_help_leads_to_a_message(house: RunningHouse) -> None:
    call = house.call(ONE, THREE, ONE, TWO, number="+8613900000103")
    assert call.said("请在提示音后说明")


def test_the_end_of_a_call_is_known(house: RunningHouse) -> None:
    call = house.call(ONE, number="+8613900000104", patience=0)
    house.carrier.settle()
    with house.house.database.reading() as session:
        row = session.query(CallRow).filter_by(call_sid=call.sid).one()
        assert row.carrier_status == "completed"
        assert row.ended_at is not None
