"""The supervisors' list of what may be one matter: pairs to be merged or left apart, incidents to be confirmed."""

from datetime import datetime

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as AnyResponse

from console.display import t
from console.parts import city_zone, house, now, person, require
from console.permissions import Permission
from core.errors import ConflictError, IllegalVerbError, ReasonMissingError
from core.models import Incident, MatterProposal
from routing.orders.matters import open_incidents, open_pairs, undecided
from routing.orders.same_matter import close_incident, confirm_incident, decide

_LONGEST_TITLE, _LONGEST_REPLY = 200, 2000
_GONE = (ConflictError, IllegalVerbError, StaleDataError)


def add_pages(pages: Blueprint) -> None:
    """Add the page, and what is decided on it."""
    pages.add_url_rule("/same-matter", "same_matter", same_matter)
    pages.add_url_rule("/same-matter/<int:proposal_id>", "decide_matter", decide_matter, methods=["POST"])
    pages.add_url_rule("/same-matter/incidents/<int:incident_id>", "decide_incident", decide_incident, methods=["POST"])


def same_matter(problem: str = "", status: int = 200, kept: tuple[int, str] | None = None) -> Response:
    """Show what is proposed; after something that could not be done, with the reason and what was typed."""
    require(Permission.DECIDE_MATTERS)
    with house().database.reading() as session:
        pairs, incidents = open_pairs(session, now()), open_incidents(session, now())
    html = render_template(
        "console/same_matter.html", pairs=pairs, incidents=incidents, problem=problem, kept=kept or (0, "")
    )
    return make_response(html, status)


def decide_matter(proposal_id: int) -> AnyResponse | Response:
    """Join one proposal, or leave it apart."""
    require(Permission.DECIDE_MATTERS)
    choice = request.form.get("do")
    if choice not in {"join", "apart"}:
        abort(400)
    try:
        with house().database.transaction() as session:
            proposal = session.get(MatterProposal, proposal_id)
            if proposal is None:
                abort(404)
            decide(session, proposal, person().actor, now(), join=choice == "join", settings=house().settings)
    except _GONE:
        return same_matter(t("matters.too_late"), 409)
    return redirect(url_for("console.same_matter"), 303)


def decide_incident(incident_id: int) -> AnyResponse | Response:
    """Confirm an incident with all that is proposed for it, or end it with the answer for each citizen."""
    require(Permission.DECIDE_MATTERS)
    do = {"confirm": _confirm, "close": _close, "apart": _apart}.get(request.form.get("do", ""))
    if do is None:
        abort(400)
    try:
        with house().database.transaction() as session:
            incident = session.get(Incident, incident_id, with_for_update=True)
            if incident is None:
                abort(404)
            do(session, incident)
    except _GONE:
        return same_matter(t("matters.too_late"), 409)
    except ReasonMissingError:
        return same_matter(t("matters.no_reply"), 422)
    except ValueError:
        return same_matter(t("matters.incomplete"), 422, (incident_id, request.form.get("title", "")))
    return redirect(url_for("console.same_matter"), 303)


def _confirm(session: Session, incident: Incident) -> None:
    """Confirm it under a title that callers hear; every order that is proposed for it joins."""
    _still_open(incident)
    title, due = request.form.get("title", "").strip()[:_LONGEST_TITLE], request.form.get("due", "")
    due_at = datetime.fromisoformat(due).replace(tzinfo=city_zone()) if due else None
    if not title or (due_at and due_at <= now()):
        raise ValueError("An incident has a title, and is due in time to come.")
    confirm_incident(session, incident, person().actor, now(), title, due_at)
    _decide_all(session, incident, join=True)


def _close(session: Session, incident: Incident) -> None:
    """End it: each of its orders is answered, and each citizen is asked."""
    _still_open(incident)
    reply = request.form.get("reply", "").strip()[:_LONGEST_REPLY]
    if not reply:
        raise ReasonMissingError("Each citizen of an incident is told how it ended.")
    close_incident(session, incident, person().actor, now(), reply)


def _apart(session: Session, incident: Incident) -> None:
    """Say that it is none: nothing of what was proposed joins. A confirmed one is ended by an answer instead."""
    _still_open(incident)
    if incident.confirmed_at:
        raise ConflictError("It is confirmed already.")
    _decide_all(session, incident, join=False)
    incident.closed_at = now()


def _decide_all(session: Session, incident: Incident, *, join: bool) -> None:
    for proposal, _ in undecided(session, incident):
        decide(session, proposal, person().actor, now(), join=join, settings=house().settings)


def _still_open(incident: Incident) -> None:
    if incident.closed_at:
        raise ConflictError("This incident is over.")
