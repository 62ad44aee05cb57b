"""Phones that can be rung, and what their owners do when they ring."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from simulator.script import Caller


@dataclass(frozen=True)
class Answer:
    """Picks up after `ring_seconds` and plays the script.

    Once put through, and with neither Talk nor HangUp next in the script, hangs up after `talk_seconds`.
    `detected_as`: what machine detection takes them for; "unknown" for a noisy line.
    """

    caller: Caller = field(default_factory=Caller)
    ring_seconds: float = 4.0
    talk_seconds: float = 20.0
    detected_as: str = "human"


@dataclass(frozen=True)
class Busy:
    """A busy tone."""


@dataclass(frozen=True)
class NoAnswer:
    """Rings until the caller gives up."""


@dataclass(frozen=True)
class Refuse:
    """The owner rejects the call; Twilio reports it as `no-answer`."""

    ring_seconds: float = 3.0


@dataclass(frozen=True)
class Voicemail:
    """A machine picks up after `ring_seconds`, presses no key, and hangs up after `listens_seconds`."""

    ring_seconds: float = 15.0
    listens_seconds: float = 60.0
    greeting_seconds: float = 8.0
    detected_as: str = "machine_start"


Behaviour = Answer | Busy | NoAnswer | Refuse | Voicemail


@dataclass(frozen=True)
class Phone:
    """With a sequence of behaviours the first ring meets the first, and so on; the last stays.

    A phone in a call is busy for any other. `takes_messages` False: an SMS is undelivered (a landline).
    """

    number: str
    behaviour: Behaviour | Sequence[Behaviour] = field(default_factory=Answer)
    takes_messages: bool = True


class PhoneBook:
    """All phones of the network; a number not in it can't be reached."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._phones: dict[str, Phone] = {}
        self._rings: dict[str, int] = {}
        self._in_call: dict[str, str] = {}

    def add(self, phone: Phone) -> None:
        """Adds a phone, or replaces the one of that number and starts its behaviours afresh."""
        with self._lock:
            self._phones[phone.number] = phone
            self._rings[phone.number] = 0

    def find(self, number: str) -> Phone | None:
        with self._lock:
            return self._phones.get(number)

    def ring(self, number: str) -> Behaviour | None:
        """What the phone does this time; None when no such number exists."""
        with self._lock:
            phone = self._phones.get(number)
            if phone is None:
                return None
            if number in self._in_call:
                return Busy()
            behaviours = phone.behaviour if isinstance(phone.behaviour, Sequence) else (phone.behaviour,)
            ring = self._rings[number]
            self._rings[number] = ring + 1
            return behaviours[min(ring, len(behaviours) - 1)]

    def pick_up(self, number: str, call_sid: str) -> bool:
        """False when the phone was picked up for another call meanwhile."""
        with self._lock:
            return self._in_call.setdefault(number, call_sid) == call_sid

    def hang_up(self, number: str, call_sid: str) -> None:
        """Frees the phone if it was in this call."""
        with self._lock:
            if self._in_call.get(number) == call_sid:
                del self._in_call[number]
