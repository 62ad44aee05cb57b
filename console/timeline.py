"""One line of time for an order: the call, what was said in it, and what was done since, newest last."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from console.display import t
from console.parts import language
from console.words import say_if_known, table
from routing.orders.reading_one import EventLine, OrderPage, RecordingLine


@dataclass(frozen=True)
class Entry:
    """One thing on the line; a recording brings its player and transcript."""

    at: datetime
    actor: str
    text: str
    recording: RecordingLine | None = None
    place: int = 0


def timeline(page: OrderPage, names: Mapping[str, str]) -> list[Entry]:
    """Return everything that belongs to an order in the order it happened."""
    caller = t("actor.caller")
    entries = [Entry(page.call_started_at, caller, t("order.call_started"))]
    entries += [
        Entry(recording.announced_at, caller, _message(place, len(page.recordings)), recording, place)
        for place, recording in enumerate(page.recordings, 1)
    ]
    entries += [Entry(event.happened_at, _actor(event.actor, names), _text(event)) for event in page.events]
    return sorted(entries, key=lambda entry: entry.at)


def _message(place: int, count: int) -> str:
    return t("order.recording_of", place=place, count=count) if count > 1 else t("order.recording")


def _actor(actor: str, names: Mapping[str, str]) -> str:
    return names.get(actor) or say_if_known(language(), f"actor.{actor}", actor)


def _text(event: EventLine) -> str:
    """Say an event in words; one that this screen has no words for yet is shown by its name."""
    pattern = table(language()).get(f"event.{event.event}")
    if pattern is None:
        return event.event.replace("_", " ")
    values = defaultdict(str, {name: _value(name, value) for name, value in event.detail.items()})
    return pattern.format_map(values).strip(" ：:,，")


def _value(name: str, value: object) -> str:
    kind = {"before": "urgency", "why": "heard"}.get(name, name)
    return say_if_known(language(), f"{kind}.{value}", "" if value is None else str(value))
