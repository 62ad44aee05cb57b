"""Triage judges what was heard: danger first, surely denied words not, and what nobody understood is never green."""

from dataclasses import replace

import pytest

from core.models import Category
from routing.triage import Reason, triage
from routing.triage.entries import Kind
from routing.triage.judging_danger import judge_danger
from routing.triage.lexicon import lexicon
from routing.triage.weighing import Weights
from tests.routing.triage.said import GREEN, LANGUAGES, RED, UNKNOWN, YELLOW


@pytest.mark.parametrize(
    ("text", "urgency", "category", "why"),
    [
        ("我妈妈胸口疼得厉害", RED, Category.MEDICAL, "heart"),
        ("我 爸爸 喘 不 上 气", RED, Category.MEDICAL, "breathing"),
        ("老人叫不醒了", RED, Category.MEDICAL, "unconscious"),
        ("我老婆羊水破了要生了", RED, Category.MEDICAL, "birth"),
        ("明天的透析去不了", RED, Category.MEDICAL, "dialysis"),
        ("楼下着火了", RED, None, "fire"),
        ("我不想活了", RED, None, "suicide"),
        ("隔壁在打人", RED, None, "violence"),
        ("我妈的药吃完了", YELLOW, Category.MEDICAL, "medicine"),
        ("孩子发烧三十九度", YELLOW, Category.MEDICAL, "fever"),
        ("家里断粮了", YELLOW, Category.SUPPLIES, "hunger"),
        ("我们小区停电了", YELLOW, Category.SUPPLIES, "utilities"),
        ("小区买不到菜", GREEN, Category.SUPPLIES, None),
        ("健康码变成红码怎么办", GREEN, Category.POLICY, None),
        ("我要投诉超市涨价", GREEN, Category.COMPLAINT, None),
        ("通行证怎么办理我要出城", GREEN, Category.TRAVEL, None),
        ("谢谢你们", GREEN, Category.OTHER, None),
        ("啊这个那个", UNKNOWN, None, None),
    ],
)
def test_what_is_said_in_mandarin(text, urgency, category, why):
    verdict = triage(text, "zh")
    assert verdict.urgency is urgency
    assert category is None or verdict.category is category
    assert why is None or why in {reason.why for reason in verdict.reasons}


@pytest.mark.parametrize(
    ("text", "urgency", "category", "why"),
    [
        ("My father's chest hurts", RED, Category.MEDICAL, "heart"),
        ("she can't breathe", RED, Category.MEDICAL, "breathing"),
        ("she can not breathe", RED, Category.MEDICAL, "breathing"),
        ("he won't wake up", RED, Category.MEDICAL, "unconscious"),
        ("there is smoke in the hall", RED, None, "fire"),
        ("I want to die", RED, None, "suicide"),
        ("he has a knife", RED, None, "violence"),
        ("I need insulin", YELLOW, Category.MEDICAL, "medicine"),
        ("my baby needs formula", YELLOW, Category.SUPPLIES, "infant"),
        ("we can't get out", YELLOW, Category.TRAVEL, "shut_in"),
        ("where is the vaccine given", GREEN, Category.POLICY, None),
        ("the price at the shop is a cheat I want to complain", GREEN, Category.COMPLAINT, None),
        ("when does the bus leave", GREEN, Category.TRAVEL, None),
        ("er hello", UNKNOWN, None, None),
    ],
)
def test_what_is_said_in_english(text, urgency, category, why):
    verdict = triage(text, "en")
    assert verdict.urgency is urgency
    assert category is None or verdict.category is category
    assert why is None or why in {reason.why for reason in verdict.reasons}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("不是胸口疼", "zh"),
        ("没有着火", "zh"),
        ("没着火", "zh"),
        ("没有昏迷", "zh"),
        ("他没有流血", "zh"),
        ("没什么危险", "zh"),
        ("there is no fire", "en"),
        ("he is not bleeding", "en"),
        ("it isn't a stroke", "en"),
        ("she doesn't have any chest pain", "en"),
        ("without chest pain", "en"),
        ("he was never unconscious", "en"),
    ],
)
def test_a_danger_that_is_plainly_denied_is_none(text, language):
    assert triage(text, language).urgency is not RED


@pytest.mark.parametrize(
    ("text", "language"),
    [
        # "不", "没" and "别" in words that deny nothing
        ("我爸特别喘不上气", "zh"),
        ("她差不多要生了", "zh"),
        ("他不停吐血", "zh"),
        ("无缘无故胸口疼", "zh"),
        ("对不起着火了", "zh"),
        ("疼得不行救命", "zh"),
        ("动不了救命啊", "zh"),
        ("是不是中风了", "zh"),
        ("别打人了快来人", "zh"),
        ("家里没人着火了", "zh"),
        ("他不会要死了吧", "zh"),
        # to have none is the danger
        ("我三天没有透析了", "zh"),
        ("没做透析", "zh"),
        ("做不了透析", "zh"),
        ("化疗没有做成", "zh"),
        ("没有救护车", "zh"),
        ("no dialysis for three days", "en"),
        ("no ambulance comes", "en"),
        ("he is without chemotherapy", "en"),
        # a negation that belongs to something else
        ("there is no way out fire", "en"),
        ("I do not know smoke everywhere", "en"),
        ("please I don't want to die", "en"),
        ("don't hang up fire", "en"),
        # one denial does not take back the other
        ("不是着火是煤气爆炸着火了", "zh"),
        ("no chest pain but she is not breathing", "en"),
        ("no pain no fever there is a fire no there is a fire", "en"),
    ],
)
def test_a_danger_is_not_denied_by_a_word_that_only_looks_so(text, language):
    assert triage(text, language).urgency is RED


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我没有胰岛素了", "zh"),
        ("家里没有奶粉", "zh"),
        ("没有降压药", "zh"),
        ("no insulin left", "en"),
        ("we have no baby formula", "en"),
        ("I have no blood pressure pills", "en"),
    ],
)
def test_what_a_caller_has_none_of_is_pressing(text, language):
    assert triage(text, language).urgency in {YELLOW, RED}


def test_a_denial_does_not_reach_into_the_next_recording():
    assert triage("怎么办都没有\n着火了", "zh").urgency is RED
    assert triage("we have no\nfire in the house", "en").urgency is RED


@pytest.mark.parametrize("text", ["我爸爸穿不上器", "他凶口藤得不得了", "她羊睡破了", "老人交不性", "家里没汽谢漏"])
def test_wrong_characters_with_the_right_sound_are_heard(text):
    assert triage(text, "zh").urgency is RED


def test_a_word_with_a_no_in_it_is_not_heard_where_that_very_syllable_is_another():
    assert "unconscious" not in {reason.why for reason in triage("他早就有意识了大家都知道", "zh").reasons}
    assert "dialysis" in {reason.why for reason in triage("他梅做透析三天了", "zh").reasons}


def test_short_words_are_not_heard_by_sound_as_they_have_too_many_namesakes():
    assert triage("九明", "zh").urgency is UNKNOWN  # 救命


@pytest.mark.parametrize(
    ("text", "language", "district"),
    [
        ("我住在东城区", "zh", "东城区"),
        ("青龙街道的", "zh", "东城区"),
        ("我在南 湖", "zh", "南湖区"),
        ("清龙接到", "zh", "东城区"),
        ("I live in the East District", "en", "东城区"),
        ("garden street twelve", "en", "南湖区"),
        ("我住在上海", "zh", None),
        ("southern districts", "en", None),
    ],
)
def test_the_district(text, language, district):
    assert triage(text, language).district == district


def test_the_reasons_name_the_words_that_decided_each_once():
    verdict = triage("胸口疼 胸口疼 发烧", "zh")
    assert verdict.reasons == (Reason("胸口疼", "heart"), Reason("发烧", "fever"))
    assert triage("小区买不到菜", "zh").reasons == ()


def test_the_category_with_most_words_wins_but_a_body_in_danger_is_medical():
    assert triage("超市的菜和大米太贵了要投诉", "zh").category is Category.SUPPLIES
    assert triage("超市里菜和大米都有但是有人昏迷", "zh").category is Category.MEDICAL


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_red_word_makes_red_and_every_yellow_one_at_least_yellow(language):
    words = lexicon(language)
    assert all(triage(phrase, language).urgency is RED for group in words.red.values() for phrase in group)
    assert all(triage(p, language).urgency in {RED, YELLOW} for group in words.yellow.values() for p in group)


def test_both_languages_know_the_same_dangers():
    assert set(lexicon("zh").red) == set(lexicon("en").red)
    assert set(lexicon("zh").yellow) == set(lexicon("en").yellow)
    assert set(lexicon("zh").branches) == set(lexicon("en").branches) == {category.value for category in Category}
    for kind in Kind:
        if kind not in {Kind.PLACE, Kind.BETWEEN, Kind.NO_NEGATION, Kind.TOPIC}:  # what one of the languages needs
            assert set(lexicon("zh").groups(kind)) == set(lexicon("en").groups(kind)), kind


def test_a_few_syllables_are_never_a_danger_by_their_likeness_alone():
    words = replace(lexicon("zh"), weights=Weights(base=5.0))
    assert judge_danger("他们家那边灰", words).is_red
    assert not judge_danger("们家那边灰", words).is_red


def test_likeness_alone_must_weigh_more_where_something_calms():
    barely, much = (replace(lexicon("zh"), weights=Weights(base=base)) for base in (1.0, 2.5))
    assert judge_danger("他们家那边灰蒙蒙", barely).is_red
    assert not judge_danger("请问他们家那边灰蒙蒙", barely).is_red
    assert judge_danger("请问他们家那边灰蒙蒙", much).is_red


def test_what_a_line_begins_with_is_weighed_apart_from_the_same_words_later():
    words = replace(lexicon("zh"), weights=Weights(runs={"w:^他": 20.0, "s:^-ta": 10.0}))
    assert judge_danger("他们家那边灰蒙蒙", words).is_red
    assert not judge_danger("那边灰蒙蒙他们家", words).is_red


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("我爸要去做透析，小区封了出不去，海宁区", "zh", {"透析"}),
        ("我是透析病人今天要去医院小区不让出门", "zh", {"透析"}),
        ("我妈化疗，路封了，过不去", "zh", {"化疗"}),
        ("I need dialysis today and the road is blocked", "en", {"dialysis"}),
    ],
)
def test_a_vital_treatment_that_is_cut_off_is_red_and_both_words_are_told(text, language, words):
    verdict = triage(text, language)
    assert verdict.urgency is RED
    assert words <= {reason.word for reason in verdict.reasons}


@pytest.mark.parametrize("text", ["去年做透析的时候小区封了出不去", "我爸要去做透析", "小区封了出不去，想买菜"])
def test_neither_alone_nor_what_is_over_is_red(text):
    assert triage(text, "zh").urgency is not RED
