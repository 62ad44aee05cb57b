"""Texts that ask the same come together, however they are worded or written; each group is named by one of them."""

from datetime import UTC, datetime, timedelta

from knowledge.articles import read_seed
from knowledge.topics import Saying, cluster, topics


def groups(texts, language="zh"):
    return [{texts[place] for place in found.members} for found in cluster(texts, language)]


def test_what_asks_the_same_comes_together():
    school = ["学校几号开学", "请问学校什么时候开学", "孩子学校几号开学啊"]
    water = ["家里停水了", "停水了怎么办", "我们家里停水"]
    assert groups([*school, *water]) == [set(school), set(water)] or groups([*school, *water]) == [
        set(water),
        set(school),
    ]


def test_wrong_characters_with_the_right_sound_are_the_same():
    assert groups(["学校几号开学", "学校几号开雪"]) == [{"学校几号开学", "学校几号开雪"}]


def test_english_by_stems():
    texts = ["when does school open", "is the school opening again", "no water at home"]
    assert groups(texts, "en")[0] == set(texts[:2])


def test_the_name_is_one_of_the_texts_and_the_most_typical():
    texts = ["学校几号开学", "学校几号开学", "我想问问我孩子的学校几号开学因为我要上班"]
    (found, *_) = cluster(texts, "zh")
    assert found.phrase == "学校几号开学"
    assert found.members[0] in {0, 1}


def test_nothing_to_compare_is_in_no_group():
    assert cluster(["嗯", "", "啊"], "zh") == ()
    assert cluster([], "en") == ()


def test_different_matters_stay_apart_though_words_are_shared():
    assert len(groups(["停水了怎么办", "停电了怎么办", "学校停课了怎么办"])) == 3


def test_groups_are_what_they_were_whatever_else_is_given_twice():
    texts = [phrasing for article in read_seed("zh")[:12] for phrasing in (article.question, *article.phrasings)]
    assert cluster(texts, "zh") == cluster(list(texts), "zh")
    assert sorted(place for one in cluster(texts, "zh") for place in one.members) == list(range(len(texts)))


def test_what_is_said_alike_mostly_comes_together_and_little_else():
    asked = [(phrasing, a.id) for a in read_seed("zh") for phrasing in (a.question, *a.phrasings)]
    found = [[asked[place][1] for place in one.members] for one in cluster([text for text, _ in asked], "zh")]
    assert sum(max(map(ids.count, ids)) for ids in found) / len(asked) > 0.9
    assert len(found) < 0.7 * len(asked)


def test_more_texts_than_are_compared_at_once():
    texts = ["公交车今天开不开"] * 1200 + ["学校几号开学"] + ["家里停水了"] * 1200
    found = cluster(texts, "zh")
    assert [len(one.members) for one in found if len(one.members) > 1000] == [1200, 1200]
    assert (1200,) in [one.members for one in found]


def test_a_topic_tells_how_often_now_and_before():
    noon, hour = datetime(2030, 1, 1, 12, tzinfo=UTC), timedelta(hours=1)
    minutes = {"学校几号开学": [0, 59, 60, 119, 120], "家里停水了": [1, 2, 3], "路灯不亮": [-1]}
    said = [
        Saying(10 * row + at, text, noon - timedelta(minutes=minute))
        for row, (text, ages) in enumerate(minutes.items())
        for at, minute in enumerate(ages)
    ]
    found = topics(said, "zh", until=noon, span=hour)
    assert [(one.phrase, one.count, one.count_before) for one in found] == [
        ("家里停水了", 3, 0),
        ("学校几号开学", 2, 2),
        ("路灯不亮", 0, 0),
    ]
    assert [saying.id for saying in found[0].sayings] == [10, 11, 12]
