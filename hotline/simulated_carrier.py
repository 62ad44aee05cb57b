"""Without a Twilio account the built-in simulator is the carrier; this makes the settings for it, and starts it."""

import hashlib
import os
from collections.abc import MutableMapping

from core.files import secret_file
from core.settings import Settings
from simulator import Carrier
from simulator.events import Observer

_WEBHOOK_SECONDS = 15.0
"""The house waits for a database or a lock in real seconds; so must the carrier, however fast people speak in it."""


def simulate_if_no_account(settings: Settings, environment: MutableMapping[str, str] = os.environ) -> bool:
    """Set the variables that make the simulator the carrier, for this process and those it starts.

    Returns False, and sets nothing, when an account is configured.
    """
    if settings.twilio_account_sid:
        return False
    token = secret_file(settings.data_folder / "simulator_token")
    environment["HOTLINE_TWILIO_ACCOUNT_SID"] = "AC" + hashlib.sha256(token.encode()).hexdigest()[:32]
    environment["HOTLINE_TWILIO_AUTH_TOKEN"] = token
    environment["HOTLINE_TWILIO_API_URL"] = f"http://127.0.0.1:{settings.simulator_port}"
    environment["HOTLINE_RECORDING_HOSTS"] = "127.0.0.1"
    return True


def build_carrier(settings: Settings, pace: float, on_event: Observer | None = None) -> Carrier:
    """Return a carrier whose number leads to this installation; start it with `start(port)`.

    Args:
        settings: of the installation, with the simulator's account.
        pace: simulated seconds in a real one.
        on_event: is told of everything that happens in its calls.
    """
    carrier = Carrier(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        folder=settings.data_folder / "simulator",
        pace=pace,
        webhook_floor_seconds=_WEBHOOK_SECONDS,
        on_event=on_event,
    )
    voice = f"{settings.base_url}/voice"
    for number in filter(None, (settings.hotline_number, settings.seat_number)):
        carrier.add_number(
            number,
            voice_url=f"{voice}/incoming",
            voice_fallback_url=f"{voice}/fallback",
            status_callback_url=f"{voice}/status",
        )
    return carrier
