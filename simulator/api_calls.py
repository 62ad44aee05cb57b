"""Calls of the REST API: placing, reading, listing and changing them."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response

from simulator.api import BASE, ApiError, answer_json, answer_page, form, not_found, query, within
from simulator.api_outbound import outbound_call
from simulator.call import FINAL_STATUSES, Call
from simulator.legs import register
from simulator.machine_detection import Detection
from simulator.network import Network
from simulator.parameters import API_VERSION, rfc2822
from simulator.placing import place
from simulator.steering import Fetch, Inline, Source

LONGEST_TWIML = 4000


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
    call, ring_seconds = outbound_call(network, fields)
    source = _source(given)
    if source is None:
        raise ApiError(400, 21205, "Url parameter is required.")
    register(network, call)
    detection = Detection.read(given)
    network.start(lambda: place(network, call, source, ring_seconds, detection), f"call {call.sid}")
    return call


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
