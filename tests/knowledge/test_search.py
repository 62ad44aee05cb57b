from dataclasses import replace
from functools import cache

import pytest

from knowledge.articles import read_seed
from knowledge.index import new_index
from knowledge.search import search
from tests.knowledge.making import an_article

SHARE_OF_PHRASINGS_FOUND = {"zh": 0.85, "en": 0.92}
SHARE_MISHEARD_FOUND = 0.95

in_each_language = pytest.mark.parametrize("language", ["zh", "en"])


@cache
def seed_index(language):
    return new_index(read_seed(language), language)


def found(articles, question, district=None):
    return [hit.article.id for hit in search(new_index(tuple(articles), "en"), question, district=district)]


@in_each_language
def test_each_starter_article_is_found_by_its_own_question(language):
    index = seed_index(language)
    assert [a.id for a in index.articles if search(index, a.question)[0].article != a] == []


@in_each_language
def test_starter_articles_are_found_by_phrasings_the_index_has_never_seen(language):
    """Leaves out one phrasing of every article at a time, which is harder than leaving out a single one."""
    right = [outcome for place in (0, 2) for outcome in _found_without(read_seed(language), language, place)]
    assert sum(right) / len(right) >= SHARE_OF_PHRASINGS_FOUND[language]


def _found_without(articles, language, place):
    kept = tuple(replace(a, phrasings=a.phrasings[:place] + a.phrasings[place + 1 :]) for a in articles)
    index = new_index(kept, language)
    for article in articles:
        for phrasing in article.phrasings[place : place + 1]:
            hits = search(index, phrasing, limit=1)
            yield bool(hits) and hits[0].article.id == article.id


HOMOPHONES = str.maketrans("健康码停电怎办发烧孩子水家看病买药", "建糠马亭店怎半法捎骇字税加刊并卖要")


def test_wrong_characters_with_the_right_sound_still_find_the_article():
    index = seed_index("zh")
    questions = {article.id: article.question.translate(HOMOPHONES) for article in index.articles}
    right = [search(index, question, limit=1)[0].article.id == slug for slug, question in questions.items()]
    assert sum(right) / len(right) >= SHARE_MISHEARD_FOUND


def test_hits_come_best_first_and_no_more_than_asked_for():
    hits = search(seed_index("en"), "my health code is red", limit=5)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(hits) == 5
    assert hits[0].article.id == "health-code-red"
    assert len(search(seed_index("en"), "my health code is red", limit=1)) == 1


@in_each_language
def test_confidence_is_between_0_and_1_and_highest_for_the_first(language):
    index = seed_index(language)
    for article in index.articles[::4]:
        confidences = [hit.confidence for hit in search(index, article.question)]
        assert all(0 <= confidence <= 1 for confidence in confidences)
        assert confidences[0] == max(confidences)


def test_articles_of_other_districts_are_never_found():
    articles = [an_article(id="north", district="North"), an_article(id="south", district="South")]
    assert found(articles, "library hours", district="North") == ["north"]
    assert found(articles, "library hours", district="East") == []


def test_an_unknown_district_gets_whole_city_articles_only():
    assert found([an_article(id="city"), an_article(id="north", district="North")], "library hours") == ["city"]


def test_the_district_goes_before_the_whole_city_and_does_not_weaken_it():
    articles = (an_article(id="city"), an_article(id="north", district="North"))
    index = new_index(articles, "en")
    first, second = search(index, "library opening hours", district=" north ")
    assert (first.article.id, second.article.id) == ("north", "city")
    assert first.confidence >= search(index, "library opening hours")[0].confidence


def test_a_district_article_on_another_matter_does_not_push_in():
    swimming = an_article(id="swim", district="North", question="Is swimming allowed?", phrasings=("pool opening",))
    assert found([swimming, an_article(id="city")], "library opening hours", district="North")[0] == "city"


@in_each_language
@pytest.mark.parametrize(
    "question", ["", "   ", "？！", "🙂🙂", "\x00\ud800", "x" * 200_000, "码" * 200_000, "吗", "㐀㐁𠀀"]
)
def test_odd_input_is_safe(language, question):
    assert len(search(seed_index(language), question)) <= 3


@in_each_language
def test_an_empty_knowledge_base_finds_nothing(language):
    assert search(new_index((), language), "健康码 health code") == ()


def test_who_asks_two_things_in_one_breath_is_surely_told_the_first_found():
    index = new_index(read_seed("zh"), "zh")
    both, alone = (search(index, text)[0] for text in ("健康码变红了怎么办在哪里做核酸", "健康码变红了怎么办"))
    assert (both.article.id, both.confidence) == ("health-code-red", alone.confidence)
