"""The recording status callbacks of <Record> and <Dial record>: when they come, and how often."""

from collections.abc import Callable
from dataclasses import dataclass

from simulator.journal import ErrorLogged
from simulator.line import Line
from simulator.network import Network
from simulator.parameters import recording_status_parameters
from simulator.recordings import Recording
from simulator.twiml import DocumentError, Verb
from simulator.webhooks import WebhookRequest

EVENTS = ("in-progress", "completed", "absent")


@dataclass(frozen=True)
class RecordingCallback:
    url: str
    method: str
    events: frozenset[str]

    @classmethod
    def read(cls, line: Line, verb: Verb) -> "RecordingCallback":
        """Raises: DocumentError for an event Twilio does not know."""
        events = verb.text_of("recordingStatusCallbackEvent", "completed").split()
        for event in events:
            if event not in EVENTS:
                raise DocumentError(12200, f"<{verb.name}>: no recording status event {event!r}")
        written = verb.text_of("recordingStatusCallback")
        url = line.absolute(written) if written else ""
        return cls(url, verb.method("recordingStatusCallbackMethod"), frozenset(events))

    def send(self, line: Line, recording: Recording, status: str) -> None:
        """Sends it in a thread of its own, `recording_callback_delay_seconds` from now."""
        faults = recording.faults
        if not self.url or status not in self.events or faults.no_recording_callbacks:
            return
        url = line.network.recording_url(recording.sid)
        params = recording_status_parameters(recording, url, status)
        delay = 0.0 if status == "in-progress" else faults.recording_callback_delay_seconds
        twice = faults.double_recording_callbacks
        network, observe = line.network, line.call.remember_request

        def deliver() -> None:
            if network.sleep(delay):
                self._post(network, params, observe, twice=twice)

        network.start(deliver, f"recording callback {recording.sid}")

    def _post(
        self, network: Network, params: dict[str, str], observe: Callable[[WebhookRequest], None], *, twice: bool
    ) -> None:
        try:
            network.webhooks.send(self.url, self.method, params, kind="recording", observe=observe, twice=twice)
        except DocumentError as error:
            network.journal.write(ErrorLogged(code=error.code, reason=error.reason, url=self.url))
