"""The index: long texts by their best passage, answers as hints, and what changed taken in without the rest."""

import pytest

from knowledge.articles import read_seed
from knowledge.index import build_index, new_index
from knowledge.ranking import rank, read_question
from tests.knowledge.making import an_article

FILLING = "各部门要加强领导落实责任做好宣传"


def found(index, question, limit=3):
    return [one.article.id for one in rank(index, read_question(question, index.language), limit=limit)]


def scored(index, question):
    return {one.article.id: one.score for one in rank(index, read_question(question, index.language), limit=9)}


def a_chinese(**changes):
    return an_article(**{"language": "zh", "phrasings": (), "answer": "请等通知。"} | changes)


def test_a_long_text_is_found_by_its_best_passage():
    scattered = a_chinese(id="scattered", question="电" + FILLING * 15 + "停" + FILLING * 15 + "费" + FILLING * 15)
    told = a_chinese(id="told", question=FILLING * 22 + "停电费" + FILLING * 23)
    index = new_index((scattered, told, a_chinese(id="other", question="学校开学")), "zh")
    assert found(index, "停了电还要交电费")[0] == "told"


def test_what_only_the_answer_mentions_is_a_hint_not_a_match():
    asked = a_chinese(id="asked", question="停水怎么办")
    mentions = a_chinese(id="mentions", question="学校开学", answer="停水怎么办，请等通知。")
    index = new_index((mentions, asked), "zh")
    assert found(index, "停水怎么办") == ["asked", "mentions"]


def test_an_answer_too_long_to_be_spoken_is_what_the_article_is_about():
    document = a_chinese(id="document", question="第三号通告", answer=FILLING * 30 + "停电费减半" + FILLING * 30)
    titled = a_chinese(id="titled", question="停电了")
    assert found(new_index((titled, document), "zh"), "停电费可以减半吗")[0] == "document"


def test_the_best_of_an_articles_phrasings_counts_not_their_number():
    many = a_chinese(id="many", question="停水通知", phrasings=("停水地点", "停水时间", "停水原因"))
    one = a_chinese(id="one", question="停水几点来水")
    assert found(new_index((many, one), "zh"), "停水了几点来水")[0] == "one"


def test_the_same_articles_are_indexed_once():
    articles = read_seed("zh")
    assert build_index(articles, "zh") is build_index(articles, "zh")
    assert build_index((*articles[:3], *articles[3:]), "zh") is build_index(articles, "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_only_articles_of_the_language_are_in_it(language):
    index = build_index(read_seed("zh") + read_seed("en"), language)
    assert {article.language for article in index.articles} == {language}


@pytest.fixture
def articles():
    return read_seed("zh")


def test_a_changed_article_is_found_as_it_is_now_and_no_more_as_it_was(articles):
    base = build_index(articles, "zh")
    old = next(article for article in articles if article.id == "dialysis")
    new = a_chinese(id="dialysis", question="哪里可以领取鸭血粉丝汤？")
    index = build_index(tuple(new if article is old else article for article in articles), "zh")
    assert index.base is base.base
    assert found(index, "鸭血粉丝汤", 1) == ["dialysis"]
    assert "dialysis" not in found(index, old.question, 9)


def test_a_new_article_is_found_and_a_withdrawn_one_is_not(articles):
    base = build_index(articles, "zh")
    new = a_chinese(id="soup", question="哪里可以领取鸭血粉丝汤？")
    index = build_index((*articles[1:], new), "zh")
    assert index.base is base.base
    assert found(index, "鸭血粉丝汤", 1) == ["soup"]
    assert articles[0].id not in found(index, articles[0].question, 9)
    assert found(build_index(articles, "zh"), articles[0].question, 1) == [articles[0].id]


def test_what_did_not_change_scores_as_before(articles):
    before = scored(build_index(articles, "zh"), "孩子发烧了怎么办")
    soup = a_chinese(id="soup", question="鸭血粉丝汤")
    assert scored(build_index((*articles, soup), "zh"), "孩子发烧了怎么办") == before


def test_when_much_has_changed_all_is_weighed_anew(articles):
    base = build_index(articles, "zh")
    index = build_index(articles[:70], "zh")
    assert index.base is not base.base
    assert index.statistics["character"].rarity("鸭") != base.statistics["character"].rarity("鸭")


def test_ids_that_come_twice_are_both_kept():
    twins = (an_article(id="a"), an_article(id="a", question="Where is the pool?"))
    assert found(build_index(twins, "en"), "where is the pool") == ["a", "a"]
    assert found(build_index((*twins, an_article(id="b")), "en"), "where is the pool")[:2] == ["a", "a"]
