"""`hotline triage` measures, judges and brings places; what is wrong with a file is told in one sentence."""

import json

import pytest
from click.testing import CliRunner

from core.house import this_house
from hotline.cli import main
from hotline.schema import upgrade
from routing.triage.store import read_places, refresh, replace_places

ROWS = [("公交几点停", "bus", 0), ("地铁开不开", "bus", 0), ("公交改道", "bus", 0), ("胸口疼喘不上气", "ill", 1)]
ROWS += [("我爸昏迷了", "ill", 1), ("老人叫不醒", "ill", 1)]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("text,label,red\n" + "".join(f"{a},{b},{c}\n" for a, b, c in ROWS), encoding="utf-8")
    return str(path)


@pytest.fixture
def city(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(tmp_path / "data"))
    this_house.cache_clear()
    upgrade(this_house().database.engine)
    yield this_house()
    with this_house().database.transaction() as session:
        replace_places(session, ())
        refresh(session)
    this_house().database.close()
    this_house.cache_clear()


def run(*words):
    return CliRunner().invoke(main, ["triage", *words])


def test_evaluate_gives_the_three_figures(table):
    told = run("evaluate", "--train", table, "--test", table, "--text", "text", "--label", "label", "--json")
    assert json.loads(told.output) == {"macro_f1": 1.0, "accuracy": 1.0, "top3": 1.0}


@pytest.mark.parametrize("trained", [False, True])
def test_evaluate_urgency_gives_the_four_figures(table, trained):
    words = ["evaluate-urgency", "--test", table, "--text", "text", "--red", "red", "--at-flagged", "0.5", "--json"]
    told = run(*words, *(["--train", table] if trained else []))
    figures = json.loads(told.output)
    assert set(figures) == {"recall", "precision", "flagged", "recall_at_flagged"}
    assert figures["recall"] == figures["recall_at_flagged"] == 1.0


def test_a_wrong_column_is_told_in_one_sentence(table):
    told = run("evaluate", "--train", table, "--test", table, "--text", "text", "--label", "unit")
    assert told.exit_code == 1
    assert "has no column unit; it has text, label, red." in told.output
    assert "Traceback" not in told.output


def test_judging_a_text_shows_why(city):
    told = run("judge", "我妈八十岁 胸口疼 在春晓小区")
    assert told.output.startswith("red")
    assert "胸口疼 (heart)" in told.output
    assert "东城区 · 青龙街道 · 春晓社区" in told.output
    assert "age_years 80" in told.output


def test_places_are_checked_and_imported(city, tmp_path):
    file = tmp_path / "places.csv"
    file.write_text("level,name,within\ndistrict,上城区,\nstreet,河坊街道,上城区\n", encoding="utf-8")
    assert run("import-places", str(file), "--dry-run").output == "1 district, 1 street: nothing was changed.\n"
    with city.database.reading() as session:
        assert "上城区" not in read_places(session).places
    assert run("import-places", str(file)).output == "1 district, 1 street: imported.\n"
    with city.database.reading() as session:
        assert set(read_places(session).places) == {"上城区", "上城区/河坊街道"}
    file.write_text("level,name,within\nstreet,河坊街道,下城区\n", encoding="utf-8")
    assert "Line 2" in run("import-places", str(file)).output


def test_without_closed_orders_there_is_nothing_to_learn(city):
    told = run("train")
    assert told.exit_code == 1
    assert "At least two different labels" in told.output
    assert "version" in run("models").output
