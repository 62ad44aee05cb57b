"""<Dial> with <Number>: rings phones, lets each callee decide, puts the first willing one through."""

import time
from collections import deque
from dataclasses import dataclass

from simulator.bridge import Bridge, converse, poll
from simulator.call import Call, new_sid
from simulator.conference_dial import dial_conference
from simulator.dial_action import go_on
from simulator.dial_request import DialRequest, may_dial
from simulator.events import PhoneRang, PutThrough
from simulator.legs import live, register, ring, tell_status
from simulator.line import Line
from simulator.phones import Answer
from simulator.recording_callbacks import RecordingCallback
from simulator.recordings import new_recording
from simulator.steering import Callbacks, CallEnds, CallMoved, Fetch, Source
from simulator.twiml import Verb

NOT_ANSWERED = ("completed", "no-answer", "busy", "failed")  # of several legs the first of these that occurs
RELEASE_REAL_SECONDS = 2.0


@dataclass
class _Leg:
    """One callee; `screening` is the TwiML they hear before being put through."""

    call: Call
    screening: Fetch | None


def dial(line: Line, verb: Verb) -> Source | None:
    """The action with DialCallStatus; without an action None, so that the next verb follows."""
    if any(noun.name == "Conference" for noun in verb.children):
        return dial_conference(line, verb)
    ask = DialRequest.read(line, verb)
    callback = RecordingCallback.read(line, verb)
    line.call.answer()
    legs = [_new_leg(line, ask, number) for number in ask.numbers if may_dial(line, ask, number.text)]
    bridge = Bridge()
    interrupted: CallMoved | CallEnds | None = None
    try:
        _ring(line, ask, legs, bridge)
        _stop_ringing(legs, bridge)
        _talk(line, ask, bridge)
    except (CallMoved, CallEnds) as order:
        interrupted = order
    bridge.close()
    _stop_ringing(legs, bridge)
    _wait_until_gone(bridge)
    params = _result(legs, bridge.winner)
    if ask.record and bridge.winner:
        params |= _record(line, callback, bridge.winner)
    action = Fetch(ask.action, ask.method, params, "action") if ask.action else None
    return go_on(line, action, interrupted)


def _ring(line: Line, ask: DialRequest, legs: list[_Leg], bridge: Bridge) -> None:
    """Until someone was put through or nobody is left to ring."""
    waiting, rung = deque(legs), list[_Leg]()
    while bridge.winner is None:
        idle = all(leg.call.closed for leg in rung)
        while waiting and (idle or not ask.sequential):
            idle = False
            rung.append(waiting.popleft())
            _start(line, ask, rung[-1], bridge)
        if idle:
            return
        poll(line.call)


def _start(line: Line, ask: DialRequest, leg: _Leg, bridge: Bridge) -> None:
    call, network = leg.call, line.network
    register(network, call)
    line.call.notice(PhoneRang, number=call.to_number, child_sid=call.sid)

    def work() -> None:
        tell_status(network, call, "initiated")
        answer = ring(network, call, ask.timeout_seconds)
        screen = {name: verb for name, verb in line.verbs.items() if name != "Dial"}
        child = Line(call, network, screen)
        child.run(leg.screening)
        if not bridge.take(call):
            raise CallEnds("network")
        call.notice(PutThrough, other_sid=line.call.sid)
        talk = answer.talk_seconds if isinstance(answer, Answer) else call.time_limit_seconds
        try:
            converse(call, bridge, talk, hangs_up=isinstance(answer, Answer))
        except CallMoved as moved:
            bridge.close()
            Line(call, network, line.verbs).run(moved.source)
            return
        finally:
            bridge.close()
        raise CallEnds("other party")

    network.start(lambda: live(network, call, work), f"leg {call.sid}")


def _talk(line: Line, ask: DialRequest, bridge: Bridge) -> None:
    if bridge.winner:
        line.call.notice(PutThrough, other_sid=bridge.winner.sid)
        converse(line.call, bridge, ask.time_limit_seconds, hangs_up=False)


def _stop_ringing(legs: list[_Leg], bridge: Bridge) -> None:
    """For all but the one who is put through, also those still being screened."""
    for leg in legs:
        if leg.call is not bridge.winner and not leg.call.closed:
            leg.call.hang_up("network", "canceled")


def _wait_until_gone(bridge: Bridge) -> None:
    """A moment, so that the callee's duration can be told."""
    until = time.monotonic() + RELEASE_REAL_SECONDS
    while bridge.winner and not bridge.winner.closed and time.monotonic() < until:
        time.sleep(0.002)


def _result(legs: list[_Leg], winner: Call | None) -> dict[str, str]:
    if winner:
        seconds = str(winner.duration_seconds)
        result = {"DialCallStatus": "completed", "DialCallSid": winner.sid, "DialCallDuration": seconds}
        return result | {"DialBridged": "true"}
    statuses = {leg.call.status for leg in legs if leg.call.closed}
    status = next((status for status in NOT_ANSWERED if status in statuses), "no-answer" if legs else "failed")
    sid = {"DialCallSid": legs[-1].call.sid} if legs else {}
    return {"DialCallStatus": status, "DialBridged": "false"} | sid


def _record(line: Line, callback: RecordingCallback, winner: Call) -> dict[str, str]:
    """The talk as silence of its length."""
    call, recordings = line.call, line.network.recordings
    recording = new_recording(new_sid("RE"), call.account_sid, call.sid, "DialVerb", call.faults)
    recordings.add(recording)
    recordings.keep_silence(recording, winner.duration_seconds)
    call.recording_sids.append(recording.sid)
    callback.send(line, recording, "completed")
    return {
        "RecordingUrl": line.network.recording_url(recording.sid),
        "RecordingSid": recording.sid,
        "RecordingDuration": str(recording.duration_seconds),
    }


def _new_leg(line: Line, ask: DialRequest, number: Verb) -> _Leg:
    parent = line.call
    status_url, screening_url = number.text_of("statusCallback"), number.text_of("url")
    call = Call(
        account_sid=parent.account_sid,
        from_number=ask.caller_id,
        to_number=number.text,
        direction="outbound-dial",
        pace=parent.pace,
        faults=parent.faults,
        parent_sid=parent.sid,
        time_limit_seconds=parent.time_limit_seconds,
        observer=line.network.observer,
        callbacks=Callbacks(
            status_url=line.absolute(status_url) if status_url else "",
            status_method=number.method("statusCallbackMethod"),
            events=tuple(number.text_of("statusCallbackEvent", "completed").split()),
        ),
    )
    screening = Fetch(line.absolute(screening_url), number.method(), why="screening") if screening_url else None
    return _Leg(call, screening)
