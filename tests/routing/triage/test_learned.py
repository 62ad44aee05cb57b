"""The classifier learns any labels from texts, says how probable they are, and is kept with its report."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from math import isclose

import pytest

from core.models import Category, OrderState
from routing.triage.learned import learn
from routing.triage.learned.classifier import Guess, TooLittleToLearnError
from routing.triage.learned.closed_orders import closed_orders
from routing.triage.learned.keeping import ModelUnusableError, keep, newest, reports
from routing.triage.learned.measuring import class_figures, cross_validated, urgency_figures
from routing.triage.learned.tables import TableUnreadableError, language_of, read_columns, read_reds
from routing.triage.learned.urgency import judge_by_rules, learn_urgency
from tests.rows import a_call, an_order

BUS = ["公交几点停", "地铁开不开", "公交改道了吗", "坐地铁要什么", "末班公交几点", "地铁票多少钱"]
BIN = ["垃圾没人收", "垃圾桶满了", "楼道垃圾很臭", "垃圾分类桶坏", "垃圾站太近", "乱扔垃圾"]
TEXTS, LABELS = [*BUS, *BIN], ["bus"] * 6 + ["bin"] * 6
AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_label_is_guessed_also_when_it_is_misheard():
    model = learn(TEXTS, LABELS)
    written, misheard = model.guess(["公交还有吗", "拉圾没人守"])
    assert written[0].label == "bus"
    assert misheard[0].label == "bin"
    assert isclose(sum(guess.probability for guess in written), 1)


def test_english_and_more_than_two_labels():
    model = learn(
        ["bus times", "the bus", "bins full", "empty the bins", "my passport", "a new passport", "odd one"],
        ["a", "a", "b", "b", "c", "c", "d"],
    )
    assert [ranked[0].label for ranked in model.guess(["which buses", "passport"])] == ["a", "c"]
    assert model.guess(["", "公交"])


def test_one_label_is_too_little():
    with pytest.raises(TooLittleToLearnError):
        learn(BUS, ["bus"] * 6)
    with pytest.raises(TooLittleToLearnError):
        learn_urgency(TEXTS, [True] * 2 + [False] * 10, "zh")


def test_figures_are_what_they_say():
    ranked = [tuple(Guess(label, 0.2) for label in order) for order in ("abcd", "bacd", "dcba", "abcd")]
    figures = class_figures(ranked, ["a", "a", "a", "d"])
    assert (figures.accuracy, figures.top3) == (0.25, 0.5)
    assert isclose(figures.macro_f1, (0.4 + 0 + 0) / 3)
    figures = urgency_figures([True, True, False, False], [0.1, 0.9, 0.8, 0.2], [True, False, True, False], 0.5)
    assert (figures.recall, figures.precision, figures.flagged, figures.recall_at_flagged) == (0.5, 0.5, 0.5, 0.5)
    assert 0 < cross_validated(TEXTS, LABELS).accuracy <= 1


def test_urgency_learned_never_overrules_a_danger():
    texts = [*(f"{place}要透析的床位" for place in "东西南北中"), *BUS]
    model = learn_urgency(texts, [True] * 5 + [False] * 6, "zh")
    flags, scores = model.judge(["公交上有人胸口疼喘不上气", "哪里有透析的床位", "地铁几点"], "zh")
    assert flags[0]
    assert scores[1] > scores[2]
    assert judge_by_rules(["着火了", "几点开门"], "zh")[0] == [True, False]


def test_a_model_is_kept_with_its_report_and_the_newest_is_used(tmp_path):
    assert newest(tmp_path) is None
    model = learn(TEXTS, LABELS)
    figures = {"macro_f1": 0.9, "accuracy": 0.8, "top3": 1.0}
    for version in (1, 2):
        report = keep(model, tmp_path, figures, dict(Counter(LABELS)), AT)
        assert (report.version, report.rows, report.labels) == (version, 12, {"bus": 6, "bin": 6})
    assert [report.version for report in reports(tmp_path)] == [2, 1]
    kept = newest(tmp_path)
    assert kept
    assert kept.guess(["公交"])[0][0].label == "bus"


def test_a_model_of_another_library_has_to_be_trained_again(tmp_path):
    report = keep(learn(TEXTS, LABELS), tmp_path, {"macro_f1": 1, "accuracy": 1}, {"bus": 12}, AT)
    path = next(tmp_path.rglob("report.json"))
    path.write_text(json.dumps(replace(report, library="0.1").__dict__))
    with pytest.raises(ModelUnusableError, match="train"):
        newest(tmp_path)


def test_only_closed_orders_with_a_category_teach(database):
    with database.transaction() as session:
        for state, category, summary in (
            (OrderState.CLOSED, Category.TRAVEL, "公交"),
            (OrderState.CLOSED, None, "什么"),
            (OrderState.CLOSED, Category.OTHER, ""),
            (OrderState.REGISTERED, Category.OTHER, "谢谢"),
        ):
            order = an_order(session, a_call(session))
            order.state, order.category, order.summary = state, category, summary
        session.flush()
        texts, labels = closed_orders(session)
        assert ("公交", "travel") in list(zip(texts, labels, strict=True))
        assert not {"什么", "", "谢谢"} & set(texts)


def test_tables_are_read_and_what_is_wrong_is_told(tmp_path):
    good = tmp_path / "good.csv"
    good.write_text("\ufefftext,label,red\n公交,a,1\n ,b,0\n地铁,c,\n", encoding="utf-8")
    assert read_columns(good, "text", "label") == (["公交", "地铁"], ["a", "c"])
    assert read_reds(good, "text", "red") == (["公交", "地铁"], [True, False])
    assert language_of(["公交", "bus", "地铁"]) == "zh"
    for content, column, told in (
        ("text,label\n公交,a\n".encode(), "unit", "no column unit"),
        ("text,unit\n公交,a\n".encode("gbk"), "unit", "not UTF-8"),
        (b"text,unit\n ,a\n", "unit", "no row"),
        (b"", "unit", "no column"),
    ):
        bad = tmp_path / "bad.csv"
        bad.write_bytes(content)
        with pytest.raises(TableUnreadableError, match=told):
            read_columns(bad, "text", column)
    with pytest.raises(TableUnreadableError, match="1 or 0"):
        read_reds(good, "text", "label")
    with pytest.raises(TableUnreadableError, match="can't be read"):
        read_columns(tmp_path, "text", "label")
