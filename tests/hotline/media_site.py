"""A small web server that delivers recordings as a carrier does on good and on bad days."""

import threading
import time
from base64 import b64encode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ACCOUNT = ("AC" + "5" * 32, "a token for tests")
MIB = 1024 * 1024


class MediaSite:
    """What is served: for each path a list of answers, the last of which stays; and what was asked for."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        self.url = ""

    def put(self, *answers, path="/RE1.wav"):
        """Serve these in turn: bytes, a status, a function that gets the request; returns the address without .wav."""
        self.answers[path] = list(answers)
        return self.url + path.removesuffix(".wav")


@contextmanager
def media_site():
    site = MediaSite()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
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


def more_than_allowed(request):
    """101 MiB, which no telephone call is."""
    request.send_response(200)
    request.end_headers()
    piece = bytes(MIB)
    for _ in range(101):
        request.wfile.write(piece)


def breaks_off(request):
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b"RIFF")


def hangs(request):
    time.sleep(25)


def drips(request):
    request.send_response(200)
    request.end_headers()
    for _ in range(150):
        request.wfile.write(b"R")
        time.sleep(1)


def elsewhere(url):
    def redirect(request):
        request.send_response(302)
        request.send_header("Location", url)
        request.end_headers()

    return redirect


def _handler(site):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            site.asked.append(self.path)
            expected = "Basic " + b64encode(":".join(ACCOUNT).encode()).decode()
            if self.headers.get("Authorization") != expected:
                return self.send_error(401)
            answers = site.answers.get(self.path, [404])
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(answer, int):
                return self.send_error(answer)
            if callable(answer):
                try:
                    return answer(self)
                except OSError:  # the other side has had enough
                    return None
            self.send_response(200)
            self.send_header("Content-Type", "audio/x-wav")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
            return None

        def log_message(self, *_args):
            pass

    return Handler
