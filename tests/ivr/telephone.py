"""The carrier's side of the webhooks, for tests: signed requests to the blueprint, and what became of them."""

import secrets
import shutil
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from core.house import House, build_house
from core.models import Call, Caller, OrderEvent, Outgoing, Recording, WebhookAnswer, WorkOrder
from core.settings import Settings
from ivr.webhooks import blueprint
from knowledge.store import seed_articles

TOKEN = "a token for tests"
PUBLIC_URL = "https://hotline.example.org"
WANG = "+8613800138000"
DUTY = "+8613911110000"
RECORDING_URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/"
_TABLES = (Call, Caller, OrderEvent, Outgoing, Recording, WebhookAnswer, WorkOrder)


def new_sid(kind="CA"):
    return kind + secrets.token_hex(16)


def make_template(folder: Path, tables: Path) -> Path:
    """Make a seeded database once; every house of a test starts with a copy of it."""
    shutil.copy(tables, folder)
    house = build_house(Settings(data_folder=folder))
    with house.database.transaction() as session:
        seed_articles(session, datetime(2026, 1, 1, tzinfo=UTC))
    with house.database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    house.database.close()
    return folder / "hotline.sqlite3"


def make_house(folder: Path, template: Path, **values) -> House:
    shutil.copy(template, folder / "hotline.sqlite3")
    redis_url = f"unix://{folder}/no-redis.sock"  # jobs are found by the sweep instead
    usual = {"redis_url": redis_url, "twilio_auth_token": TOKEN, "public_url": PUBLIC_URL}
    return build_house(Settings(data_folder=folder, **{**usual, **values}))


def make_app() -> Flask:
    """Make the carrier's door, as hotline.web mounts it."""
    app = Flask("voice")
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    app.register_blueprint(blueprint)
    return app


class Telephone:
    """One caller on the carrier's side; `post` signs as the carrier does."""

    def __init__(self, house: House, app: Flask | None = None) -> None:
        self.house, self.app = house, app or make_app()
        self.app.extensions["house"] = house
        self.sid = new_sid()
        self.number: str | None = WANG

    def fields(self, **more):
        known = {"CallSid": self.sid, "From": self.number or "", "To": "+8657100000000", "CallStatus": "in-progress"}
        return {name: value for name, value in {**known, **more}.items() if value is not None}

    def post(self, path, **more) -> TestResponse:
        """Post a webhook with the call's usual fields; None leaves one out."""
        return self.send(f"/voice/{path}", self.fields(**more))

    def send(self, path, fields, signed_for=None, client=None) -> TestResponse:
        signature = RequestValidator(TOKEN).compute_signature(signed_for or PUBLIC_URL + path, fields)
        client = client or self.app.test_client()
        return client.post(path, data=fields, headers={"X-Twilio-Signature": signature})

    def key(self, turn, digit, **more) -> TestResponse:
        return self.post(f"turns/{turn}/keys", Digits=digit, **more)

    def message(self, turn, recording_sid=None, **more) -> TestResponse:
        return self.post(f"turns/{turn}/message", **recorded(recording_sid or new_sid("RE"), **more))

    def notice(self, recording_sid, status="completed", **more) -> TestResponse:
        """Post a recording's status callback, which tells no number."""
        told = recorded(recording_sid, RecordingStatus=status, **more)
        return self.post("recordings", **{"From": None, "To": None, "CallStatus": None, **told})

    # --- what became of it ---

    def rows(self, table):
        with self.house.database.reading() as session:
            return list(session.scalars(select(table).order_by(next(iter(table.__table__.primary_key)))))

    def call(self) -> Call:
        with self.house.database.reading() as session:
            return session.scalars(select(Call).where(Call.call_sid == self.sid)).one()

    def order(self) -> WorkOrder:
        (order,) = self.rows(WorkOrder)
        return order

    def events(self):
        return [row.event for row in self.rows(OrderEvent)]

    def counts(self):
        with self.house.database.reading() as session:
            return {table.__tablename__: session.scalar(select(func.count()).select_from(table)) for table in _TABLES}


def recorded(sid, **more):
    return {"RecordingSid": sid, "RecordingUrl": RECORDING_URL + sid, "RecordingDuration": "7", **more}


def verbs(answer: TestResponse | str):
    """Return the verbs of a document in their order, those inside `<Gather>` and `<Dial>` left out."""
    return [verb.tag for verb in parse(answer)]


def sentences(answer: TestResponse | str):
    return [say.text or "" for say in parse(answer).iter("Say")]


def said(answer: TestResponse | str) -> str:
    return "".join(sentences(answer))


def parse(answer: TestResponse | str) -> ET.Element:
    return ET.fromstring(answer if isinstance(answer, str) else answer.get_data(as_text=True))
