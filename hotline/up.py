"""`hotline up`: everything on one machine, nothing to configure; places sample calls, shows what became of them."""

import signal
import subprocess
import time
from contextlib import ExitStack

from rich.console import Console
from rich.table import Table

from asr.speech_models import miniature_languages
from core.house import House, build_house
from core.models import Urgency
from core.settings import Settings, read_settings
from hotline import supervise
from hotline.descendants import adopt_orphans
from hotline.preflight import alone_on_data_folder, check_data_folder, check_ports
from hotline.sample_calls import SAMPLES, Outcome, outcome, place
from hotline.setting_up import set_up
from hotline.simulated_carrier import build_carrier, simulate_if_no_account
from simulator import Carrier

_PACE = 8.0
_MEASURING_SECONDS = 10
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_COLOURS = {Urgency.RED: "bold red", Urgency.YELLOW: "yellow", Urgency.GREEN: "green", Urgency.UNKNOWN: "dim"}

screen = Console(highlight=False)


def run(*, place_calls: bool) -> int:
    """Start every process, place the sample calls, and stay until Ctrl-C or a termination signal."""
    check_data_folder(read_settings())
    simulated = simulate_if_no_account(read_settings())
    settings = read_settings()
    with alone_on_data_folder(settings):
        check_ports(settings, simulated=simulated)
        adopt_orphans()
        for number in _SIGNALS:
            signal.signal(number, _interrupt)
        try:
            return _run(settings, simulated=simulated, place_calls=place_calls)
        except KeyboardInterrupt:
            return 0


def _run(settings: Settings, *, simulated: bool, place_calls: bool) -> int:
    screen.print(f"[bold]1/4[/] Preparing the data folder {settings.data_folder.absolute()} …")
    house = build_house(settings)
    accounts = set_up(house)
    with ExitStack() as running:
        screen.print(f"[bold]2/4[/] Starting {', '.join(supervise.processes(settings))} …")
        supervisord = _start(settings, running)
        _show_doors(settings, accounts)
        if simulated:
            carrier = build_carrier(settings, _PACE)
            carrier.start(settings.simulator_port)
            running.callback(carrier.stop)
            if place_calls:
                _show_calls(house, carrier)
        screen.print(f"Open: http://{settings.host}:{settings.port}/   Ctrl-C stops everything.")
        while True:
            supervisord.wait()  # it ends of itself only when something is wrong
            screen.print("supervisord has ended; starting every process anew …")
            supervise.stop(settings, supervisord)
            supervisord = _start(settings, running)


def _start(settings: Settings, running: ExitStack) -> subprocess.Popen[bytes]:
    supervisord = supervise.start(settings)
    running.callback(_stop, settings, supervisord)
    supervise.wait_until_healthy(settings, supervisord)
    return supervisord


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _stop(settings: Settings, supervisord: subprocess.Popen[bytes]) -> None:
    """Stop every process in order; whoever presses Ctrl-C again does not cut this short."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    if supervisord.poll() is None:
        screen.print("Stopping every process …")
    supervise.stop(settings, supervisord)


def _show_doors(settings: Settings, accounts: list[tuple[str, str]]) -> None:
    screen.print(f"[bold]3/4[/] The console is open: http://{settings.host}:{settings.port}/")
    for sign_in, password in accounts:
        screen.print(f"      sign in as [bold]{sign_in}[/] with [bold]{password}[/]")
    if not accounts:
        screen.print("      (passwords were shown on the first start; `hotline password agent` makes a new one)")
    if miniature_languages(settings):
        screen.print(
            "      Speech: the miniature demonstration models, which know only a synthetic voice; "
            "`hotline models fetch zh en` brings real ones."
        )
    screen.print(f"      Callers heard live: {_live_places(settings)}")
    screen.print(f"      Logs: {supervise.logs_folder(settings)}")


def _live_places(settings: Settings) -> str:
    """Tell how many callers can be heard at once; the stream process measures that while it starts."""
    live = build_house(settings).live
    until = time.monotonic() + _MEASURING_SECONDS
    while (ears := live.server()) is None and time.monotonic() < until:
        time.sleep(0.2)
    live.close()
    return f"up to {ears.capacity} at once" if ears else "not yet; see the log of the stream process"


def _show_calls(house: House, carrier: Carrier) -> None:
    screen.print(f"[bold]4/4[/] Placing {len(SAMPLES)} calls through the simulator ({_PACE:g} times real speed) …")
    calls = [(sample, place(carrier, house.settings.hotline_number, sample)) for sample in SAMPLES]
    table = Table(show_lines=True)
    for heading in ("call", "what became of it", "what was heard or answered"):
        table.add_column(heading, overflow="fold")
    for sample, call in calls:
        table.add_row(*_row(outcome(house, sample, call)))
        screen.print(f"      {sample.title}: {call.status}")
    screen.print(table)


def _row(result: Outcome) -> tuple[str, str, str]:
    order = result.order
    if order is None:
        return result.title, "answered from the knowledge base", result.spoken
    words = ", ".join(word for word, _why in order.reasons.get("words", []))
    place_and_class = " · ".join(filter(None, [order.category and order.category.value, order.district]))
    became = f"{order.number}\n[{_COLOURS[order.urgency]}]{order.urgency.value}[/] {place_and_class}\n{words}"
    return result.title, became.strip(), result.heard or "(to be listened to)"
