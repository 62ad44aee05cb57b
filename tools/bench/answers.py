"""How long callers of the whole running house wait: from the last word to the answer, from hanging up to the order."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from core.clock import now
from core.house import House, build_house
from core.models import Call as CallRow
from core.models import WorkOrder
from core.settings import Settings, read_settings
from hotline import supervise
from hotline.descendants import adopt_orphans
from hotline.drill.live.house import free_ports, own_environment
from hotline.setting_up import set_up
from hotline.simulated_carrier import build_carrier, simulate_if_no_account
from simulator import Call, Caller, Carrier, HangUp, SpeakUp
from simulator.events import Event, HungUp, Observer, Said, Spoke
from simulator.script import Move
from tools.bench.processes import VOICES, p95

APART_SECONDS = 0.03
LONGEST_CALL_SECONDS = 90
LONGEST_WAIT_SECONDS = 20
ANSWER = "您问的是"
HEALTH_CODE_SECONDS = 5.9
"""The voice says its last word here; the file goes on in silence."""
PORTS = ("PORT", "STREAM_PORT", "SIMULATOR_PORT", "LIVE_PORT")
ASKS: tuple[Move, ...] = (
    SpeakUp(VOICES / "zh_health_code.wav", at="您好", over_prompt=True, after_seconds=2),
    HangUp(at=ANSWER),
)
LEAVES: tuple[Move, ...] = (
    SpeakUp(VOICES / "zh_no_vegetables.wav", at="您好", over_prompt=True, after_seconds=2, then_hang_up=True),
)


def rows(_settings: Settings) -> Iterator[str]:
    """Yield table rows; at half of the live streams that this machine was measured to decode, at real pace."""
    ended: dict[str, datetime] = {}

    def note(event: Event) -> None:
        if isinstance(event, HungUp):
            ended[event.call_sid] = now()

    with tempfile.TemporaryDirectory() as folder, running(Path(folder), note) as (house, carrier):
        callers = max(1, _capacity(house) // 2)
        calls = [_ring(house, carrier, ASKS, number) for number in range(callers)]
        waits = [wait for call in calls if (wait := _until_answered(call)) is not None]
        yield _row(f"last word → the answer begins, {callers} callers at half load", waits, callers)
        calls = [_ring(house, carrier, LEAVES, callers + number) for number in range(callers)]
        listed = {call.sid: at for call in calls if (at := _listed(house, call)) is not None}
        waits = [(at - ended[sid]).total_seconds() for sid, at in listed.items()]
        yield _row(f"hanging up in mid-sentence → the order is listed, {callers} callers", waits, callers)


def _row(what: str, waits: list[float], callers: int) -> str:
    middle, late = statistics.median(waits), p95(waits)
    return f"| {what} | p50 {middle:.2f} s, p95 {late:.2f} s ({len(waits)} of {callers}) | – | – |"


def _ring(house: House, carrier: Carrier, script: tuple[Move, ...], number: int) -> Call:
    time.sleep(APART_SECONDS)
    caller = Caller(script, patience=9)
    return carrier.place_call(
        from_number=f"+861390007{number:04d}", to_number=house.settings.hotline_number, caller=caller
    )


def _until_answered(call: Call) -> float | None:
    """Return how long after the caller's last word the answer began; None when another one came."""
    call.wait(LONGEST_CALL_SECONDS)
    spoke = next((event.at_seconds for event in call.events if isinstance(event, Spoke)), None)
    said = next((e.at_seconds for e in call.events if isinstance(e, Said) and e.text.startswith(ANSWER)), None)
    return said - spoke - HEALTH_CODE_SECONDS if said and spoke else None


def _listed(house: House, call: Call) -> datetime | None:
    """Return when the order of a call was committed to the list."""
    call.wait(LONGEST_CALL_SECONDS)
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    while time.monotonic() < until:
        with house.database.reading() as session:
            wanted = select(WorkOrder.registered_at).join(CallRow).where(CallRow.call_sid == call.sid)
            if at := session.scalar(wanted):
                return at
        time.sleep(0.1)
    return None


def _capacity(house: House) -> int:
    while (ears := house.live.server()) is None:
        time.sleep(0.2)
    return ears.capacity


@contextmanager
def running(folder: Path, note: Observer) -> Iterator[tuple[House, Carrier]]:
    """Run every process of the Procfile on a folder and ports of its own, with the simulator as carrier."""
    ports = {f"HOTLINE_{name}": port for name, port in zip(PORTS, free_ports(len(PORTS)), strict=True)}
    with own_environment({**ports, "HOTLINE_DATA_FOLDER": str(folder)}):
        simulate_if_no_account(read_settings())
        settings = read_settings()
        adopt_orphans()
        house = build_house(settings)
        set_up(house)
        supervisord = supervise.start(settings)
        carrier = build_carrier(settings, 1.0, note)
        try:
            supervise.wait_until_healthy(settings, supervisord)
            carrier.start(settings.simulator_port)
            yield house, carrier
        finally:
            carrier.stop()
            supervise.stop(settings, supervisord)
            house.live.close()
            house.database.close()
