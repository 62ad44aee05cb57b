"""The account's own numbers in the REST API: where their calls go, and changing that."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Flask, Response

from simulator.api import BASE, answer_json, answer_page, form, not_found, query
from simulator.network import Network, Number
from simulator.parameters import API_VERSION, rfc2822


def add_routes(app: Flask, network: Network) -> None:
    @app.get(f"{BASE}/IncomingPhoneNumbers.json")
    def list_numbers(account_sid: str) -> Response:  # noqa: ARG001
        filters = query("list_incoming_phone_numbers")
        numbers = [number for number in list(network.numbers.values()) if _passes(number, filters)]
        chosen = [number_json(network, number) for number in numbers]
        return answer_page("incoming_phone_numbers", "incoming_phone_number", chosen, filters)

    @app.get(f"{BASE}/IncomingPhoneNumbers/<sid>.json")
    def read_number(account_sid: str, sid: str) -> Response:  # noqa: ARG001
        return answer_json("incoming_phone_number", number_json(network, _find(network, sid)))

    @app.post(f"{BASE}/IncomingPhoneNumbers/<sid>.json")
    def update_number(account_sid: str, sid: str) -> Response:  # noqa: ARG001
        given = {name: values[0] for name, values in form("update_incoming_phone_number").items()}
        number = _updated(_find(network, sid), given)
        network.numbers[number.number] = number
        return answer_json("incoming_phone_number", number_json(network, number))


def number_json(network: Network, number: Number) -> dict[str, Any]:
    """The fields of a number that hold anything; the others are null."""
    callbacks = number.callbacks
    return {
        "sid": number.sid,
        "account_sid": network.account_sid,
        "phone_number": number.number,
        "friendly_name": number.name or number.number,
        "voice_url": number.voice_url,
        "voice_method": number.voice_method,
        "voice_fallback_url": callbacks.fallback_url,
        "voice_fallback_method": callbacks.fallback_method,
        "status_callback": callbacks.status_url,
        "status_callback_method": callbacks.status_method,
        "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
        "beta": False,
        "origin": "twilio",
        "status": "in-use",
        "api_version": API_VERSION,
        "date_created": rfc2822(number.created_at),
        "date_updated": rfc2822(number.created_at),
        "uri": f"/{API_VERSION}/Accounts/{network.account_sid}/IncomingPhoneNumbers/{number.sid}.json",
    }


def _find(network: Network, sid: str) -> Number:
    found = next((number for number in list(network.numbers.values()) if number.sid == sid), None)
    if found is None:
        raise not_found(f"IncomingPhoneNumbers/{sid}.json")
    return found


def _passes(number: Number, filters: Mapping[str, str]) -> bool:
    """PhoneNumber matches any part of the number."""
    return filters.get("PhoneNumber", "") in number.number and filters.get("FriendlyName", number.name) == number.name


def _updated(number: Number, given: Mapping[str, str]) -> Number:
    callbacks = replace(
        number.callbacks,
        fallback_url=given.get("VoiceFallbackUrl", number.callbacks.fallback_url),
        fallback_method=given.get("VoiceFallbackMethod", number.callbacks.fallback_method),
        status_url=given.get("StatusCallback", number.callbacks.status_url),
        status_method=given.get("StatusCallbackMethod", number.callbacks.status_method),
    )
    return replace(
        number,
        name=given.get("FriendlyName", number.name),
        voice_url=given.get("VoiceUrl", number.voice_url),
        voice_method=given.get("VoiceMethod", number.voice_method),
        callbacks=callbacks,
    )
