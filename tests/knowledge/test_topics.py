"""Texts that ask the same come together, however they are worded or written; each group is named by one of them."""

from knowledge.topics import cluster


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
