"""Listed names are proposed for what sounds like them, with the reason, and nonsense is not."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.hot_terms import Exchange, HotTerms, Term, UnusableTermError, check_term
from asr.proposing import seed

SENTENCES = Path(__file__).parent / "hot_sentences"
PLACES = {"zh": ("青龙街道", "花园街道", "东城区", "西城区"), "en": ("dragon street", "garden street", "east district")}


def listed(language):
    terms = [Term(term, kind.value) for spoken, kind, term in seed() if spoken == language]
    return HotTerms([*terms, *(Term(place, "place") for place in PLACES[language])], language)


ZH, EN = listed("zh"), listed("en")


def lines(name):
    return [line for line in (SENTENCES / f"{name}.txt").read_text(encoding="utf-8").splitlines() if line]


def exchanged(terms, said):
    proposal = terms.propose(said.split())
    return [(one.heard, one.term) for one in proposal.exchanges] if proposal else []


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("我 要 不 落 分", [("不落分", "布洛芬")]),
        ("住 在 清 隆 接到", [("清隆接到", "青龙街道")]),
        ("住 在 青 农 该 道", []),
        ("发 热 闷 真 在 哪里", [("发热闷真", "发热门诊")]),
        ("他 吃 二 甲 双 瓜 和 移 到 素", [("二甲双瓜", "二甲双胍"), ("移到素", "胰岛素")]),
        ("他 吃 绿 杀 毯", [("绿杀毯", "氯沙坦")]),
        ("请 给 我 胰岛素", []),
        ("发热 门诊", []),
        ("住院 不 方便", []),
        ("感染 可 能", []),
        ("环保 署", []),
        ("去 东 城 驱", [("东城驱", "东城区")]),
        ("去 东 成 趣事", []),  # inside a word
        ("[unk] 不 落 [unk] 分", []),
        ("阿 莫 西 林 胶囊", []),
        ("吃 俺 绿 地 平", [("俺绿地平", "氨氯地平")]),
        ("吃 安 绿 地 瓶 呢", [("安绿地瓶", "氨氯地平")]),
        ("他 用 灵 傻 坦", []),
        ("", []),
    ],
)
def test_chinese_names_are_proposed_by_their_sound(heard, expected):
    assert exchanged(ZH, heard) == expected


def test_a_name_of_four_syllables_may_sound_near_a_short_one_must_sound_the_same():
    terms = HotTerms([Term("神经内科", "hospital"), Term("肾内科", "hospital")], "zh")
    near = terms.propose(list("看森金累科"))
    assert near.exchanges == (Exchange("森金累科", "神经内科", "hospital", "near sound"),)
    assert terms.propose(list("看身内科")).exchanges[0].how == "same sound"
    assert terms.propose(list("看森累科")) is None


def test_of_two_names_with_one_sound_none_is_proposed_but_the_right_one_is_left_alone():
    terms = HotTerms([Term("新城区", "place"), Term("星城区", "place"), Term("心城区", "place")], "zh")
    assert terms.propose(list("去欣城区")) is None
    assert terms.propose(list("去新城区")) is None


def test_a_longer_name_goes_before_a_shorter_one_in_it_and_what_is_right_is_not_cut_into():
    terms = HotTerms([Term("门冬胰岛素", "medicine"), Term("胰岛素", "medicine"), Term("素片剂", "medicine")], "zh")
    assert exchanged(terms, " ".join("打门东移到素")) == [("门东移到素", "门冬胰岛素")]
    assert exchanged(terms, " ".join("打胰岛素骗计")) == []


def test_the_proposed_text_is_tidied_and_the_rest_stays():
    proposal = ZH.propose(["嗯", "我", "妈", "三十九度", "二", "要", "不", "落", "分"])
    assert proposal.text == "我妈39.2度要布洛芬"


@pytest.mark.parametrize("line", lines("en_misheard"))
def test_english_names_are_proposed_by_their_sound_or_not_at_all(line):
    heard, meant = line.split(" = ")
    assert exchanged(EN, f"i need {heard} please") in ([], [(heard, meant)])


def test_most_misheard_english_names_are_found():
    found = [line for line in lines("en_misheard") if exchanged(EN, "i need {} please".format(line.split(" = ")[0]))]
    assert len(found) >= 0.8 * len(lines("en_misheard"))


@pytest.mark.parametrize(
    "heard",
    [
        "insulin",
        "intensive care and",
        "him dialysis",
        "chemo dialyses",
        "beds and",
        "but sandy",
        "lies right in",
        "dragon street",
        "dragged on street",
    ],
)
def test_english_that_only_sounds_a_little_like_it_is_left_alone(heard):
    assert exchanged(EN, f"the {heard} was there") == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_proposed_in_sentences_that_say_nothing_of_the_kind(language):
    terms = {"zh": ZH, "en": EN}[language]
    for line in lines(f"{language}_without"):
        assert terms.propose(list(line) if language == "zh" else line.split()) is None, line


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_proposed_where_every_name_is_right(language):
    terms = {"zh": ZH, "en": EN}[language]
    for number, (spoken, kind, term) in enumerate(seed()):
        if spoken == language:
            known = [line for line in lines(f"{language}_with") if f"{{{kind.value}}}" in line]
            line = known[number % len(known)].format(medicine=term, hospital=term)
            assert terms.propose(list(line) if language == "zh" else line.split()) is None, line


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.sampled_from("我不落分青龙街道到胰素ab ["), min_size=1, max_size=4), max_size=12))
def test_any_words_can_be_looked_through(words):
    proposal = ZH.propose(words)
    assert proposal is None or all(one.heard != one.term for one in proposal.exchanges)


def test_every_starter_term_can_be_told_by_its_sound_and_is_there_once():
    terms = list(seed())
    assert [check_term(term, language) for language, _, term in terms] == [term for _, _, term in terms]
    assert len(set(terms)) == len(terms) > 200


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("", "zh"),
        ("儿科", "zh"),
        ("东城 a 区", "zh"),
        ("青" * 61, "zh"),
        ("ward", "en"),
        ("胰岛素", "en"),
        ("", "en"),
        ("a b c d f g h", "en"),
    ],
)
def test_what_can_t_be_told_by_its_sound_is_refused(typed, language):
    with pytest.raises(UnusableTermError):
        check_term(typed, language)


def test_a_term_s_spaces_are_put_right():
    assert check_term("  fever   clinic ", "en") == "fever clinic"
