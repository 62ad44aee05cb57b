"""The door: bytes in, what was heard out, and two errors that a job can act on."""

import numpy as np
import pytest

from asr.recogniser import Heard
from asr.transcribe import transcribe
from core.errors import AudioUnreadableError, ModelMissingError
from core.settings import Settings
from tests.asr.model_folders import on_miniatures, put_model
from tests.asr.sounds import caller, encoded, tone


def no_model(tmp_path):
    put_model(tmp_path / "zh", without=["am/final.mdl"])
    return Settings(models=tmp_path)


def test_a_caller_is_understood():
    heard = transcribe(caller("zh_dialysis"), "zh", on_miniatures())
    assert "去医院做透析" in heard.text


def test_the_caller_who_says_nothing_has_an_empty_text():
    heard = transcribe(caller("silence"), "zh", on_miniatures())
    assert (heard.text, heard.words, heard.duration_seconds) == ("", (), 5)


@pytest.mark.parametrize("sound", [np.zeros(0), np.zeros(16000), tone(0.05)])
def test_silence_and_a_click_are_empty_and_need_no_model(tmp_path, sound):
    heard = transcribe(encoded(sound), "zh", no_model(tmp_path))
    assert heard == Heard("", (), "", len(sound) / 8000)


@pytest.mark.parametrize("content", [b"", b"<html>", b"RIFF"])
def test_what_is_not_audio_is_refused_before_a_model_is_needed(tmp_path, content):
    with pytest.raises(AudioUnreadableError):
        transcribe(content, "zh", no_model(tmp_path))


def test_without_a_model_the_recording_waits(tmp_path):
    with pytest.raises(ModelMissingError, match="incomplete"):
        transcribe(caller("zh_dialysis"), "zh", no_model(tmp_path))


def test_progress_is_passed_on():
    told = []
    transcribe(caller("zh_chest_pain"), "zh", on_miniatures(), told.append)
    assert told == [pytest.approx(5, abs=0.25)]
