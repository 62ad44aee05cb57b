"""A model is loaded once a process and taken over when it changes; one that can't be loaded says why, without noise."""

import os
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from asr.loaded_models import LOOK_EVERY_SECONDS, loaded
from asr.speech_models import USES
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


def look(language, settings, use="recordings"):
    """What is in memory after the folder was looked at again and all that was begun is done."""
    time.sleep(LOOK_EVERY_SECONDS)
    loaded(language, settings, use)
    for thread in threading.enumerate():
        if thread.name == "model-successor":
            thread.join()
    return loaded(language, settings, use)


def an_hour_old(path):
    for file in path.rglob("*"):
        os.utime(file, (time.time() - 3600, time.time() - 3600))


def test_a_model_changed_on_disk_is_taken_over_while_the_old_one_serves(tmp_path):
    path, settings = copy_miniature("zh", tmp_path / "zh"), Settings(models=tmp_path)
    before = loaded("zh", settings)
    assert look("zh", settings) is before  # nothing has changed
    (path / "am/final.mdl").write_bytes((path / "am/final.mdl").read_bytes())
    assert look("zh", settings) is before  # it may still be being copied
    (path / "am/final.mdl").write_bytes(b"half of it")
    an_hour_old(path)
    assert look("zh", settings) is before  # it can't be loaded
    shutil.rmtree(path)
    assert look("zh", settings) is before  # it is not even there, nor is another full one
    copy_miniature("zh", path)
    an_hour_old(path)
    after = look("zh", settings)
    assert after is not before
    assert after.found.version != before.found.version
    assert before.vosk_model.vosk_model_find_word("我") >= 0


def test_a_better_model_beside_the_old_one_is_taken_over_for_its_use_only(tmp_path):
    small, settings = copy_miniature("zh", tmp_path / "vosk-model-small-cn-0.22-our-own"), Settings(models=tmp_path)
    assert loaded("zh", settings) is loaded("zh", settings, "live")
    an_hour_old(copy_miniature("zh", tmp_path / "vosk-model-cn-0.22"))
    assert look("zh", settings).found.name == "vosk-model-cn-0.22"
    assert look("zh", settings, "live").found.path == small


def test_two_uses_of_one_model_share_one_copy():
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: loaded("en", on_miniatures(), USES[n % 2]), range(8)))
    assert len({id(model.vosk_model) for model in found}) == 1


def test_an_official_model_with_a_wrong_checksum_is_not_loaded(tmp_path):
    copy_miniature("zh", tmp_path / "vosk-model-small-cn-0.22")
    with pytest.raises(ModelMissingError, match=r"damaged: wrong checksum of am/final.mdl, graph/Gr.fst"):
        loaded("zh", Settings(models=tmp_path))


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
