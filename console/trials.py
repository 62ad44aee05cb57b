"""The “try it” box: a question, typed or from a sound file, and what a caller who asks it would get, and why.

Sound is recognised by the speech worker, which has the models loaded; the page waits for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from console.parts import house, now, person, require
from console.permissions import Permission
from console.words import LANGUAGES, known_language
from core.models import QuestionTrial, TrialState
from core.queues import Job, enqueue
from core.settings import Language
from knowledge.answers import answer_question
from knowledge.articles import Article
from knowledge.index import build_index
from knowledge.reasons import in_common
from knowledge.search import search
from knowledge.store import published_articles

LARGEST_SOUND_BYTES = 5 * 1024 * 1024
_HITS = 5
_LONGEST_QUESTION = 300


@dataclass(frozen=True)
class Hit:
    """One article that was found, and why."""

    article: Article
    confidence: float
    words: tuple[str, ...]
    """What the question has in common with its question and phrasings."""
    sounds: tuple[str, ...]
    """What only sounds alike and is written otherwise."""


@dataclass(frozen=True)
class Tried:
    """What came of a question: `answer` (spoken at once), `ask` (which one?), `none` (handed on)."""

    question: str
    district: str
    decision: str
    chosen: tuple[Article, ...]
    hits: tuple[Hit, ...]


def read_tried(
    session: Session, fields: Mapping[str, str], language: Language, draft: Article | None = None
) -> Tried | None:
    """Try the question of a form, None if there is none; with `draft` in place of the article it is a draft of."""
    question = " ".join(fields.get("try_question", "").split())[:_LONGEST_QUESTION]
    if not question:
        return None
    district = fields.get("try_district", "").strip()[:40]
    articles = published_articles(session, language, now())
    if draft:
        articles = (*(one for one in articles if one.id != draft.id), draft)
    index = build_index(articles, language)
    finding = answer_question(index, question, language, district or None, now=now())
    hits = search(index, question, district=district or None, now=now(), limit=_HITS)
    return Tried(
        question,
        district,
        finding.kind,
        finding.articles,
        tuple(_why(hit.article, hit.confidence, question, language) for hit in hits),
    )


def try_page() -> str:
    """Show the box alone, with what came of a question."""
    language = known_language(request.args.get("language")) or known_language(person().language) or LANGUAGES[0]
    fields = request.args.to_dict()
    trial = None
    with house().database.reading() as session:
        trial_id = request.args.get("trial", type=int)
        if trial_id:
            trial = _mine(session, trial_id)
            language = known_language(trial.language) or language
            fields = {**fields, "try_question": trial.heard}
        tried = read_tried(session, fields, language)
    waiting = trial is not None and trial.state is TrialState.WAITING
    return render_template(
        "console/try.html", tried=tried, trial=trial, waiting=waiting, article_language=language, fields=fields
    )


def upload_question() -> Response:
    """Keep a sound file for the speech worker and go to the page that waits for its text."""
    require(Permission.EDIT_ARTICLES)
    sound, language = request.files.get("sound"), known_language(request.form.get("language")) or LANGUAGES[0]
    audio = sound.read() if sound else b""
    if not audio:
        return redirect(url_for("console.try_question", language=language), 303)
    with house().database.transaction() as session:
        trial = QuestionTrial(audio=audio, language=language, asked_by=person().sign_in, due_at=now())
        session.add(trial)
        session.flush()
        enqueue(session, Job.HEAR_TRIAL, trial.id)
        trial_id = trial.id
    return redirect(url_for("console.try_question", trial=trial_id), 303)


def _mine(session: Session, trial_id: int) -> QuestionTrial:
    trial = session.get(QuestionTrial, trial_id)
    if trial is None or trial.asked_by != person().sign_in:
        abort(404)
    return trial


def _why(article: Article, confidence: float, question: str, language: Language) -> Hit:
    shared = in_common(article, question, language)
    return Hit(article, confidence, shared.written, shared.heard)
