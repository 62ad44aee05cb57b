"""`hotline up` as a newcomer runs it: calls are placed, the console answers, Ctrl-C leaves nothing running."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.house import ROOT, free_port


def up(folder: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HOTLINE_", "VOSK_"))}
    ours = {"HOME": str(folder), "HOTLINE_DATA_FOLDER": str(folder / "data"), "COLUMNS": "160"}
    ears = {"HOTLINE_STREAM_PORT": str(free_port()), "HOTLINE_LIVE_STREAMS": "20"}  # not measured: that takes seconds
    environment |= {**ours, **ears, **variables}
    return subprocess.Popen(
        [sys.executable, "-m", "hotline", "up", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_newcomer_sees_six_calls_and_what_became_of_each(tmp_path: Path) -> None:
    port = free_port()
    process = up(tmp_path, HOTLINE_PORT=str(port), HOTLINE_SIMULATOR_PORT=str(free_port()))
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    console = httpx.get(f"http://127.0.0.1:{port}/", follow_redirects=True)
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=60)[0]
    shown = "".join(lines)
    assert process.returncode == 0, shown + rest
    assert console.status_code == httpx.codes.OK
    for words in (
        "red medical",
        "yellow medical",
        "unknown",
        "answered from the knowledge base",
        "您问的是",
        "insulin",
    ):
        assert words in shown, shown
    assert len(re.findall(r"sign in as \w+ with \S{10,}", shown)) == 3
    assert "demonstration models" in shown
    assert not running_in(tmp_path)


@pytest.mark.full
def test_ctrl_c_in_the_middle_of_the_calls_stops_at_once(tmp_path: Path) -> None:
    process = up(tmp_path, HOTLINE_PORT=str(free_port()), HOTLINE_SIMULATOR_PORT=str(free_port()))
    assert process.stdout
    while "Placing" not in process.stdout.readline():
        pass
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    output = process.communicate(timeout=30)[0]
    assert process.returncode == 0, output
    assert "Traceback" not in output
    assert not running_in(tmp_path)


@pytest.mark.full
def test_a_killed_supervisor_is_started_again_and_a_killed_hotline_up_leaves_nothing(tmp_path: Path) -> None:
    port = free_port()
    process = up(tmp_path, "--no-calls", HOTLINE_PORT=str(port), HOTLINE_SIMULATOR_PORT=str(free_port()))
    until(process, "Ctrl-C")
    second = up(tmp_path, "--no-calls", HOTLINE_PORT=str(free_port()), HOTLINE_SIMULATOR_PORT=str(free_port()))
    assert "is running on" in second.communicate(timeout=60)[0]
    pid_file = tmp_path / "data" / "supervisord.pid"
    killed = int(pid_file.read_text())
    os.kill(killed, signal.SIGKILL)
    until(process, "anew")
    in_time(lambda: pid_file.exists() and int(pid_file.read_text()) != killed, 30)
    in_time(lambda: answers(port), 30)
    process.kill()
    process.communicate(timeout=30)
    in_time(lambda: not running_in(tmp_path), 30)


def until(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout
    while words not in (line := process.stdout.readline()):
        assert line, "it ended"


def in_time(true: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


def answers(port: int) -> bool:
    try:
        return bool(httpx.get(f"http://127.0.0.1:{port}/health").json()["queues"])
    except httpx.HTTPError:
        return False


def running_in(folder: Path) -> list[str]:
    """Return the command lines of processes whose environment names a folder."""
    time.sleep(0.5)
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "environ").read_bytes() and process.name != str(os.getpid()):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:  # it has just ended, or is another user's
            continue
    return found


def test_a_port_in_use_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = up(tmp_path, HOTLINE_PORT=str(port))
        output = process.communicate(timeout=60)[0]
    assert process.returncode == 1
    assert f"Port {port} is in use" in output
    assert "HOTLINE_PORT=" in output
    assert "Traceback" not in output


@pytest.mark.full
def test_a_data_folder_or_an_address_that_cannot_be_used_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    output = up(tmp_path).communicate(timeout=60)[0]
    assert output.startswith(f"Error: The data folder {tmp_path / 'data'} can't be written"), output
    (tmp_path / "data").unlink()
    output = up(tmp_path, HOTLINE_HOST="192.0.2.1").communicate(timeout=60)[0]
    assert output.startswith("Error: HOTLINE_HOST=192.0.2.1 can't be used"), output
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_wrong_settings_are_told_all_at_once(tmp_path: Path) -> None:
    process = up(tmp_path, HOTLINE_PORT="none", HOTLINE_DUTY_PHONES="110")
    output = process.communicate(timeout=60)[0]
    assert process.returncode == 1
    assert "HOTLINE_PORT" in output
    assert "HOTLINE_DUTY_PHONES" in output
    assert "Traceback" not in output
