"""Our own prompt as a caller hears it: which of the heard words are its echo, and whether it may still be sounding."""

import time
from collections.abc import Callable, Sequence

from core.clock import now
from core.settings import Language
from ivr.echo import Echo, find_echo, may_sound
from ivr.last_prompt import LastPrompt

_SHORTEST_TO_COMPARE_SECONDS = 0.2


class OwnVoice:
    """Belongs to one stream; counts in seconds of its sound, which a simulator may play faster than a telephone."""

    def __init__(self, prompt: LastPrompt, heard_seconds: Callable[[], float]) -> None:
        self.prompt = prompt
        self._heard_seconds = heard_seconds
        self._started_at = time.monotonic()
        self._utterance_at: float | None = None

    def find_in(self, words: Sequence[str], language: Language, *, final: bool) -> Echo:
        """Find the prompt in the words of an utterance, so far or (`final`) in all; after that another one begins."""
        if self._utterance_at is None:
            self._utterance_at = self._heard_seconds()
        began_seconds_ago = self._heard_seconds() - self._utterance_at
        if final:
            self._utterance_at = None
        given_seconds_ago = self._given_seconds_ago()
        return find_echo(
            words,
            language,
            self.prompt.text,
            given_seconds_ago=given_seconds_ago,
            began_seconds_ago=began_seconds_ago,
            final=final,
        )

    def may_sound(self, language: Language) -> bool:
        """Tell whether the prompt may still be heard."""
        return may_sound(self.prompt.text, language, self._given_seconds_ago())

    def _given_seconds_ago(self) -> float:
        if self.prompt.answered_at is None:
            return 0.0
        return (now() - self.prompt.answered_at).total_seconds() * self._pace()

    def _pace(self) -> float:
        seconds = time.monotonic() - self._started_at
        return max(1.0, self._heard_seconds() / seconds) if seconds > _SHORTEST_TO_COMPARE_SECONDS else 1.0
