from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from knowledge.answers import Finding, answer_question, answers_by_topic, spoken
from knowledge.articles import read_seed
from knowledge.index import build_index
from tests.knowledge.making import an_article

EVENING_UTC = datetime(2030, 3, 4, 17, 30, tzinfo=UTC)  # already the 5th in China
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("question", "article_id"),
    [
        ("喂你好那个小区突然停水了怎么办啊", "water-cut"),
        ("我爸明天要去做透析小区封了出不去", "dialysis"),
        ("孩子发烧了怎么办", "fever-child"),
        ("家里一点吃的都没有了", "no-food"),
        ("家里一店痴的都没有了", "no-food"),
    ],
)
def test_a_question_as_it_is_said_gets_its_answer(question, article_id):
    finding = answer_question(read_seed("zh"), question, "zh")
    assert finding.kind == "answer"
    assert [article.id for article in finding.articles] == [article_id]


def test_a_question_that_may_mean_two_is_asked_about():
    finding = answer_question(read_seed("zh"), "健康码怎么变颜色了", "zh")
    assert finding.kind == "ask"
    assert len(finding.articles) == 2


def test_english_callers_get_english():
    finding = answer_question(read_seed("zh") + read_seed("en"), "hello my code turned red what do I do", "en")
    assert [(article.id, article.language) for article in finding.articles] == [("health-code-red", "en")]


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("zh", "帮我推荐一部好看的电影"),
        ("zh", "勾股定理的证明方法"),
        ("zh", "嗯那个我想问一下"),
        ("en", "who won the football match yesterday"),
        ("en", "please recommend a good recipe with pumpkin"),
        ("en", ""),
        ("zh", "我想自杀"),  # for a person: never an answer about something else
        ("en", "I want to kill myself"),
    ],
)
def test_what_no_article_answers_is_handed_on(language, question):
    assert answer_question(read_seed(language), question, language) == Finding("none")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "喂，你好"),
        ("zh", "停电"),
        ("zh", "嗯 嗯 嗯"),
        ("en", "Hello? Hello!"),
        ("en", "um, quarantine"),
        ("en", "so what"),
    ],
)
def test_a_greeting_or_a_single_word_is_no_question(language, said):
    assert answer_question(read_seed(language), said, language).kind == "none"


def test_articles_and_their_index_give_the_same_answer():
    articles = read_seed("zh")
    by_index = answer_question(build_index(articles, "zh"), "停电了怎么办", "zh")
    assert by_index.kind == "answer"
    assert by_index == answer_question(articles, "停电了怎么办", "zh")
    assert by_index == answer_question(iter(articles), "停电了怎么办", "zh")


def test_an_index_of_the_wrong_language_is_refused():
    with pytest.raises(ValueError, match="'zh'"):
        answer_question(build_index(read_seed("zh"), "zh"), "power cut", "en")


def test_two_articles_that_fit_alike_are_asked_about_best_first():
    libraries = tuple(an_article(id=name) for name in "abc")
    finding = answer_question(libraries + read_seed("en"), "when is the library open", "en")
    assert finding.kind == "ask"
    assert [article.id for article in finding.articles] == ["a", "b"]


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "is_found"),
    [
        (None, None, True),
        (EVENING_UTC, None, True),
        (EVENING_UTC + MOMENT, None, False),
        (None, EVENING_UTC, False),
        (None, EVENING_UTC + MOMENT, True),
    ],
)
def test_an_article_is_found_while_it_is_valid(valid_from, valid_until, is_found):
    articles = (an_article(valid_from=valid_from, valid_until=valid_until),)
    finding = answer_question(articles, "when is the library open", "en", now=EVENING_UTC)
    assert (finding.kind == "answer") == is_found


def test_the_district_answer_is_given_to_its_callers_only():
    articles = (an_article(id="city"), an_article(id="north", district="North"))
    given = [answer_question(articles, "library opening hours", "en", place) for place in ("North", "South", None)]
    assert [finding.articles[0].id for finding in given] == ["north", "city", "city"]


def test_a_topic_is_read_by_district_then_rank():
    articles = (
        an_article(id="second", rank=2),
        an_article(id="first", rank=1),
        an_article(id="north", rank=3, district="North"),
        an_article(id="south", rank=1, district="South"),
        an_article(id="chinese", language="zh"),
        an_article(id="medical", category="medical"),
    )
    assert [a.id for a in answers_by_topic(articles, "information", "en", "North")] == ["north", "first", "second"]
    assert [a.id for a in answers_by_topic(articles, "information", "en")] == ["first", "second"]


def test_the_answer_is_spoken_with_question_place_and_day():
    article = an_article(updated_at=EVENING_UTC)
    assert spoken(article, "120") == (
        "You asked about: When is the library open? "
        "In the whole city, as of 5 March 2030: The library tells its hours at the door."
    )
    assert ", as of 4 March 2030:" in spoken(article, "120", ZoneInfo("Europe/London"))


def test_the_answer_is_spoken_in_chinese():
    article = an_article(
        language="zh", question="图书馆开门吗？", answer="请看门口的告示。", district="城北区", updated_at=EVENING_UTC
    )
    assert spoken(article, "120") == "您问的是：图书馆开门吗？以下适用于城北区，截至2030年3月5日：请看门口的告示。"


def test_without_a_date_none_is_said():
    assert spoken(an_article(), "120").startswith(
        "You asked about: When is the library open? In the whole city: The library"
    )
    assert "以下适用于全市：" in spoken(read_seed("zh")[0], "120")


@pytest.mark.parametrize(
    ("language", "written", "ending"),
    [
        ("en", "Rest.", "Rest. If it gets worse dial 999 or press 0."),
        ("en", "Rest. Worse? Then dial 999 or press 0.", "Rest. Worse? Then dial 999 or press 0."),
        ("en", "Dial 999 or press 0. Rest.", "Dial 999 or press 0. Rest. If it gets worse dial 999 or press 0."),
        ("zh", "请休息。", "请休息。如果病情加重，请拨打999，或按0转人工。"),
        ("zh", "病情加重请打999或者按0。", "：病情加重请打999或者按0。"),
    ],
)
def test_a_medical_answer_ends_with_what_to_do_if_it_gets_worse(language, written, ending):
    article = an_article(language=language, category="medical", answer=written)
    assert spoken(article, "999").endswith(ending)
    assert spoken(article, "999").count("999") == ending.count("999")


def test_other_answers_end_as_written():
    assert spoken(an_article(answer="Press 0 for more."), "999").endswith(": Press 0 for more.")
