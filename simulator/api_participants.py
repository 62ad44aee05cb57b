"""Participants of a conference in the REST API: lists, calling somebody into it, mute and hold, and removing."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response

from simulator.api import BASE, ApiError, answer_json, answer_page, form, not_found, query
from simulator.api_conferences import announcement, find_conference
from simulator.api_outbound import outbound_call
from simulator.conference import Conference, Participant, Terms
from simulator.conference_dial import open_conference, status_callback
from simulator.legs import register
from simulator.machine_detection import Detection
from simulator.network import Network
from simulator.parameters import API_VERSION, rfc2822
from simulator.placing import call_in
from simulator.steering import Fetch
from simulator.twiml import DocumentError

PARTICIPANTS = f"{BASE}/Conferences/<conference_sid>/Participants"


def add_routes(app: Flask, network: Network) -> None:
    @app.get(f"{PARTICIPANTS}.json")
    def list_participants(account_sid: str, conference_sid: str) -> Response:  # noqa: ARG001
        filters = query("list_participants")
        conference = find_conference(network, conference_sid)
        there = [one for one in conference.participants if one.status not in {"complete", "failed"}]
        chosen = [participant_json(conference, one) for one in there if _passes(one, filters)]
        return answer_page("participants", "participant", chosen, filters)

    @app.post(f"{PARTICIPANTS}.json")
    def create_participant(account_sid: str, conference_sid: str) -> Response:  # noqa: ARG001
        fields = form("create_participant")
        conference, participant = _call_in(network, conference_sid, fields)
        return answer_json("participant", participant_json(conference, participant), 201)

    @app.get(f"{PARTICIPANTS}/<sid>.json")
    def read_participant(account_sid: str, conference_sid: str, sid: str) -> Response:  # noqa: ARG001
        conference, participant = _find(network, conference_sid, sid)
        return answer_json("participant", participant_json(conference, participant))

    @app.post(f"{PARTICIPANTS}/<sid>.json")
    def update_participant(account_sid: str, conference_sid: str, sid: str) -> Response:  # noqa: ARG001
        conference, participant = _find(network, conference_sid, sid)
        _update(conference, participant, {name: values[0] for name, values in form("update_participant").items()})
        return answer_json("participant", participant_json(conference, participant))

    @app.delete(f"{PARTICIPANTS}/<sid>.json")
    def remove_participant(account_sid: str, conference_sid: str, sid: str) -> Response:  # noqa: ARG001
        conference, participant = _find(network, conference_sid, sid)
        if participant.status == "connected":
            conference.kick(participant)
        else:
            participant.call.hang_up("application", "canceled")
        return Response(status=204)


def participant_json(conference: Conference, participant: Participant) -> dict[str, Any]:
    """The fields of a participant that hold anything; the others are null."""
    call_sid = participant.call.sid
    path = f"/{API_VERSION}/Accounts/{conference.account_sid}/Conferences/{conference.sid}/Participants/{call_sid}"
    return {
        "account_sid": conference.account_sid,
        "call_sid": call_sid,
        "conference_sid": conference.sid,
        "label": participant.terms.label or None,
        "muted": participant.muted,
        "hold": participant.hold,
        "coaching": False,
        "start_conference_on_enter": participant.terms.start_on_enter,
        "end_conference_on_exit": participant.end_on_exit,
        "status": participant.status,
        "date_created": rfc2822(participant.created_at),
        "date_updated": rfc2822(conference.updated_at),
        "queue_time": "0",
        "uri": path + ".json",
    }


def _find(network: Network, conference_sid: str, sid: str) -> tuple[Conference, Participant]:
    conference = find_conference(network, conference_sid)
    participant = conference.find(sid)
    if participant is None:
        raise not_found(f"Conferences/{conference_sid}/Participants/{sid}.json")
    return conference, participant


def _passes(participant: Participant, filters: Mapping[str, str]) -> bool:
    values = {"Muted": participant.muted, "Hold": participant.hold, "Coaching": False}
    return all(filters[name].lower() == str(value).lower() for name, value in values.items() if name in filters)


def _update(conference: Conference, participant: Participant, given: Mapping[str, str]) -> None:
    if "EndConferenceOnExit" in given:
        participant.end_on_exit = _flag(given, "EndConferenceOnExit")
    if "AnnounceUrl" in given:
        participant.announcements.append(announcement(given))
        participant.change()
    if "HoldUrl" in given:
        participant.hold_music = Fetch(given["HoldUrl"], given.get("HoldMethod", "POST"), why="hold")
    conference.update(
        participant,
        muted=_flag(given, "Muted") if "Muted" in given else None,
        hold=_flag(given, "Hold") if "Hold" in given else None,
    )


def _call_in(network: Network, name: str, fields: Mapping[str, list[str]]) -> tuple[Conference, Participant]:
    """Rings somebody; who answers enters. A name nobody uses yet makes a new conference."""
    given = {field: values[0] for field, values in fields.items()}
    call, ring_seconds = outbound_call(network, fields)
    terms, detection = _terms(fields, given), Detection.read(given)
    if name.startswith("CF") and find_conference(network, name).status == "completed":
        raise not_found(f"Conferences/{name}/Participants.json")
    conference = open_conference(network, name)
    participant = Participant(call, terms)
    conference.expect(participant)
    register(network, call)
    work = call_in(network, conference, participant, ring_seconds, detection)
    network.start(work, f"call {call.sid}")
    return conference, participant


def _terms(fields: Mapping[str, list[str]], given: Mapping[str, str]) -> Terms:
    url = given.get("ConferenceStatusCallback", "")
    events = " ".join(fields.get("ConferenceStatusCallbackEvent", ["start end"])).split()
    try:
        callback = status_callback(url, given.get("ConferenceStatusCallbackMethod", "POST"), events)
    except DocumentError as error:
        raise ApiError(400, error.code, error.reason) from error
    wait_url = given.get("WaitUrl", "")
    return Terms(
        label=given.get("Label", ""),
        muted=_flag(given, "Muted"),
        start_on_enter=_flag(given, "StartConferenceOnEnter", default="true"),
        end_on_exit=_flag(given, "EndConferenceOnExit"),
        most_participants=int(given.get("MaxParticipants", "250")),
        wait=Fetch(wait_url, given.get("WaitMethod", "POST"), why="wait") if wait_url else None,
        callback=callback,
    )


def _flag(given: Mapping[str, str], name: str, default: str = "false") -> bool:
    return given.get(name, default).lower() == "true"
