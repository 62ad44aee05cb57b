"""Logs go to standard error, a JSON line an event, and never show a whole number."""

import json
import os
import subprocess
import sys
from itertools import islice

import pytest

from tests.house import ROOT

SAY = """
from core.logs import get_logger, set_up_logs
log = get_logger()
set_up_logs("INFO")
log.debug("too_quiet")
said = {"caller": "+8613800138000", "words": "我叫 138 0013 8000"}
log.info("call_registered", call_sid="CA13800138000138001380", order_id=12, **said)
try:
    raise ValueError("no such caller +8613800138000")
except ValueError:
    log.exception("webhook_failed", path="turns/1/speech", number=8613800138000, seen=["+8613800138000"])
"""


def lines():
    done = subprocess.run([sys.executable, "-c", SAY], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_each_event_is_one_json_line_on_standard_error_without_whole_numbers():
    registered, failed = lines()
    assert registered["event"] == "call_registered"
    assert registered["level"] == "info"
    assert registered["timestamp"].endswith("Z")
    assert registered["call_sid"] == "CA13800138000138001380"
    assert (registered["caller"], registered["words"]) == ("[number]", "我叫 [number]")
    assert failed["event"] == "webhook_failed"
    assert failed["path"] == "turns/1/speech"
    assert "ValueError: no such caller [number]" in failed["exception"]
    assert "13800138000" not in json.dumps(failed)


@pytest.mark.full
def test_workers_and_the_clock_log_the_same_way(tmp_path):
    """Whatever runs: lines that a machine can read, and masked."""
    environment = {
        **os.environ,
        "HOTLINE_DATA_FOLDER": str(tmp_path),
        "HOTLINE_REDIS_URL": "unix:///nowhere/redis.sock",
        "HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/without/a/folder.sqlite3",
    }
    for arguments, event in ((["worker", "default"], "queue_unreachable"), (["clock"], "sweep_failed")):
        command = [sys.executable, "-m", "hotline", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            assert event in (json.loads(line)["event"] for line in islice(process.stderr, 2))
        finally:
            process.kill()
            out, _ = process.communicate(timeout=20)
        assert out == b""


def test_a_line_that_nobody_reads_any_more_harms_nobody():
    """A killed server's workers answer callers on: their lines go into a pipe whose other end is closed."""
    say = """
from core.logs import get_logger, set_up_logs
set_up_logs("INFO")
input()
for number in range(3):
    get_logger().exception("webhook_failed", number=number)
print("answered")
"""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    process = subprocess.Popen([sys.executable, "-c", say], cwd=ROOT, text=True, **pipes)
    process.stderr.close()
    process.stderr = None
    out, _ = process.communicate("go\n", timeout=60)
    assert out == "answered\n"
