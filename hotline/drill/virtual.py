"""A whole day under a virtual clock: the line's own policy decides; chance plays citizens and agents, nothing else."""

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from core.models import Urgency
from hotline.drill.day import Day, Staffing
from hotline.drill.figures import Figures
from hotline.drill.people import Person, Wish, moment_of, people
from hotline.drill.recent import Recent
from hotline.drill.waiting_list import WaitingList
from routing.line.callback_policy import OFFER_FROM_SECONDS, Outcome, is_offered, next_try, promise
from routing.line.expected_wait import Pressure, expected_wait_seconds
from routing.line.waiting import Seat, Waiting
from routing.orders.registering import URGENCY_RANK

_CITY_ZONE = ZoneInfo("Asia/Shanghai")
_RING_SECONDS = 25.0
_BOTH: Seat = Seat(frozenset({"zh", "en"}))
_ONLY_ZH: Seat = Seat(frozenset({"zh"}))


@dataclass
class _Matter:
    """Where one person's matter stands."""

    person: Person
    waiting: Waiting
    holding: bool = False
    visit: int = 0
    """Counts the times they came into the line: an event of an earlier visit is void."""
    joined_at: float = 0.0
    promised_by: datetime | None = None
    tries: int = 0
    done: bool = False


@dataclass
class VirtualDay:
    """One run; `run` may be called once."""

    day: Day
    staffing: Staffing
    with_callbacks: bool = True
    seed: int = 1
    figures: Figures = field(init=False)

    def __post_init__(self) -> None:
        self.figures = Figures(self.day)
        self._chance = random.Random(self.seed + 1)  # noqa: S311 - a drill, no secret
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._counter = itertools.count()
        self._line = WaitingList()
        self._recent = Recent()
        self._matters: dict[int, _Matter] = {}
        self._free = Counter({_ONLY_ZH: self.staffing.seats - self.staffing.english_seats})
        self._free[_BOTH] = self.staffing.english_seats
        self._unheard: list[tuple[int, float]] = []
        self._free_ears = self.staffing.speech_workers

    def run(self) -> Figures:
        """Play the day and what is left of it afterwards; returns its figures."""
        for person in people(self.day, self.seed):
            self._at(person.calls_at_seconds, self._calls(person))
        while self._events:
            now, _, happens = heapq.heappop(self._events)
            happens(now)
        self.figures.close(unserved=sum(not matter.done for matter in self._matters.values()))
        return self.figures

    def _at(self, seconds: float, happens: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (seconds, next(self._counter), happens))

    # --- a caller ---

    def _calls(self, person: Person) -> Callable[[float], None]:
        def happens(now: float) -> None:
            self.figures.called(now)
            heard = self.day.greeting_seconds
            match person.wish:
                case Wish.ANSWER:
                    self.figures.answered_by_machine(now)
                case Wish.MESSAGE:
                    self._at(now + heard + self.day.message_seconds, self._leaves_message)
                case Wish.PERSON:
                    heard += self.day.answer_seconds if person.asked_first else 0
                    self._at(now + heard, lambda later: self._wants_person(person, later))

        return happens

    def _wants_person(self, person: Person, now: float) -> None:
        first_called_at = moment_of(self.day, person.calls_at_seconds)
        matter = _Matter(person, Waiting(person.id, person.urgency, first_called_at, person.language))
        self._matters[person.id] = matter
        self.figures.wanted_person(now)
        self._join(matter, now)

    def _join(self, matter: _Matter, now: float) -> None:
        """Take a place in the line; who finds an agent free has none."""
        matter.holding, matter.visit, matter.joined_at = True, matter.visit + 1, now
        self._line.add(matter.waiting)
        if matter.visit == 1:
            self._recent.joined(now, URGENCY_RANK[matter.person.urgency])
        self._serve(now)
        if matter.holding and not self._takes_callback(matter, now):
            patience = self._chance.expovariate(1 / self.day.patience_seconds)
            if matter.person.urgency is not Urgency.RED:
                visit = matter.visit
                self._at(now + patience, lambda later: self._hangs_up(matter, visit, later))

    def _takes_callback(self, matter: _Matter, now: float) -> bool:
        if not self.with_callbacks:
            return False
        expected = expected_wait_seconds(self._line.ahead_of(matter.waiting), self._pressure(matter, now))
        offered = is_offered(
            matter.person.urgency,
            danger_words=False,
            expected_wait_seconds=expected,
            threshold_seconds=OFFER_FROM_SECONDS,
        )
        if not offered or self._chance.random() >= self.day.callback_accepted_share:
            return False
        matter.holding = False
        matter.promised_by = promise(expected, moment_of(self.day, now))
        self.figures.callback_promised(now)
        return True

    def _pressure(self, matter: _Matter, now: float) -> Pressure:
        """What the house itself could know now: its last minutes, not the figures the day was drawn from."""
        return Pressure(
            seats=self.staffing.seats,
            handling_seconds=self._recent.handling_seconds(now, self.day.handling_seconds),
            patience_seconds=self.day.patience_seconds,
            redial_share=1.0 if self.with_callbacks else self.day.redial_share,
            overtaking_per_second=self._recent.overtaking_per_second(now, URGENCY_RANK[matter.person.urgency]),
        )

    def _hangs_up(self, matter: _Matter, visit: int, now: float) -> None:
        """Leave the line; with callbacks the place is kept (rescued), without them it is lost unless they redial."""
        if not matter.holding or matter.visit != visit:
            return
        matter.holding = False
        self.figures.hung_up(now, rescued=self.with_callbacks)
        if not self.with_callbacks:
            self._line.remove(matter.waiting)
        if self._chance.random() < self.day.redial_share:
            after = self._chance.expovariate(1 / self.day.redial_after_seconds)
            self._at(now + after, lambda later: self._redials(matter, later))
        elif not self.with_callbacks:
            matter.done = True
            self.figures.lost(now)

    def _redials(self, matter: _Matter, now: float) -> None:
        """Ring again: with a place kept they are back in it, else they begin at the end of the line."""
        if matter.done or matter.holding or (self.with_callbacks and matter.waiting not in self._line):
            return
        self.figures.redialled(now)
        if not self.with_callbacks:
            again = moment_of(self.day, now)
            matter.waiting = Waiting(matter.person.id, matter.person.urgency, again, matter.person.language)
        self._join(matter, now)

    # --- the agents ---

    def _serve(self, now: float) -> None:
        for seat in (_ONLY_ZH, _BOTH):
            while self._free[seat]:
                chosen = self._line.take_next(seat)
                if chosen is None:
                    break
                self._free[seat] -= 1
                self._take(self._matters[chosen.id], seat, now)

    def _take(self, matter: _Matter, seat: Seat, now: float) -> None:
        if matter.holding:
            self._connected(matter, seat, now, waited=now - matter.joined_at)
            return
        matter.tries += 1
        if matter.tries == 1 and matter.promised_by is not None:
            self.figures.callback_tried(now, in_time=moment_of(self.day, now) <= matter.promised_by)
        answers = self._chance.random() < self.day.callback_answered_share
        self._recent.busy(now, _RING_SECONDS, served=0)
        self._at(now + _RING_SECONDS, lambda later: self._rang(matter, seat, later, answers=answers))

    def _rang(self, matter: _Matter, seat: Seat, now: float, *, answers: bool) -> None:
        if answers:
            self.figures.callback_reached(now)
            self._connected(matter, seat, now, waited=None)
            return
        follows = next_try(matter.person.urgency, matter.tries, Outcome.NO_ANSWER, moment_of(self.day, now), _CITY_ZONE)
        if follows.due_at is None:
            matter.done = True
            self.figures.left_to_a_person(now)
        else:
            due = (follows.due_at - self.day.begins_at).total_seconds()
            self._at(due, lambda later: self._due_again(matter, later))
        self._frees(seat, now)

    def _due_again(self, matter: _Matter, now: float) -> None:
        if not matter.done and not matter.holding:
            self._line.add(matter.waiting)
            self._serve(now)

    def _connected(self, matter: _Matter, seat: Seat, now: float, *, waited: float | None) -> None:
        matter.holding, matter.done = False, True
        self.figures.connected(now, matter.person, waited)
        red = matter.person.urgency is Urgency.RED
        mean = self.day.red_handling_seconds if red else self.day.handling_seconds
        seconds = self._chance.expovariate(1 / mean)
        self._recent.busy(now, seconds, served=1)
        self._at(now + seconds, lambda later: self._frees(seat, later))

    def _frees(self, seat: Seat, now: float) -> None:
        self._free[seat] += 1
        self._serve(now)

    # --- recordings ---

    def _leaves_message(self, now: float) -> None:
        heapq.heappush(self._unheard, (1, now))
        self._listen(now)

    def _listen(self, now: float) -> None:
        if not self._free_ears or not self._unheard:
            return
        self._free_ears -= 1
        _, left_at = heapq.heappop(self._unheard)
        seconds = self.day.message_seconds / self.staffing.decoding_speed
        self._at(now + seconds, lambda later: self._heard(left_at, later))

    def _heard(self, left_at: float, now: float) -> None:
        self.figures.recording_heard(left_at, now)
        self._free_ears += 1
        self._listen(now)
