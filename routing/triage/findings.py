"""Puts what triage heard besides urgency and category into an order, as plain values; never less than was there."""

from collections.abc import Iterable, Mapping
from typing import Any

from routing.triage.verdict import Reason, Verdict


def findings_of(verdict: Verdict, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept in `WorkOrder.findings`: lists of `[word, why]`, numbers as `[kind, value, word]`, the place.

    Flags and groups that an earlier text told stay: “don't text me” is not taken back by silence.
    """
    found: dict[str, Any] = {
        name: _joined(known.get(name, ()), reasons)
        for name, reasons in (
            ("groups", verdict.groups),
            ("needs", verdict.needs),
            ("flags", verdict.flags),
            ("distress", verdict.distress),
        )
    }
    numbers = [[number.kind, number.value, number.word] for number in verdict.numbers]
    found["numbers"] = [*known.get("numbers", ()), *(each for each in numbers if each not in known.get("numbers", ()))]
    if verdict.place:
        place = verdict.place
        found["place"] = {
            "district": place.district,
            "street": place.street,
            "community": place.community,
            "landmark": place.landmark,
            "confidence": place.confidence,
            "word": place.word,
        }
    elif "place" in known:
        found["place"] = known["place"]
    found |= {"confidence": verdict.confidence, "gravity": round(verdict.gravity, 2), "branch": verdict.branch}
    return {name: value for name, value in found.items() if value not in ([], None)}


def _joined(known: Iterable[list[str]], reasons: Iterable[Reason]) -> list[list[str]]:
    now = [[reason.word, reason.why] for reason in reasons]
    before = [list(each) for each in known]
    return [*before, *(each for each in now if each not in before)]
