"""tools/twilio_shapes.py: what it takes of an OpenAPI document, and that the shapes kept are of that form."""

import json
import subprocess
import sys
from pathlib import Path

from simulator import shapes

ROOT = Path(shapes.__file__).parents[1]
ACCOUNT = "/2010-04-01/Accounts/{AccountSid}/"
PARTICIPANTS = "Conferences/{ConferenceSid}/Participants"


def operation(**properties):
    return {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"properties": properties}}}}}


def listing(name):
    parameters = [
        {"name": "AccountSid", "in": "path", "schema": {"type": "string"}},
        {"name": name, "in": "query", "schema": {"$ref": "#/components/schemas/status"}},
    ]
    page = {"properties": {"page": {"type": "integer"}, "calls": {"type": "array"}}}
    answer = {"content": {"application/json": {"schema": page}}}
    return {"parameters": parameters, "responses": {"200": answer}}


def document():
    text = {"type": "string", "nullable": True}
    call = "api.v2010.account.call"
    others = ("message", "recording", "conference", "conference.participant", "incoming_phone_number")
    names = (call, f"{call}.call_recording", *(f"api.v2010.account.{name}" for name in others))
    return {
        "components": {
            "schemas": {name: {"properties": {"sid": text}} for name in names}
            | {"status": {"type": "string", "enum": ["busy"]}}
        },
        "paths": {
            ACCOUNT + "Calls.json": {"post": operation(To=text), "get": listing("Status")},
            ACCOUNT + "Calls/{Sid}.json": {"post": operation(Url=text)},
            ACCOUNT + "Messages.json": {"post": operation(Body=text), "get": listing("To")},
            ACCOUNT + "Recordings.json": {"get": listing("CallSid")},
            ACCOUNT + "Calls/{CallSid}/Recordings.json": {"get": listing("DateCreated")},
            ACCOUNT + "Conferences.json": {"get": listing("FriendlyName")},
            ACCOUNT + "Conferences/{Sid}.json": {"post": operation(Status=text)},
            ACCOUNT + PARTICIPANTS + ".json": {"post": operation(To=text), "get": listing("Muted")},
            ACCOUNT + PARTICIPANTS + "/{CallSid}.json": {"post": operation(Muted=text)},
            ACCOUNT + "IncomingPhoneNumbers.json": {"get": listing("PhoneNumber")},
            ACCOUNT + "IncomingPhoneNumbers/{Sid}.json": {"post": operation(VoiceUrl=text)},
        },
    }


def test_the_tool_keeps_names_types_and_enumerations(tmp_path):
    source = tmp_path / "openapi.json"
    source.write_text(json.dumps(document()))
    tool = ROOT / "tools" / "twilio_shapes.py"
    printed = subprocess.run([sys.executable, tool, source], capture_output=True, check=True, text=True).stdout
    made = json.loads(printed)
    assert made["resources"]["call"] == {"sid": {"type": "string"}}
    assert made["requests"]["create_call"] == {"To": {"type": "string"}}
    assert made["requests"]["list_calls"] == {"Status": {"type": "string", "enum": ["busy"]}}
    assert made["page"] == {"page": {"type": "integer"}}
    kept = json.loads((ROOT / "simulator" / "shapes.json").read_text())
    assert {key: set(value) for key, value in kept.items() if key != "page"} == {
        key: set(value) for key, value in made.items() if key != "page"
    }
