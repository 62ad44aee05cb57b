"""Whatever a carrier delivers is read, measured, and told apart from what is not audio."""

import math

import numpy as np
import pytest

from asr.audio import read_audio
from core.errors import AudioUnreadableError
from tests.asr.sounds import encoded, tone

FORMATS = [
    ("WAV", "ULAW"),
    ("WAV", "ALAW"),
    ("WAV", "PCM_U8"),
    ("WAV", "PCM_16"),
    ("WAV", "PCM_24"),
    ("WAV", "PCM_32"),
    ("WAV", "FLOAT"),
    ("WAV", "GSM610"),
    ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"),
    ("MP3", "MPEG_LAYER_III"),
]


def samples(audio, rate):
    return np.frombuffer(b"".join(audio.pcm(rate)), "<i2").astype(float) / 32768


def pitch(sound, rate):
    return np.argmax(np.abs(np.fft.rfft(sound))) * rate / len(sound)


@pytest.mark.parametrize(("container", "subtype"), FORMATS)
@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000])
def test_every_format_is_read_with_its_length_level_and_pitch(container, subtype, rate):
    audio = read_audio(encoded(tone(2, -20, rate), rate, container, subtype))
    assert audio.sample_rate_hz == rate
    assert audio.duration_seconds == pytest.approx(2, abs=0.15)
    assert audio.level_dbfs == pytest.approx(-20, abs=1)
    assert pitch(samples(audio, 16000), 16000) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("wanted", [8000, 16000])
@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 48000])
def test_resampling_keeps_the_length(rate, wanted):
    audio = read_audio(encoded(tone(1.37, -10, rate), rate, subtype="PCM_16"))
    assert len(samples(audio, wanted)) == pytest.approx(1.37 * wanted, abs=2)


def test_at_its_own_rate_pcm_comes_out_bit_for_bit():
    sound = np.random.default_rng(1).integers(-32768, 32768, 8000).astype(np.int16)
    audio = read_audio(encoded(sound, subtype="PCM_16"))
    assert b"".join(audio.pcm(8000)) == sound.tobytes()


def test_one_piece_is_small_however_long_the_recording():
    audio = read_audio(encoded(tone(120, -10)))
    assert max(len(piece) for piece in audio.pcm(16000)) <= 2 * 16000


def test_a_voice_on_one_of_two_channels_is_heard():
    audio = read_audio(encoded(np.stack([tone(1, -20), np.zeros(8000)], axis=1)))
    assert audio.level_dbfs == pytest.approx(-26, abs=0.5)
    assert len(samples(audio, 8000)) == 8000


def test_clipped_sound_and_impossible_floats_are_read():
    sound = np.clip(tone(1, 10), -1, 1)
    assert not read_audio(encoded(sound)).is_silent
    sound[100], sound[200], sound[300] = np.nan, np.inf, 7.0
    assert np.abs(samples(read_audio(encoded(sound, subtype="FLOAT")), 16000)).max() <= 1


@pytest.mark.parametrize("subtype", ["ULAW", "ALAW", "PCM_16", "PCM_U8"])
def test_an_idle_line_is_silent(subtype):
    assert read_audio(encoded(np.zeros(8000), subtype=subtype)).is_silent


@pytest.mark.parametrize("subtype", ["ULAW", "ALAW", "PCM_16"])
def test_the_hiss_of_an_idle_line_is_silent(subtype):
    hiss = np.random.default_rng(1).normal(scale=10 ** (-70 / 20), size=8000)
    assert read_audio(encoded(hiss, subtype=subtype)).is_silent


@pytest.mark.parametrize("subtype", ["ULAW", "ALAW", "PCM_16"])
@pytest.mark.parametrize("dbfs", [-50, -45, -20])
def test_a_quiet_word_in_a_long_silence_is_not_silent(subtype, dbfs):
    sound = np.concatenate([np.zeros(60 * 8000), tone(0.2, dbfs), np.zeros(60 * 8000)])
    assert not read_audio(encoded(sound, subtype=subtype)).is_silent


def test_a_header_without_sound_is_silent_audio():
    audio = read_audio(encoded(np.zeros(0), subtype="PCM_16"))
    assert (audio.duration_seconds, audio.level_dbfs, audio.is_silent) == (0, -math.inf, True)
    assert b"".join(audio.pcm(16000)) == b""


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"<html>not found</html>", b'{"status": 404}' * 99, bytes(9999), b"\xff" * 9999]
)
def test_what_is_not_audio_is_refused(content):
    with pytest.raises(AudioUnreadableError):
        read_audio(content)


def test_noise_that_was_never_a_file_is_refused():
    with pytest.raises(AudioUnreadableError, match="20000 bytes are not audio"):
        read_audio(np.random.default_rng(1).bytes(20000))


def test_zero_bytes_are_named():
    with pytest.raises(AudioUnreadableError, match="0 bytes"):
        read_audio(b"")


@pytest.mark.parametrize(("container", "subtype"), [("WAV", "ULAW"), ("WAV", "PCM_16"), ("FLAC", "PCM_16")])
def test_a_recording_that_was_cut_off_is_read_as_far_as_it_goes(container, subtype):
    noise = np.random.default_rng(1).normal(scale=0.1, size=4 * 8000)
    content = encoded(noise, 8000, container, subtype)
    audio = read_audio(content[: len(content) // 2])
    assert 1 < audio.duration_seconds <= 2
    assert not audio.is_silent
    assert len(samples(audio, 8000)) == audio.duration_seconds * 8000


def test_a_recorder_that_died_before_writing_the_length_loses_nothing():
    content = bytearray(encoded(tone(1, -20), subtype="PCM_16"))
    content[4:8] = content[40:44] = bytes(4)
    assert read_audio(bytes(content)).duration_seconds == 1


def test_a_recording_too_long_to_be_kept_in_memory_comes_out_the_same():
    seconds = 18 * 60
    sound = np.random.default_rng(1).integers(-3000, 3000, seconds * 8000).astype(np.int16)
    audio = read_audio(encoded(sound, subtype="PCM_16"))
    assert audio.decoded is None
    assert b"".join(audio.pcm(8000)) == sound.tobytes()


def test_an_hour_is_read_and_more_is_refused():
    hour = np.zeros(3600 * 4000, np.uint8)
    header = encoded(np.zeros(1), 4000, subtype="PCM_U8")[:40]
    assert read_audio(header + b"\xff\xff\xff\xff" + bytes(hour)).duration_seconds == 3600
    with pytest.raises(AudioUnreadableError, match="60 minutes"):
        read_audio(header + b"\xff\xff\xff\xff" + bytes(hour) + bytes(4000))


@pytest.mark.parametrize(("rate", "channels"), [(1000, 1), (8000, 9)])
def test_no_telephone_records_like_that(rate, channels):
    with pytest.raises(AudioUnreadableError, match="No telephone"):
        read_audio(encoded(np.zeros((1000, channels)), rate, subtype="PCM_16"))
