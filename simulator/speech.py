"""<Say>, <Play> and <Pause>: what the caller hears, and how long it lasts."""

import io
from collections.abc import Iterable
from itertools import count

import soundfile

from simulator.events import Played, Said
from simulator.line import Line
from simulator.steering import CallEnds, Fetch, Interruption
from simulator.twiml import BAD_CONTENT_TYPE, DocumentError, Verb

CHINESE_CHARACTERS_PER_SECOND = 4.5
LETTERS_PER_SECOND = 15.0


def speaking_seconds(text: str) -> float:
    chinese = sum("\u4e00" <= character <= "\u9fff" for character in text)
    return chinese / CHINESE_CHARACTERS_PER_SECOND + (len(text) - chinese) / LETTERS_PER_SECOND


def say(line: Line, verb: Verb) -> None:
    language = verb.text_of("language", "en-US")
    line.call.answer()
    for _ in _rounds(verb):
        line.call.notice(Said, text=verb.text, language=language)
        _listen(line, verb.text, language, speaking_seconds(verb.text), sound=False)


def play(line: Line, verb: Verb) -> None:
    """A file that can't be fetched or is no sound is an error in the journal, and the next verb follows."""
    line.call.answer()
    if "digits" in verb.attributes:
        line.call.spend(0.2 * len(verb.attributes["digits"]))
        return
    url = line.absolute(verb.text)
    try:
        seconds = _sound_seconds(line.request(Fetch(url, "GET", why="play")).body)
    except DocumentError as error:
        line.report(error)
        return
    for _ in _rounds(verb):
        line.call.notice(Played, url=url)
        _listen(line, url, "", seconds, sound=True)


def pause(line: Line, verb: Verb) -> None:
    line.call.answer()
    line.call.spend(verb.number_of("length", 1))


def _rounds(verb: Verb) -> Iterable[int]:
    loop = int(verb.number_of("loop", 1))
    return range(loop) if loop else count()


def _listen(line: Line, text: str, language: str, seconds: float, *, sound: bool) -> None:
    call = line.call
    call.begin_to_hear(text, seconds)
    try:
        call.spend(seconds)
    except Interruption:
        call.hear(text, language, complete=False, sound=sound)
        raise
    call.hear(text, language, sound=sound)
    if call.person.leaves(call.now_seconds):
        raise CallEnds(call.party)


def _sound_seconds(body: bytes) -> float:
    try:
        return float(soundfile.info(io.BytesIO(body)).duration)
    except soundfile.LibsndfileError as error:
        raise DocumentError(BAD_CONTENT_TYPE, f"<Play>: not a sound: {error}") from error
