"""Why an article was found, for people to read."""

from knowledge.reasons import in_common
from tests.knowledge.making import an_article


def test_characters_that_follow_each_other_are_one_reason_and_sounds_another():
    article = an_article(language="zh", question="小区停水了怎么办", phrasings=("水管坏了",), answer="请打电话。")
    shared = in_common(article, "小区停睡了，水管没坏，请打电话", "zh")
    assert shared.written == ("小区停", "水管", "坏请打电话")
    assert shared.heard == ("睡",)


def test_english_reasons_are_words():
    article = an_article(question="Where are the phones?", phrasings=())
    shared = in_common(article, "a fone in the library", "en")
    assert shared.written == ("library",)
    assert shared.heard == ("fone",)
