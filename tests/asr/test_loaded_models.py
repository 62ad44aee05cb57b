"""A model is loaded once a process, and one that can't be loaded says why, without noise."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from asr.loaded_models import loaded
from core.errors import ModelMissingError
from core.settings import Settings
from tests.asr.model_folders import copy_miniature, on_miniatures, put_model


def test_eight_threads_share_one_model():
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: loaded("zh", on_miniatures()), range(8)))
    assert len({id(model) for model in found}) == 1


def test_a_model_installed_meanwhile_takes_the_place_of_the_old_one(tmp_path):
    before = loaded("zh", on_miniatures())
    copy_miniature("zh", tmp_path / "zh")
    after = loaded("zh", Settings(models=tmp_path))
    assert (before.found.name, after.found.name) == ("miniature-zh", "zh")
    assert before.vosk_model.vosk_model_find_word("我") >= 0  # whoever works with the old one finishes


def test_loading_says_nothing_on_standard_error(tmp_path, capfd):
    copy_miniature("en", tmp_path / "en")
    loaded("en", Settings(models=tmp_path))
    assert capfd.readouterr().err == ""


def test_a_damaged_model_says_why_and_makes_no_noise(tmp_path, capfd):
    put_model(tmp_path / "zh")
    with pytest.raises(ModelMissingError, match=r"zh can't be loaded: Expected token .*nonsense") as caught:
        loaded("zh", Settings(models=tmp_path))
    assert caught.value.retryable
    assert capfd.readouterr().err == ""


def test_a_wrong_option_says_why_without_the_list_of_all_options(tmp_path, capfd):
    path = copy_miniature("zh", tmp_path / "zh")
    with (path / "conf/model.conf").open("a") as file:
        file.write("--bogus=1\n")
    with pytest.raises(ModelMissingError, match="Invalid option --bogus=1") as caught:
        loaded("zh", Settings(models=tmp_path))
    assert len(str(caught.value)) < 300
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("file", ["am/final.mdl", "graph/HCLG.fst"])
def test_a_truncated_model_says_why(tmp_path, file):
    path = copy_miniature("en", tmp_path / "en")
    content = (path / file).read_bytes()
    (path / file).write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelMissingError, match=r"can't be loaded: \S+"):
        loaded("en", Settings(models=tmp_path))


def test_a_missing_model_is_found_once_it_was_put_right(tmp_path):
    put_model(tmp_path / "zh", without=["am/final.mdl"])
    with pytest.raises(ModelMissingError):
        loaded("zh", Settings(models=tmp_path))
    (tmp_path / "zh").rename(tmp_path / "old")
    copy_miniature("zh", tmp_path / "zh")
    assert loaded("zh", Settings(models=tmp_path)).found.path == tmp_path / "zh"
