"""Calls of the REST API: placing, reading, listing and changing them."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response

from simulator.api import BASE, E164, ApiError, answer_json, answer_page, form, not_found, query, within
from simulator.call import FINAL_STATUSES, Call
from simulator.legs import register
from simulator.machine_detection import Detection
from simulator.network import Network
from simulator.parameters import API_VERSION, rfc2822
from simulator.placing import place
from simulator.steering import Callbacks, Fetch, Inline, Source

STATUS_EVENTS = ("initiated", "ringing", "answered", "completed")
LONGEST_TWIML, LONGEST_RING_SECONDS = 4000, 600


def add_routes(app: Flask, network: Network) -> None:
    @app.post(f"{BASE}/Calls.json")
    def create_call(account_sid: str) -> Response:  # noqa: ARG001
        call = _place(network, form("create_call"))
        return answer_json("call", call_json(call), 201)

    @app.get(f"{BASE}/Calls.json")
    def list_calls(account_sid: str) -> Response:  # noqa: ARG001
        filters = query("list_calls")
        chosen = [call_json(call) for call in network.calls() if _passes(call, filters)]
        return answer_page("calls", "call", chosen, filters)

    @app.get(f"{BASE}/Calls/<sid>.json")
    def read_call(account_sid: str, sid: str) -> Response:  # noqa: ARG001
        return answer_json("call", call_json(_find(network, sid)))

    @app.post(f"{BASE}/Calls/<sid>.json")
    def update_call(account_sid: str, sid: str) -> Response:  # noqa: ARG001
        call = _find(network, sid)
        _update(call, form("update_call"))
        return answer_json("call", call_json(call))


def call_json(call: Call) -> dict[str, Any]:
    """The fields of a call that hold anything; the others are null."""
    path = f"/{API_VERSION}/Accounts/{call.account_sid}/Calls/{call.sid}"
    return {
        "sid": call.sid,
        "account_sid": call.account_sid,
        "parent_call_sid": call.parent_sid or None,
        "from": call.from_number,
        "from_formatted": call.from_number,
        "to": call.to_number,
        "to_formatted": call.to_number,
        "status": call.status,
        "direction": call.direction,
        "date_created": rfc2822(call.created_at),
        "date_updated": rfc2822(call.ended_at or call.started_at or call.created_at),
        "start_time": rfc2822(call.started_at) if call.started_at else None,
        "end_time": rfc2822(call.ended_at) if call.ended_at else None,
        "duration": str(call.duration_seconds) if call.ended else None,
        "price_unit": "USD",
        "answered_by": call.answered_by or None,
        "queue_time": "0",
        "api_version": API_VERSION,
        "uri": path + ".json",
        "subresource_uris": {"recordings": f"{path}/Recordings.json"},
    }


def _find(network: Network, sid: str) -> Call:
    call = network.call(sid)
    if call is None:
        raise not_found(f"Calls/{sid}.json")
    return call


def _passes(call: Call, filters: Mapping[str, str]) -> bool:
    fields = {"To": call.to_number, "From": call.from_number, "Status": call.status, "ParentCallSid": call.parent_sid}
    return (
        all(value == filters[name] for name, value in fields.items() if name in filters)
        and within(call.started_at or call.created_at, filters, "StartTime")
        and within(call.ended_at, filters, "EndTime")
    )


def _place(network: Network, fields: Mapping[str, list[str]]) -> Call:
    given = {name: values[0] for name, values in fields.items()}
    check_numbers(network, given)
    source = _source(given)
    if source is None:
        raise ApiError(400, 21205, "Url parameter is required.")
    call = Call(
        account_sid=network.account_sid,
        from_number=given["From"],
        to_number=given["To"],
        direction="outbound-api",
        pace=network.pace,
        callbacks=callbacks_of(given, fields.get("StatusCallbackEvent", [])),
        faults=network.faults,
        time_limit_seconds=min(float(given.get("TimeLimit", "14400")), network.time_limit_seconds),
        observer=network.observer,
    )
    ring_seconds = min(float(given.get("Timeout", "60")), LONGEST_RING_SECONDS)
    register(network, call)
    detection = Detection.read(given)
    network.start(lambda: place(network, call, source, ring_seconds, detection), f"call {call.sid}")
    return call


def check_numbers(network: Network, given: Mapping[str, str]) -> None:
    if "To" not in given:
        raise ApiError(400, 21201, "No 'To' number is specified")
    if "From" not in given:
        raise ApiError(400, 21213, "No 'From' number is specified")
    if not E164.fullmatch(given["To"]):
        raise ApiError(400, 21211, f"Invalid 'To' Phone Number: {given['To']}")
    if given["From"] not in network.numbers:
        raise ApiError(400, 21210, f"Source phone number {given['From']} not verified for this account")
    if any(given["To"].startswith(prefix) for prefix in network.blocked_prefixes):
        raise ApiError(400, 21215, f"Account not authorized to call {given['To']}")


def callbacks_of(given: Mapping[str, str], events: list[str]) -> Callbacks:
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


def _source(given: Mapping[str, str]) -> Source | None:
    if "Twiml" in given:
        if len(given["Twiml"]) > LONGEST_TWIML:
            raise ApiError(400, 32018, f"Twiml size exceeded maximum allowed value of {LONGEST_TWIML} characters")
        return Inline(given["Twiml"])
    if "Url" not in given:
        return None
    if not given["Url"].startswith(("http://", "https://")):
        raise ApiError(400, 21205, f"Url is not a valid URL: {given['Url']}")
    return Fetch(given["Url"], given.get("Method", "POST"))


def _update(call: Call, fields: Mapping[str, list[str]]) -> None:
    """A live call leaves what it does at once. A call that is not in progress can't be redirected (21220)."""
    given = {name: values[0] for name, values in fields.items()}
    source, status = _source(given), given.get("Status")
    if call.status in FINAL_STATUSES:
        raise ApiError(400, 21220, "Call is not in-progress. Cannot redirect.")
    if source is not None and call.status != "in-progress":
        raise ApiError(400, 21220, "Call is not in-progress. Cannot redirect.")
    call.callbacks = call.callbacks.updated(given)
    if status == "completed" or (status == "canceled" and not call.answered):
        call.hang_up("application", status)
    elif source is not None:
        call.redirect(source)
