"""Web servers in processes of their own, the house's and the bare one, and one telephone line to a server."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from core.settings import Settings
from hotline.redis_server import redis_command
from tools.bench.processes import ROOT

_SECONDS_TO_START = 30
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Line:
    """One connection of the carrier that stays open: signed webhooks, one after the other."""

    def __init__(self, port: int, settings: Settings) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._signer, self._base = RequestValidator(settings.twilio_auth_token), settings.base_url

    def post(self, path: str, fields: dict[str, str]) -> str:
        signature = self._signer.compute_signature(f"{self._base}{path}", fields)
        self._connection.request("POST", path, urlencode(fields), {**_FORM, "X-Twilio-Signature": signature})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        assert answer.status in {200, 204}, f"{path}: {answer.status}"
        return text


@contextmanager
def house_server(settings: Settings) -> Iterator[int]:
    """Run the house's web server, with Redis beside it and no stream process; yields its process id."""
    with ExitStack() as running:
        running.enter_context(_process(redis_command(settings)))
        web = running.enter_context(_process([sys.executable, "-m", "hotline", "web"]))
        _wait_for(settings.port)
        yield web


@contextmanager
def bare_server(port: int) -> Iterator[int]:
    """Run the bare view; yields the server's process id."""
    with _process([sys.executable, "-m", "tools.bench.bare_web", str(port)]) as web:
        _wait_for(port)
        yield web


def cpu_of_tree(pid: int) -> float:
    """Return the processor seconds that a process and those below it have used, to the nanosecond."""
    below = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return _cpu_of_threads(pid) + sum(cpu_of_tree(child) for child in below)


def cpu_by_program(supervisord: int) -> dict[str, float]:
    """Return the processor seconds of each of the house's programs, with those below it, by the last of its words."""
    used: dict[str, float] = {}
    for child in Path(f"/proc/{supervisord}/task/{supervisord}/children").read_text().split():
        words = Path(f"/proc/{child}/cmdline").read_bytes().decode().rstrip("\0").split("\0")
        name = "redis" if "redis" in words[0] else words[-1]
        used[name] = used.get(name, 0.0) + cpu_of_tree(int(child))
    return used


def _cpu_of_threads(pid: int) -> float:
    used = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):
            used += int((thread / "schedstat").read_text().split()[0])
    return used / 1e9


@contextmanager
def _process(command: list[str]) -> Iterator[int]:
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until:
        with suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/health")
            connection.getresponse().read()
            return
        time.sleep(0.2)
    raise AssertionError(f"nothing answers on port {port}")
