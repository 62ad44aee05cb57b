"""The supervisors' list of what deferred orders wait for, and the button that says it has happened."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from console.display import t
from console.parts import house, now, person, require
from console.permissions import Permission
from console.staff_accounts import names
from console.supervisor_lists import supervisor_lists
from console.visibility import shown
from core.errors import ConflictError, ReasonMissingError
from core.models import OrderState
from routing.orders.awaited import awaited_events, wake_all
from routing.orders.reading import QueueFilter, waiting_orders

_LONGEST_EVENT, _LONGEST_REASON = 80, 500
_MOST_SHOWN = 20


def add_pages(pages: Blueprint) -> None:
    """Add the list, and what is done on it."""
    pages.add_url_rule("/awaited", "awaited", awaited)
    pages.add_url_rule("/awaited", "it_happened", it_happened, methods=["POST"])


def awaited() -> Response:
    """Show what is waited for; with `event`, also whose orders those are, and the form that wakes them."""
    return _screen(request.args.get("event", ""))


def it_happened() -> AnyResponse | Response:
    """Wake all that waited, if they are as many as the person saw; else show how many there are by now."""
    require(Permission.DECIDE_MATTERS)
    event, reason = request.form.get("event", "")[:_LONGEST_EVENT], request.form.get("reason", "")[:_LONGEST_REASON]
    seen = request.form.get("seen", -1, type=int)
    settings, actor = house().settings, person().actor
    try:
        with house().database.transaction() as session:
            woken = wake_all(session, event, actor, now(), settings, reason=reason, seen=seen)
    except ConflictError:
        return _screen(event, 409, problem=t("awaited.others_wait"), reason=reason)
    except ReasonMissingError:
        return _screen(event, 422, problem=t("awaited.no_reason"))
    return redirect(url_for("console.awaited", woken=woken.orders, texted=woken.texted), 303)


def _screen(event: str, status: int = 200, **said: Any) -> Response:
    require(Permission.DECIDE_MATTERS)
    with house().database.reading() as session:
        events, lists, people = awaited_events(session), supervisor_lists(session), names(session)
        chosen = next((one for one in events if one.event == event), None)
        waiting = QueueFilter(states=(OrderState.DEFERRED,), wakes_on=event)
        lines = shown(waiting_orders(session, now(), waiting, limit=_MOST_SHOWN)) if chosen else ()
    woken, texted = (request.args.get(name, 0, type=int) for name in ("woken", "texted"))
    html = render_template(
        "console/awaited.html",
        events=events,
        lists=lists,
        chosen=chosen,
        lines=lines,
        names=people,
        done=t("awaited.woken", count=woken, texted=texted, rest=woken - texted) if woken else "",
        said=said,
    )
    return make_response(html, status)
