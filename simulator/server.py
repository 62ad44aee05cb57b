"""Serves the REST API on a port of this machine, each request in a thread."""

import threading
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from simulator import (
    api,
    api_calls,
    api_conferences,
    api_messages,
    api_numbers,
    api_participants,
    api_recordings,
)
from simulator.network import Network


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the name is werkzeug's
        """Says nothing: the carrier keeps a journal of its own."""


class Server:
    """Listens from its making on, serves from start() to stop()."""

    def __init__(self, network: Network, host: str, port: int) -> None:
        self._server: BaseWSGIServer = make_server(
            host, port, create_app(network), threaded=True, request_handler=_QuietHandler
        )
        self.url = f"http://{host}:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), name="carrier api", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def create_app(network: Network) -> Flask:
    app = Flask("simulator")
    api.may_fall_silent(app, network)
    api.guard(app, network)
    api_calls.add_routes(app, network)
    api_messages.add_routes(app, network)
    api_recordings.add_routes(app, network)
    api_conferences.add_routes(app, network)
    api_participants.add_routes(app, network)
    api_numbers.add_routes(app, network)
    return app
