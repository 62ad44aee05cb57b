"""The topics a caller can choose by key while speech cannot be understood; it names them and reads nothing out."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.articles import SeedError, checked_category, positive_number, seed_rows

LAST_KEY = 8
"""Key 9 is “danger to life” and 0 is a person on every prompt, so topics have 1 to 8."""

_COLUMNS = ("key", "category", "name_zh", "name_en")


@dataclass(frozen=True)
class Topic:
    """One key of the spoken menu: its category and what it is called in each language."""

    key: int
    category: str
    name_zh: str
    name_en: str


@cache
def read_topics() -> tuple[Topic, ...]:
    """Return the starter topics in the order of their keys.

    Raises:
        SeedError: a key is taken twice or out of reach, a category is unknown, a name is missing.
    """
    text = (files("knowledge") / "seed" / "topics.csv").read_text(encoding="utf-8")
    return parse_topics(text.splitlines(), source="topics.csv")


def parse_topics(lines: Iterable[str], *, source: str) -> tuple[Topic, ...]:
    """Return the topics of CSV lines; raises as `read_topics` does."""
    topics: dict[int, Topic] = {}
    for number, row in seed_rows(lines, _COLUMNS, source=source):
        where = f"{source} row {number}"
        topic = _topic(row, where)
        if topic.key in topics:
            raise SeedError(f"{where}: key {topic.key} is already taken by an earlier row")
        topics[topic.key] = topic
    return tuple(topics[key] for key in sorted(topics))


def _topic(row: dict[str, str], where: str) -> Topic:
    key = positive_number(row["key"], "key", where)
    if key > LAST_KEY:
        raise SeedError(f"{where}: key {key} is out of reach, topics have keys 1 to {LAST_KEY}")
    if not row["name_zh"] or not row["name_en"]:
        raise SeedError(f"{where}: a topic needs a name in Chinese and in English")
    return Topic(key, checked_category(row["category"], where), row["name_zh"], row["name_en"])
