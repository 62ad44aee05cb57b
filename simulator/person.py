"""One person during one call: which move of the script is next, and what has been heard since the last."""

import re

from simulator.script import Caller, HangUp, Move, Press, StaySilent, Talk


class Person:
    """Used by the thread of one call only."""

    def __init__(self, caller: Caller) -> None:
        self._moves = list(caller.script)
        self._patience_left = caller.patience
        self._heard: list[str] = []
        self.hang_up_after_seconds = caller.hang_up_after_seconds

    def hears(self, sentence: str) -> None:
        self._heard.append(sentence)

    def next_move(self) -> Move:
        """The move at an input; silence while waiting for a sentence or when the script is used up, then hanging up."""
        move = self._ready_move()
        if move is None:
            return self._wait()
        if isinstance(move, Talk):
            return StaySilent()
        return self._use(move)

    def move_in_conversation(self) -> Talk | HangUp | None:
        """The move once another person is on the line; keys and speech are of no use there and stay in the script."""
        move = self._ready_move()
        if isinstance(move, Talk | HangUp):
            self._use(move)
            return move
        return None

    def interrupts(self) -> bool:
        """Whether the person presses a key without waiting for the prompt to end."""
        move = self._ready_move()
        return isinstance(move, Press) and move.barge_in

    def presses_within(self, seconds: float) -> bool:
        """Whether the person is about to press a key, during the prompt or so soon after it."""
        move = self._ready_move()
        return isinstance(move, Press) and (move.barge_in or move.after_seconds < seconds)

    def leaves(self) -> bool:
        """Whether a sentence just heard makes the person hang up at once."""
        move = self._ready_move()
        return isinstance(move, HangUp) and move.at is not None

    def _ready_move(self) -> Move | None:
        if not self._moves:
            return None
        move = self._moves[0]
        if move.at is None or any(re.search(move.at, sentence) for sentence in self._heard):
            return move
        return None

    def _use(self, move: Move) -> Move:
        del self._moves[0]
        self._heard.clear()
        return move

    def _wait(self) -> Move:
        if self._patience_left <= 0:
            return HangUp()
        self._patience_left -= 1
        return StaySilent()
