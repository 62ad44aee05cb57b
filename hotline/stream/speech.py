"""What becomes of the texts of one stream: our own echo left out, dangers told, utterances kept, the call moved on."""

import asyncio
import time
from collections.abc import Sequence

from asr.recogniser import is_word, readable
from asr.stream import FinalText, Finished, LiveText, Missed, PartialText
from core.clock import now
from core.errors import CarrierError
from core.logs import get_logger
from core.settings import Language
from hotline.stream.lane import Lane
from hotline.stream.workshop import Workshop
from ivr.echo import Echo, find_echo, may_sound
from ivr.last_prompt import LastPrompt
from ivr.live_call import LiveCall, Said, keep_utterance, tell_danger, where_it_stands
from routing.triage import Reason, danger

log = get_logger()

_MOST_DEEDS = 200
_STALE_SECONDS = 5.0


class Speech:
    """One caller's speech; belongs to the event loop."""

    def __init__(self, workshop: Workshop, live: LiveCall, prompt: LastPrompt) -> None:
        self.live, self.prompt = live, prompt
        self.is_speaking = False
        """Words that are the caller's own were heard of an unfinished utterance."""
        self.was_all_heard = True
        self.finished = asyncio.Event()
        self.books = Lane(workshop.books, _MOST_DEEDS)
        self._moves = Lane(workshop.moves, _MOST_DEEDS)
        self._workshop = workshop
        self._utterance = 0
        self._began_at = 0.0
        self._dangers: dict[Reason, None] = {}

    def take(self, text: LiveText) -> None:
        """Take the next that the ear tells."""
        match text:
            case PartialText():
                self._guessed(text)
            case FinalText():
                self._said(text)
            case Missed():
                log.warning("stream_not_heard", call_sid=self.live.call_sid, seconds=text.seconds, reason=text.why)
                self.was_all_heard = False
            case Finished():
                self.finished.set()

    def close(self) -> None:
        """Do nothing more, whatever is left."""
        self.books.close()
        self._moves.close()

    # --- while the caller is speaking ---

    def _guessed(self, text: PartialText) -> None:
        if not self._began_at:
            self._began_at = time.monotonic()
        echo = self._echo(text.words, text.language, final=False)
        own = [word for place, word in enumerate(text.words) if place not in echo.places]
        if echo.is_all or not own:
            return
        if self._tells_new_danger(own, text.language):
            self._tell_danger()
        if not self.is_speaking:
            self.is_speaking = True
            self._interrupt(self._utterance, text.language)

    def _tells_new_danger(self, words: Sequence[str], language: Language) -> bool:
        new = [reason for reason in danger.heard(readable(words), language) if reason not in self._dangers]
        self._dangers.update(dict.fromkeys(new))
        return bool(new)

    def _tell_danger(self) -> None:
        """Make it known at once, before the sentence has ended."""
        house, live, dangers = self._workshop.house, self.live, tuple(self._dangers)

        def tell() -> None:
            with house.database.transaction() as session:
                tell_danger(session, house.settings, live, dangers, now())

        if not self.books.do(tell):
            self.was_all_heard = False

    def _interrupt(self, utterance: int, language: Language) -> None:
        """Break off our prompt, if it may still be sounding and nothing else may be broken off with it.

        That the caller speaks is told at once, before the next heartbeat: a prompt may be about to begin.
        """

        def look() -> LastPrompt:
            self._workshop.house.live.beat(self.live.call_sid, speaking=True)
            with self._workshop.house.database.reading() as session:
                return where_it_stands(session, self.live)

        def interrupt(prompt: LastPrompt) -> None:
            self.prompt = prompt
            if utterance == self._utterance and may_sound(prompt.text, language, self._given_seconds_ago()):
                self._move("speaking", utterance)

        self.books.do(look, interrupt)

    # --- when an utterance has ended ---

    def _said(self, text: FinalText) -> None:
        sounds = [word.word if is_word(word.word) else "" for word in text.words]
        echo = self._echo(sounds, text.language, final=True)
        own = [word for place, word in enumerate(text.words) if place not in echo.places]
        if own:
            self._tells_new_danger([word.word for word in own], text.language)
        if own and (self._dangers or not echo.is_all):
            words = tuple((word.word, word.start_seconds, word.end_seconds, word.confidence) for word in own)
            self._keep(Said(readable(word.word for word in own), words, text.model, tuple(self._dangers)))
        self._utterance += 1
        self._began_at, self._dangers, self.is_speaking = 0.0, {}, False

    def _keep(self, said: Said) -> None:
        house, live = self._workshop.house, self.live

        def keep() -> LastPrompt:
            with house.database.transaction() as session:
                return keep_utterance(session, house.settings, live, said, now())

        def go_on(prompt: LastPrompt) -> None:
            self.prompt = prompt
            if said.dangers or any(is_word(word) for word, *_ in said.words):
                self._move("spoke")

        if not self.books.do(keep, go_on):
            self.was_all_heard = False

    # --- both ---

    def _echo(self, words: Sequence[str], language: Language, *, final: bool) -> Echo:
        if not self.prompt.text:
            return Echo()
        return find_echo(
            words,
            language,
            self.prompt.text,
            given_seconds_ago=self._given_seconds_ago(),
            began_seconds_ago=time.monotonic() - self._began_at if self._began_at else 0.0,
            final=final,
        )

    def _given_seconds_ago(self) -> float:
        return (now() - self.prompt.answered_at).total_seconds() if self.prompt.answered_at else 0.0

    def _move(self, what: str, utterance: int | None = None) -> None:
        """Have the call ask for its next turn; a move that comes too late is not made."""
        if not self.prompt.may_be_moved:
            return
        path, asked_at = f"turns/{self.prompt.turn}/{what}", time.monotonic()

        def move() -> None:
            is_over = utterance is not None and utterance != self._utterance
            if is_over or time.monotonic() - asked_at > _STALE_SECONDS:
                return
            try:
                self._workshop.carrier.move_call(self.live.call_sid, path)
            except CarrierError as error:
                log.warning("call_not_moved", call_sid=self.live.call_sid, reason=str(error))

        self._moves.do(move)
