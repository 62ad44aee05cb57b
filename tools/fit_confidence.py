"""Fits how sure the search is (knowledge/confidence.json) to files of articles and questions, and reports on it.

`python -m tools.fit_confidence zh ARTICLES.csv QUESTIONS.csv [ARTICLES.csv QUESTIONS.csv …]`, files as for `hotline
knowledge evaluate`. Of each pair a third of the articles that answer something is taken away, so that their questions
can't be answered. The questions of half of the articles fit the model, those of the other half report on it; each pair
counts alike. The model is fitted with what is installed: for English run it with and without the sentence model.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

import knowledge
from core.settings import Language
from knowledge.answers import CHOICES
from knowledge.evaluation import Asked, read_articles, read_questions
from knowledge.index import new_index
from knowledge.ranking import rank, read_question
from knowledge.search import LOOKED_AT
from knowledge.sentences import sentence_model
from knowledge.signs import signs_of
from knowledge.words import is_question

WORTH_ASKING = 0.3
"""Confidence from which it is worth a caller's time to be asked back: about one time in three and more it helps."""

COEFFICIENTS = Path(knowledge.__file__).parent / "confidence.json"


@dataclass(frozen=True)
class Case:
    """The first article found for a question: its signs, and whether it, or one of the choices, is right."""

    signs: dict[str, float]
    is_right: bool
    is_offered: bool
    is_answerable: bool
    fits: bool
    """It is for fitting, not for the report."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", choices=("zh", "en"))
    parser.add_argument(
        "--right-among-spoken",
        type=float,
        default=0.975,
        help="aimed at among the questions fitted to; more than the 95 % promised, as others will do worse",
    )
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    language: Language = options.language
    pairs = list(zip(options.files[::2], options.files[1::2], strict=True))
    sets = [list(_cases(articles, questions, language)) for articles, questions in pairs]
    names = [name for name in sets[0][0].signs if name != "meant" or sentence_model(language)]
    model = _fitted([[case for case in cases if case.fits] for cases in sets], names)
    kept = dict(zip(names, (round(float(weight), 3) for weight in model.coef_[0]), strict=True))
    to_fit = [[case for case in cases if case.fits] for cases in sets]
    speak_from = round(_threshold(model, to_fit, names, options.right_among_spoken), 2)
    _keep(language, {"weights": kept, "constant": round(float(model.intercept_[0]), 3), "speak_from": speak_from})
    for (articles, questions), cases in zip(pairs, sets, strict=True):
        other = [case for case in cases if not case.fits]
        print(f"{articles.name} {questions.name}: {_report(_confidences(model, other, names), other, speak_from)}")


def _cases(articles_file: Path, questions_file: Path, language: Language) -> Iterator[Case]:
    articles = read_articles(articles_file, language)
    questions = read_questions(questions_file, articles)
    accepted = {one for question in questions for one in question.accepted}
    taken = {one for one in accepted if _draw("taken", one) % 3 == 0}
    index = new_index(tuple(article for article in articles if article.id not in taken), language)
    for question in questions:
        if is_question(question.text, language):
            asked = read_question(question.text, language)
            ranked = rank(index, asked, limit=LOOKED_AT)
            right = [one.article.id in question.accepted for one in ranked]
            if ranked:
                signs = asdict(signs_of(ranked[0], ranked, asked, index))
                yield Case(signs, right[0], any(right[:CHOICES]), bool(question.accepted - taken), _is_to_fit(question))


def _is_to_fit(question: Asked) -> bool:
    return _draw("half", min(question.accepted, default=question.text)) % 2 == 0


def _draw(what: str, name: str) -> int:
    """Return a number that looks drawn by lot, the same each time."""
    return int.from_bytes(sha256(f"{what} {name}".encode()).digest()[:4])


def _fitted(sets: Sequence[Sequence[Case]], names: Sequence[str]) -> LogisticRegression:
    cases = [case for one in sets for case in one]
    model = LogisticRegression(C=10, max_iter=5000)
    return model.fit(_table(cases, names), [case.is_right for case in cases], sample_weight=_weights(sets))


def _weights(sets: Sequence[Sequence[Case]]) -> NDArray[np.float64]:
    """Return what each case counts, so that each set counts alike."""
    weights = np.concatenate([np.full(len(one), 1 / len(one)) for one in sets])
    return weights / weights.mean()


def _table(cases: Iterable[Case], names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[case.signs[name] for name in names] for case in cases])


def _confidences(model: LogisticRegression, cases: Sequence[Case], names: Sequence[str]) -> NDArray[np.float64]:
    return model.predict_proba(_table(cases, names))[:, 1]


def _threshold(model: LogisticRegression, sets: Sequence[Sequence[Case]], names: Sequence[str], aim: float) -> float:
    """Return the lowest confidence from which enough are right."""
    cases = [case for one in sets for case in one]
    confidences = _confidences(model, cases, names)
    order = np.argsort(-confidences, kind="stable")
    weights = _weights(sets)[order]
    right = np.cumsum(weights * [cases[number].is_right for number in order]) / np.cumsum(weights)
    enough = np.flatnonzero(right >= aim)
    return float(confidences[order[enough[-1]]]) if len(enough) else 1.0


def _report(confidences: NDArray[np.float64], cases: Sequence[Case], speak_from: float) -> str:
    spoken = [case for case, sure in zip(cases, confidences, strict=True) if sure >= speak_from]
    asked = [case for case, sure in zip(cases, confidences, strict=True) if WORTH_ASKING <= sure < speak_from]
    answerable = sum(case.is_answerable for case in cases)
    right = sum(case.is_right for case in spoken)
    offered = sum(case.is_offered for case in asked)
    return (
        f"{len(cases)} questions, {answerable} answerable; spoken {len(spoken)}, {right / max(len(spoken), 1):.1%}"
        f" right, which is {right / answerable:.1%} of the answerable; asked back {len(asked)},"
        f" which offers {offered / max(answerable - right, 1):.1%} of the other answerable"
    )


def _keep(language: Language, fitted: dict[str, object]) -> None:
    kept = json.loads(COEFFICIENTS.read_text(encoding="utf-8")) if COEFFICIENTS.exists() else {}
    kept[f"{language} with meaning" if sentence_model(language) else language] = fitted | {"ask_from": WORTH_ASKING}
    COEFFICIENTS.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(fitted))


if __name__ == "__main__":
    main()
