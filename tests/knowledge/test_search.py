from dataclasses import replace

import pytest

from knowledge.articles import read_seed
from knowledge.index import build_index
from knowledge.search import search
from tests.knowledge.making import an_article

SHARE_OF_PHRASINGS_FOUND = 0.90

in_each_language = pytest.mark.parametrize("language", ["zh", "en"])


def found(articles, question, district=None):
    return [hit.article.id for hit in search(build_index(tuple(articles), "en"), question, district=district)]


@in_each_language
def test_each_starter_article_is_found_by_its_own_question(language):
    index = build_index(read_seed(language), language)
    assert [a.id for a in index.articles if search(index, a.question)[0].article != a] == []


@in_each_language
def test_starter_articles_are_found_by_phrasings_the_index_has_never_seen(language):
    """Leaves out one phrasing of every article at a time, which is harder than leaving out a single one."""
    right = [outcome for place in range(6) for outcome in _found_without(read_seed(language), language, place)]
    assert sum(right) / len(right) >= SHARE_OF_PHRASINGS_FOUND


def _found_without(articles, language, place):
    kept = tuple(replace(a, phrasings=a.phrasings[:place] + a.phrasings[place + 1 :]) for a in articles)
    index = build_index(kept, language)
    for article in articles:
        for phrasing in article.phrasings[place : place + 1]:
            hits = search(index, phrasing, limit=1)
            yield bool(hits) and hits[0].article.id == article.id


def test_hits_come_best_first_and_no_more_than_asked_for():
    index = build_index(read_seed("en"), "en")
    hits = search(index, "my health code is red", limit=5)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(hits) == 5
    assert hits[0].article.id == "health-code-red"
    assert len(search(index, "my health code is red", limit=1)) == 1


@in_each_language
def test_confidence_is_between_0_and_1_and_highest_for_the_first(language):
    index = build_index(read_seed(language), language)
    for article in index.articles:
        confidences = [hit.confidence for hit in search(index, article.question)]
        assert all(0 <= confidence <= 1 for confidence in confidences)
        assert confidences[0] == max(confidences)


def test_two_articles_that_fit_alike_leave_half_the_confidence():
    pools = (an_article(id="a", question="Is the pool open?"), an_article(id="b", question="Is the pool open?"))
    (alone, *_), (doubtful, *_) = (search(build_index(some, "en"), "is the pool open") for some in (pools[:1], pools))
    assert alone.confidence == pytest.approx(1)
    assert doubtful.confidence == pytest.approx(0.5)


def test_articles_of_other_districts_are_never_found():
    articles = [an_article(id="north", district="North"), an_article(id="south", district="South")]
    assert found(articles, "library hours", district="North") == ["north"]
    assert found(articles, "library hours", district="East") == []


def test_an_unknown_district_gets_whole_city_articles_only():
    assert found([an_article(id="city"), an_article(id="north", district="North")], "library hours") == ["city"]


def test_the_district_goes_before_the_whole_city_and_does_not_weaken_it():
    articles = (an_article(id="city"), an_article(id="north", district="North"))
    first, second = search(build_index(articles, "en"), "library opening hours", district=" north ")
    assert (first.article.id, second.article.id) == ("north", "city")
    assert first.confidence == pytest.approx(1)


def test_a_district_article_on_another_matter_does_not_push_in():
    swimming = an_article(id="swim", district="North", question="Is swimming allowed?", phrasings=("pool opening",))
    assert found([swimming, an_article(id="city")], "library opening hours", district="North")[0] == "city"


@in_each_language
@pytest.mark.parametrize("question", ["", "   ", "？！", "🙂🙂", "\x00\ud800", "x" * 200_000, "码" * 200_000, "吗"])
def test_odd_input_is_safe(language, question):
    assert len(search(build_index(read_seed(language), language), question)) <= 3


@in_each_language
def test_an_empty_knowledge_base_finds_nothing(language):
    assert search(build_index((), language), "健康码 health code") == ()
