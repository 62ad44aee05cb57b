from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from knowledge.answers import Answer, answers_by_topic, best_answer, spoken
from knowledge.articles import read_seed
from knowledge.index import build_index
from tests.knowledge.making import an_article

EVENING_UTC = datetime(2030, 3, 4, 17, 30, tzinfo=UTC)  # already the 5th in China


@pytest.mark.parametrize(
    ("question", "article_id"),
    [
        ("喂你好那个我的健康码突然变红了怎么办啊", "health-code-red"),
        ("我爸明天要去做透析小区封了出不去", "dialysis"),
        ("孩子发烧了怎么办", "fever-child"),
        ("家里一点吃的都没有了", "no-food"),
    ],
)
def test_a_question_as_it_is_said_gets_its_answer(question, article_id):
    answer = best_answer(read_seed("zh"), question, "zh")
    assert answer is not None
    assert answer.article.id == article_id


def test_english_callers_get_english():
    answer = best_answer(read_seed("zh") + read_seed("en"), "hello my code turned red what do I do", "en")
    assert answer is not None
    assert (answer.article.id, answer.article.language) == ("health-code-red", "en")


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
def test_what_no_article_answers_gets_none(language, question):
    assert best_answer(read_seed(language), question, language) is None


def test_articles_and_their_index_give_the_same_answer():
    articles = read_seed("zh")
    by_index = best_answer(build_index(articles, "zh"), "停电了怎么办", "zh")
    assert by_index is not None
    assert by_index == best_answer(articles, "停电了怎么办", "zh") == best_answer(iter(articles), "停电了怎么办", "zh")


def test_an_index_of_the_wrong_language_is_refused():
    with pytest.raises(ValueError, match="'zh'"):
        best_answer(build_index(read_seed("zh"), "zh"), "power cut", "en")


def test_how_sure_is_sure_enough_can_be_set():
    articles = read_seed("en")
    assert best_answer(articles, "my health code is red", "en", at_least=0.99) is None
    assert best_answer(articles, "my health code is red", "en", at_least=0.3) is not None


def test_the_district_answer_is_given_to_its_callers_only():
    articles = (an_article(id="city"), an_article(id="north", district="North"))
    given = [best_answer(articles, "library opening hours", "en", place) for place in ("North", "South", None)]
    assert [answer and answer.article.id for answer in given] == ["north", "city", "city"]


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
    assert spoken(Answer(article, 0.8)) == (
        "You asked about: When is the library open? "
        "In the whole city, as of 5 March 2030: The library tells its hours at the door."
    )
    assert ", as of 4 March 2030:" in spoken(article, ZoneInfo("Europe/London"))


def test_the_answer_is_spoken_in_chinese():
    article = an_article(
        language="zh", question="图书馆开门吗？", answer="请看门口的告示。", district="城北区", updated_at=EVENING_UTC
    )
    assert spoken(article) == "您问的是：图书馆开门吗？以下适用于城北区，截至2030年3月5日：请看门口的告示。"


def test_without_a_date_none_is_said():
    assert spoken(an_article()).startswith("You asked about: When is the library open? In the whole city: The library")
    assert "以下适用于全市：" in spoken(read_seed("zh")[0])
