"""What callers did while the database was away is on disk at once, comes back in order, and is never lost."""

import json
import subprocess
import sys

import pytest

from core.spool import Spool, SpooledWebhook
from tests.house import ROOT

APPEND = """
import sys
from pathlib import Path
from core.spool import Spool, SpooledWebhook
spool = Spool(Path(sys.argv[1]))
for number in range(25):
    spool.append(SpooledWebhook(f"{sys.argv[2]}/{number}", {"SpeechResult": "喘" * 2000}, "2026-03-01T04:00:00+00:00"))
"""


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


def webhook(name):
    return SpooledWebhook(f"turns/{name}", {"Digits": "9", "说": "救命\n\r\u2028"}, "2026-03-01T12:00:00.5+08:00")


def replayed(spool):
    seen = []
    return spool.replay(seen.append), seen


def test_one_line_of_json_a_webhook(spool):
    spool.append(webhook("1"))
    spool.append(webhook("2"))
    lines = spool.path.read_bytes().split(b"\n")
    assert lines[-1] == b""
    assert [json.loads(line)["path"] for line in lines[:-1]] == ["turns/1", "turns/2"]


def test_they_come_back_as_they_were_the_oldest_first_and_only_once(spool):
    for name in "abc":
        spool.append(webhook(name))
    assert replayed(spool) == (3, [webhook("a"), webhook("b"), webhook("c")])
    assert replayed(spool) == (0, [])
    spool.append(webhook("d"))
    assert replayed(spool) == (1, [webhook("d")])


def test_the_moment_is_aware():
    assert webhook("1").moment.isoformat() == "2026-03-01T12:00:00.500000+08:00"


def test_without_a_file_there_is_nothing_to_replay(spool):
    assert replayed(spool) == (0, [])


def test_an_error_stops_the_replay_and_keeps_that_one_and_the_rest(spool):
    for name in "abcd":
        spool.append(webhook(name))
    seen = []

    def handle(one):
        if one.path.endswith("c"):
            raise ConnectionError("the database is away again")
        seen.append(one)

    with pytest.raises(ConnectionError):
        spool.replay(handle)
    assert seen == [webhook("a"), webhook("b")]
    assert replayed(spool) == (2, [webhook("c"), webhook("d")])


@pytest.mark.parametrize("half", [b'{"path": "turns/x", "fie', '{"path": "turns/喘'.encode()[:-1], b"\0" * 50, b"[1]"])
def test_a_line_cut_by_a_power_failure_costs_nobody_else_their_words(spool, half):
    spool.append(webhook("before"))
    with spool.path.open("ab") as file:
        file.write(half)
    spool.append(webhook("after"))
    assert replayed(spool)[1] == [webhook("before"), webhook("after")]
    assert replayed(spool) == (0, [])


def test_a_half_written_last_line_is_passed_over(spool):
    spool.append(webhook("before"))
    with spool.path.open("ab") as file:
        file.write(b'{"path": "tu')
    assert replayed(spool)[1] == [webhook("before")]


def test_what_processes_append_at_once_is_all_there_and_each_in_order(spool):
    commands = [[sys.executable, "-c", APPEND, str(spool.path.parent), name] for name in "abc"]
    processes = [subprocess.Popen(command, cwd=ROOT) for command in commands]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    number, seen = replayed(spool)
    assert number == 75
    for name in "abc":
        assert [one.path for one in seen if one.path[0] == name] == [f"{name}/{number}" for number in range(25)]


def test_who_fails_during_a_replay_does_not_wait_for_it(spool):
    spool.append(webhook("first"))
    assert spool.replay(lambda _one: spool.append(webhook("meanwhile"))) == 1
    assert replayed(spool) == (1, [webhook("meanwhile")])


def test_a_replay_that_died_in_the_middle_comes_again_and_before_newer_ones(spool):
    spool.append(webhook("first"))

    def die(_one):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        spool.replay(die)
    spool.append(webhook("newer"))
    assert replayed(spool) == (1, [webhook("first")])
    assert replayed(spool) == (1, [webhook("newer")])


def test_what_is_set_aside_is_kept_for_a_person_and_not_replayed(spool):
    spool.set_aside(webhook("odd"))
    assert replayed(spool) == (0, [])
    kept = (spool.path.parent / "set_aside.jsonl").read_text(encoding="utf-8")
    assert json.loads(kept)["path"] == "turns/odd"
