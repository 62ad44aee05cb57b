"""`hotline profile` lists, shows, tries and applies; what can't be is told in one sentence."""

import json
import shutil

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from core.house import this_house
from core.models import CityChange, Department
from hotline.cli import main
from tests.factories import make_caller, make_order


@pytest.fixture
def city(tmp_path, monkeypatch, sqlite_file):
    (tmp_path / "data").mkdir()
    shutil.copy(sqlite_file, tmp_path / "data")
    monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(tmp_path / "data"))
    this_house.cache_clear()
    yield this_house()
    this_house().database.close()
    this_house.cache_clear()


def run(*words):
    return CliRunner().invoke(main, ["profile", *words])


def rows(city, table):
    with city.database.reading() as session:
        return len(session.scalars(select(table)).all())


def test_the_five_are_listed_and_shown():
    names = [line.split()[0] for line in run("list").output.splitlines()]
    assert names == ["chengdu", "shanghai", "yiwu", "zhejiang", "zhoukou"]
    told = run("show", "chengdu").output
    assert "  red      15 min, 1 h, 3 h, 1 h\n" in told
    assert "  leader: {district}区长\n" in told
    assert "  red      15 min, 1 h, 3 h, 1 h, 8 h\n" in run("show", "zhejiang").output
    assert "  answered within 24 h\n" in told


def test_a_try_writes_nothing_and_tells_the_same_as_applying(city):
    tried = run("apply", "yiwu", "--dry-run")
    assert (rows(city, Department), rows(city, CityChange)) == (0, 0)
    applied = run("apply", "yiwu")
    assert tried.output.splitlines()[:-1] == applied.output.splitlines()[:-1]
    assert tried.output.splitlines()[-1] == "29 changes: nothing was written."
    assert (rows(city, Department), rows(city, CityChange)) == (4, 29)
    assert "changed  clocks: green::finish: minutes 10080 → 1440" in applied.output
    assert "yours    directory: supervisor “归集中心值班长”: enter the telephone in the console" in applied.output
    assert "yours    places: import them" in applied.output
    again = run("apply", "yiwu").output
    assert again.splitlines()[-1] == "0 changes: written."
    assert "stays    teams: 奶粉组 (not of this profile)" in run("apply", "zhoukou").output


@pytest.mark.parametrize("verb", ["show", "apply", "figures"])
def test_what_is_not_there_is_told_in_one_sentence(verb):
    told = run(verb, "atlantis")
    assert told.exit_code == 1
    assert told.output.startswith("Error: There is no profile “atlantis”; there are chengdu, ")
    assert told.output.count("\n") == 1


def test_figures_of_the_last_day(city):
    assert run("figures", "yiwu").output.split() == ["completed", "—", "0", "of", "0", "disposed", "—", "0", "of", "0"]
    with city.database.transaction() as session:
        for minutes_ago in (5, 60 * 25):
            make_order(session, make_caller(session, city, None), minutes_ago=minutes_ago)
    told = json.loads(run("figures", "chengdu", "--json").output)
    assert told == [
        {"figure": "accepted within 1 h", "done": 0, "of": 0},
        {"figure": "answered within 24 h", "done": 0, "of": 0},
    ]
    assert json.loads(run("figures", "yiwu", "--json").output)[1] == {"figure": "disposed", "done": 0, "of": 1}
    assert json.loads(run("figures", "yiwu", "--hours", "48", "--json").output)[1]["of"] == 2
