"""`hotline call`: one call to the running hotline, shown in the terminal as it happens."""

from pathlib import Path

import httpx
import soundfile
from rich.console import Console

from core.errors import AudioUnreadableError, SettingsError
from core.house import build_house
from core.settings import Settings, read_settings
from hotline.sample_calls import SampleCall, outcome, place
from hotline.simulated_carrier import build_carrier, simulate_if_no_account
from simulator import Press, Speak
from simulator.events import Answered, Event, HungUp, PhoneRang, Pressed, Recorded, Said, Spoke, WebhookFailed
from simulator.script import Move

screen = Console(highlight=False)


def show_call(recording: str, language: str, number: str, keys: list[str]) -> None:
    """Call the running hotline: choose the language, press the keys (by default 2: a message), speak, and show it.

    Raises:
        AudioUnreadableError: the file is no sound.
        SettingsError: a real Twilio account is configured (then call its number with a telephone), or no hotline runs.
    """
    if not simulate_if_no_account(read_settings()):
        raise SettingsError("A Twilio account is configured: call its number with a telephone.")
    settings = read_settings()
    _check_sound(recording)
    _check_hotline(settings)
    chosen = ["8", *(keys or ["2"])] if language == "en" else keys or ["2"]
    script: list[Move] = [Press(key, barge_in=True) for key in chosen]
    script.append(Speak(Path(recording), end_key="#"))
    sample = SampleCall(recording, number, tuple(script))
    with build_carrier(settings, pace=1.0, on_event=_show) as carrier:
        result = outcome(build_house(settings), sample, place(carrier, settings.hotline_number, sample))
        carrier.settle()
    order = result.order
    if order:
        became = [order.urgency.value, order.category and order.category.value, order.district]
        screen.print(f"\n{order.number}, code {order.code}: {', '.join(filter(None, became))}")
        screen.print(result.heard or "(nothing was understood: to be listened to)")
    else:
        screen.print(
            "\nNo work order: " + ("answered from the knowledge base" if result.spoken else "no word was left")
        )


def _check_sound(recording: str) -> None:
    try:
        soundfile.info(recording)
    except soundfile.LibsndfileError as error:
        raise AudioUnreadableError(f"{recording} is no sound file; give a WAV file.") from error


def _check_hotline(settings: Settings) -> None:
    """Make sure that a hotline answers, before a call is placed to it."""
    try:
        httpx.get(f"{settings.base_url}/health", timeout=5)
    except httpx.HTTPError as error:
        raise SettingsError(
            f"No hotline answers at {settings.base_url}. Start it with `make run`, "
            "and call with the same HOTLINE_PORT and HOTLINE_DATA_FOLDER."
        ) from error


def _show(event: Event) -> None:
    line = _line(event)
    if line:
        screen.print(f"{event.at_seconds:6.1f} s  {line}")


def _line(event: Event) -> str | None:
    match event:
        case Answered():
            return "the hotline answers"
        case Said():
            return f"[blue]hotline:[/] {event.text}"
        case Pressed():
            return f"[magenta]caller presses {event.digits}[/]"
        case Spoke():
            return f"[magenta]caller speaks for {event.seconds:.1f} s[/]"
        case Recorded():
            return f"recorded: {event.recording_sid}"
        case PhoneRang():
            return f"a phone rings: {event.number}"
        case WebhookFailed():
            return f"[red]webhook failed: {event.code} {event.reason}[/]"
        case HungUp():
            return f"the call ends (by {event.by})"
        case _:
            return None
