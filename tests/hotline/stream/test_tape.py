"""The sound goes to the disk about each second; while that can't be written it waits, but no longer than a minute."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from asr.audio import read_audio
from core.recording_keys import RecordingKeys
from core.recordings import Recordings
from hotline.stream.tape import Tape, wav_header
from tests.hotline.stream.ears_house import SECOND, voice

HEAD = len(wav_header())


@pytest.fixture
def recordings(tmp_path):
    return Recordings(tmp_path / "recordings", RecordingKeys(tmp_path / "keys"))


@pytest.fixture
def key_id(recordings):
    return recordings.keys.make()


def with_a_tape(recordings, key_id, use):
    async def run():
        tape = Tape(recordings, 1, key_id, threads)
        return await use(tape)

    with ThreadPoolExecutor(2) as threads:
        return asyncio.run(run())


def size(recordings):
    return sum(file.stat().st_size for file in recordings.folder.rglob("*.rec"))


async def at_rest(tape):
    if tape._writing:
        await asyncio.wait({tape._writing})


def test_what_was_heard_is_a_recording_that_can_be_read_and_has_its_length(recordings, key_id):
    sound = voice("zh_yes")

    async def use(tape):
        for at in range(0, len(sound), 800):
            tape.add(sound[at : at + 800])
        assert await tape.close()
        return tape.seconds, tape.failure

    assert with_a_tape(recordings, key_id, use) == (len(sound) / SECOND, None)
    stored = recordings.open(1, key_id)
    assert stored[HEAD:] == sound
    audio = read_audio(stored)
    assert (audio.sample_rate_hz, audio.duration_seconds) == (8000, len(sound) / SECOND)


def test_a_second_of_sound_is_written_at_once_and_less_of_it_when_asked(recordings, key_id):
    async def use(tape):
        tape.add(bytes(SECOND - 1))
        await at_rest(tape)
        before = size(recordings)
        tape.add(b"\0")
        await at_rest(tape)
        second = size(recordings)
        tape.add(b"\0" * 100)
        tape.write()
        tape.write()
        await at_rest(tape)
        after = size(recordings)
        await tape.close()
        return before, second > SECOND, after - second

    assert with_a_tape(recordings, key_id, use) == (0, True, 100 + 32)


def test_while_the_disk_can_t_be_written_sound_waits_in_bounds_and_then_is_written(recordings, key_id):
    recordings.folder.parent.mkdir(exist_ok=True)
    recordings.folder.write_bytes(b"a file where the folder should be")
    minute = b"".join(bytes([number]) * SECOND for number in range(70))

    async def use(tape):
        for at in range(0, len(minute), 4000):
            tape.add(minute[at : at + 4000])
            await at_rest(tape)
        recordings.folder.unlink()
        assert await tape.close()
        return tape.failure

    assert with_a_tape(recordings, key_id, use) is None
    assert recordings.open(1, key_id)[HEAD:] == minute[10 * SECOND :]


def test_a_disk_that_never_can_be_written_is_told_in_the_end(recordings, key_id):
    recordings.folder.write_bytes(b"a file where the folder should be")

    async def use(tape):
        tape.add(bytes(2 * SECOND))
        assert await tape.close()
        return tape.failure

    assert "could not be written" in with_a_tape(recordings, key_id, use)


def test_without_the_callers_key_nothing_is_kept_not_even_in_memory(recordings, key_id):
    recordings.keys.erase(key_id)

    async def use(tape):
        for _ in range(3):
            tape.add(bytes(SECOND))
            await at_rest(tape)
        assert await tape.close()
        return tape.failure, len(tape._waiting)

    failure, waiting = with_a_tape(recordings, key_id, use)
    assert "erased" in failure
    assert waiting <= SECOND
    assert size(recordings) == 0
