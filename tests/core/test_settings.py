"""Settings come from the environment; wrong ones are listed all at once, in the words of the person who set them."""

import re
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import Settings, read_settings, settings_table
from tests.house import ROOT


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"HOTLINE_{name.upper()}", raising=False)


def test_without_any_setting_everything_has_a_default():
    settings = read_settings()
    assert settings.sql_url == f"sqlite:///{Path('.data/hotline.sqlite3').absolute()}"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.key_store == Path(".data/keys")
    assert settings.duty_phones == ()


WRONG = {
    "PORT": "0",
    "WEB_WORKERS": "many",
    "DUTY_PHONES": "+8613800138000, 110",
    "LEASE_SECONDS": "-1",
    "SWEEP_SECONDS": "0",
    "MAX_MESSAGE_SECONDS": "9",
    "LOG_LEVEL": "LOUD",
    "TIME_ZONE": "Mars/Olympus",
    "HOTLINE_NUMBER": "12345",
    "SEAT_NUMBER": "1001",
}


def test_every_wrong_one_is_listed_at_once(monkeypatch):
    for name, value in WRONG.items():
        monkeypatch.setenv(f"HOTLINE_{name}", value)
    with pytest.raises(SettingsError) as error:
        read_settings()
    lines = str(error.value).splitlines()[1:]
    assert {line.split(":")[0].strip() for line in lines} == {f"HOTLINE_{name}" for name in WRONG}
    assert len(lines) == len(WRONG)


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_one_is_refused_alone(monkeypatch, name):
    monkeypatch.setenv(f"HOTLINE_{name}", WRONG[name])
    with pytest.raises(SettingsError, match=f"HOTLINE_{name}: "):
        read_settings()


def test_a_wrong_duty_phone_is_named_and_the_right_one_is_not(monkeypatch):
    monkeypatch.setenv("HOTLINE_DUTY_PHONES", "+8613800138000,013800138000,+266696687")
    with pytest.raises(SettingsError) as error:
        read_settings()
    assert "013800138000, +266696687" in str(error.value)
    assert "+8613800138000" not in str(error.value)


@pytest.mark.parametrize(
    ("value", "phones"),
    [
        ("", ()),
        (" , ", ()),
        ("+8613800138000", ("+8613800138000",)),
        (" +8613800138000 ,+8613800138001, ", ("+8613800138000", "+8613800138001")),
    ],
)
def test_lists_are_divided_by_commas(monkeypatch, value, phones):
    monkeypatch.setenv("HOTLINE_DUTY_PHONES", value)
    assert read_settings().duty_phones == phones


def test_an_empty_folder_is_not_the_working_directory(monkeypatch, tmp_path):
    """`HOTLINE_KEYS_FOLDER=` in an environment file means “not set”, never “keys go where I was started”."""
    monkeypatch.chdir(tmp_path)
    for name in ("KEYS_FOLDER", "MODELS", "PORT"):
        monkeypatch.setenv(f"HOTLINE_{name}", "")
    settings = read_settings()
    assert (settings.key_store, settings.models, settings.port) == (Path(".data/keys"), None, 8000)


def test_other_variables_are_none_of_its_business(monkeypatch):
    monkeypatch.setenv("HOTLINE_NO_SUCH_SETTING", "x")
    monkeypatch.setenv("PORT", "1")
    assert read_settings().port == 8000


def test_settings_can_t_be_changed_while_running():
    with pytest.raises(Exception, match="frozen"):
        read_settings().port = 1


def test_addresses_and_folders_are_made_of_what_is_set(tmp_path):
    settings = Settings(data_folder=tmp_path, keys_folder=tmp_path / "k", public_url="https://a.example/", port=81)
    assert settings.base_url == "https://a.example"
    assert settings.key_store == tmp_path / "k"
    assert Settings(port=81).base_url == "http://127.0.0.1:81"
    assert Settings(database_url="postgresql+psycopg://x/y").sql_url == "postgresql+psycopg://x/y"
    assert (settings.voice("zh"), settings.voice("en")) == ("Polly.Zhiyu", "Polly.Joanna")


def test_the_session_key_is_made_once_or_taken_as_set(tmp_path):
    settings = Settings(data_folder=tmp_path)
    assert settings.session_key() == settings.session_key() == (tmp_path / "secret_key").read_text()
    assert Settings(data_folder=tmp_path, secret_key="mine").session_key() == "mine"


def test_the_table_has_every_setting_with_a_description():
    rows = settings_table().splitlines()[2:]
    names = [re.match(r"\| `HOTLINE_([A-Z_]+)` \|", row)[1] for row in rows]
    assert names == [name.upper() for name in Settings.model_fields]
    for row in rows:
        cells = row.strip("|").split("|")
        assert len(cells) == 3
        assert len(cells[2].strip()) > 10


def test_the_readme_shows_the_settings_as_they_are():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    if "HOTLINE_DATA_FOLDER" not in readme:
        pytest.skip("the README has no table of settings yet")
    assert settings_table() in readme


def test_agents_dial_another_number_than_citizens():
    given = {"hotline_number": "+8657100000000", "english_numbers": ("+8657100000001",)}
    assert Settings(**given, seat_number="+8657100000009").seat_number == "+8657100000009"
    for taken in ("+8657100000000", "+8657100000001"):
        with pytest.raises(ValueError, match="citizens call this number"):
            Settings(**given, seat_number=taken)
