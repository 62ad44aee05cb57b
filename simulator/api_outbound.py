"""What a REST request for a call out says, checked: the numbers, the callbacks, how long it may ring and last."""

import re
from collections.abc import Mapping

from simulator.api import E164, ApiError
from simulator.call import Call
from simulator.network import Network
from simulator.steering import Callbacks

STATUS_EVENTS = ("initiated", "ringing", "answered", "completed")
LONGEST_RING_SECONDS = 600
CLIENT = re.compile(r"client:[A-Za-z0-9_.@-]{1,121}")
"""A browser or an app that has registered; here it is a phone of that name."""


def outbound_call(network: Network, fields: Mapping[str, list[str]]) -> tuple[Call, float]:
    """The call, not yet placed, and for how many seconds it may ring. Raises: ApiError."""
    given = {name: values[0] for name, values in fields.items()}
    _check_numbers(network, given)
    call = Call(
        account_sid=network.account_sid,
        from_number=given["From"],
        to_number=given["To"],
        direction="outbound-api",
        pace=network.pace,
        callbacks=_callbacks(given, fields.get("StatusCallbackEvent", [])),
        faults=network.faults,
        time_limit_seconds=min(float(given.get("TimeLimit", "14400")), network.time_limit_seconds),
        observer=network.observer,
    )
    return call, min(float(given.get("Timeout", "60")), LONGEST_RING_SECONDS)


def _check_numbers(network: Network, given: Mapping[str, str]) -> None:
    if "To" not in given:
        raise ApiError(400, 21201, "No 'To' number is specified")
    if "From" not in given:
        raise ApiError(400, 21213, "No 'From' number is specified")
    if not E164.fullmatch(given["To"]) and not CLIENT.fullmatch(given["To"]):
        raise ApiError(400, 21211, f"Invalid 'To' Phone Number: {given['To']}")
    if given["From"] not in network.numbers:
        raise ApiError(400, 21210, f"Source phone number {given['From']} not verified for this account")
    if any(given["To"].startswith(prefix) for prefix in network.blocked_prefixes):
        raise ApiError(400, 21215, f"Account not authorized to call {given['To']}")


def _callbacks(given: Mapping[str, str], events: list[str]) -> Callbacks:
    unknown = [event for event in events if event not in STATUS_EVENTS]
    if unknown:
        raise ApiError(400, 21626, f"Invalid StatusCallbackEvent: {', '.join(unknown)}")
    return Callbacks(
        fallback_url=given.get("FallbackUrl", ""),
        fallback_method=given.get("FallbackMethod", "POST"),
        status_url=given.get("StatusCallback", ""),
        status_method=given.get("StatusCallbackMethod", "POST"),
        events=tuple(events) or ("completed",),
    )
