"""The table of verbs the simulator knows; a new one is a function here and its attributes in simulator.twiml."""

from collections.abc import Mapping
from typing import Never

from simulator.dial import dial
from simulator.events import Redirected
from simulator.gather import gather
from simulator.line import Line, VerbFunction
from simulator.record import record
from simulator.speech import pause, play, say
from simulator.steering import CallEnds, Fetch, Source
from simulator.stream_verbs import start, stop
from simulator.twiml import Verb


def redirect(line: Line, verb: Verb) -> Source:
    line.call.answer()
    url = line.absolute(verb.text)
    line.call.notice(Redirected, url=url, why="verb")
    return Fetch(url, verb.method(), why="redirect")


def hang_up(line: Line, verb: Verb) -> Never:  # noqa: ARG001 - every verb is called alike
    line.call.answer()
    raise CallEnds("application")


def reject(line: Line, verb: Verb) -> None:
    """Only as the first verb does it keep the call from being answered; later Twilio ignores it."""
    reason = verb.choice_of("reason", ("rejected", "busy"), "rejected")
    if not line.call.answered:
        raise CallEnds("application", "busy" if reason == "busy" else "no-answer")


VERBS: Mapping[str, VerbFunction] = {
    "Say": say,
    "Play": play,
    "Pause": pause,
    "Gather": gather,
    "Record": record,
    "Redirect": redirect,
    "Hangup": hang_up,
    "Reject": reject,
    "Dial": dial,
    "Start": start,
    "Stop": stop,
}
