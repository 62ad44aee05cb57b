"""The web process: the telephone's webhooks and the console, a Flask application each, served by granian."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from werkzeug.middleware.proxy_fix import ProxyFix

import console
from asr.speech_models import miniature_languages
from core.house import House, this_house
from core.logs import set_up_logs
from hotline.descendants import end_when_orphaned
from hotline.fresh_words import keep_words_fresh
from hotline.health import blueprint as health
from ivr.webhooks import blueprint as voice

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LARGEST_REQUEST_BYTES = 1024 * 1024
THREADS = 8
_SERVER_IS_BACK_SECONDS = 15


def create_app(house: House | None = None) -> Flask:
    """Return the application of a house; without one, of the house that the environment describes."""
    house = house or this_house()
    set_up_logs(house.settings.log_level)  # granian starts each worker process anew
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=house.settings.session_key(),
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST_BYTES,
        DEMONSTRATION_SPEECH_MODEL=bool(miniature_languages(house.settings)),
    )
    app.extensions["house"] = house
    if house.settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=house.settings.trusted_proxies)  # type: ignore[method-assign]
    console.set_up(app)
    app.register_blueprint(health)
    app.register_blueprint(console.blueprint())
    app.wsgi_app = _with_telephone(app.wsgi_app, _telephone(house))  # type: ignore[method-assign,assignment]
    return app


def _telephone(house: House) -> Flask:
    """Return the carrier's door: its requests are signed, so none of what protects the console is done for them."""
    app = Flask("telephone")
    app.config.update(MAX_CONTENT_LENGTH=_LARGEST_REQUEST_BYTES)
    app.extensions["house"] = house
    app.register_blueprint(voice)
    return app


def _with_telephone(others: "WSGIApplication", telephone: Flask) -> "WSGIApplication":
    def serve_one(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        app = telephone if environ["PATH_INFO"].startswith("/voice/") else others
        return app(environ, start_response)

    return serve_one


def create_worker_app() -> Flask:
    """Return the application in a worker process of the server, which must not go on serving for ever when that dies.

    Until the server is there again its workers answer in its stead: they share the port with the new ones.
    """
    end_when_orphaned(_SERVER_IS_BACK_SECONDS)
    house = this_house()
    keep_words_fresh(house.database)
    return create_app(house)


def serve(house: House) -> None:
    """Serve until told to stop; a worker process that dies is replaced."""
    Granian(
        "hotline.web:create_worker_app",
        factory=True,
        address=house.settings.host,
        port=house.settings.port,
        interface=Interfaces.WSGI,
        workers=house.settings.web_workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        log_enabled=False,
    ).serve()
