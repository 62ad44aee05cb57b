"""Calls from their beginning: one that comes in from a citizen, one that the REST API asks for."""

from collections.abc import Callable

from simulator.call import Call
from simulator.conference import Conference, Participant
from simulator.conference_dial import attend
from simulator.legs import live, ring, tell_status
from simulator.line import Line
from simulator.machine_detection import Detection, detect
from simulator.network import Network
from simulator.steering import CallMoved, Source
from simulator.verbs import VERBS


def receive(network: Network, call: Call, source: Source) -> None:
    """An inbound call: Twilio fetches TwiML while the caller hears it ringing."""
    live(network, call, lambda: Line(call, network, VERBS).run(source))


def place(network: Network, call: Call, source: Source, ring_seconds: float, detection: Detection) -> None:
    """An outbound call of the REST API: waits for its turn, rings, and runs TwiML once answered."""

    def work() -> None:
        call.spend(network.wait_for_a_slot())
        tell_status(network, call, "initiated")
        detect(network, call, ring(network, call, ring_seconds), detection)
        Line(call, network, VERBS).run(source)

    live(network, call, work)


def call_in(
    network: Network, conference: Conference, participant: Participant, ring_seconds: float, detection: Detection
) -> Callable[[], None]:
    """The work of calling somebody into a conference: who answers enters without any document."""
    call = participant.call

    def work() -> None:
        call.spend(network.wait_for_a_slot())
        participant.status = "ringing"
        tell_status(network, call, "initiated")
        line = Line(call, network, VERBS)
        try:
            detect(network, call, ring(network, call, ring_seconds), detection)
            attend(line, conference, participant, call.time_limit_seconds)
        except CallMoved as moved:
            line.run(moved.source)
        finally:
            if participant.status != "complete":
                participant.status = "failed"

    return lambda: live(network, call, work)
