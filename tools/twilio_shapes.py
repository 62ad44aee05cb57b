"""Reads Twilio's OpenAPI document and prints the few shapes the simulator checks itself against.

Usage: python tools/twilio_shapes.py twilio_api_v2010.json > simulator/shapes.json
The document is published by Twilio under the MIT licence (github.com/twilio/twilio-oai, spec/json).
"""

import json
import sys
from pathlib import Path
from typing import Any

BASE = "/2010-04-01/Accounts/{AccountSid}/"
RESOURCES = {
    "call": "api.v2010.account.call",
    "message": "api.v2010.account.message",
    "recording": "api.v2010.account.recording",
    "call_recording": "api.v2010.account.call.call_recording",
    "conference": "api.v2010.account.conference",
    "participant": "api.v2010.account.conference.participant",
    "incoming_phone_number": "api.v2010.account.incoming_phone_number",
}
CONFERENCE, PARTICIPANTS = "Conferences/{Sid}.json", "Conferences/{ConferenceSid}/Participants"
FORMS = {
    "create_call": "Calls.json",
    "update_call": "Calls/{Sid}.json",
    "create_message": "Messages.json",
    "update_conference": CONFERENCE,
    "create_participant": f"{PARTICIPANTS}.json",
    "update_participant": f"{PARTICIPANTS}/{{CallSid}}.json",
    "update_incoming_phone_number": "IncomingPhoneNumbers/{Sid}.json",
}
QUERIES = {
    "list_calls": "Calls.json",
    "list_messages": "Messages.json",
    "list_recordings": "Recordings.json",
    "list_call_recordings": "Calls/{CallSid}/Recordings.json",
    "list_conferences": "Conferences.json",
    "list_participants": f"{PARTICIPANTS}.json",
    "list_incoming_phone_numbers": "IncomingPhoneNumbers.json",
}

Json = dict[str, Any]


def kind(document: Json, schema: Json) -> Json:
    """The type of one field, with the values an enumeration allows."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    shape: Json = {"type": schema.get("type", "any")}
    if "enum" in schema:
        shape["enum"] = schema["enum"]
    return shape


def fields(document: Json, properties: Json) -> Json:
    return {name: kind(document, schema) for name, schema in properties.items()}


def form(document: Json, path: str) -> Json:
    body = document["paths"][BASE + path]["post"]["requestBody"]["content"]
    return fields(document, body["application/x-www-form-urlencoded"]["schema"]["properties"])


def query(document: Json, path: str) -> Json:
    parameters = document["paths"][BASE + path]["get"]["parameters"]
    return {item["name"]: kind(document, item["schema"]) for item in parameters if item["in"] == "query"}


def page(document: Json) -> Json:
    answer = document["paths"][BASE + "Calls.json"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return {name: shape for name, shape in fields(document, answer["properties"]).items() if name != "calls"}


def shapes(document: Json) -> Json:
    schemas = document["components"]["schemas"]
    return {
        "resources": {name: fields(document, schemas[key]["properties"]) for name, key in RESOURCES.items()},
        "requests": {name: form(document, path) for name, path in FORMS.items()}
        | {name: query(document, path) for name, path in QUERIES.items()},
        "page": page(document),
    }


if __name__ == "__main__":
    print(json.dumps(shapes(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))), indent=1))
