"""Recordings come back as they went in, are not readable on disk, and nothing of them can be moved or cut unseen."""

import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import RecordingMissingError
from core.recording_keys import RecordingKeys
from core.recordings import Recordings

PIECE = 64 * 1024
HEAD = struct.Struct("<I")
SOUND = b"RIFF" + bytes(range(256)) * 600  # more than two pieces


@pytest.fixture
def recordings(tmp_path):
    return Recordings(tmp_path / "recordings", RecordingKeys(tmp_path / "keys"))


@pytest.fixture
def key_id(recordings):
    return recordings.keys.make()


def file_of(recordings, recording_id):
    return next(recordings.folder.rglob(f"{recording_id}.rec"))


def split(content):
    """The magic, and the pieces as they lie in the file."""
    pieces, at = [], 4
    while at < len(content):
        end = at + 4 + 12 + HEAD.unpack_from(content, at)[0]
        pieces.append(content[at:end])
        at = end
    return content[:4], pieces


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7])
def test_a_recording_comes_back_as_it_went_in(recordings, key_id, length):
    audio = (SOUND * 2)[:length]
    recordings.store(1, key_id, audio)
    assert recordings.open(1, key_id) == audio


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(audio=st.binary(max_size=300), times=st.integers(1, 500), recording_id=st.integers(0, 2**31))
def test_any_bytes_come_back(recordings, key_id, audio, times, recording_id):
    recordings.store(recording_id, key_id, audio * times)
    assert recordings.open(recording_id, key_id) == audio * times


def test_nothing_of_it_can_be_read_on_disk(recordings, key_id):
    secret = b"I can't breathe. " * 10_000
    recordings.store(1, key_id, secret)
    stored = file_of(recordings, 1).read_bytes()
    assert all(secret[at : at + 8] not in stored for at in range(17))
    assert recordings.keys.read(key_id) not in stored


def test_the_same_words_are_locked_differently_each_time(recordings, key_id):
    recordings.store(1, key_id, b"help" * 100)
    first = file_of(recordings, 1).read_bytes()
    recordings.store(1, key_id, b"help" * 100)
    assert file_of(recordings, 1).read_bytes()[20:] != first[20:]
    assert first[8:20] != file_of(recordings, 1).read_bytes()[8:20]  # a nonce is never used twice


def test_storing_again_replaces_an_earlier_try(recordings, key_id):
    recordings.store(1, key_id, SOUND)
    recordings.store(1, key_id, b"short")
    assert recordings.open(1, key_id) == b"short"
    assert [file.name for file in recordings.folder.rglob("*") if file.is_file()] == ["1.rec"]


def test_no_other_caller_key_opens_it(recordings, key_id):
    recordings.store(1, key_id, SOUND)
    with pytest.raises(RecordingMissingError):
        recordings.open(1, recordings.keys.make())


def test_another_recordings_file_is_refused(recordings, key_id):
    recordings.store(1, key_id, b"one")
    recordings.store(2, key_id, b"two")
    file_of(recordings, 1).write_bytes(file_of(recordings, 2).read_bytes())
    with pytest.raises(RecordingMissingError, match="damaged"):
        recordings.open(1, key_id)


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("the last piece is cut off", lambda pieces, _other: pieces[:-1]),
        ("the first piece is cut off", lambda pieces, _other: pieces[1:]),
        ("all pieces are cut off", lambda _pieces, _other: []),
        ("two pieces are swapped", lambda pieces, _other: [pieces[1], pieces[0], *pieces[2:]]),
        ("a piece comes twice", lambda pieces, _other: [pieces[0], *pieces]),
        ("a piece is another recording's", lambda pieces, other: [other[0], *pieces[1:]]),
        ("the last piece is another recording's", lambda pieces, other: [*pieces[:-1], other[-1]]),
        ("another recording is put behind", lambda pieces, other: [*pieces, *other]),
    ],
)
def test_pieces_can_t_be_moved_unseen(recordings, key_id, what, change):
    recordings.store(1, key_id, SOUND)
    recordings.store(2, key_id, SOUND)
    magic, pieces = split(file_of(recordings, 1).read_bytes())
    assert len(pieces) == 3
    changed = change(pieces, split(file_of(recordings, 2).read_bytes())[1])
    file_of(recordings, 1).write_bytes(magic + b"".join(changed))
    with pytest.raises(RecordingMissingError, match="damaged"):
        recordings.open(1, key_id)


@pytest.mark.parametrize("length", range(60))
def test_a_file_cut_off_anywhere_is_refused(recordings, key_id, length):
    recordings.store(1, key_id, b"twenty-eight bytes of speech")
    whole = file_of(recordings, 1).read_bytes()
    assert len(whole) == 64
    file_of(recordings, 1).write_bytes(whole[:length])
    with pytest.raises(RecordingMissingError, match="damaged"):
        recordings.open(1, key_id)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 63), bit=st.integers(0, 7))
def test_a_single_changed_bit_is_seen(recordings, key_id, at, bit):
    recordings.store(1, key_id, b"twenty-eight bytes of speech")
    content = bytearray(file_of(recordings, 1).read_bytes())
    content[at] ^= 1 << bit
    file_of(recordings, 1).write_bytes(content)
    with pytest.raises(RecordingMissingError, match="damaged"):
        recordings.open(1, key_id)


def test_erasing_a_caller_key_erases_all_they_said(recordings, key_id):
    recordings.store(1, key_id, SOUND)
    recordings.keys.erase(key_id)
    with pytest.raises(RecordingMissingError, match="erased"):
        recordings.open(1, key_id)
    with pytest.raises(RecordingMissingError, match="erased"):
        recordings.store(2, key_id, SOUND)
    recordings.keys.erase(key_id)


def test_erasing_one_recording_leaves_the_others(recordings, key_id):
    recordings.store(1, key_id, b"one")
    recordings.store(1001, key_id, b"its neighbour in the folder")
    recordings.erase(1)
    recordings.erase(1)
    with pytest.raises(RecordingMissingError, match="no file"):
        recordings.open(1, key_id)
    assert recordings.open(1001, key_id) == b"its neighbour in the folder"


def test_a_key_is_32_bytes_that_only_its_owner_can_read(recordings):
    key_ids = {recordings.keys.make() for _ in range(50)}
    files = [file for file in recordings.keys.folder.rglob("*") if file.is_file()]
    assert {file.name for file in files} >= key_ids  # a few more are on disk already for those who come next
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    keys = {file.read_bytes() for file in files}
    assert len(keys) == len(files)
    assert {len(key) for key in keys} == {32}


def test_a_key_that_was_made_ready_is_on_disk_before_it_is_taken(recordings):
    recordings.keys.make_ready()
    ready = {file.name for file in recordings.keys.folder.rglob("*") if file.is_file()}
    recordings.keys.make_ready()
    assert recordings.keys.make() in ready
    assert {file.name for file in recordings.keys.folder.rglob("*") if file.is_file()} == ready


@pytest.mark.parametrize("key_id", ["../../secret_key", "/etc/passwd", "..", ""])
def test_a_key_is_never_looked_for_elsewhere(recordings, tmp_path, key_id):
    (tmp_path / "secret_key").write_bytes(bytes(32))
    with pytest.raises((RecordingMissingError, IsADirectoryError)):
        recordings.keys.read(key_id)
