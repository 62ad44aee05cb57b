"""The words that decide, as data beside this file; a city's own are kept in the database (routing.triage.store)."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

from core.errors import HotlineError
from core.models import Category
from routing.triage.cutting import cut
from routing.triage.entries import Entry, Kind
from routing.triage.gazetteer import Gazetteer, Place
from routing.triage.spotting import Spotter
from routing.triage.weighing import Weights

__all__ = [
    "Branch",
    "Entry",
    "Kind",
    "Lexicon",
    "UnknownTreeError",
    "lexicon",
    "make_lexicon",
    "read_branches",
    "shipped_trees",
]

DEFAULT_TREE = "haining"


class UnknownTreeError(HotlineError):
    """A tree of categories that is not shipped was asked for."""


@dataclass(frozen=True)
class Branch:
    """A class of a city's own tree: the house's class that it belongs to, its names, and what callers say of it."""

    key: str
    category: Category
    names: Mapping[str, str]
    said: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """One language's words and weights; every process keeps one a language, arranged for looking up."""

    language: str
    entries: tuple[Entry, ...]
    weights: Weights
    gazetteer: Gazetteer
    branches: Mapping[str, Branch]
    """The city's tree of categories, by key, in the order in which a tie is settled."""

    @cached_property
    def spotter(self) -> Spotter:
        """The words, arranged so that a line is looked through once."""
        return Spotter((*self.entries, *self.gazetteer.entries(self.language)), self.language)

    @cached_property
    def denying(self) -> tuple[str, ...]:
        """What denies the word that it stands right before."""
        return self._phrases(Kind.NEGATION)

    @cached_property
    def not_denying(self) -> tuple[str, ...]:
        """What ends like a negation and is none."""
        return self._phrases(Kind.NO_NEGATION)

    @cached_property
    def between(self) -> frozenset[str]:
        """Words (of a language that has spaces) that may stand between a negation and what it denies."""
        return frozenset(self._phrases(Kind.BETWEEN))

    def prepare(self) -> None:
        """Arrange the words now, so that the first text need not wait for it (a tenth of a second)."""
        _ = (self.spotter, self.denying, self.not_denying, self.between)

    @property
    def red(self) -> dict[str, tuple[str, ...]]:
        """The words that decide alone, by what they speak for."""
        return self.groups(Kind.RED)

    @property
    def yellow(self) -> dict[str, tuple[str, ...]]:
        """The words that are pressing, by what they speak for."""
        return self.groups(Kind.YELLOW)

    @property
    def districts(self) -> dict[str, tuple[str, ...]]:
        """What callers call each district and the places in it."""
        found: dict[str, tuple[str, ...]] = {}
        for place in self.gazetteer.places.values():
            district = self.gazetteer.chain(place.key)[-1].name
            found[district] = (*found.get(district, ()), *place.said.get(self.language, ()))
        return found

    def groups(self, kind: Kind) -> dict[str, tuple[str, ...]]:
        """Return the words of one kind, by what they speak for."""
        found: dict[str, list[str]] = {}
        for entry in self.entries:
            if entry.kind is kind:
                found.setdefault(entry.why, []).append(entry.phrase)
        return {why: tuple(phrases) for why, phrases in found.items()}

    def _phrases(self, kind: Kind) -> tuple[str, ...]:
        """Return the words of a kind as they are compared: stems in English."""
        cuts = (cut(entry.phrase, self.language) for entry in self.entries if entry.kind is kind)
        return tuple(phrase.words(0, len(phrase.units)) for phrase in cuts)


@cache
def lexicon(language: str) -> Lexicon:
    """Return the words that the house is shipped with, `zh` or `en`."""
    return make_lexicon(language, read_entries(language), read_gazetteer(), read_branches())


def make_lexicon(language: str, entries: Iterable[Entry], gazetteer: Gazetteer, branches: Iterable[Branch]) -> Lexicon:
    """Put a lexicon together; the words of branches that are not in the tree are left out."""
    tree = {branch.key: branch for branch in branches}
    own = (Entry(Kind.CATEGORY, branch.key, said) for branch in tree.values() for said in branch.said.get(language, ()))
    kept = [entry for entry in (*entries, *own) if entry.kind is not Kind.CATEGORY or entry.why in tree]
    return Lexicon(language, tuple(dict.fromkeys(kept)), read_weights(language), gazetteer, tree)


def read_entries(language: str) -> Iterable[Entry]:
    """Yield the shipped words of a language."""
    for kind, groups in tomllib.loads(_text(f"{language}.toml")).items():
        for why, phrases in groups.items():
            for phrase in phrases:
                yield Entry(Kind(kind), why, phrase)


def read_gazetteer() -> Gazetteer:
    """Return the places of the sample city."""
    places = tomllib.loads(_text("places.toml"))["place"]
    return Gazetteer(
        {
            each["key"]: Place(
                each["key"],
                each["level"],
                each["name"],
                each.get("within"),
                {"zh": tuple(each["zh"]), "en": tuple(each["en"])},
            )
            for each in places
        }
    )


def read_branches(tree: str = DEFAULT_TREE) -> tuple[Branch, ...]:
    """Return the branches of one of the shipped trees of categories.

    Raises:
        UnknownTreeError: there is no such tree.
    """
    trees = {each["key"]: each["branches"] for each in tomllib.loads(_text("categories.toml"))["tree"]}
    if tree not in trees:
        raise UnknownTreeError(f"There is no tree of categories called “{tree}”; there are {', '.join(trees)}.")
    return tuple(
        Branch(
            each["key"],
            Category(each["category"]),
            {"zh": each["name_zh"], "en": each["name_en"]},
            {language: tuple(each.get(language, ())) for language in ("zh", "en")},
        )
        for each in trees[tree]
    )


def shipped_trees() -> tuple[str, ...]:
    """Return the keys of the shipped trees of categories."""
    return tuple(each["key"] for each in tomllib.loads(_text("categories.toml"))["tree"])


@cache
def read_weights(language: str) -> Weights:
    """Return what the features of a language weigh."""
    kept: Mapping[str, Any] = json.loads(_text(f"weights_{language}.json"))
    return Weights(kept["base"], kept["features"], kept["runs"])


def _text(name: str) -> str:
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
