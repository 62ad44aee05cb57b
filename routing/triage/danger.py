"""Tells whether words that are just being said speak of a danger to life; pure, and fast enough for every partial."""

from routing.triage.judge import red_reasons
from routing.triage.verdict import Reason


def heard(text: str, language: str) -> tuple[Reason, ...]:
    """Return the words of danger in an unfinished text (`zh` or `en`), each once; empty when there is none."""
    return red_reasons(text, language) if text else ()
