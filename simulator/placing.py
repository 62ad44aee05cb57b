"""Calls from their beginning: one that comes in from a citizen, one that the REST API asks for."""

from simulator.call import Call
from simulator.legs import live, ring, tell_status
from simulator.line import Line
from simulator.network import Network
from simulator.steering import Source
from simulator.verbs import VERBS


def receive(network: Network, call: Call, source: Source) -> None:
    """An inbound call: Twilio fetches TwiML while the caller hears it ringing."""
    live(network, call, lambda: Line(call, network, VERBS).run(source))


def place(network: Network, call: Call, source: Source, ring_seconds: float) -> None:
    """An outbound call of the REST API: waits for its turn, rings, and runs TwiML once answered."""

    def work() -> None:
        call.spend(network.wait_for_a_slot())
        tell_status(network, call, "initiated")
        ring(network, call, ring_seconds)
        line = Line(call, network, VERBS)
        line.run(source)

    live(network, call, work)
