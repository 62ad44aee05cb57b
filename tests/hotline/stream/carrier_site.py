"""The carrier's REST API as far as a live call is moved by it: notes every move, answers as it is told."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class CarrierSite:
    """What was asked: (call, path below /voice/) in order; `status` and `seconds` say how it answers."""

    def __init__(self):
        self.moves = []
        self.status, self.seconds = 200, 0.0
        self.url = ""

    def moves_of(self, call_sid):
        return [path for sid, path in self.moves if sid == call_sid]


@contextmanager
def carrier_site():
    site = CarrierSite()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            sid = self.path.rpartition("/")[2].removesuffix(".json")
            site.moves.append((sid, urlsplit(fields["Url"][0]).path.removeprefix("/voice/")))
            time.sleep(site.seconds)
            body = b'{"sid": "CA", "status": "in-progress"}'
            self.send_response(site.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
