"""A real model hears the callers of the simulator, whatever the format, and words keep their times."""

import numpy as np
import pytest
import soxr

from asr.audio import read_audio
from asr.loaded_models import loaded
from asr.recogniser import PROGRESS_SECONDS, recognise
from asr.tidy import readable, tidy
from core.settings import Settings
from tests.asr.model_folders import copy_miniature, on_miniatures
from tests.asr.sounds import caller, encoded, samples_of

MATTERS = {  # how many words in a hundred are right is the miniatures' own test
    ("zh", "zh_chest_pain"): ("胸口", "疼", "救护车"),
    ("zh", "zh_dialysis"): ("医院", "透析", "出不去"),
    ("zh", "zh_health_code"): ("健康码", "红", "核酸"),
    ("en", "en_insulin"): ("mother", "insulin", "medicine"),
    ("en", "en_cannot_breathe"): ("child", "breathe", "district"),
}


def heard(content, language, settings=None, on_progress=None):
    return recognise(read_audio(content), loaded(language, settings or on_miniatures()), on_progress)


@pytest.mark.parametrize(("language", "name"), MATTERS)
def test_what_a_caller_needs_is_heard(language, name):
    found = heard(caller(name), language)
    assert set(MATTERS[language, name]) <= {word.word for word in found.words}
    assert found.text == tidy(readable(word.word for word in found.words), language)
    assert found.model == f"miniature-{language}"


@pytest.mark.parametrize(("language", "name"), MATTERS)
def test_words_have_times_in_order_and_confidence(language, name):
    found = heard(caller(name), language)
    times = [time for word in found.words for time in (word.start_seconds, word.end_seconds)]
    assert times == sorted(times)
    assert 0 <= times[0] < times[-1] <= found.duration_seconds
    assert all(0 < word.confidence <= 1 for word in found.words)


@pytest.mark.parametrize(
    ("rate", "channels", "container", "subtype"),
    [(8000, 2, "WAV", "ALAW"), (16000, 1, "WAV", "PCM_16"), (44100, 2, "FLAC", "PCM_16"), (48000, 1, "OGG", "VORBIS")],
)
def test_the_format_changes_nothing_of_what_is_heard(rate, channels, container, subtype):
    sound = soxr.resample(samples_of("zh_dialysis"), 8000, rate)
    content = encoded(np.stack([sound] * channels, axis=1), rate, container, subtype)
    assert set(MATTERS["zh", "zh_dialysis"]) <= {word.word for word in heard(content, "zh").words}


@pytest.mark.parametrize("gain", [0.1, 20])
def test_a_quiet_and_a_clipped_caller_are_heard(gain):
    content = encoded(np.clip(samples_of("en_insulin") * gain, -1, 1), subtype="PCM_16")
    assert {"insulin", "medicine"} <= {word.word for word in heard(content, "en").words}


@pytest.mark.parametrize("more", ["--allow-upsample=true\n", ""])
def test_a_16_khz_model_hears_a_telephone(tmp_path, more):
    copy_miniature("zh", tmp_path / "zh", f"--sample-frequency=16000\n{more}")
    found = heard(caller("zh_health_code"), "zh", Settings(models=tmp_path))
    assert "健康码" in found.text
    assert found.words[-1].end_seconds <= found.duration_seconds


def test_several_utterances_are_put_together_and_progress_is_told():
    sound = np.concatenate([samples_of("en_insulin"), np.zeros(3 * 8000)] * 4)
    told = []
    found = heard(encoded(sound), "en", on_progress=told.append)
    starts = [word.start_seconds for word in found.words if word.word == "insulin"]
    apart = len(samples_of("en_insulin")) / 8000 + 3
    assert np.diff(starts) == pytest.approx([apart] * 3, abs=0.1)
    assert told == sorted(told)
    assert len(told) == found.duration_seconds // PROGRESS_SECONDS


def test_what_progress_raises_ends_the_work():
    def lost(_seconds):
        raise KeyError("the lease went to another worker")

    with pytest.raises(KeyError, match="lease"):
        heard(caller("zh_dialysis"), "zh", on_progress=lost)
