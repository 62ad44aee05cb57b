"""<Dial><Conference>: how a call enters a conference, what it hears there, and how it comes out again."""

from dataclasses import dataclass, field, replace

from simulator.conference import Conference, Participant, StatusCallback, Terms
from simulator.conference_news import EVENTS, ConferenceNews
from simulator.dial_action import go_on
from simulator.events import ConferenceJoined, ConferenceLeft, PutThrough
from simulator.line import Line
from simulator.network import Network
from simulator.script import HangUp, Talk
from simulator.steering import CallEnds, CallMoved, Fetch, Nudged, Source
from simulator.twiml import DocumentError, Verb

BAD_ATTRIBUTE, BAD_WAIT_VERB = 16002, 13238
WAITING_VERBS = ("Say", "Play", "Pause", "Redirect")
LONGEST_LABEL, MOST_PARTICIPANTS, LEAST_PARTICIPANTS = 128, 250, 2
BEEPS = ("true", "false", "onEnter", "onExit")


@dataclass
class _Stay:
    """One participant's time in a conference; `leaves_at_seconds` once they have somebody to talk to."""

    line: Line
    conference: Conference
    participant: Participant
    until_seconds: float
    leaves_at_seconds: float | None = None
    leaves_by_star: bool = False
    has_left: bool = False
    met: set[str] = field(default_factory=set)


def dial_conference(line: Line, verb: Verb) -> Source | None:
    """The action with DialCallStatus; without an action None, so that the next verb follows."""
    if len(verb.children) != 1:
        raise DocumentError(BAD_ATTRIBUTE, "<Dial> holds a <Conference> and something else")
    (noun,) = verb.children
    terms = replace(_read(line, noun), star_leaves=verb.flag_of("hangupOnStar"))
    action_url = line.absolute(verb.text_of("action")) if "action" in verb.attributes else ""
    time_limit = verb.number_of("timeLimit", 14400, least=1)
    line.call.answer()
    conference = open_conference(line.network, noun.text)
    participant = Participant(line.call, terms)
    interrupted: CallMoved | CallEnds | None = None
    status = "failed"
    try:
        if attend(line, conference, participant, time_limit):
            status = "answered"
    except (CallMoved, CallEnds) as order:
        interrupted, status = order, "answered"
    action = Fetch(action_url, verb.method(), {"DialCallStatus": status}, "action") if action_url else None
    return go_on(line, action, interrupted)


def open_conference(network: Network, name: str) -> Conference:
    """The one of that name (or sid) that is not over, or a new one."""
    return network.conferences.named(
        name, lambda: Conference(network.account_sid, name, network.pace, ConferenceNews(network))
    )


def attend(line: Line, conference: Conference, participant: Participant, at_most_seconds: float) -> bool:
    """Stays until the conference ends, the time is over or the participant is removed; False when it was full.

    Raises: CallMoved, CallEnds when the call leaves by itself; the participant has left in any case.
    """
    call = line.call
    if not conference.enter(participant):
        line.report(DocumentError(BAD_ATTRIBUTE, f"<Conference> {conference.name!r} is full or over"))
        return False
    call.notice(ConferenceJoined, conference_sid=conference.sid, name=conference.name)
    stay = _Stay(line, conference, participant, call.now_seconds + at_most_seconds)
    try:
        while participant.status == "connected" and not (participant.kicked or stay.has_left):
            if call.now_seconds >= stay.until_seconds:
                break
            _go_on(stay)
    finally:
        conference.leave(participant)
        call.notice(ConferenceLeft, conference_sid=conference.sid, name=conference.name)
    return True


def _go_on(stay: _Stay) -> None:
    """One thing at a time, until something changes."""
    participant, call = stay.participant, stay.line.call
    seen = participant.changes
    try:
        with call.leaving_when(lambda: participant.changes != seen):
            if participant.announcements:
                announcement = participant.announcements.pop(0)
                seen = participant.changes
                _listen(stay.line, announcement)
            elif participant.hold:
                _wait(stay, participant.hold_music)
            elif stay.conference.status == "init":
                _wait(stay, participant.terms.wait)
            else:
                _talk(stay)
    except Nudged:
        return


def _wait(stay: _Stay, music: Fetch | None) -> None:
    if music:
        _listen(stay.line, music)
    stay.line.call.spend(stay.until_seconds - stay.line.call.now_seconds)


def _listen(line: Line, source: Fetch) -> None:
    """Only these verbs, and a document that fails is silence: the conference goes on without it."""
    verbs = {name: line.verbs[name] for name in WAITING_VERBS}
    Line(line.call, line.network, verbs, aside=True, refusal=BAD_WAIT_VERB).run(source)


def _talk(stay: _Stay) -> None:
    """With whoever is there; each person leaves when their script says so."""
    call = stay.line.call
    for other in stay.conference.others(stay.participant):
        if other.call.sid not in stay.met:
            if not stay.met:
                _plan_to_leave(stay)
            stay.met.add(other.call.sid)
            call.notice(PutThrough, other_sid=other.call.sid)
    until = stay.until_seconds if stay.leaves_at_seconds is None else min(stay.leaves_at_seconds, stay.until_seconds)
    call.spend(until - call.now_seconds)
    if stay.leaves_at_seconds is not None and call.now_seconds >= stay.leaves_at_seconds:
        if not stay.leaves_by_star:
            raise CallEnds(call.party)
        stay.has_left = True


def _plan_to_leave(stay: _Stay) -> None:
    """When, and how, the person leaves by themselves; who presses a star that does nothing stays."""
    call = stay.line.call
    match call.person.move_in_conversation():
        case HangUp():
            raise CallEnds(call.party)
        case Talk(then_press_star=True) as talk:
            stay.leaves_by_star = stay.participant.terms.star_leaves
            stay.leaves_at_seconds = call.now_seconds + talk.seconds if stay.leaves_by_star else None
        case Talk(then_hang_up=False):
            pass
        case Talk() as talk:
            stay.leaves_at_seconds = call.now_seconds + talk.seconds
        case None if call.person.talk_seconds is not None:
            stay.leaves_at_seconds = call.now_seconds + call.person.talk_seconds


def _read(line: Line, noun: Verb) -> Terms:
    """Raises: DocumentError for a value Twilio does not allow."""
    if not noun.text:
        raise DocumentError(BAD_ATTRIBUTE, "<Conference> without a name")
    noun.choice_of("beep", BEEPS, "true")
    noun.choice_of("record", ("do-not-record",), "do-not-record")
    most = int(noun.number_of("maxParticipants", MOST_PARTICIPANTS, least=LEAST_PARTICIPANTS))
    label = noun.text_of("participantLabel")
    if most > MOST_PARTICIPANTS or len(label) > LONGEST_LABEL:
        raise DocumentError(BAD_ATTRIBUTE, "<Conference>: maxParticipants over 250 or a label over 128 characters")
    wait_url = noun.text_of("waitUrl")
    return Terms(
        label=label,
        muted=noun.flag_of("muted"),
        start_on_enter=noun.flag_of("startConferenceOnEnter", default=True),
        end_on_exit=noun.flag_of("endConferenceOnExit"),
        most_participants=most,
        wait=Fetch(line.absolute(wait_url), noun.method("waitMethod"), why="wait") if wait_url else None,
        callback=_read_callback(line, noun),
    )


def _read_callback(line: Line, noun: Verb) -> StatusCallback:
    events = noun.text_of("statusCallbackEvent", "start end").split()
    url = noun.text_of("statusCallback")
    return status_callback(line.absolute(url) if url else "", noun.method("statusCallbackMethod"), events)


def status_callback(url: str, method: str, events: list[str]) -> StatusCallback:
    """Raises: DocumentError for an event Twilio does not know."""
    unknown = [event for event in events if event not in EVENTS]
    if unknown:
        raise DocumentError(BAD_ATTRIBUTE, f"<Conference>: no event {', '.join(unknown)}")
    return StatusCallback(url=url, method=method, events=frozenset(events))
