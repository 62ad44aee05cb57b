"""The door of triage: judges a transcript and says which words decided; pure, touches no database."""

from routing.triage.judge import triage
from routing.triage.verdict import Reason, Verdict

__all__ = ["Reason", "Verdict", "triage"]
