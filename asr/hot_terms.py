"""Proposes listed names for what sounds like them but was written otherwise; a proposal, never a correction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from asr.likeness import SHORTEST_CODE, SHORTEST_SYLLABLES, code_of, is_like, only_small_words_differ
from asr.tidy import readable, tidy
from core.errors import HotlineError
from core.phonetics import pinyin, syllables
from core.settings import Language

How = Literal["same sound", "near sound"]

_LONGEST_CHARACTERS, _LONGEST_WORDS = 60, 6
_MORE_WORDS = 2  # a name is heard as up to so many words more than it has


class UnusableTermError(HotlineError):
    """A term that can't be told from others by its sound."""


@dataclass(frozen=True)
class Term:
    """A listed name, and what it names."""

    text: str
    kind: str


@dataclass(frozen=True)
class Exchange:
    """What was exchanged in a proposal, and why."""

    heard: str
    term: str
    kind: str
    how: How


@dataclass(frozen=True)
class Proposal:
    """The text as it may have been meant."""

    text: str
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True)
class _Find:
    start: int
    end: int
    exchange: Exchange


def as_kept(exchanges: Iterable[Exchange]) -> dict[str, Any]:
    """Return exchanges as a transcript keeps them: `{"exchanges": [[heard, term, kind, how], …]}`."""
    return {"exchanges": [[one.heard, one.term, one.kind, one.how] for one in exchanges]}


def check_term(text: str, language: Language) -> str:
    """Return a term as it is kept, its spaces put right.

    Raises:
        UnusableTermError: empty, too long, in other letters, or with too few sounds to be told from other words.
    """
    term = " ".join(text.split())
    if not term or len(term) > _LONGEST_CHARACTERS:
        raise UnusableTermError(f"A term has 1 to {_LONGEST_CHARACTERS} characters.")
    if language == "zh" and (len(pinyin(term)) != len(term) or len(term) < SHORTEST_SYLLABLES):
        raise UnusableTermError(f"A Mandarin term has {SHORTEST_SYLLABLES} or more Chinese characters, nothing else.")
    if language == "en" and (len(code_of(term.split())) < SHORTEST_CODE or len(term.split()) > _LONGEST_WORDS):
        raise UnusableTermError(f"“{term}” has too few consonants to be told from other words by its sound.")
    return term


class HotTerms:
    """The terms of one language, ready to be looked for in many texts."""

    def __init__(self, terms: Iterable[Term], language: Language) -> None:
        self.language = language
        self._by_sound: dict[tuple[str, ...] | str, set[Term]] = defaultdict(set)
        self._lengths: set[int] = set()
        for term in terms:
            self._add(term)

    def propose(self, words: Sequence[str]) -> Proposal | None:
        """Return what may have been meant by words as they were heard; None if nothing sounds like a listed name."""
        found = self._in_chinese(words) if self.language == "zh" else self._in_english(words)
        finds = sorted(_apart(found), key=lambda find: find.start)
        if not finds:
            return None
        units = _characters(words)[0] if self.language == "zh" else list(words)
        meant: list[str] = []
        at = 0
        for find in finds:
            meant += [*units[at : find.start], find.exchange.term]
            at = find.end
        text = tidy(readable([*meant, *units[at:]]), self.language)
        return Proposal(text, tuple(find.exchange for find in finds))

    def _add(self, term: Term) -> None:
        if self.language == "zh":
            apart = tuple(chain.from_iterable(syllables(character) for character in term.text))
            self._by_sound[syllables(term.text)].add(term)
            self._by_sound[apart].add(term)  # out of its phrase a character may be read otherwise
            self._lengths.add(len(term.text))
        else:
            words = term.text.split()
            self._by_sound[code_of(words)].add(term)
            self._lengths.update(range(1, len(words) + _MORE_WORDS + 1))

    def _in_chinese(self, words: Sequence[str]) -> Iterator[_Find]:
        """Look at every stretch of characters; one of three syllables must not begin or end inside a word."""
        characters, edges = _characters(words)
        sounds = [syllables(one)[0] if one else "" for one in _sounding(characters)]
        for length in self._lengths:
            for start in range(len(characters) - length + 1):
                end = start + length
                terms = self._by_sound.get(tuple(sounds[start:end]))
                if terms and (length > SHORTEST_SYLLABLES or {start, end} <= edges):
                    yield from _chosen("".join(characters[start:end]), start, end, terms, "zh")

    def _in_english(self, words: Sequence[str]) -> Iterator[_Find]:
        for length in self._lengths:
            for start in range(len(words) - length + 1):
                heard = words[start : start + length]
                terms = self._by_sound.get(code_of(heard))
                if terms:
                    yield from _chosen(" ".join(heard), start, start + length, terms, "en")


def _chosen(heard: str, start: int, end: int, terms: set[Term], language: Language) -> Iterator[_Find]:
    """Yield what a stretch is to be exchanged for; itself if it is right already, so that nothing else takes it."""
    same = [term for term in terms if term.text.casefold() == heard.casefold()]
    if not same and language == "en":
        terms = {term for term in terms if is_like(term.text, heard)}
    exact = [term for term in terms if language == "en" or pinyin(term.text) == pinyin(heard)]
    near = [] if language == "zh" and len(heard) == SHORTEST_SYLLABLES else list(terms)
    candidates = same or [term for term in exact or near if not only_small_words_differ(heard, term.text, language)]
    if len(candidates) == 1:
        (term,) = candidates
        how: How = "same sound" if term in exact else "near sound"
        yield _Find(start, end, Exchange(heard, term.text, term.kind, how))


def _apart(found: Iterable[_Find]) -> Iterator[_Find]:
    """Yield finds that don't overlap, the longest first; a stretch that is right already keeps its place untouched."""
    taken: set[int] = set()
    for find in sorted(found, key=lambda find: (find.start - find.end, find.start)):
        places = set(range(find.start, find.end))
        if taken & places:
            continue
        taken |= places
        if find.exchange.heard.casefold() != find.exchange.term.casefold():
            yield find


def _characters(words: Sequence[str]) -> tuple[list[str], set[int]]:
    """Return Chinese words as single characters, others whole; and the places where a word begins or ends."""
    units: list[str] = []
    edges = {0}
    for word in words:
        units += list(word) if len(pinyin(word)) == len(word) else [word]
        edges.add(len(units))
    return units, edges


def _sounding(characters: Sequence[str]) -> list[str]:
    return [one if len(one) == len(pinyin(one)) == 1 else "" for one in characters]
