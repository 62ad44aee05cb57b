"""Guards the starter articles: what every one of them must be before a caller may hear it."""

from collections import Counter
from itertools import chain

import pytest

from knowledge.answers import spoken
from knowledge.articles import CATEGORIES, read_seed
from knowledge.menu import read_topics

ENDINGS = {"zh": "如果病情加重，请拨打120，或按0转人工。", "en": " If it gets worse dial 120 or press 0."}
CARRIER_LIMIT = 500  # Chinese characters in one spoken block

in_each_language = pytest.mark.parametrize("language", ["zh", "en"])


@in_each_language
def test_there_are_enough_articles_in_all_ten_classes(language):
    articles = read_seed(language)
    assert len(articles) >= 60
    assert {article.category for article in articles} == set(CATEGORIES)
    assert len(CATEGORIES) == 10


def test_both_languages_answer_the_same_questions_in_the_same_order():
    chinese, english = ([(a.id, a.category, a.rank, a.districts) for a in read_seed(code)] for code in ("zh", "en"))
    assert chinese == english


@in_each_language
def test_every_article_is_a_sample_for_the_whole_city_without_a_date(language):
    assert all(a.is_sample and not a.districts and a.updated_at is None for a in read_seed(language))


@in_each_language
def test_ranks_count_from_one_in_each_category(language):
    ranks = {category: [] for category in CATEGORIES}
    for article in read_seed(language):
        ranks[article.category].append(article.rank)
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in ranks.values())


@in_each_language
def test_medical_answers_end_with_120_and_key_0(language):
    medical = [article for article in read_seed(language) if article.category == "medical"]
    assert [a.id for a in medical if spoken(a, "120").count(ENDINGS[language]) != 1] == []
    assert [a.id for a in medical if not spoken(a, "120").endswith(ENDINGS[language])] == []


@in_each_language
def test_answers_are_short_enough_to_be_heard(language):
    articles = read_seed(language)
    assert [a.id for a in articles if len(a.answer) > 300] == []
    assert [a.id for a in articles if len(spoken(a, "120")) > CARRIER_LIMIT] == []


def test_chinese_answers_take_about_half_a_minute():
    assert [(a.id, len(a.answer)) for a in read_seed("zh") if not 55 <= len(a.answer) <= 150] == []


@in_each_language
def test_no_two_questions_or_phrasings_are_the_same(language):
    said = Counter(chain.from_iterable((a.question.casefold(), *a.phrasings) for a in read_seed(language)))
    assert [text for text, times in said.items() if times > 1] == []


@in_each_language
def test_each_article_has_three_to_six_phrasings(language):
    assert [a.id for a in read_seed(language) if not 3 <= len(a.phrasings) <= 6] == []


@in_each_language
def test_nothing_is_written_that_cannot_be_heard(language):
    shown_only = set("()（）[]【】<>*#/\\_|…\n\t")
    assert [a.id for a in read_seed(language) if shown_only & set(a.answer + a.question)] == []


def test_no_answer_sends_a_caller_through_a_menu():
    keys = [key for a in read_seed("zh") for key in "123456789" if f"按{key}" in a.answer]
    assert keys == []


@in_each_language
def test_keys_lead_to_categories_that_have_articles(language):
    topics = read_topics()
    assert 5 <= len(topics) <= 6
    assert [topic.key for topic in topics] == list(range(1, len(topics) + 1))
    assert {topic.category for topic in topics} <= {article.category for article in read_seed(language)}
