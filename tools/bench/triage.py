"""Transcripts judged: the danger pass that every partial text of a stream goes through, and the whole verdict."""

import time
from collections.abc import Callable, Iterator

from core.settings import Language, Settings
from routing.triage import danger, triage
from routing.triage.lexicon import lexicon
from tools.danger_weights.examples import open_sentences

_LONGEST = 10_000
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def rows(_settings: Settings) -> Iterator[str]:
    for language in _LANGUAGES:
        lexicon(language).prepare()
        texts = [text for text, _ in open_sentences(language)]
        for name, judge in (("danger in a partial text", _partial), ("triage of a transcript", triage)):
            times = sorted(_milliseconds(judge, text, language) for text in texts * 3)
            p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
            yield f"| {name}, {language} | p50 {p50:.2f} ms, p99 {p99:.2f} ms CPU | – | – |"
        longest = _milliseconds(triage, " ".join(texts * 10)[:_LONGEST], language)
        yield f"| triage of {_LONGEST:,} characters, {language} | {longest:.0f} ms CPU | – | – |"


def _partial(text: str, language: str) -> object:
    return danger.heard(text, language, is_unfinished=True)


def _milliseconds(judge: Callable[[str, str], object], text: str, language: str) -> float:
    before = time.process_time()
    judge(text, language)
    return (time.process_time() - before) * 1000
