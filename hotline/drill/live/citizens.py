"""What the citizens of a live drill do on the telephone: which keys, which words, how long they wait and talk."""

import random
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from core.models import Urgency
from hotline.drill.day import Day
from hotline.drill.people import Person, Wish
from simulator import Answer, Caller, NoAnswer, Phone, Press, Speak, StaySilent
from simulator.script import Move

_VOICES = Path(str(resources.files("simulator"))) / "callers"
_WORDS = {"zh": "zh_no_vegetables.wav", "en": "en_insulin.wav"}
CITIZENS = "+86139"
"""How the citizens' numbers begin."""
_OFFER = "位置不变|keep your place"
_WHEN = "什么时候打给您|When should we call"
_ENDLESS = 10_000
_SAYS_MATTER = 0.1
_RING_SECONDS = 4.0


@dataclass(frozen=True)
class Citizen:
    """One person with a telephone, and everything about their calls that chance decides, drawn by the seed."""

    person: Person
    number: str
    patience_seconds: float
    """Of the line's time; a red one never gives up."""
    talk_seconds: float
    redials_after_seconds: float | None
    takes_callback: bool
    answers_callback: bool
    says_matter: bool

    @property
    def caller(self) -> Caller:
        """Their script; when they hang up is not in it, as it depends on what happens to them."""
        return Caller(self._moves(), patience=_ENDLESS if self.wants_person else 2)

    @property
    def wants_person(self) -> bool:
        """Tell whether they wait for an agent."""
        return self.person.wish is Wish.PERSON

    @property
    def phone(self) -> Phone:
        """Their telephone when we ring it."""
        answers = Answer(Caller([Press("1")], patience=3), _RING_SECONDS, talk_seconds=self.talk_seconds)
        return Phone(self.number, answers if self.answers_callback else (NoAnswer(), answers))

    def _moves(self) -> list[Move]:
        into_english = [Press("8", barge_in=True)] if self.person.language == "en" else []
        hear_an_answer = [Press(key, barge_in=True) for key in "131"]
        words = _VOICES / _WORDS[self.person.language]
        if self.person.wish is Wish.MESSAGE:
            return [*into_english, Press("2", barge_in=True), Speak(words)]
        if self.person.wish is Wish.ANSWER:
            return [*into_english, *hear_an_answer, Press("1")]
        key = "9" if self.person.urgency is Urgency.RED else "0"
        before = [*into_english, *(hear_an_answer if self.person.asked_first else [])]
        matter: Move = Speak(words) if self.says_matter else StaySilent()
        callback = [Press("1", at=_OFFER), Press("1", at=_WHEN)] if self.takes_callback else []
        return [*before, Press(key, barge_in=True), matter, *callback]


def citizen(person: Person, day: Day, seed: int) -> Citizen:
    """Draw a person's chances; the same seed gives the same ones again, whatever happens in the drill."""
    chance = random.Random(f"{seed}:{person.id}")  # noqa: S311 - a drill, no secret
    is_red = person.urgency is Urgency.RED
    redials = chance.random() < day.redial_share
    return Citizen(
        person=person,
        number=f"{CITIZENS}{person.id:08d}",
        patience_seconds=float("inf") if is_red else chance.expovariate(1 / day.patience_seconds),
        talk_seconds=chance.expovariate(1 / (day.red_handling_seconds if is_red else day.handling_seconds)),
        redials_after_seconds=chance.expovariate(1 / day.redial_after_seconds) if redials else None,
        takes_callback=chance.random() < day.callback_accepted_share,
        answers_callback=chance.random() < day.callback_answered_share,
        says_matter=chance.random() < _SAYS_MATTER,
    )
