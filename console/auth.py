"""Signing in and out; keeps every page of the console behind it."""

import hashlib
import secrets
from functools import cache
from urllib.parse import urlsplit

import flask_login
from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from sqlalchemy import select
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.wrappers import Response as AnyResponse

from console.limits import by_account, by_account_there, by_address, count_failed_sign_in
from console.parts import house, signed_in
from console.permissions import Person
from console.words import known_language
from core.models import Staff
from core.settings import Language

OPEN = frozenset({"console.sign_in", "console.static", "console.public_figures"})
"""The endpoints that need no sign-in; a test holds that there are no others."""
_LONGEST_PASSWORD = 200


def add_pages(pages: Blueprint) -> None:
    """Add sign-in and sign-out."""
    limited = by_address(by_account_there(by_account(sign_in)))
    pages.add_url_rule("/sign-in", "sign_in", limited, methods=["GET", "POST"])
    pages.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])


def require_sign_in() -> AnyResponse | None:
    """Send whoever is not signed in to the sign-in page; a background request is told so."""
    if request.endpoint in OPEN or signed_in():
        return None
    if request.headers.get("X-Requested-With"):
        abort(401)
    worth_returning = request.method == "GET" and request.endpoint not in {"console.start", "console.orders"}
    wanted = request.full_path.rstrip("?") if worth_returning else None
    return redirect(url_for("console.sign_in", next=wanted))


def sign_in() -> AnyResponse | str | tuple[str, int]:
    """Show the form, or check what was typed; an unknown account takes as long and is told the same."""
    session["language"] = known_language(request.args.get("language")) or session.get("language")
    if signed_in():
        return redirect(safe_next(request.args.get("next")))
    if request.method == "GET":
        return render_template("console/sign_in.html")
    person = _check(request.form.get("account", ""), request.form.get("password", ""))
    if person is None:
        count_failed_sign_in()
        return render_template("console/sign_in.html", problem="sign_in.wrong"), 403
    chosen = known_language(session.get("language"))
    session.clear()
    session.permanent = True
    flask_login.login_user(person)
    if chosen:
        keep_language(person, chosen)
    return redirect(safe_next(request.args.get("next") or url_for(person.home)), 303)


def keep_language(person: Person, language: Language) -> None:
    """Keep the language that a person chose, with their account."""
    with house().database.transaction() as database:
        staff = database.get(Staff, person.id)
        if staff:
            staff.language = language


def sign_out() -> AnyResponse:
    """End the session."""
    flask_login.logout_user()
    session.clear()
    return redirect(url_for("console.sign_in"), 303)


def safe_next(wanted: str | None) -> str:
    """Return where to go after signing in: a path of ours, never another site."""
    start = url_for("console.orders")
    if not wanted or not wanted.startswith("/") or wanted[1:2] in {"/", "\\"} or any(ord(c) < 32 for c in wanted):  # noqa: PLR2004
        return start
    parts = urlsplit(wanted)
    return start if parts.scheme or parts.netloc else wanted


def load_person(session_id: str) -> Person | None:
    """Return the person of a session; None once switched off or given a new password."""
    staff_id, _, session_key = session_id.partition(":")
    with house().database.reading() as database:
        staff = database.get(Staff, int(staff_id)) if staff_id.isdecimal() else None
    if staff is None or not staff.active:
        return None
    person = _person(staff)
    return person if secrets.compare_digest(person.session_key, session_key) else None


def _check(account: str, password: str) -> Person | None:
    with house().database.reading() as database:
        staff = database.scalar(select(Staff).where(Staff.sign_in == account.strip()))
    expected = staff.password_hash if staff else _nobodys_hash()
    right = check_password_hash(expected, password[:_LONGEST_PASSWORD])
    return _person(staff) if staff and staff.active and right else None


def _person(staff: Staff) -> Person:
    return Person(
        id=staff.id,
        sign_in=staff.sign_in,
        name=staff.name,
        role=staff.role,
        department_id=staff.department_id,
        team_id=staff.team_id,
        language=staff.language,
        session_key=hashlib.sha256(staff.password_hash.encode()).hexdigest()[:16],
    )


@cache
def _nobodys_hash() -> str:
    """A password nobody has, so that an unknown account takes as long to refuse as a known one."""
    return generate_password_hash(secrets.token_hex(16))
