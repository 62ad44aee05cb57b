"""The model of a language is looked for in one order, and the miniature is only the last resort."""

import pytest

from asr.model_files import missing_files
from asr.speech_models import USES, FoundModel, find_model, install_folder, miniature_languages, quick_model
from core.errors import ModelMissingError
from core.settings import Settings
from tests.asr.model_folders import FILES, MINIATURES, copy_miniature, on_miniatures, put_model


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("VOSK_MODEL_PATH", raising=False)
    return tmp_path / "home"


@pytest.fixture
def settings(tmp_path, home):
    return Settings(models=tmp_path / "models")


def test_the_settings_folder_goes_before_vosk_s_own_places(settings, home, tmp_path, monkeypatch):
    cached = put_model(home / ".cache/vosk/vosk-model-small-cn-0.22")
    assert find_model("zh", settings).path == cached
    monkeypatch.setenv("VOSK_MODEL_PATH", str(tmp_path / "shared"))
    shared = put_model(tmp_path / "shared/vosk-model-small-cn-0.22")
    assert find_model("zh", settings).path == shared
    own = put_model(settings.models / "vosk-model-small-cn-0.22")
    assert find_model("zh", settings).path == own
    named = put_model(settings.models / "zh")
    assert find_model("zh", settings).path == named


def test_a_large_model_goes_before_a_small_one_and_a_newer_before_an_older(settings):
    for name in ("small-en-us-0.15", "en-us-0.21", "en-us-0.22-lgraph", "en-us-0.22", "small-cn-0.22", "cn-0.9"):
        put_model(settings.models / f"vosk-model-{name}")
    assert find_model("en", settings).name == "vosk-model-en-us-0.22"
    assert find_model("zh", settings).name == "vosk-model-cn-0.9"


def test_live_callers_are_heard_with_the_small_model_of_the_same_folder(settings):
    for name in ("small-cn-0.15", "small-cn-0.22", "cn-0.22", "cn-0.9"):
        put_model(settings.models / f"vosk-model-{name}")
    assert find_model("zh", settings, "live").name == "vosk-model-small-cn-0.22"
    assert find_model("zh", settings, "recordings").name == "vosk-model-cn-0.22"
    assert quick_model("zh", settings) == find_model("zh", settings, "live")
    assert quick_model("en", settings) is None


def test_a_folder_of_live_models_goes_before_all_others_for_live_callers_and_behind_for_recordings(tmp_path, home):
    settings = Settings(models=tmp_path / "models", live_models=tmp_path / "live")
    live = put_model(settings.live_models / "zh")
    assert [find_model("zh", settings, use).path for use in USES] == [live, live]
    assert quick_model("zh", settings) is None
    cached = put_model(home / ".cache/vosk/vosk-model-small-cn-0.22")
    assert [find_model("zh", settings, use).path for use in USES] == [cached, live]
    assert quick_model("zh", settings).path == live


def test_there_is_no_quick_look_with_a_miniature_or_with_half_a_model(settings, tmp_path):
    put_model(settings.models / "zh")
    assert quick_model("zh", settings) is None
    on_live = Settings(models=settings.models, live_models=MINIATURES)
    assert quick_model("zh", on_live) is None
    assert miniature_languages(on_live) == ("zh", "en")
    put_model(tmp_path / "half/zh", without=["am/final.mdl"])
    assert quick_model("zh", Settings(models=tmp_path / "half", live_models=settings.models)) is None


def test_a_link_to_the_same_model_is_no_quick_model(settings, tmp_path):
    put_model(settings.models / "zh")
    (tmp_path / "live").mkdir()
    (tmp_path / "live/zh").symlink_to(settings.models / "zh")
    assert quick_model("zh", Settings(models=settings.models, live_models=tmp_path / "live")) is None


@pytest.mark.parametrize("file", FILES)
def test_a_model_exchanged_under_the_same_name_has_another_version(settings, file):
    path = put_model(settings.models / "zh")
    before = find_model("zh", settings)
    assert find_model("zh", settings) == before
    (path / file).write_text((path / file).read_text() + " ")
    assert find_model("zh", settings) != before


def test_an_archive_unpacked_inside_the_language_s_folder_is_found(settings):
    put_model(settings.models / "zh/vosk-model-cn-0.22")
    assert find_model("zh", settings).name == "vosk-model-cn-0.22"


def test_a_link_is_called_by_the_model_s_own_name(settings, tmp_path):
    settings.models.mkdir()
    (settings.models / "zh").symlink_to(put_model(tmp_path / "vosk-model-cn-0.22"))
    assert find_model("zh", settings).name == "vosk-model-cn-0.22"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_a_full_model_the_miniature_serves(settings, language):
    found = find_model(language, settings)
    expected = FoundModel(language, MINIATURES / language, f"miniature-{language}", True, 8000, True, found.version)
    assert found == expected
    assert missing_files(found.path) == []


def test_the_console_is_told_which_languages_run_on_a_miniature(settings):
    assert miniature_languages(settings) == ("zh", "en")
    put_model(settings.models / "en")
    assert miniature_languages(settings) == ("zh",)
    copy_miniature("zh", settings.models / "zh")
    assert miniature_languages(settings) == ()


def test_a_miniature_is_a_miniature_however_it_was_found():
    assert miniature_languages(on_miniatures()) == ("zh", "en")


@pytest.mark.parametrize(
    "file", ["am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/HCLr.fst", "graph/Gr.fst"]
)
def test_an_incomplete_model_is_named_and_not_covered_up_by_the_miniature(settings, file):
    put_model(settings.models / "zh", without=[file])
    with pytest.raises(ModelMissingError, match=rf"models/zh lacks .*{file}"):
        find_model("zh", settings)
    assert "zh" not in miniature_languages(settings)


def test_a_complete_model_elsewhere_goes_before_an_incomplete_one(settings, home):
    put_model(settings.models / "zh", without=["graph/Gr.fst"])
    cached = put_model(home / ".cache/vosk/vosk-model-small-cn-0.22")
    assert find_model("zh", settings).path == cached


def test_other_folders_are_no_models(settings):
    (settings.models / "zh").mkdir(parents=True)
    (settings.models / "vosk-model-small-cn-0.22.zip.part").write_bytes(b"half")
    put_model(settings.models / ".vosk-model-small-cn-0.22.abcd/fresh")
    put_model(settings.models / "vosk-model-small-ru-0.22")
    assert find_model("zh", settings).is_miniature


@pytest.mark.parametrize(
    ("mfcc", "rate", "accepts_8khz"),
    [
        ("--sample-frequency=16000\n--allow-upsample=true\n", 16000, True),
        ("--sample-frequency=16000 # Hz\n", 16000, False),
        ("--use-energy=false\n", 16000, False),
        ("# --allow-upsample=true\n--sample-frequency = 16000\n--allow-upsample=false", 16000, False),
        ("--sample-frequency=8000.0\n", 8000, True),
    ],
)
def test_the_rate_is_read_from_the_model_s_configuration(settings, mfcc, rate, accepts_8khz):
    put_model(settings.models / "zh", mfcc)
    found = find_model("zh", settings)
    assert (found.sample_rate_hz, found.accepts_8khz) == (rate, accepts_8khz)
    assert found.rate_for(8000) == (8000 if accepts_8khz else 16000)
    assert found.rate_for(44100) == rate


def test_a_rate_that_is_no_number_is_named(settings):
    put_model(settings.models / "zh", "--sample-frequency=fast\n")
    with pytest.raises(ModelMissingError, match="no sample rate"):
        find_model("zh", settings)


def test_models_are_fetched_into_the_settings_folder_or_vosk_s_cache(settings, home):
    assert install_folder(settings) == settings.models
    assert install_folder(Settings(models=None)) == home / ".cache/vosk"
