"""A step of a call, signed and durably committed, against a bare Flask view with signature and TwiML."""

from collections.abc import Iterator

from flask import Flask, Response, request
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import VoiceResponse

from core.house import build_house
from core.settings import Settings
from hotline.setting_up import set_up
from hotline.web import create_app
from tools.bench.pairs import ROUNDS, paired

STEPS = 100


def rows(settings: Settings) -> Iterator[str]:
    """A step of a call, signed and durably committed, against a bare Flask view with signature and TwiML."""
    house = build_house(settings)
    set_up(house)
    app = create_app(house)
    client, plain = app.test_client(), _bare_app(settings).test_client()
    for name, kind in (("greeting of a new call", "incoming"), ("topic menu by key", "turns/1/keys")):
        sids = iter(f"CA{number:032x}" for number in range(10_000_000))
        if kind != "incoming":
            known = [next(sids) for _ in range(STEPS * (ROUNDS + 1))]
            for sid in known:
                _post(client, settings, "incoming", sid)
            sids = iter(known)

        def ours(kind: str = kind, sids: Iterator[str] = sids) -> None:
            for _ in range(STEPS):
                _post(client, settings, kind, next(sids))

        def bare() -> None:
            for _ in range(STEPS):
                _post(plain, settings, "bare", "CA" + "0" * 32)

        mine, theirs, ratio = paired(ours, bare)
        yield (
            f"| {name}, SQLite, Redis away | {mine / STEPS * 1000:.2f} ms CPU"
            f" | bare Flask + signature + TwiML: {theirs / STEPS * 1000:.2f} ms | {1 / ratio:.1f}× |"
        )


def _bare_app(settings: Settings) -> Flask:
    app = Flask("bare")

    @app.post("/voice/bare")
    def bare() -> Response:
        signature = request.headers["X-Twilio-Signature"]
        assert RequestValidator(settings.twilio_auth_token).validate(
            f"{settings.base_url}/voice/bare", request.form, signature
        )
        response = VoiceResponse()
        response.gather(num_digits=1).say("hello")
        return Response(str(response), mimetype="text/xml")

    return app


def _post(client: FlaskClient, settings: Settings, kind: str, sid: str) -> None:
    fields = {"CallSid": sid, "From": "+8613800138000", "To": settings.hotline_number, "Digits": "1"}
    signature = RequestValidator(settings.twilio_auth_token).compute_signature(
        f"{settings.base_url}/voice/{kind}", fields
    )
    answer = client.post(f"/voice/{kind}", data=fields, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 200, answer.status
