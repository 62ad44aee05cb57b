"""Which words of a transcript are marked."""

import pytest

from console.transcripts import shown_words
from routing.orders.reading_one import HeardWord


def _words(*texts: str, confidence: float = 1.0) -> list[HeardWord]:
    return [HeardWord(text, place, place + 0.5, confidence) for place, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("language", "texts", "reasons", "marked"),
    [
        ("zh", ("我", "要做", "血透"), [("血透", "dialysis")], {"血透"}),
        ("zh", ("血", "透", "出", "不去"), [("血透", "dialysis"), ("出不去", "shut_in")], {"血", "透", "出", "不去"}),
        ("zh", ("做血透的",), [("血透", "dialysis")], {"做血透的"}),
        ("zh", ("九", "9"), [("9", "key")], set()),
        ("zh", ("你好",), [("血透", "dialysis"), ("", "x")], set()),
        ("en", ("my", "chest", "pain", "paint"), [("chest pain", "heart")], {"chest", "pain"}),
        ("en", ("painting",), [("pain", "pain")], set()),
        ("en", ("Pain", "again"), [("pain", "pain")], {"Pain"}),
    ],
)
def test_deciding_words_are_marked(
    language: str, texts: tuple[str, ...], reasons: list[tuple[str, str]], marked: set[str]
) -> None:
    shown = shown_words(_words(*texts), reasons, language)
    assert {word.text for word in shown if word.why} == marked


def test_words_that_were_not_heard_clearly_are_marked() -> None:
    words = [*_words("清楚", confidence=0.9), *_words("糊", confidence=0.3)]
    assert [word.unclear for word in shown_words(words, [], "zh")] == [False, True]
