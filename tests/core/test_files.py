"""Files are wholly there or not at all, and a secret is made once however many processes ask for it."""

import stat
import subprocess
import sys
import threading

import pytest

from core.files import secret_file, write_durably
from tests.house import ROOT

ASK = """
import sys
from pathlib import Path
from core.files import secret_file
sys.stdin.readline()
print(secret_file(Path(sys.argv[1])))
"""


def test_a_file_is_written_whole_with_its_mode(tmp_path):
    path = tmp_path / "a" / "b" / "file"
    write_durably(path, b"first", mode=0o600)
    write_durably(path, b"2", mode=0o600)
    assert path.read_bytes() == b"2"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_reader_never_sees_half_a_file(tmp_path):
    path, stop, seen = tmp_path / "file", threading.Event(), set()
    write_durably(path, b"a" * 500_000)

    def read():
        while not stop.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for letter in (b"b", b"a") * 15:
        write_durably(path, letter * 500_000)
    stop.set()
    reader.join()
    assert seen <= {b"a" * 500_000, b"b" * 500_000}


def test_a_write_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "file"
    write_durably(path, b"old")
    with pytest.raises(TypeError):
        write_durably(path, "not bytes")
    assert path.read_bytes() == b"old"


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    path = tmp_path / "new folder" / "secret_key"
    secret = secret_file(path)
    assert len(secret) == 64
    assert secret_file(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert secret_file(tmp_path / "another") != secret


def test_a_secret_that_is_there_is_never_replaced(tmp_path):
    (tmp_path / "secret_key").write_text("mine")
    assert secret_file(tmp_path / "secret_key") == "mine"


def test_threads_that_ask_at_once_get_one_secret(tmp_path):
    for round_ in range(10):
        together, got = threading.Barrier(8), []

        def ask(path, together=together, got=got):
            together.wait()
            got.append(secret_file(path))

        threads = [threading.Thread(target=ask, args=(tmp_path / str(round_),)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == 8
        assert len(set(got)) == 1


def test_processes_that_ask_at_once_get_one_secret(tmp_path):
    command = [sys.executable, "-c", ASK, str(tmp_path / "secret_key")]
    processes = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    assert len({process.communicate(timeout=30)[0] for process in processes}) == 1
    assert all(process.returncode == 0 for process in processes)
