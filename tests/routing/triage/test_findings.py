"""Who is concerned, what is needed, and what forbids a message, besides urgency and category."""

import pytest

from core.models import Category, Urgency
from routing.orders import hear_order
from routing.triage import triage
from routing.triage.danger import heard
from routing.triage.lexicon import lexicon, make_lexicon, read_branches, read_entries
from tests.routing.test_hearing import SETTINGS
from tests.rows import NOON, a_call, a_recording, an_order


def whys(reasons):
    return {reason.why for reason in reasons}


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("我妈要透析", "dialysis"),
        ("下周化疗", "chemotherapy"),
        ("我怀孕了", "pregnancy"),
        ("宝宝没奶粉", "infant"),
        ("胰岛素没了", "insulin"),
        ("他有癫痫", "epilepsy"),
        ("我一个人住", "alone"),
        ("我坐轮椅", "disability"),
        ("家里有老人", "elderly"),
    ],
)
def test_special_groups(text, group):
    assert group in whys(triage(text, "zh").groups)


@pytest.mark.parametrize(
    ("text", "language", "need"),
    [
        ("帮忙配药", "zh", "medicine"),
        ("家里没吃的了", "zh", "food"),
        ("没有车去", "zh", "transport"),
        ("医院没有床位", "zh", "hospital_bed"),
        ("要氧气瓶", "zh", "oxygen"),
        ("we need oxygen", "en", "oxygen"),
        ("nowhere to stay tonight", "en", "shelter"),
    ],
)
def test_needs(text, language, need):
    assert need in whys(triage(text, language).needs)


@pytest.mark.parametrize(
    ("text", "language", "flag"),
    [
        ("我老公打我", "zh", "violence"),
        ("我不想活了", "zh", "suicide"),
        ("我要举报一个黑作坊", "zh", "tip_off"),
        ("不要告诉我家里人", "zh", "secrecy"),
        ("please don't tell my husband", "en", "secrecy"),
        ("I want to report someone", "en", "tip_off"),
    ],
)
def test_what_forbids_a_text_message(text, language, flag):
    verdict = triage(text, language)
    assert flag in whys(verdict.flags)
    assert not verdict.may_be_texted
    assert triage("小区买不到菜", "zh").may_be_texted


def test_distress_without_danger_is_no_red():
    verdict = triage("我心里难受 天天睡不着 想找人聊聊", "zh")
    assert verdict.distress
    assert verdict.urgency is not Urgency.RED


def test_every_reason_says_where_it_was_heard():
    text = "喂 你好 我爸胸口疼"
    reason = triage(text, "zh").reasons[0]
    assert text[reason.at :].startswith(reason.word)


@pytest.mark.parametrize(
    ("text", "language", "urgency"),
    [
        ("不是急事 就是问问几点开门", "zh", Urgency.GREEN),
        ("他们说发烧的人不能进 那我能进吗", "zh", Urgency.YELLOW),
        ("去年心梗住过院 现在想问复查挂哪个科", "zh", Urgency.GREEN),
        ("透析病人的通行证怎么办理", "zh", Urgency.GREEN),
        ("my mother had a stroke two years ago can she have the scheme", "en", Urgency.YELLOW),
        ("our poster says chest pain who prints it", "en", Urgency.GREEN),
    ],
)
def test_what_is_denied_quoted_past_or_a_question_is_not_red(text, language, urgency):
    assert triage(text, language).urgency is not Urgency.RED or urgency is Urgency.RED


@pytest.mark.parametrize(
    "text",
    [
        "喂你好那个我想问一下 你别挂 妈你躺着别动 她胸口疼 喘不上来",
        "我问下核酸几点 哎爸 爸你怎么了 快来人他倒了",
        "嗯那个就是说那个我爸他叫不醒了",
    ],
)
def test_two_voices_fillers_and_no_punctuation(text):
    assert triage(text, "zh").urgency is Urgency.RED


def test_an_unfinished_sentence_needs_more_to_be_a_danger():
    text = "下周三要去化疗 出小区"
    assert heard("我爸胸口疼", "zh", is_unfinished=True)
    assert len(heard(text, "zh", is_unfinished=True)) <= len(heard(text, "zh"))
    assert heard("", "zh") == ()


def test_an_order_keeps_what_was_found(database):
    with database.transaction() as session:
        call = a_call(session)
        order = an_order(session, call, SETTINGS)
        a_recording(session, call, text="我妈八十岁 在春晓小区 家里没吃的 不要告诉我弟")
        hear_order(session, order, SETTINGS, NOON)
        assert order.findings["place"]["community"] == "春晓社区"
        assert ["age_years", 80.0, "八十岁"] in order.findings["numbers"]
        assert "secrecy" in {why for _, why in order.findings["flags"]}
        a_recording(session, call, text="好了没事了")
        hear_order(session, order, SETTINGS, NOON)
        assert "secrecy" in {why for _, why in order.findings["flags"]}


def test_zhoukous_tree_sorts_by_its_own_branches():
    tree = make_lexicon("zh", read_entries("zh"), lexicon("zh").gazetteer, read_branches("zhoukou"))
    verdict = triage("健康码变成红码怎么办", "zh", tree)
    assert (verdict.branch, verdict.category) == ("zhoukou_health_code", Category.POLICY)
    assert len(tree.branches) == 10
