"""The imagined telephone lets its band through, hisses as loud as it is told, and loses packets."""

import numpy as np
import pytest

from asr.audio import read_audio
from asr.telephone import Line, through_telephone
from tests.asr.sounds import encoded, tone

QUIET = Line(snr_db=90, lost_packets=0)


def arrived(sound, line=QUIET, rate=8000):
    audio = read_audio(through_telephone(read_audio(encoded(sound, rate, subtype="PCM_16")), line))
    assert audio.sample_rate_hz == 8000
    return np.frombuffer(b"".join(audio.pcm(8000)), "<i2") / 32768


def dbfs(sound):
    return 20 * np.log10(np.sqrt(np.mean(np.square(sound))) + 1e-9)


@pytest.mark.parametrize(
    ("hz", "passes"), [(60, False), (150, False), (400, True), (1000, True), (3000, True), (3700, False)]
)
def test_only_the_telephone_s_band_comes_through(hz, passes):
    assert bool(dbfs(arrived(tone(1, -10, hz=hz))) > -12) == passes


def test_it_comes_out_at_8_khz_as_long_as_it_was():
    assert len(arrived(tone(1.5, -10, 48000), rate=48000)) == pytest.approx(12000, abs=2)


@pytest.mark.parametrize("snr_db", [10, 20])
def test_the_hiss_is_as_loud_as_told(snr_db):
    clean, noisy = arrived(tone(4, -20)), arrived(tone(4, -20), Line(snr_db, 0))
    assert dbfs(noisy - clean) == pytest.approx(-20 - snr_db, abs=1)


def test_packets_are_lost_whole():
    sound = arrived(tone(20, -10), Line(90, 0.1))
    silent = np.abs(sound[: len(sound) // 160 * 160].reshape(-1, 160)).max(axis=1) < 0.001
    assert 0.06 < silent.mean() < 0.14
    assert np.abs(sound).max() > 0.3


def test_the_same_sound_arrives_the_same_each_time():
    assert (arrived(tone(1), Line(10, 0.1)) == arrived(tone(1), Line(10, 0.1))).all()


def test_nothing_said_is_nothing_heard():
    assert len(arrived(np.zeros(0))) == 0
