"""Phones, callers and Twilio's side of the wire, over real HTTP; knows nothing of the hotline's own code."""

from simulator.call import Call, Heard
from simulator.carrier import Carrier
from simulator.faults import WITHHELD_NUMBERS, Faults
from simulator.phones import Answer, Busy, NoAnswer, Phone, Refuse, Voicemail
from simulator.script import Caller, HangUp, Press, Speak, StaySilent, Talk
from simulator.webhooks import WebhookRequest

__all__ = [
    "WITHHELD_NUMBERS",
    "Answer",
    "Busy",
    "Call",
    "Caller",
    "Carrier",
    "Faults",
    "HangUp",
    "Heard",
    "NoAnswer",
    "Phone",
    "Press",
    "Refuse",
    "Speak",
    "StaySilent",
    "Talk",
    "Voicemail",
    "WebhookRequest",
]
