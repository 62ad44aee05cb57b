"""The one place where a caller's words are taken for a command (yes, no, again, a person …), by sound; pure."""

import enum
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from core.phonetics import english_code, syllables
from core.settings import Language

_MOST_SOUNDS = 14
"""An utterance with more syllables or words than this tells something; it is no command."""
_WORD = re.compile(r"[a-z']+")
_SHORTEST_CODE = 3
_UNKNOWN = "[unk]"
"""What the recogniser writes for a word that it does not know."""

Sounds = tuple[str, ...]


class Command(enum.StrEnum):
    """What can be said at any prompt instead of a key."""

    YES = "yes"
    NO = "no"
    REPEAT = "repeat"
    SLOWER = "slower"
    PERSON = "person"
    ANOTHER = "another"
    MESSAGE = "message"
    ENGLISH = "english"
    MANDARIN = "mandarin"
    NOTHING_MORE = "nothing_more"
    THANKS = "thanks"
    BACK = "back"
    FIRST = "first"
    SECOND = "second"
    HELLO = "hello"


_LANGUAGES: dict[Command | None, Language] = {Command.ENGLISH: "en", Command.MANDARIN: "zh"}


@dataclass(frozen=True)
class _Phrasebook:
    """The commands of a language by the sounds of their phrases; None is a filler."""

    commands: dict[Sounds, Command | None]
    longest: int


def command_in(text: str, language: Language) -> Command | None:
    """Return the command that an utterance is, or None when it says anything else.

    The whole utterance must be made of phrases of one command and fillers, so that a sentence with 是 in it is no
    “yes”, and “yes, no” is neither. Thanks beside another command mean nothing of their own.
    """
    sounds = _sounds(text, language)
    if not 0 < len(sounds) <= _MOST_SOUNDS:
        return None
    said = set(_phrases(sounds, _phrasebook(language)))
    if len(said) > 1:
        said.discard(Command.THANKS)
    return said.pop() if len(said) == 1 else None


def language_wanted(text: str, present: Language) -> Language | None:
    """Return the other language when an utterance asks for it, else None."""
    wanted = _LANGUAGES.get(command_in(text, present))
    return wanted if wanted != present else None


def readable(text: str) -> str:
    """Return a text without the recogniser's marks for words that it does not know."""
    return " ".join(text.replace(_UNKNOWN, " ").split())


def _phrases(sounds: Sounds, book: _Phrasebook) -> Iterator[Command | None]:
    """Yield the command of each phrase, the longest phrase first; a None for what is no phrase of any."""
    at = 0
    while at < len(sounds):
        piece = _longest_phrase(sounds[at:], book)
        if not piece:
            yield None
            return
        command = book.commands[piece]
        if command:
            yield command
        at += len(piece)


def _longest_phrase(sounds: Sounds, book: _Phrasebook) -> Sounds:
    lengths = range(min(book.longest, len(sounds)), 0, -1)
    return next((sounds[:length] for length in lengths if sounds[:length] in book.commands), ())


@cache
def _phrasebook(language: Language) -> _Phrasebook:
    file = resources.files("ivr.prompts").joinpath(f"spoken_words_{language}.toml")
    words = tomllib.loads(file.read_text(encoding="utf-8"))
    commands: dict[Sounds, Command | None] = {_sounds(filler, language): None for filler in words["fillers"]}
    for name, phrases in words["commands"].items():
        commands |= {_sounds(phrase, language): Command(name) for phrase in phrases}
    return _Phrasebook(commands, max(map(len, commands)))


@lru_cache(maxsize=2_000)
def _sounds(text: str, language: Language) -> Sounds:
    heard = readable(text)
    return syllables(heard) if language == "zh" else tuple(map(_english_sound, _WORD.findall(heard.lower())))


def _english_sound(word: str) -> str:
    """Return a word's code, or the word where the code is too short to tell it from its neighbours (no, now, new)."""
    code = english_code(word)
    return code if len(code) >= _SHORTEST_CODE else word
