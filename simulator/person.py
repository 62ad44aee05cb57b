"""One person during one call: which move of the script is next, when it is due, and what was heard since the last."""

import re
from contextlib import suppress
from dataclasses import dataclass

import soundfile

from simulator.mulaw import telephone_sound
from simulator.script import Caller, HangUp, Move, Press, Speak, SpeakUp, StaySilent, Talk


@dataclass
class _Sentence:
    text: str
    began_at_seconds: float
    over: bool = False


class Person:
    """Used by the thread of one call only; all times are simulated seconds since the call began."""

    def __init__(self, caller: Caller) -> None:
        self._moves = list(caller.script)
        self._patience_left = caller.patience
        self._heard: list[_Sentence] = []
        self._sounding: _Sentence | None = None
        self._quiet_since = 0.0
        self._free_since = 0.0
        self.loudspeaker = caller.loudspeaker
        self.hang_up_after_seconds = caller.hang_up_after_seconds
        self.keys_wanted = False
        self.talk_seconds: float | None = None

    def clear_throat(self) -> None:
        """Reads all sound files of the script, so that none is late when it is said; a bad one fails only then."""
        sounds = [(move.audio, 1.0) for move in self._moves if isinstance(move, Speak | SpeakUp)]
        for audio, volume in sounds + [(echo.audio, echo.volume) for echo in self.loudspeaker]:
            with suppress(soundfile.LibsndfileError):
                telephone_sound(audio, volume)

    # --- hearing ---

    def picks_up(self, now: float) -> None:
        self._quiet_since = self._free_since = now

    def begins_to_hear(self, sentence: str, now: float) -> None:
        self._sounding = _Sentence(sentence, now)
        self._heard.append(self._sounding)

    def hears(self, sentence: str, now: float) -> None:
        """A sentence is over, or was cut short."""
        if self._sounding is None:
            self._heard.append(_Sentence(sentence, now, over=True))
        else:
            self._sounding.over = True
            self._sounding = None
        self._quiet_since = now

    def waited(self, seconds: float) -> None:
        """The line was silent because the program was being asked: nobody counts that as their turn to speak."""
        self._quiet_since += seconds

    # --- speaking and pressing unasked ---

    def due_at_seconds(self) -> float | None:
        """When the next move comes that needs no input; None as long as what it waits for has not come."""
        move = self._moves[0] if self._moves else None
        if isinstance(move, SpeakUp) or (isinstance(move, Press) and move.over_prompt and self.keys_wanted):
            return self._due_over_prompt(move) if move.over_prompt else self._due_in_silence(move)
        return None

    def take_due(self, now: float) -> SpeakUp | Press | None:
        """The move that is due by now, if one is."""
        due = self.due_at_seconds()
        if due is None or due > now:
            return None
        move = self._use(self._moves[0])
        self._free_since = now
        return move if isinstance(move, SpeakUp | Press) else None

    def speaks_until(self, seconds: float) -> None:
        """Until then the person is busy speaking."""
        self._free_since = seconds

    def stops_speaking_at(self, now: float) -> float | None:
        return self._free_since if self.is_speaking(now) else None

    def is_speaking(self, now: float) -> bool:
        return now < self._free_since

    def _due_over_prompt(self, move: SpeakUp | Press) -> float | None:
        sentences = [sentence for sentence in self._heard if move.at is None or re.search(move.at, sentence.text)]
        if move.at is None and self._sounding:
            sentences.append(self._sounding)
        began = min((sentence.began_at_seconds for sentence in sentences), default=None)
        return None if began is None else max(began + move.after_seconds, self._free_since)

    def _due_in_silence(self, move: SpeakUp | Press) -> float | None:
        if self._sounding or not self._has_heard(move.at):
            return None
        return max(self._quiet_since, self._free_since) + move.after_seconds

    # --- inputs ---

    def next_move(self, now: float) -> Move | None:
        """The move at an input; None while speaking or waiting for a sentence; HangUp when patience is at an end."""
        move = self._ready_move(now)
        if move is None or isinstance(move, Talk):
            return None if self._has_hope(now) or self._patience_left > 0 else HangUp()
        return self._use(move)

    def is_ready(self, now: float) -> bool:
        """Whether an input can have a move now, because words spoken unasked are over."""
        return isinstance(self._ready_move(now), Press | Speak | StaySilent | HangUp)

    def waited_in_vain(self, now: float) -> None:
        """An input went by and the person did nothing because nothing they wait for was said."""
        if not self._has_hope(now) and not isinstance(self._ready_move(now), Talk):
            self._patience_left -= 1

    def move_in_conversation(self) -> Talk | HangUp | None:
        """The move once another person is on the line; keys and speech are of no use there and stay in the script."""
        move = self._ready_move(self._free_since)
        if isinstance(move, Talk | HangUp):
            self._use(move)
            return move
        return None

    def interrupts(self, now: float) -> bool:
        """Whether the person presses a key without waiting for the prompt to end."""
        move = self._ready_move(now)
        return isinstance(move, Press) and move.barge_in

    def presses_within(self, seconds: float, now: float) -> bool:
        """Whether the person is about to press a key, during the prompt or so soon after it."""
        move = self._ready_move(now)
        return isinstance(move, Press) and (move.barge_in or move.after_seconds < seconds)

    def leaves(self, now: float) -> bool:
        """Whether a sentence just heard makes the person hang up at once."""
        move = self._ready_move(now)
        return isinstance(move, HangUp) and move.at is not None

    def _ready_move(self, now: float) -> Move | None:
        if not self._moves or self.is_speaking(now):
            return None
        move = self._moves[0]
        unasked = isinstance(move, SpeakUp) or (isinstance(move, Press) and move.over_prompt)
        return move if not unasked and self._has_heard(move.at) else None

    def _has_heard(self, pattern: str | None) -> bool:
        return pattern is None or any(sentence.over and re.search(pattern, sentence.text) for sentence in self._heard)

    def _has_hope(self, now: float) -> bool:
        return self.is_speaking(now) or self.due_at_seconds() is not None

    def _use(self, move: Move) -> Move:
        del self._moves[0]
        self._heard.clear()
        return move
