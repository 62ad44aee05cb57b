"""`hotline knowledge`: measuring the search at a terminal, on files; it asks no database."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from core.settings import Language
from hotline.cli_errors import told_plainly

if TYPE_CHECKING:
    from knowledge.evaluation import Measures

_file = click.Path(dir_okay=False, path_type=Path)


@click.group()
def knowledge() -> None:
    """Articles and search: measure how well questions find their answers."""


@knowledge.command()
@click.option("--articles", type=_file, required=True, help="CSV: id,question[,answer,phrasings,category,district]")
@click.option("--questions", type=_file, required=True, help="CSV: question,article_id[,district]")
@click.option("--language", type=click.Choice(get_args(Language)), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@told_plainly
def evaluate(*, articles: Path, questions: Path, language: Language, as_json: bool) -> None:
    """Measure the search on your own articles and questions, on an index that is thrown away.

    Phrasings, districts and several accepted ids are divided by |; a question without an id is one that no article
    answers. Districts count only if a question names one.
    """
    from knowledge import evaluation  # noqa: PLC0415  (other commands need no search)

    known = evaluation.read_articles(articles, language)
    measured = evaluation.evaluate(known, evaluation.read_questions(questions, known), language)
    click.echo(json.dumps(asdict(measured)) if as_json else "\n".join(_table(measured)))


def _table(measured: "Measures") -> Iterator[str]:
    yield f"{measured.questions} questions, {measured.answerable} of them answerable"
    yield f"found first {measured.top1:.1%}, among three {measured.top3:.1%}, mean reciprocal rank {measured.mrr:.3f}"
    yield f"spoken {measured.spoken:.1%}, asked back {measured.asked:.1%}, handed on {measured.handed_on:.1%}"
    yield f"wrong among spoken {measured.wrong_among_spoken:.1%}"
    yield (
        f"of the answerable {measured.spoken_right_among_answerable:.1%} rightly spoken at once; "
        f"of the others {measured.offered_among_other_answerable:.1%} offered among two"
    )
