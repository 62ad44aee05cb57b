"""What becomes of the texts of one stream: our own echo left out, dangers told, utterances kept, the call moved on."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from asr.stream import FinalText, Finished, LiveText, Missed, PartialText
from asr.tidy import is_word, readable
from core.clock import now
from core.logs import get_logger
from core.settings import Language
from hotline.stream.lane import Lane
from hotline.stream.mover import Mover
from hotline.stream.own_voice import OwnVoice
from hotline.stream.workshop import Workshop
from ivr.last_prompt import LastPrompt
from ivr.live_call import LiveCall, Said, keep_utterance, language_of, tell_danger, where_it_stands
from routing.triage import Reason, danger

log = get_logger()

_MOST_DEEDS = 200
_Done = TypeVar("_Done")


class Speech:
    """One caller's speech; belongs to the event loop.

    `on_speaking` is told when an utterance begins and has ended. `hear_again` has one decoded in another language, and
    tells whether it will be; it may be called in any thread.
    """

    def __init__(
        self,
        workshop: Workshop,
        live: LiveCall,
        own_voice: OwnVoice,
        on_speaking: Callable[[], None],
        hear_again: Callable[[FinalText, Language], bool],
    ) -> None:
        self.is_speaking = False
        """Words that are the caller's own were heard of an utterance that is not yet kept."""
        self.was_all_heard = True
        self.finished = asyncio.Event()
        self.books = Lane(workshop.books, _MOST_DEEDS)
        self._house, self._live, self._own_voice, self._on_speaking = workshop.house, live, own_voice, on_speaking
        self._hear_again = hear_again
        self._mover = Mover(workshop, live.call_sid)
        self._utterance = 0
        self._dangers: dict[Reason, None] = {}

    def take(self, text: LiveText) -> None:
        """Take the next that the ear tells."""
        match text:
            case PartialText():
                self._guessed(text)
            case FinalText():
                self._said(text)
            case Missed():
                log.warning("stream_not_heard", call_sid=self._live.call_sid, seconds=text.seconds, reason=text.why)
                self.was_all_heard = False
            case Finished():
                self.finished.set()

    def close(self) -> None:
        """Do nothing more, whatever is left."""
        self.books.close()
        self._mover.close()

    # --- while the caller is speaking ---

    def _guessed(self, text: PartialText) -> None:
        echo = self._own_voice.find_in(text.words, text.language, text.until_seconds, final=False)
        own = [word for place, word in enumerate(text.words) if place not in echo.places]
        if echo.is_all or not own:
            return
        if self._tells_new_danger(own, text.language, is_unfinished=True):
            self._tell_danger()
        if not self.is_speaking:
            self._note(is_speaking=True)
            self._interrupt(self._utterance, text.language)

    def _tells_new_danger(self, words: Sequence[str], language: Language, *, is_unfinished: bool = False) -> bool:
        heard = danger.heard(readable(words), language, is_unfinished=is_unfinished)
        new = [reason for reason in heard if reason not in self._dangers]
        self._dangers.update(dict.fromkeys(new))
        return bool(new)

    def _tell_danger(self) -> None:
        """Make it known at once, before the sentence has ended."""
        dangers = tuple(self._dangers)

        def tell() -> None:
            with self._house.database.transaction() as session:
                tell_danger(session, self._house.settings, self._live, dangers, now())

        self._write(tell)

    def _interrupt(self, utterance: int, language: Language) -> None:
        """Break off our prompt, if it may still be sounding and nothing else may be broken off with it."""

        def look() -> LastPrompt:
            with self._house.database.reading() as session:
                return where_it_stands(session, self._live)

        def interrupt(prompt: LastPrompt) -> None:
            self._own_voice.says(prompt)
            if self._own_voice.may_sound(language):
                self._mover.move(prompt, "speaking", still_wanted=lambda: utterance == self._utterance)

        self.books.do(look, interrupt)

    # --- when an utterance has ended ---

    def _said(self, text: FinalText) -> None:
        sounds = [word.word if is_word(word.word) else "" for word in text.words]
        echo = self._own_voice.find_in(sounds, text.language, text.until_seconds, final=True)
        own = [word for place, word in enumerate(text.words) if place not in echo.places]
        self._tells_new_danger([word.word for word in own], text.language)
        dangers, self._dangers = tuple(self._dangers), {}
        self._utterance += 1
        if own and (dangers or not echo.is_all):
            words = tuple((word.word, word.start_seconds, word.end_seconds, word.confidence) for word in own)
            self._keep(text, Said(readable(word.word for word in own), words, text.model, dangers))
        else:
            self._note(is_speaking=False)

    def _keep(self, text: FinalText, said: Said) -> None:
        """Write an utterance down, unless it was heard in a language that the caller has just left: then hear it anew.

        A danger stays told, in whichever language it was heard.
        """

        def keep() -> LastPrompt | None:
            with self._house.database.transaction() as session:
                language = language_of(session, self._live)
                if language != text.language and not said.dangers:
                    if self._hear_again(text, language):
                        return None
                    self.was_all_heard = False
                return keep_utterance(session, self._house.settings, self._live, said, now())

        utterance = self._utterance

        def go_on(prompt: LastPrompt | None) -> None:
            if prompt is None:
                return
            self._own_voice.says(prompt)
            if utterance == self._utterance:
                self._note(is_speaking=False)
            if said.dangers or any(is_word(word) for word, *_ in said.words):
                self._mover.move(prompt, "spoke")

        self._write(keep, go_on)

    # --- both ---

    def _note(self, *, is_speaking: bool) -> None:
        if self.is_speaking is not is_speaking:
            self.is_speaking = is_speaking
            self._on_speaking()

    def _write(self, deed: Callable[[], _Done], then: Callable[[_Done], None] | None = None) -> None:
        """Have something written down; if too much waits already, the recording will be transcribed from the file."""
        if not self.books.do(deed, then):
            self.was_all_heard = False
