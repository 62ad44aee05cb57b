"""Shows an author what a caller will hear: the exact words, in the pieces they are spoken in, and how long it takes."""

from dataclasses import dataclass
from datetime import datetime

from console.parts import city_zone, house
from core.settings import Language
from core.speaking import pieces, seconds_to_speak
from knowledge.answers import spoken
from knowledge.articles import Article
from knowledge.content import Content, Problem, warnings
from knowledge.store import preview_of


@dataclass(frozen=True)
class Heard:
    """An answer as it is spoken."""

    pieces: tuple[str, ...]
    seconds: int
    characters: int
    warnings: tuple[Problem, ...]


def heard_text(content: Content, slug: str, language: Language, now: datetime) -> Heard:
    """Return how a wording would be spoken if it were published now."""
    words = spoken_words(preview_of(content, slug, language, now))
    return Heard(pieces(words), seconds_to_speak(words), len(words), warnings(content, words, now))


def spoken_words(article: Article) -> str:
    """Return the words a caller hears."""
    ambulance = house().settings.emergency_numbers.partition(",")[0].strip()
    return spoken(article, ambulance, city_zone())
