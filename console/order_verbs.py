"""What a person does with one order: accept it, set its urgency, see the caller's number."""

from flask import Blueprint, abort, redirect, request, url_for
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from console.display import t
from console.order_page import order_screen
from console.parts import house, now, person
from console.permissions import Permission
from console.staff_accounts import names
from console.visibility import sees_caller, visible_order
from core.errors import ConflictError, IllegalVerbError, NotAllowedError
from core.models import Urgency
from routing.line.joining import learn_from_order
from routing.orders import Wishes, accept, add_event, keep_wishes, set_urgency

_LONGEST_REASON, _LONGEST_WHEN = 500, 80


def add_pages(pages: Blueprint) -> None:
    """Add a page for each verb; all of them answer with the order's screen."""
    for verb in (accept_order, change_urgency, show_number, keep_caller_wishes):
        path = verb.__name__.replace("_", "-")
        pages.add_url_rule(f"/orders/<number>/{path}", verb.__name__, verb, methods=["POST"])


def accept_order(number: str) -> Response:
    """Accept the order; when somebody was quicker, say who, and show how it stands."""
    _may(Permission.ACCEPT)
    try:
        with house().database.transaction() as session:
            order = visible_order(session, number)
            if order.accepted_by != person().sign_in:  # pressed twice is accepted once
                accept(session, order, person().actor, now(), _revision())
    except (ConflictError, StaleDataError):
        return order_screen(number, 409, problem=_who_was_quicker(number))
    except IllegalVerbError:
        return order_screen(number, 409, problem=t("conflict.illegal"))
    except NotAllowedError:
        return order_screen(number, 403, problem=t("conflict.not_allowed"))
    return redirect(url_for("console.order", number=number), 303)


def change_urgency(number: str) -> Response:
    """Set the urgency with its reason; what was typed stays in the form when it can't be done."""
    _may(Permission.SET_URGENCY)
    kept = {"urgency": request.form.get("urgency", ""), "reason": request.form.get("reason", "")[:_LONGEST_REASON]}
    if kept["urgency"] not in {urgency.value for urgency in Urgency}:
        abort(400)
    if not kept["reason"].strip():
        return order_screen(number, 422, problem=t("conflict.no_reason"), kept=kept)
    try:
        with house().database.transaction() as session:
            order = visible_order(session, number)
            judged, who = Urgency(kept["urgency"]), person().actor
            set_urgency(session, order, judged, who, now(), kept["reason"], _revision(), house().settings)
            learn_from_order(session, order, now())  # who waits to be rung moves up at once
    except (ConflictError, StaleDataError):
        problem = f"{t('conflict.changed')} {t('conflict.urgency_kept')}"
        return order_screen(number, 409, problem=problem, kept=kept)
    except IllegalVerbError:
        return order_screen(number, 409, problem=t("conflict.illegal"), kept=kept)
    return redirect(url_for("console.order", number=number), 303)


def show_number(number: str) -> Response:
    """Show the caller's whole number on this one answer; that it was looked at is an event of the order."""
    _may(Permission.SHOW_NUMBER)
    with house().database.transaction() as session:
        order = visible_order(session, number)
        if not sees_caller(order):
            abort(403)
        add_event(session, order, "number_shown", person().sign_in, now())
        whole_number = order.call.caller.number
    return order_screen(number, whole_number=whole_number)


def keep_caller_wishes(number: str) -> Response:
    """Keep whether the caller wants short messages, and secrecy; what changed is an event of the order."""
    _may(Permission.KEEP_WISHES)
    when = " ".join(request.form.get("call_when", "").split())[:_LONGEST_WHEN]
    wishes = Wishes("sms_agreed" in request.form, "secrecy_asked" in request.form, when)
    with house().database.transaction() as session:
        order = visible_order(session, number)
        if order.call.caller.number is None:
            abort(404)  # there is no number that these could hold for
        keep_wishes(session, order, wishes, person().sign_in, now())
    return redirect(url_for("console.order", number=number), 303)


def _who_was_quicker(number: str) -> str:
    with house().database.reading() as session:
        owner = visible_order(session, number).accepted_by
        return t("conflict.accepted", name=names(session).get(owner, owner)) if owner else t("conflict.changed")


def _revision() -> int:
    return request.form.get("revision", -1, type=int)


def _may(permission: Permission) -> None:
    if not person().may(permission):
        abort(403)
