"""The sample calls of `hotline up`: real calls through the simulator, and what became of each."""

import time
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from sqlalchemy import select

from core.house import House
from core.models import Call as CallRow
from core.models import Recording, RecordingState, WorkOrder
from simulator import Call, Caller, Carrier, Press, Speak, SpeakUp
from simulator.script import Move

VOICES = Path(str(resources.files("simulator"))) / "callers"
_SECONDS_FOR_A_CALL = 120
_SECONDS_FOR_ITS_TEXT = 60
_TO_DO = (RecordingState.ANNOUNCED, RecordingState.STORED, RecordingState.TRANSCRIBED)


@dataclass(frozen=True)
class SampleCall:
    """A caller, and what is shown of them."""

    title: str
    number: str
    script: tuple[Move, ...]


def _says(name: str, into: str) -> SpeakUp:
    """Speak into a sentence that is just being said."""
    return SpeakUp(VOICES / f"{name}.wav", at=into, over_prompt=True, after_seconds=3)


SAMPLES = (
    SampleCall(
        "danger by voice, Mandarin: a father's chest hurts",
        "+8613800138001",
        (_says("zh_chest_pain", into="您好"),),
    ),
    SampleCall(
        "question by voice, Mandarin: the health code",
        "+8613800138002",
        (_says("zh_health_code", into="您好"), _says("zh_yes", into="有帮助吗"), _says("zh_no", into="还有别的事吗")),
    ),
    SampleCall(
        "question by key, Mandarin: the health code",
        "+8613800138006",
        (Press("1", barge_in=True), Press("3", barge_in=True), Press("1", barge_in=True), Press("1")),
    ),
    SampleCall(
        "message by voice, English: no insulin left",
        "+8613800138003",
        (Press("8", barge_in=True), Press("2", barge_in=True), SpeakUp(VOICES / "en_insulin.wav", at="just wait")),
    ),
    SampleCall("a caller who says nothing", "+8613800138004", ()),
    SampleCall(
        "danger by key 9, English: a child can't breathe",
        "+8613800138005",
        (Press("8", barge_in=True), Press("9", barge_in=True), Speak(VOICES / "en_cannot_breathe.wav")),
    ),
)


@dataclass(frozen=True)
class Outcome:
    """What became of a call."""

    title: str
    order: WorkOrder | None
    heard: str
    spoken: str
    """The last thing the caller was told that is not a farewell."""


def place(carrier: Carrier, to: str, sample: SampleCall) -> Call:
    """Start one sample call."""
    patience = 2 if sample.script else 6
    return carrier.place_call(from_number=sample.number, to_number=to, caller=Caller(sample.script, patience=patience))


def outcome(house: House, sample: SampleCall, call: Call) -> Outcome:
    """Wait until a call has ended and its words are text, and tell what became of it."""
    call.wait(_SECONDS_FOR_A_CALL)
    until = time.monotonic() + _SECONDS_FOR_ITS_TEXT
    while _under_way(house, call.sid) and time.monotonic() < until:
        time.sleep(0.2)
    with house.database.reading() as session:
        order = session.scalar(select(WorkOrder).join(CallRow).where(CallRow.call_sid == call.sid))
        texts = [sentence.text for sentence in call.heard if not sentence.sound]
        return Outcome(sample.title, order, order.summary if order else "", _answer(texts))


def _under_way(house: House, call_sid: str) -> bool:
    with house.database.reading() as session:
        wanted = select(Recording.id).join(CallRow).where(CallRow.call_sid == call_sid, Recording.state.in_(_TO_DO))
        return session.scalar(wanted.limit(1)) is not None


def _answer(texts: list[str]) -> str:
    return next((text for text in texts if text.startswith(("您问的是", "You asked"))), "")
