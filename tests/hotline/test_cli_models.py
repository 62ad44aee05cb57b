"""`hotline models` in a terminal: one line a language, one sentence an error."""

import hashlib
import re

import pytest
from click.testing import CliRunner

from asr.known_models import KNOWN_MODELS
from hotline.cli_models import models
from tests.asr.model_folders import FILES, MINIATURES, copy_miniature, put_model
from tests.asr.model_site import archive, model_site


@pytest.fixture(autouse=True)
def environment(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTLINE_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("VOSK_MODEL_PATH", raising=False)


def run(*arguments):
    return CliRunner().invoke(models, arguments)


def test_the_list_names_each_language_s_model(tmp_path):
    path = put_model(tmp_path / "models/vosk-model-small-cn-0.22")
    result = run("list", "--no-measure")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"zh  recordings, live  vosk-model-small-cn-0.22  full  16000 Hz  {path}",
        f"en  recordings, live  miniature-en  miniature  8000 Hz  {MINIATURES / 'en'}",
    ]
    assert "hotline models fetch en" in result.stderr
    assert "fetch zh" not in result.stderr


def test_the_list_tells_models_for_recordings_and_live_callers_apart_and_what_each_costs(tmp_path, monkeypatch):
    large = copy_miniature("zh", tmp_path / "models/vosk-model-cn-0.22")
    small = put_model(tmp_path / "live/zh")
    monkeypatch.setenv("HOTLINE_LIVE_MODELS", str(tmp_path / "live"))
    recordings, live, english = run("list").stdout.splitlines()
    assert re.fullmatch(rf"zh  recordings  vosk-model-cn-0.22  full  8000 Hz  \d+ MB  \d+\.\d\d s  {large}", recordings)
    assert live == f"zh  live  zh  full  16000 Hz  can't be loaded  {small}"
    assert english.startswith("en  recordings, live  miniature-en")


def test_the_list_says_what_is_wrong_with_a_model(tmp_path):
    put_model(tmp_path / "models/zh", without=["graph/Gr.fst"])
    result = run("list", "--no-measure")
    assert result.exit_code == 0
    assert result.stdout.startswith("zh  recordings, live  none: The speech model for “zh” is incomplete")


def test_a_model_is_fetched_and_then_listed(tmp_path, monkeypatch):
    content = archive(dict.fromkeys(FILES, ""))
    known = KNOWN_MODELS["en"]
    monkeypatch.setitem(
        KNOWN_MODELS, "en", type(known)("en", known.name, archive_sha256=hashlib.sha256(content).hexdigest())
    )
    with model_site() as site:
        site.files[f"{known.name}.zip"] = content
        result = run("fetch", "en", "en", "--from", site.url + "/")
    assert result.exit_code == 0
    assert result.stdout == f"en: {tmp_path / 'models' / known.name}\n"
    assert f"en  recordings, live  {known.name}  full" in run("list", "--no-measure").stdout


def test_the_wrong_archive_is_refused_in_one_sentence(tmp_path):
    with model_site() as site:
        site.files["vosk-model-small-cn-0.22.zip"] = archive(dict.fromkeys(FILES, ""), "vosk-model-small-cn-0.22/")
        result = run("fetch", "zh", "--from", site.url)
    assert result.exit_code == 1
    assert "wrong checksum of am/final.mdl" in result.stderr
    assert "nothing was installed" in result.stderr
    assert list((tmp_path / "models").iterdir()) == []


def test_offline_is_one_sentence_with_a_way_out():
    result = run("fetch", "zh", "en", "--from", "http://127.0.0.1:9")
    assert result.exit_code == 1
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: 127.0.0.1 can't be reached")
    assert "unpack vosk-model-small-cn-0.22.zip" in last


def test_wrong_settings_are_listed(monkeypatch):
    monkeypatch.setenv("HOTLINE_PORT", "0")
    result = run("list")
    assert result.exit_code == 1
    assert "HOTLINE_PORT" in result.stderr


@pytest.mark.parametrize("arguments", [["fetch"], ["fetch", "fr"]])
def test_only_known_languages_can_be_fetched(arguments):
    assert run(*arguments).exit_code == 2
