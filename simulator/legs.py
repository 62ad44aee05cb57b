"""The life of one leg, from ringing to the last status callback, whatever runs in between."""

from collections.abc import Callable

from simulator.call import Call
from simulator.events import Dialled
from simulator.journal import CallEnded, CallPlaced, ErrorLogged, PhoneRung
from simulator.network import Network
from simulator.parameters import status_parameters
from simulator.person import Person
from simulator.phones import Answer, Behaviour, Busy, NoAnswer, Refuse, Voicemail
from simulator.script import Caller
from simulator.steering import CallEnds
from simulator.twiml import DocumentError


def register(network: Network, call: Call) -> None:
    """From now on the REST API knows the call."""
    network.add_call(call)
    placed = {"from_number": call.from_number, "to_number": call.to_number, "direction": call.direction}
    network.journal.write(CallPlaced(call_sid=call.sid, **placed))
    call.notice(Dialled, **placed)


def live(network: Network, call: Call, work: Callable[[], None]) -> None:
    """Runs `work` until the call ends, then settles what follows: status, journal, callback."""
    ends = CallEnds("simulator error", "failed")
    try:
        call.person.clear_throat()
        work()
        ends = CallEnds("application")
    except CallEnds as reason:
        ends = reason
    except Exception as error:
        call.failure = error
        raise
    finally:
        network.streams.call_ended(call)
        call.close(ends)
        network.phones.hang_up(call.to_number, call.sid)
        network.journal.write(
            CallEnded(call_sid=call.sid, status=call.status, duration_seconds=call.duration_seconds, ended_by=ends.by)
        )
        tell_status(network, call, "completed")
        call.finish()


def ring(network: Network, call: Call, timeout_seconds: float) -> Answer | Voicemail:
    """What picked up. Raises: CallEnds with busy, no-answer, failed or canceled."""
    behaviour = network.phones.ring(call.to_number)
    outcome = "canceled"
    try:
        answer = _ring(network, call, behaviour, timeout_seconds)
        outcome = "answered"
    except CallEnds as ends:
        outcome = ends.status
        raise
    finally:
        rung = PhoneRung(number=call.to_number, call_sid=call.sid, from_number=call.from_number, outcome=outcome)
        network.journal.write(rung)
    call.person = Person(answer.caller if isinstance(answer, Answer) else _machine(answer))
    call.person.talk_seconds = answer.talk_seconds if isinstance(answer, Answer) else None
    call.person.clear_throat()
    call.answer()
    tell_status(network, call, "answered")
    return answer


def _ring(network: Network, call: Call, behaviour: Behaviour | None, timeout_seconds: float) -> Answer | Voicemail:
    if behaviour is None:
        call.spend(1)
        raise CallEnds("network", "failed")
    if isinstance(behaviour, Busy):
        call.spend(1)
        raise CallEnds("network", "busy")
    call.status = "ringing"
    tell_status(network, call, "ringing")
    rings = timeout_seconds if isinstance(behaviour, NoAnswer) else behaviour.ring_seconds
    call.spend(min(rings, timeout_seconds))
    if isinstance(behaviour, NoAnswer) or rings >= timeout_seconds:
        raise CallEnds("network", "no-answer")
    if isinstance(behaviour, Refuse):
        raise CallEnds("callee", "no-answer")
    if not network.phones.pick_up(call.to_number, call.sid):
        raise CallEnds("network", "busy")
    return behaviour


def _machine(voicemail: Voicemail) -> Caller:
    return Caller(patience=10**6, hang_up_after_seconds=voicemail.listens_seconds)


def tell_status(network: Network, call: Call, event: str) -> None:
    """Sends the status callback of an event if it was asked for: the last one at once, others on the side."""
    wanted = call.callbacks
    if not wanted.status_url or event not in wanted.events or call.faults.no_status_callbacks:
        return
    if network.stopping.is_set():
        return
    status = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}.get(event, call.status)
    params = status_parameters(call, status, call.next_sequence())

    def deliver() -> None:
        try:
            network.webhooks.send(
                wanted.status_url,
                wanted.status_method,
                params,
                kind="status",
                observe=call.remember_request,
                twice=call.faults.double_webhooks,
            )
        except DocumentError as error:
            network.journal.write(
                ErrorLogged(code=error.code, reason=error.reason, call_sid=call.sid, url=wanted.status_url)
            )

    if event == "completed":
        deliver()
    else:
        network.start(deliver, f"status callback {call.sid}")
