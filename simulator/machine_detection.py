"""Answering machine detection: what is asked for, how long listening takes, and how the outcome is told."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.call import Call
from simulator.callback_queue import CallbackQueue
from simulator.network import Network
from simulator.phones import Answer, Voicemail

HUMAN_SECONDS, MACHINE_SECONDS = 2.0, 4.0


@dataclass(frozen=True)
class Detection:
    """`at_the_end`: of a machine's greeting (DetectMessageEnd); in the background the document runs meanwhile."""

    wanted: bool = False
    at_the_end: bool = False
    in_background: bool = False
    timeout_seconds: float = 30.0
    callback_url: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Detection":
        """From the fields of a call or a participant; without a mode Twilio knows, nothing is detected."""
        mode = given.get("MachineDetection", "")
        return cls(
            wanted=mode in {"Enable", "DetectMessageEnd"},
            at_the_end=mode == "DetectMessageEnd",
            in_background=given.get("AsyncAmd") == "true" or "AmdStatusCallback" in given,
            timeout_seconds=float(given.get("MachineDetectionTimeout", "30")),
            callback_url=given.get("AsyncAmdStatusCallback", "") or given.get("AmdStatusCallback", ""),
        )


def detect(network: Network, call: Call, answer: Answer | Voicemail, detection: Detection) -> None:
    """Sets `call.answered_by`, at once or later. Raises: CallEnds, CallMoved while it listens."""
    if not detection.wanted:
        return
    answered_by, seconds = _outcome(answer, detection)
    if not detection.in_background:
        call.spend(seconds)
        call.answered_by = answered_by
        return

    def listen() -> None:
        if network.sleep(seconds) and not call.closed:
            call.answered_by = answered_by
            _tell(network, call, detection.callback_url, seconds)

    network.start(listen, f"machine detection {call.sid}")


def _outcome(answer: Answer | Voicemail, detection: Detection) -> tuple[str, float]:
    if answer.detected_as == "unknown":
        return "unknown", detection.timeout_seconds
    if not answer.detected_as.startswith("machine"):
        return answer.detected_as, HUMAN_SECONDS
    if detection.at_the_end and isinstance(answer, Voicemail):
        return "machine_end_beep", answer.greeting_seconds
    return answer.detected_as, MACHINE_SECONDS


def _tell(network: Network, call: Call, url: str, seconds: float) -> None:
    if not url:
        return
    params = {
        "CallSid": call.sid,
        "AccountSid": call.account_sid,
        "AnsweredBy": call.answered_by,
        "MachineDetectionDuration": str(round(seconds * 1000)),
    }
    CallbackQueue(network).send(url, "POST", params, kind="machine detection", call=call)
