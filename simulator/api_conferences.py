"""Conferences of the REST API: lists, one, ending it, and speaking to all in it."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response

from simulator.api import BASE, answer_json, answer_page, form, not_found, query, within
from simulator.conference import Conference
from simulator.network import Network
from simulator.parameters import API_VERSION, rfc2822
from simulator.steering import Fetch


def add_routes(app: Flask, network: Network) -> None:
    @app.get(f"{BASE}/Conferences.json")
    def list_conferences(account_sid: str) -> Response:  # noqa: ARG001
        filters = query("list_conferences")
        chosen = [conference_json(one) for one in network.conferences.all() if _passes(one, filters)]
        return answer_page("conferences", "conference", chosen, filters)

    @app.get(f"{BASE}/Conferences/<sid>.json")
    def read_conference(account_sid: str, sid: str) -> Response:  # noqa: ARG001
        return answer_json("conference", conference_json(find_conference(network, sid)))

    @app.post(f"{BASE}/Conferences/<sid>.json")
    def update_conference(account_sid: str, sid: str) -> Response:  # noqa: ARG001
        conference = find_conference(network, sid)
        given = {name: values[0] for name, values in form("update_conference").items()}
        if given.get("Status") == "completed":
            conference.end()
        elif "AnnounceUrl" in given:
            for participant in conference.inside:
                participant.announcements.append(announcement(given))
                participant.change()
        return answer_json("conference", conference_json(conference))


def find_conference(network: Network, sid: str) -> Conference:
    """Raises: ApiError 404."""
    conference = network.conferences.get(sid)
    if conference is None:
        raise not_found(f"Conferences/{sid}.json")
    return conference


def announcement(given: Mapping[str, str]) -> Fetch:
    return Fetch(given["AnnounceUrl"], given.get("AnnounceMethod", "POST"), why="announcement")


def conference_json(conference: Conference) -> dict[str, Any]:
    """The fields of a conference that hold anything; the others are null."""
    path = f"/{API_VERSION}/Accounts/{conference.account_sid}/Conferences/{conference.sid}"
    return {
        "sid": conference.sid,
        "account_sid": conference.account_sid,
        "friendly_name": conference.name,
        "status": conference.status,
        "date_created": rfc2822(conference.created_at),
        "date_updated": rfc2822(conference.updated_at),
        "reason_conference_ended": conference.reason_ended or None,
        "call_sid_ending_conference": conference.ended_by_call_sid or None,
        "region": "us1",
        "api_version": API_VERSION,
        "uri": path + ".json",
        "subresource_uris": {"participants": f"{path}/Participants.json", "recordings": f"{path}/Recordings.json"},
    }


def _passes(conference: Conference, filters: Mapping[str, str]) -> bool:
    return (
        filters.get("FriendlyName", conference.name) == conference.name
        and filters.get("Status", conference.status) == conference.status
        and within(conference.created_at, filters, "DateCreated")
        and within(conference.updated_at, filters, "DateUpdated")
    )
