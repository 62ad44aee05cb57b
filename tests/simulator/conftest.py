"""A carrier at a fast pace and, at the other end of the wire, a tiny program that answers with canned TwiML."""

import json
import threading
import time
import wave
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve
from werkzeug.serving import WSGIRequestHandler, make_server

from simulator import Call, Caller, Carrier

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "a secret"
HOTLINE = "+8657112345678"
CITIZEN = "+8613800138000"


class Quiet(WSGIRequestHandler):
    def log(self, *args):
        pass


class StubApp:
    """Answers `pages[path]`: TwiML inside <Response>, a Response, or a function of the request."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        app = Flask("stub")
        app.add_url_rule("/<path:path>", view_func=self._answer, methods=["GET", "POST"])
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def __setitem__(self, path: str, page: Any) -> None:
        self.pages[path] = page

    def params(self, path: str) -> list[dict[str, str]]:
        """The form fields of every request to a path."""
        return [params for asked, params, _ in list(self.asked) if asked == path]

    def headers(self, path: str) -> list[dict[str, str]]:
        return [headers for asked, _, headers in list(self.asked) if asked == path]

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, path: str) -> Any:
        self.asked.append(("/" + path, {**request.args, **request.form}, dict(request.headers)))
        page = self.pages.get("/" + path, "")
        if callable(page) and not isinstance(page, Response):
            page = page(request)
        return page if isinstance(page, Response | bytes | tuple) else twiml(page)


def twiml(verbs: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>', mimetype="text/xml")


@pytest.fixture(scope="session")
def stub() -> Iterator[StubApp]:
    stub = StubApp()
    yield stub
    stub.stop()


@pytest.fixture
def app(stub: StubApp) -> StubApp:
    """The stub with nothing to say and nothing asked."""
    stub.pages.clear()
    stub.asked.clear()
    return stub


MakeCarrier = Callable[..., Carrier]


@pytest.fixture
def make_carrier(app: StubApp, tmp_path: Path) -> Iterator[MakeCarrier]:
    """A started carrier whose hotline number is answered by the stub; settings as in Carrier."""
    made: list[Carrier] = []

    def make(**settings: Any) -> Carrier:
        settings = {"pace": 200.0, "folder": tmp_path / "carrier"} | settings
        carrier = Carrier(account_sid=ACCOUNT_SID, auth_token=AUTH_TOKEN, **settings)
        made.append(carrier)
        carrier.start()
        carrier.add_number(
            HOTLINE,
            voice_url=app.url + "/voice",
            voice_fallback_url=app.url + "/fallback",
            status_callback_url=app.url + "/status",
        )
        return carrier

    yield make
    for carrier in made:
        carrier.stop()


@pytest.fixture
def carrier(make_carrier: MakeCarrier) -> Carrier:
    return make_carrier()


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """Two seconds of a caller's voice, or near enough."""
    return sound(tmp_path / "words.wav", 2.0)


def sound(path: Path, seconds: float, rate: int = 8000) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"\x10\x20" * int(seconds * rate))
    return path


def dial_in(carrier: Carrier, *moves: Any, **more: Any) -> Call:
    """A call of a citizen that has just begun."""
    caller = more.pop("caller", Caller(moves))
    return carrier.place_call(from_number=CITIZEN, to_number=HOTLINE, caller=caller, **more)


def ring_up(carrier: Carrier, *moves: Any, **more: Any) -> Call:
    """A finished call of a citizen with this script."""
    patience = more.pop("patience", 3)
    caller = more.pop("caller", Caller(moves, patience=patience))
    return carrier.place_call(from_number=CITIZEN, to_number=HOTLINE, caller=caller, **more).wait(20)


@contextmanager
def twilio_client(carrier: Carrier, **credentials: str) -> Iterator[Client]:
    """Twilio's own client, sent to the carrier instead of api.twilio.com."""
    http = LocalHttpClient(carrier.api_url)
    yield Client(credentials.get("username", ACCOUNT_SID), credentials.get("password", AUTH_TOKEN), http_client=http)
    http.session.close()


class LocalHttpClient(TwilioHttpClient):
    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url

    def request(self, method, url, *args, **more):
        return super().request(method, url.replace("https://api.twilio.com", self._base_url), *args, **more)


def sentences(call: Call) -> list[str]:
    return [heard.text for heard in call.heard]


class StreamServer:
    """A server of media streams that keeps what comes; `obey(connection)` in place of reading, if given.

    It takes in every message at once, or only `most_unread`, so that who does not read stops the sender.
    """

    def __init__(self, most_unread: int | None = None, answers_after_seconds: float = 0) -> None:
        self.requests: list[Any] = []
        self.obey: Callable[[Any], None] | None = None
        self._connections: list[list[dict[str, Any]]] = []
        self._ended: list[threading.Event] = []
        self._server = serve(
            self._handle,
            "127.0.0.1",
            0,
            process_request=lambda *_: time.sleep(answers_after_seconds),
            ping_interval=None,
            max_queue=most_unread,
            close_timeout=1,
        )
        self.url = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def connections(self) -> list[list[dict[str, Any]]]:
        """The messages of each connection, once it is over and read to its end."""
        for ended in list(self._ended):
            assert ended.wait(20)
        return self._connections

    def _handle(self, connection: Any) -> None:
        ended = threading.Event()
        messages: list[dict[str, Any]] = []
        self._ended.append(ended)
        self._connections.append(messages)
        self.requests.append(connection.request)
        try:
            if self.obey:
                self.obey(connection)
            while True:
                messages.append(json.loads(connection.recv()))
        except ConnectionClosed:
            ended.set()

    def media(self, stream: int = -1) -> list[dict[str, Any]]:
        """The media messages of a stream."""
        return [message for message in self.connections[stream] if message["event"] == "media"]

    def heard(self, stream: int = -1) -> bytes:
        """The sound of a stream in the order it came."""
        return b"".join(b64decode(message["media"]["payload"]) for message in self.media(stream))

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()


@pytest.fixture
def ears() -> Iterator[StreamServer]:
    server = StreamServer()
    yield server
    server.stop()


@pytest.fixture
def late_ears() -> Iterator[StreamServer]:
    server = StreamServer(answers_after_seconds=0.3)
    yield server
    server.stop()


@pytest.fixture
def slow_ears() -> Iterator[StreamServer]:
    server = StreamServer(most_unread=16)
    yield server
    server.stop()


@pytest.fixture
def client(carrier):
    with twilio_client(carrier) as client:
        yield client
