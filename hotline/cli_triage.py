"""`hotline triage`: judge a text, learn from closed orders, measure against known labels, bring the city's places."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.clock import now
from core.errors import HotlineError
from core.house import this_house
from routing.triage.importing_places import places_from_csv
from routing.triage.judge import triage as judge
from routing.triage.store import refresh, replace_places

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_json = click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
_text = click.option("--text", required=True, metavar="COLUMN", help="The column that holds the text.")


@click.group()
def triage() -> None:
    """Judge texts, learn from closed orders, measure, bring the city's places."""


@triage.command("judge")
@click.argument("text")
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def judge_text(text: str, language: str) -> None:
    """Judge one text by the city's lexicon and show why."""
    with this_house().database.reading() as session:
        refresh(session)
    verdict = judge(text, language)
    click.echo(f"{verdict.urgency.value}  (score {verdict.score:+.1f}, confidence {verdict.confidence:.2f})")
    for name in ("reasons", "calming", "about", "groups", "needs", "flags", "distress"):
        words = ", ".join(f"{reason.word} ({reason.why})" for reason in getattr(verdict, name))
        if words:
            click.echo(f"{name:9} {words}")
    if verdict.place:
        parts = (verdict.place.district, verdict.place.street, verdict.place.community, verdict.place.landmark)
        click.echo(f"place     {' · '.join(filter(None, parts))} ({verdict.place.confidence:.2f})")
    for number in verdict.numbers:
        click.echo(f"number    {number.kind} {number.value} ({number.word})")


@triage.command()
@_json
def train(*, as_json: bool) -> None:
    """Learn the category from closed orders, measure by cross-validation, keep the model as the newest version."""
    from routing.triage.learned import learn  # noqa: PLC0415  (scikit-learn takes a second to import)
    from routing.triage.learned.closed_orders import closed_orders  # noqa: PLC0415
    from routing.triage.learned.keeping import keep  # noqa: PLC0415
    from routing.triage.learned.measuring import cross_validated  # noqa: PLC0415

    house = this_house()
    with _told_plainly():
        with house.database.reading() as session:
            texts, labels = closed_orders(session)
        model = learn(texts, labels)
        figures = cross_validated(texts, labels).as_json()
        report = keep(model, house.settings.data_folder, figures, dict(Counter(labels)), now())
    _show(figures | {"version": report.version, "rows": report.rows}, as_json=as_json)


@triage.command()
def models() -> None:
    """Show every model that was trained: when, from how many orders, how well it guesses."""
    from routing.triage.learned.keeping import reports  # noqa: PLC0415

    table = Table("version", "trained", "orders", "macro-F1", "right", "labels")
    for report in reports(this_house().settings.data_folder):
        labels = ", ".join(f"{label} {count}" for label, count in report.labels.items())
        figures = (f"{report.macro_f1:.3f}", f"{report.accuracy:.3f}")
        table.add_row(str(report.version), report.trained_at, f"{report.rows:,}", *figures, labels)
    Console().print(table)


@triage.command()
@click.option("--train", "train_file", required=True, type=_FILE, help="Texts to learn from.")
@click.option("--test", "test_file", required=True, type=_FILE, help="Texts to measure with.")
@_text
@click.option("--label", required=True, metavar="COLUMN", help="The column that holds the label; any set of labels.")
@_json
def evaluate(train_file: Path, test_file: Path, text: str, label: str, *, as_json: bool) -> None:
    """Learn labels from one CSV file and measure on another: macro_f1, accuracy, top3."""
    from routing.triage.learned import learn  # noqa: PLC0415
    from routing.triage.learned.measuring import class_figures  # noqa: PLC0415
    from routing.triage.learned.tables import read_columns  # noqa: PLC0415

    with _told_plainly():
        model = learn(*read_columns(train_file, text, label))
        texts, labels = read_columns(test_file, text, label)
    _show(class_figures(model.guess(texts), labels).as_json(), as_json=as_json)


@triage.command("evaluate-urgency")
@click.option("--test", "test_file", required=True, type=_FILE, help="Texts to measure with.")
@_text
@click.option("--red", required=True, metavar="COLUMN", help="The column that says 1 for red, 0 for not.")
@click.option("--train", "train_file", type=_FILE, help="Texts to learn from; without, the shipped rules alone judge.")
@click.option(
    "--at-flagged", default=0.3, show_default=True, type=click.FloatRange(0, 1), help="Share looked at first."
)
@_json
def evaluate_urgency(
    test_file: Path, text: str, red: str, train_file: Path | None, at_flagged: float, *, as_json: bool
) -> None:
    """Measure how well reds are found: recall, precision, flagged, recall_at_flagged."""
    from routing.triage.learned.measuring import urgency_figures  # noqa: PLC0415
    from routing.triage.learned.tables import language_of, read_reds  # noqa: PLC0415
    from routing.triage.learned.urgency import judge_by_rules, learn_urgency  # noqa: PLC0415

    with _told_plainly():
        texts, is_red = read_reds(test_file, text, red)
        language = language_of(texts)
        if train_file:
            known, known_red = read_reds(train_file, text, red)
            flags, scores = learn_urgency(known, known_red, language).judge(texts, language)
        else:
            flags, scores = judge_by_rules(texts, language)
    _show(urgency_figures(flags, scores, is_red, at_flagged).as_json(), as_json=as_json)


@triage.command("import-places")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Only check the file and say what it holds.")
def import_places(file: Path, *, dry_run: bool) -> None:
    """Put the places of a CSV file (level, name, within, zh, en) in the stead of all that are there."""
    with _told_plainly():
        places = places_from_csv(file.read_bytes())
        if not dry_run:
            with this_house().database.transaction() as session:
                replace_places(session, places)
    counts = Counter(place.level for place in places)
    told = ", ".join(f"{count} {level}" for level, count in counts.items())
    click.echo(f"{told}: {'nothing was changed' if dry_run else 'imported'}.")


def _show(figures: dict[str, float], *, as_json: bool) -> None:
    lines = (f"{name.replace('_', ' '):20}{value:>10,.4g}" for name, value in figures.items())
    click.echo(json.dumps(figures) if as_json else "\n".join(lines))


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Show an error of our own as one sentence, without a traceback."""
    try:
        yield
    except HotlineError as error:
        raise click.ClickException(str(error)) from error
