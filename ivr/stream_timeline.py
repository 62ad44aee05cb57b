"""Keeps the times of a stream's sound true: what was lost on the way becomes silence, if it can be believed; pure."""

BYTES_A_MILLISECOND = 8
SILENCE = b"\xff"
_SMALLEST_GAP_BYTES = 60 * BYTES_A_MILLISECOND
_LONGEST_GAP_BYTES = 10_000 * BYTES_A_MILLISECOND
_SPARE_SILENCE_BYTES = 60_000 * BYTES_A_MILLISECOND
"""So much more silence than sound may be put in: a stream that only leaps ahead costs no more than one that speaks."""


class Timeline:
    """Where in a stream the next sound belongs, by the carrier's clock (milliseconds from the stream's start)."""

    def __init__(self) -> None:
        self.silence_bytes = 0
        """Put in for what was lost."""
        self._sound_bytes = 0
        self._offset: int | None = None

    def in_place(self, sound: bytes, timestamp: int | None) -> bytes:
        """Return a sound with the silence that belongs before it; without a timestamp it follows at once.

        The stream begins with its first sound. A leap of more than 10 s is not believed beyond these.
        """
        here = self._sound_bytes + self.silence_bytes
        self._sound_bytes += len(sound)
        if timestamp is None:
            return sound
        place = timestamp * BYTES_A_MILLISECOND
        if self._offset is None:
            self._offset = place
        gap = place - self._offset - here
        return SILENCE * self._believed(gap) + sound if gap >= _SMALLEST_GAP_BYTES else sound

    def _believed(self, gap: int) -> int:
        allowed = min(_LONGEST_GAP_BYTES, self._sound_bytes + _SPARE_SILENCE_BYTES - self.silence_bytes)
        if gap > allowed:
            self._offset = (self._offset or 0) + gap - allowed  # count on from here
            gap = allowed
        self.silence_bytes += gap
        return gap
