"""Other people's systems for tests: an HTTP server and a mail server that really listen, on this machine."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """Answers every POST with the next of `answers` (status, body), the last one for ever; keeps what it got."""

    def __init__(self, *answers):
        self.answers = list(answers) or [(200, {})]
        self.got = []

    def take(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def http_site(*answers) -> Iterator[tuple[Site, str]]:
    site = Site(*answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            site.got.append((self.path, dict(self.headers), body))
            status, told = site.take()
            content = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            if status in {301, 302, 307}:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with _serving(server):
        yield site, f"http://127.0.0.1:{server.server_address[1]}"


@contextmanager
def mail_site(*, refuses: bytes = b"", when: bytes = b"RCPT") -> Iterator[tuple[list[bytes], str]]:
    """A mail server that takes letters, or answers a command with `refuses`."""
    letters: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 mail\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if refuses and word == when:
                    self.wfile.write(refuses + b"\r\n")
                elif word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    letters.append(self._letter())
                    self.wfile.write(b"250 kept\r\n")
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 ok\r\n")

        def _letter(self):
            lines = []
            while (line := self.rfile.readline()) not in {b".\r\n", b""}:
                lines.append(line)
            return b"".join(lines)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    with _serving(server):
        yield letters, f"smtp://127.0.0.1:{server.server_address[1]}"


@contextmanager
def _serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
