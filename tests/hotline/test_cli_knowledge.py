"""`hotline knowledge evaluate`: the figures as a table and as JSON; a wrong file ends with one clear sentence."""

import json

import pytest
from click.testing import CliRunner

from hotline.cli import main


@pytest.fixture
def evaluate(tmp_path):
    (tmp_path / "articles.csv").write_text("id,question\na,停水了怎么办\nb,学校几号开学\n", encoding="utf-8")
    (tmp_path / "questions.csv").write_text("question,article_id\n停睡了怎么办,a\n电影好看吗,\n", encoding="utf-8")

    def run(*options, articles="articles.csv"):
        files = ["--articles", str(tmp_path / articles), "--questions", str(tmp_path / "questions.csv")]
        return CliRunner().invoke(main, ["knowledge", "evaluate", *files, *options])

    return run


def test_figures_as_json(evaluate):
    found = json.loads(evaluate("--language", "zh", "--json").output)
    assert {name: found[name] for name in ("top1", "top3", "mrr", "spoken", "asked", "handed_on")} == {
        "top1": 1,
        "top3": 1,
        "mrr": 1,
        "spoken": 0.5,
        "asked": 0,
        "handed_on": 0.5,
    }
    assert found["wrong_among_spoken"] == 0


def test_figures_to_read(evaluate):
    shown = evaluate().output
    assert "2 questions, 1 of them answerable" in shown
    assert "spoken 50.0%, asked back 0.0%, handed on 50.0%" in shown


def test_a_wrong_file_is_told_in_one_sentence(evaluate):
    failed = evaluate(articles="questions.csv")
    assert failed.exit_code == 1
    assert failed.output == "Error: questions.csv row 1: there is no column id; found: question, article_id\n"
