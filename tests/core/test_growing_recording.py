"""A recording that is written while it is heard survives its writer, up to the last piece that was given."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
from itertools import pairwise

import pytest

from core.errors import RecordingBusyError, RecordingMissingError
from core.recording_keys import RecordingKeys
from core.recordings import Recordings

SECOND = bytes(range(250)) * 32


@pytest.fixture
def recordings(tmp_path):
    return Recordings(tmp_path / "recordings", RecordingKeys(tmp_path / "keys"))


@pytest.fixture
def key_id(recordings):
    return recordings.keys.make()


def file_of(recordings, recording_id=1):
    return next(recordings.folder.rglob(f"{recording_id}.rec"))


def left(recordings, key_id, *pieces):
    """A file whose writer died."""
    growing = recordings.begin(1, key_id)
    for piece in pieces:
        growing.write(piece)
    growing.leave()
    return file_of(recordings)


def test_what_was_written_piece_by_piece_is_one_recording_in_the_end(recordings, key_id):
    growing = recordings.begin(1, key_id)
    for number in range(5):
        growing.write(SECOND[number:])
    growing.close()
    assert recordings.open(1, key_id) == b"".join(SECOND[number:] for number in range(5))


def test_large_pieces_are_divided(recordings, key_id):
    growing = recordings.begin(1, key_id)
    growing.write(SECOND * 30)
    growing.write(b"")
    growing.write(b"end")
    growing.close()
    assert recordings.open(1, key_id) == SECOND * 30 + b"end"


def test_nothing_of_it_can_be_read_on_disk(recordings, key_id):
    file = left(recordings, key_id, SECOND)
    assert SECOND[:8] not in file.read_bytes()


def test_each_piece_is_on_disk_when_it_is_written(recordings, key_id):
    growing = recordings.begin(1, key_id)
    sizes = [file_of(recordings).stat().st_size]
    for _ in range(3):
        growing.write(SECOND)
        sizes.append(file_of(recordings).stat().st_size)
    assert [b - a for a, b in pairwise(sizes)] == [len(SECOND) + 32] * 3  # length, nonce, tag
    growing.leave()


def test_a_recording_without_its_end_is_refused_until_it_is_sealed(recordings, key_id):
    left(recordings, key_id, SECOND, b"last words")
    with pytest.raises(RecordingMissingError, match="damaged"):
        recordings.open(1, key_id)
    recordings.seal(1, key_id)
    assert recordings.open(1, key_id) == SECOND + b"last words"


def test_sealing_again_and_sealing_a_closed_one_changes_nothing(recordings, key_id):
    left(recordings, key_id, SECOND)
    recordings.seal(1, key_id)
    once = file_of(recordings).read_bytes()
    recordings.seal(1, key_id)
    assert file_of(recordings).read_bytes() == once
    growing = recordings.begin(2, key_id)
    growing.write(SECOND)
    growing.close()
    recordings.seal(2, key_id)
    assert recordings.open(2, key_id) == SECOND


@pytest.mark.parametrize("cut", [1, 5, 17, 31, 40])
def test_half_a_piece_at_the_end_is_left_out(recordings, key_id, cut):
    file = left(recordings, key_id, SECOND, b"a half written piece")
    content = file.read_bytes()
    file.write_bytes(content[:-cut])
    recordings.seal(1, key_id)
    assert recordings.open(1, key_id) == SECOND


def test_what_a_power_cut_left_behind_the_last_piece_is_left_out(recordings, key_id):
    file = left(recordings, key_id, SECOND)
    with file.open("ab") as end:
        end.write(bytes(4096))
    recordings.seal(1, key_id)
    assert recordings.open(1, key_id) == SECOND


def test_what_stands_behind_the_end_is_refused_and_cut_off_by_sealing(recordings, key_id):
    growing = recordings.begin(1, key_id)
    growing.write(SECOND)
    growing.close()
    with file_of(recordings).open("ab") as end:
        end.write(b"junk")
    with pytest.raises(RecordingMissingError, match="damaged"):
        recordings.open(1, key_id)
    recordings.seal(1, key_id)
    assert recordings.open(1, key_id) == SECOND


def test_pieces_after_a_damaged_one_are_not_believed(recordings, key_id):
    file = left(recordings, key_id, SECOND, SECOND[1:], SECOND[2:])
    content = bytearray(file.read_bytes())
    content[len(SECOND) + 32 + 4 + 100] ^= 1  # in the second piece
    file.write_bytes(content)
    recordings.seal(1, key_id)
    assert recordings.open(1, key_id) == SECOND


def test_a_closed_recording_that_was_cut_is_still_refused(recordings, key_id):
    growing = recordings.begin(1, key_id)
    growing.write(SECOND)
    growing.write(SECOND)
    growing.close()
    content = file_of(recordings).read_bytes()
    file_of(recordings).write_bytes(content[:-32])
    with pytest.raises(RecordingMissingError, match="damaged"):
        recordings.open(1, key_id)


def test_a_file_with_nothing_in_it_or_another_key_can_t_be_sealed(recordings, key_id):
    left(recordings, key_id)
    with pytest.raises(RecordingMissingError, match="damaged"):
        recordings.seal(1, key_id)
    growing = recordings.begin(2, key_id)
    growing.write(SECOND)
    growing.leave()
    with pytest.raises(RecordingMissingError, match="damaged"):
        recordings.seal(2, recordings.keys.make())
    with pytest.raises(RecordingMissingError, match="no file"):
        recordings.seal(3, key_id)


def test_a_recording_is_begun_once(recordings, key_id):
    left(recordings, key_id, SECOND)
    with pytest.raises(FileExistsError):
        recordings.begin(1, key_id)
    with pytest.raises(RecordingMissingError, match="erased"):
        recordings.begin(2, "0" * 32)


def test_while_its_writer_lives_nobody_seals_it(recordings, key_id, tmp_path):
    script = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from core.recording_keys import RecordingKeys
        from core.recordings import Recordings
        folder = Path(sys.argv[1])
        growing = Recordings(folder / "recordings", RecordingKeys(folder / "keys")).begin(1, sys.argv[2])
        growing.write(b"help")
        print("written", flush=True)
        time.sleep(60)
    """)
    command = [sys.executable, "-c", script, str(tmp_path), key_id]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout.readline() == b"written\n"
        os.kill(writer.pid, signal.SIGSTOP)  # frozen is alive
        with pytest.raises(RecordingBusyError):
            recordings.seal(1, key_id)
        writer.kill()
    recordings.seal(1, key_id)
    assert recordings.open(1, key_id) == b"help"


def test_a_write_that_fails_leaves_no_trace_and_can_be_tried_again(recordings, key_id):
    growing = recordings.begin(1, key_id)
    growing.write(SECOND)
    limit_file_size(file_of(recordings).stat().st_size + 100)
    try:
        with pytest.raises(OSError) as failed:
            growing.write(SECOND)
    finally:
        limit_file_size(None)
    assert failed.value.errno in {None, errno.EFBIG}
    growing.write(b"after")
    growing.close()
    assert recordings.open(1, key_id) == SECOND + b"after"


def test_a_file_that_can_t_even_be_begun_is_not_left_in_the_way(recordings, key_id):
    limit_file_size(2)
    try:
        with pytest.raises(OSError):
            recordings.begin(1, key_id)
    finally:
        limit_file_size(None)
    recordings.begin(1, key_id).close()
    assert recordings.open(1, key_id) == b""


def limit_file_size(size):
    """A disk that is full as soon as a file is larger."""
    import resource  # noqa: PLC0415

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY if size is None else size, hard))
