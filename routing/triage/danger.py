"""Tells whether words that are just being said speak of a danger to life; pure, and fast enough for every partial."""

from routing.triage.in_use import lexicon_in_use
from routing.triage.judging_danger import judge_danger
from routing.triage.verdict import Reason


def heard(text: str, language: str, *, is_unfinished: bool = False) -> tuple[Reason, ...]:
    """Return the words of danger in a text (`zh` or `en`), each once; empty when there is none.

    Of an unfinished text more is asked for: what calms (“… how do I apply?”) mostly comes at the end of a sentence.
    """
    return judge_danger(text, lexicon_in_use(language), is_unfinished=is_unfinished).reasons if text else ()
