"""Conferences: who is in which, since when, with whom they could talk, and what began or ended one; knows no HTTP."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations

from simulator.call import Call, new_sid
from simulator.pace import Pace
from simulator.steering import Fetch

LAST_LEFT, LAST_KICKED = "last-participant-left", "last-participant-kicked"
MODERATOR_LEFT = "participant-with-end-conference-on-exit-left"
MODERATOR_KICKED = "participant-with-end-conference-on-exit-kicked"
ENDED_BY_API = "conference-ended-via-api"


@dataclass(frozen=True, kw_only=True)
class StatusCallback:
    """Of a conference: the first participant who brings one sets it."""

    url: str = ""
    method: str = "POST"
    events: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On what terms somebody enters: the attributes of <Conference>, and one of <Dial>."""

    label: str = ""
    muted: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    most_participants: int = 250
    star_leaves: bool = False
    """Of <Dial>: the star key ends it for this participant."""
    wait: Fetch | None = None
    callback: StatusCallback = StatusCallback()


@dataclass
class Participant:
    """`status`: queued, ringing, connected, complete, failed; `changes` counts all that asks for attention."""

    call: Call
    terms: Terms
    status: str = "queued"
    muted: bool = False
    hold: bool = False
    hold_music: Fetch | None = None
    end_on_exit: bool = False
    kicked: bool = False
    announcements: list[Fetch] = field(default_factory=list)
    changes: int = 0
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        self.muted, self.end_on_exit = self.terms.muted, self.terms.end_on_exit

    def change(self) -> None:
        """Makes the participant's call look again at how things are."""
        self.changes += 1
        self.call.wake()


Tell = Callable[["Conference", str, Participant | None], None]
Pair = tuple[str, str]


class Conference:
    """`status`: init, in-progress, completed. It starts with the second person, once one of them may start it."""

    def __init__(self, account_sid: str, name: str, pace: Pace, tell: Tell) -> None:
        self.sid = new_sid("CF")
        self.account_sid, self.name = account_sid, name
        self.status = "init"
        self.created_at = self.updated_at = datetime.now(UTC)
        self.callback = StatusCallback()
        self.reason_ended = ""
        self.ended_by_call_sid = ""
        self.participants: list[Participant] = []
        self.together: dict[Pair, float] = {}
        self._pace, self._tell = pace, tell
        self._counted_until = time.monotonic()
        self._lock = threading.RLock()

    @property
    def inside(self) -> list[Participant]:
        with self._lock:
            return [one for one in self.participants if one.status == "connected"]

    def find(self, sid_or_label: str) -> Participant | None:
        """One who has not left, or is being called."""
        with self._lock:
            there = [one for one in self.participants if one.status not in {"complete", "failed"}]
        return next((one for one in there if sid_or_label in {one.call.sid, one.terms.label or None}), None)

    def expect(self, participant: Participant) -> None:
        """Somebody is being called into it."""
        with self._lock:
            if participant not in self.participants:
                self.participants.append(participant)
            if not self.callback.url:
                self.callback = participant.terms.callback

    def enter(self, participant: Participant) -> bool:
        """False when it is full or over."""
        with self._lock:
            self.expect(participant)
            if self.status == "completed" or len(self.inside) >= participant.terms.most_participants:
                participant.status = "failed"
                return False
            self._count()
            participant.status = "connected"
            self._tell(self, "participant-join", participant)
            if self.status == "init" and len(self.inside) > 1 and any(one.terms.start_on_enter for one in self.inside):
                self.status = "in-progress"
                self._tell(self, "conference-start", None)
        self._change_all()
        return True

    def leave(self, participant: Participant) -> None:
        """The conference ends with its last participant, or with one who takes it along."""
        with self._lock:
            if participant.status != "connected":
                return
            self._count()
            participant.status = "complete"
            self._tell(self, "participant-leave", participant)
            if participant.end_on_exit:
                self._end(MODERATOR_KICKED if participant.kicked else MODERATOR_LEFT, participant.call.sid)
            elif not self.inside:
                self._end(LAST_KICKED if participant.kicked else LAST_LEFT, participant.call.sid)
        self._change_all()

    def end(self) -> None:
        """As the REST API asks for."""
        with self._lock:
            self._count()
            self._end(ENDED_BY_API, "")
        self._change_all()

    def kick(self, participant: Participant) -> None:
        participant.kicked = True
        participant.change()

    def update(self, participant: Participant, *, muted: bool | None = None, hold: bool | None = None) -> None:
        with self._lock:
            self._count()
            if muted is not None and muted != participant.muted:
                participant.muted = muted
                self._tell(self, "participant-mute" if muted else "participant-unmute", participant)
            if hold is not None and hold != participant.hold:
                participant.hold = hold
                self._tell(self, "participant-hold" if hold else "participant-unhold", participant)
        self._change_all()

    def others(self, participant: Participant) -> list[Participant]:
        """With whom somebody can talk now; nobody before the start and while on hold."""
        with self._lock:
            talking = self._talking()
            return [one for one in talking if one is not participant] if participant in talking else []

    def _talking(self) -> list[Participant]:
        return [one for one in self.inside if not one.hold] if self.status == "in-progress" else []

    def _count(self) -> None:
        """Adds the time since the last change to all pairs who could talk in it."""
        now = time.monotonic()
        seconds = (now - self._counted_until) * self._pace.factor
        self._counted_until = now
        for one, other in combinations(self._talking(), 2):
            pair = (one.call.sid, other.call.sid)
            self.together[pair] = self.together.get(pair, 0.0) + seconds

    def _end(self, reason: str, call_sid: str) -> None:
        if self.status == "completed":
            return
        self.status, self.reason_ended, self.ended_by_call_sid = "completed", reason, call_sid
        for one in self.inside:
            one.status = "complete"
            self._tell(self, "participant-leave", one)
        self._tell(self, "conference-end", None)

    def _change_all(self) -> None:
        """Without the lock: who waits for a call may look at its conference."""
        with self._lock:
            self.updated_at = datetime.now(UTC)
            there = list(self.participants)
        for one in there:
            one.change()


class Conferences:
    """All of the account."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: dict[str, Conference] = {}

    def named(self, name: str, make: Callable[[], Conference]) -> Conference:
        """The one of that name which is not over, or a new one."""
        with self._lock:
            for conference in self._all.values():
                if name in {conference.sid, conference.name} and conference.status != "completed":
                    return conference
            conference = make()
            self._all[conference.sid] = conference
            return conference

    def get(self, sid: str) -> Conference | None:
        with self._lock:
            return self._all.get(sid)

    def all(self) -> list[Conference]:
        """The newest first."""
        with self._lock:
            return list(reversed(self._all.values()))
