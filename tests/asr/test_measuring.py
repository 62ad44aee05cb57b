"""What a model costs is measured where no other model is in the way."""

import pytest

from asr.measuring import measure
from asr.speech_models import find_model
from core.errors import ModelMissingError
from core.settings import Settings
from tests.asr.model_folders import on_miniatures, put_model


def test_a_miniature_takes_some_megabytes_and_less_than_a_full_model_would():
    cost = measure(find_model("zh", on_miniatures()))
    assert 0 < cost.load_seconds < 60
    assert 1e6 < cost.memory_bytes < 50e6


def test_a_model_that_can_t_be_loaded_costs_nothing_but_a_sentence(tmp_path):
    put_model(tmp_path / "zh")
    with pytest.raises(ModelMissingError, match="can't be loaded"):
        measure(find_model("zh", Settings(models=tmp_path)))
