"""Recordings of the REST API: lists, one, its media, and deleting it."""

from typing import Any

from flask import Flask, Response

from simulator.api import BASE, answer_json, answer_page, not_found, query, within
from simulator.network import Network
from simulator.parameters import API_VERSION, rfc2822
from simulator.recordings import Recording, media_bytes


def add_routes(app: Flask, network: Network) -> None:
    @app.get(f"{BASE}/Recordings.json")
    def list_recordings(account_sid: str) -> Response:  # noqa: ARG001
        filters = query("list_recordings")
        return _page(network, "recording", filters, filters.get("CallSid", ""))

    @app.get(f"{BASE}/Calls/<call_sid>/Recordings.json")
    def list_call_recordings(account_sid: str, call_sid: str) -> Response:  # noqa: ARG001
        return _page(network, "call_recording", query("list_call_recordings"), call_sid)

    @app.get(f"{BASE}/Recordings/<sid>.json")
    def read_recording(account_sid: str, sid: str) -> Response:  # noqa: ARG001
        return answer_json("recording", recording_json(network, _find(network, sid)))

    @app.delete(f"{BASE}/Recordings/<sid>.json")
    def delete_recording(account_sid: str, sid: str) -> Response:  # noqa: ARG001
        network.recordings.delete(_find(network, sid))
        return Response(status=204)

    @app.get(f"{BASE}/Recordings/<sid>.wav")
    @app.get(f"{BASE}/Recordings/<sid>")
    def fetch_media(account_sid: str, sid: str) -> Response:  # noqa: ARG001
        return _media(network, _find(network, sid))


def recording_json(network: Network, recording: Recording) -> dict[str, Any]:
    """The fields of a recording that hold anything; the others are null."""
    path = f"/{API_VERSION}/Accounts/{recording.account_sid}/Recordings/{recording.sid}"
    done = recording.status == "completed"
    return {
        "sid": recording.sid,
        "account_sid": recording.account_sid,
        "call_sid": recording.call_sid,
        "api_version": API_VERSION,
        "date_created": rfc2822(recording.started_at),
        "date_updated": rfc2822(recording.started_at),
        "start_time": rfc2822(recording.started_at),
        "duration": str(recording.duration_seconds) if done else None,
        "status": recording.status,
        "channels": recording.channels,
        "source": recording.source,
        "error_code": recording.error_code,
        "price_unit": "USD",
        "uri": path + ".json",
        "subresource_uris": {"transcriptions": f"{path}/Transcriptions.json"},
        "media_url": network.recording_url(recording.sid),
    }


def _page(network: Network, name: str, filters: dict[str, str], call_sid: str) -> Response:
    chosen = [
        recording_json(network, recording)
        for recording in network.recordings.all(call_sid)
        if within(recording.started_at, filters, "DateCreated")
    ]
    if name == "call_recording":
        for item in chosen:
            del item["media_url"], item["subresource_uris"]
    return answer_page("recordings", name, chosen, filters)


def _find(network: Network, sid: str) -> Recording:
    recording = network.recordings.get(sid)
    if recording is None:
        raise not_found(f"Recordings/{sid}.json")
    return recording


def _media(network: Network, recording: Recording) -> Response:
    number = network.recordings.fetch_number(recording)
    network.sleep(recording.faults.media_delay_seconds)
    if recording.media is None or number <= recording.faults.media_missing_first:
        raise not_found(f"Recordings/{recording.sid}.wav")
    return Response(media_bytes(recording), mimetype="audio/x-wav")
