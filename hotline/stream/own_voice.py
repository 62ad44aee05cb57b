"""Our own prompt as a caller hears it: which of the heard words are its echo, and whether it may still be sounding."""

import time
from collections.abc import Callable, Sequence

from core.clock import now
from core.settings import Language
from ivr.echo import Echo, find_echo, may_sound
from ivr.last_prompt import LastPrompt

_SHORTEST_TO_COMPARE_SECONDS = 0.2


class OwnVoice:
    """Belongs to one stream; counts in seconds of its sound, which a simulator may play faster than a telephone.

    Words are compared with what we said when they came, however late a busy machine has decoded them.
    """

    def __init__(self, prompt: LastPrompt, come_seconds: Callable[[], float]) -> None:
        self.prompt = prompt
        self._come_seconds = come_seconds
        self._started_at = time.monotonic()
        self._utterance_at: float | None = None
        self._given_at = self._place_of(prompt)

    def says(self, prompt: LastPrompt) -> None:
        """Take note of what the caller is told now."""
        if prompt.answered_at != self.prompt.answered_at:
            self._given_at = self._place_of(prompt)
        self.prompt = prompt

    def find_in(self, words: Sequence[str], language: Language, until_seconds: float, *, final: bool) -> Echo:
        """Find the prompt in the words of an utterance, so far or (`final`) in all; after that another one begins.

        `until_seconds`: so far had the stream been decoded.
        """
        if self._utterance_at is None:
            self._utterance_at = until_seconds
        began_seconds_ago = until_seconds - self._utterance_at
        if final:
            self._utterance_at = None
        return find_echo(
            words,
            language,
            self.prompt.text,
            given_seconds_ago=until_seconds - self._given_at,
            began_seconds_ago=began_seconds_ago,
            final=final,
        )

    def may_sound(self, language: Language) -> bool:
        """Tell whether the prompt may still be heard."""
        return may_sound(self.prompt.text, language, self._come_seconds() - self._given_at)

    def _place_of(self, prompt: LastPrompt) -> float:
        """Return where in the stream a prompt was given."""
        if prompt.answered_at is None:
            return self._come_seconds()
        return self._come_seconds() - (now() - prompt.answered_at).total_seconds() * self._pace()

    def _pace(self) -> float:
        seconds = time.monotonic() - self._started_at
        return max(1.0, self._come_seconds() / seconds) if seconds > _SHORTEST_TO_COMPARE_SECONDS else 1.0
