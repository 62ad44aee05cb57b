"""The least a webhook can be: Flask, the carrier's signature, TwiML, behind the same server; it stores nothing."""

import sys

from flask import Flask, Response, request
from granian import Granian
from granian.constants import Interfaces
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import VoiceResponse

from core.settings import read_settings
from hotline.web import THREADS


def create_app() -> Flask:
    settings = read_settings()
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


def main(port: int) -> None:
    Granian(
        "tools.bench.bare_web:create_app",
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=read_settings().web_workers,
        blocking_threads=THREADS,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
