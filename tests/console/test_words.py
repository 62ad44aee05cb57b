"""Every text in both languages, none missing and none left over."""

import re
from pathlib import Path
from string import Formatter

import pytest

import console
from console.words import LANGUAGES, table
from core.models import Category, OrderState, RecordingState, Role, Urgency
from routing.orders.lifecycle import STEPS
from routing.triage.entries import Kind
from routing.triage.lexicon import lexicon

ROOM = Path(console.__file__).parent
ROOTS = ROOM.parent


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_key_is_in_every_language() -> None:
    tables = {language: set(table(language)) for language in LANGUAGES}
    assert tables["zh"] == tables["en"]


def test_a_text_takes_the_same_values_in_every_language() -> None:
    for key, text in table("zh").items():
        assert _values(text) == _values(table("en")[key]), key


def test_every_text_that_a_page_asks_for_is_there() -> None:
    asked = set()
    for path in [*ROOM.rglob("*.py"), *ROOM.rglob("*.html")]:
        asked |= set(re.findall(r"""\bt\(\s*["']([a-z_]+\.[a-z_]+)["']""", path.read_text(encoding="utf-8")))
    assert len(asked) > 60
    built = {key for key in asked if key.endswith("_")}  # the rest of the key is a value
    assert asked - built <= set(table("zh"))
    assert all(any(key.startswith(start) for key in table("zh")) for start in built)


def test_every_text_is_asked_for_somewhere() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in [*ROOM.rglob("*.py"), *ROOM.rglob("*.html")])
    built = ("role.", "urgency.", "state.", "category.", "language.", "spoken.", "heard.", "event.", "actor.", "why.",
             "key.", "terms.kind_", "terms.how_", "step.", "verb.", "error.", "order.", "queue.empty_", "queue.tab_",
             "page.theme_", "time.", "nav.", "topic.", "publishing.", "field.", "problem.", "table.", "try.",
             "article.tab_", "article.empty_", "article.several_", "correction.state_",
             "city.", "lexicon.kind_", "lexicon.explains_", "lexicon.told_",
             "says.", "requests.", "figures.", "browser_state.",
             "seat.", "place.", "settled.", "callbacks.", "line.", "unit.")  # fmt: skip
    assert [key for key in table("zh") if not key.startswith(built) and key not in code] == []


@pytest.mark.parametrize(
    ("prefix", "words"),
    [("urgency", Urgency), ("state", OrderState), ("category", Category), ("heard", RecordingState), ("role", Role)],
)
def test_every_word_of_the_trade_can_be_said(prefix: str, words: type[Urgency]) -> None:
    assert {f"{prefix}.{word.value}" for word in words} <= set(table("zh"))


def test_every_event_can_be_said() -> None:
    names = set()
    for room in ("routing", "ivr", "hotline", "console"):
        for path in (ROOTS / room).rglob("*.py"):
            names |= set(re.findall(r"""add_event\(\s*\w+,\s*\w+,\s*"(\w+)\"""", path.read_text(encoding="utf-8")))
    names |= {step.event for step in STEPS}
    assert {"registered", "accepted", "listened", "reminded"} <= names
    assert {f"event.{name}" for name in names} <= set(table("zh"))


def test_every_reason_of_triage_can_be_said() -> None:
    told = (Kind.RED, Kind.SIGN, Kind.TOPIC, Kind.STATE, Kind.YELLOW)
    reasons = {why for language in LANGUAGES for kind in told for why in lexicon(language).groups(kind)}
    assert {f"why.{why}" for why in (*reasons, "likeness")} <= set(table("zh"))
