"""`hotline asr` in a terminal: text where text belongs, one sentence for each file that is wrong."""

import json
import shutil

import pytest
from click.testing import CliRunner

from hotline.cli import main
from tests.asr.model_folders import MINIATURES, put_model
from tests.asr.sounds import CALLERS

HELD_OUT = MINIATURES.parents[1] / "tests/asr/held_out/zh"


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    monkeypatch.setenv("HOTLINE_MODELS", str(MINIATURES))


def run(*arguments):
    return CliRunner().invoke(main, ["asr", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path):
    for name in ("00", "01"):
        for ending in ("wav", "txt"):
            shutil.copy(HELD_OUT / f"{name}.{ending}", tmp_path)
    return tmp_path


def test_the_text_of_one_file_is_all_that_is_printed():
    result = run("transcribe", CALLERS / "en_insulin.wav", "--language", "en")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "hello my mother needs insulin she has no medicine left we live in the south district\n"


def test_several_files_have_their_names_and_a_wrong_one_stops_nothing(tmp_path):
    (tmp_path / "page.wav").write_text("<html>")
    files = [tmp_path / "missing.wav", CALLERS / "zh_yes.wav", tmp_path / "page.wav", CALLERS / "zh_person.wav"]
    result = run("transcribe", *files)
    assert result.exit_code == 1
    assert result.stdout == f"{files[1]}: 是的\n{files[3]}: 请转人工\n"
    assert result.stderr.splitlines() == [
        f"{files[0]}: No such file or directory",
        f"{files[2]}: These 6 bytes are not audio.",
    ]


def test_json_has_words_and_times():
    told = json.loads(run("transcribe", CALLERS / "zh_person.wav", "--json", "--use", "live").stdout)
    assert (told["file"], told["text"], told["model"]) == (str(CALLERS / "zh_person.wav"), "请转人工", "miniature-zh")
    assert [word["word"] for word in told["words"]] == ["请", "转", "人工"]


def test_without_a_model_nothing_is_tried(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTLINE_MODELS", str(tmp_path))
    put_model(tmp_path / "zh", without=["am/final.mdl"])
    result = run("transcribe", CALLERS / "zh_yes.wav")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The speech model for “zh” is incomplete")


def test_a_model_is_measured_as_it_is_and_over_a_telephone(folder):
    result = run("evaluate", folder, "--snr", "12", "--loss", "5")
    assert (result.exit_code, result.stderr) == (0, "")
    head, clean, telephone, sounds, speed = result.stdout.splitlines()
    assert head.startswith("miniature-zh: 2 files, ")
    assert clean == "CER as they are: 0.0%"
    assert telephone.startswith("CER over a telephone (12 dB, 5% lost): ")
    assert float(telephone.rpartition(" ")[2].rstrip("%")) > 5
    assert "→" in sounds
    assert speed.endswith("s of audio per CPU second")


def test_the_figures_come_as_json(folder):
    told = json.loads(run("evaluate", folder, "--json").stdout)
    assert (told["model"], told["files"], told["error_rate"], told["problems"]) == ("miniature-zh", 2, 0, [])
    assert told["audio_seconds_per_cpu_second"] > 1
    assert told["errors"]["said"] == told["over_telephone"]["said"] > 10


def test_what_can_t_be_measured_is_named_and_the_rest_is_measured(folder):
    (folder / "00.txt").unlink()
    (folder / "page.wav").write_text("<html>")
    (folder / "page.txt").write_text("网页", encoding="utf-8")
    (folder / "latin.wav").write_bytes((folder / "01.wav").read_bytes())
    (folder / "latin.txt").write_bytes("喘".encode("gb18030"))
    result = run("evaluate", folder)
    assert result.exit_code == 1
    assert "miniature-zh: 1 files" in result.stdout
    assert result.stderr.splitlines() == [
        "00.wav: there is no 00.txt with what is said in it.",
        "latin.txt is not UTF-8 text.",
        "page.wav: These 6 bytes are not audio.",
    ]


def test_a_folder_without_a_recording_is_one_sentence(tmp_path):
    result = run("evaluate", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "has no WAV files: put call.wav and call.txt" in result.stderr


def test_a_folder_of_which_nothing_can_be_measured_says_why(tmp_path):
    (tmp_path / "a.wav").write_text("no sound")
    result = run("evaluate", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "there is no a.txt" in result.stderr
