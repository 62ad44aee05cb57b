"""The sound of a stream's present utterance and of the last ones, kept so that it can be heard in another language."""

from dataclasses import dataclass

from asr.live_recogniser import TELEPHONE_HZ

_BEFORE_BYTES = TELEPHONE_HZ
"""Of what comes before the first guess: a word is guessed when it is half over."""
_MOST_BYTES = 25 * TELEPHONE_HZ
"""More than an utterance has by the models' own rules."""
_SETTLED = 2
"""So many utterances may have ended before the first of them is written down."""


@dataclass(frozen=True)
class Settled:
    """The sound that a finished text was made of."""

    sound: bytes
    begins_at_bytes: int
    until_seconds: float
    """As in the text."""


class RecentSound:
    """Belongs to the thread that decodes; any may ask for what is settled."""

    def __init__(self) -> None:
        self._present = bytearray()
        self._settled: tuple[Settled, ...] = ()

    def add(self, sound: bytes, *, in_utterance: bool) -> None:
        """Keep what was just decoded."""
        self._present += sound
        del self._present[: -_MOST_BYTES if in_utterance else -_BEFORE_BYTES]

    def settle(self, ends_at_bytes: int, until_seconds: float) -> None:
        """The present utterance has become a text; another one begins."""
        settled = Settled(bytes(self._present), ends_at_bytes - len(self._present), until_seconds)
        self._settled = (*self._settled[1 - _SETTLED :], settled)
        self._present.clear()

    def take_back(self) -> bytes:
        """Return the present utterance, which begins anew."""
        sound = bytes(self._present)
        self._present.clear()
        return sound

    def settled(self, until_seconds: float) -> Settled | None:
        """Return what a finished text was made of; None when that is too long ago."""
        return next((one for one in self._settled if one.until_seconds == until_seconds), None)
