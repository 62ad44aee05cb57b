"""Phones, callers and Twilio's side of the wire, over real HTTP; knows nothing of the hotline's own code."""

from simulator.call import Call, Heard
from simulator.carrier import Carrier
from simulator.faults import WITHHELD_NUMBERS, Faults, Silence
from simulator.phones import Answer, Busy, NoAnswer, Phone, Refuse, Voicemail
from simulator.script import Caller, Echo, HangUp, Press, Speak, SpeakUp, StaySilent, Talk
from simulator.stream import Stream
from simulator.webhooks import WebhookRequest

__all__ = [
    "WITHHELD_NUMBERS",
    "Answer",
    "Busy",
    "Call",
    "Caller",
    "Carrier",
    "Echo",
    "Faults",
    "HangUp",
    "Heard",
    "NoAnswer",
    "Phone",
    "Press",
    "Refuse",
    "Silence",
    "Speak",
    "SpeakUp",
    "StaySilent",
    "Stream",
    "Talk",
    "Voicemail",
    "WebhookRequest",
]
