"""The list of work orders, and one order with all that belongs to it."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from console import order_verbs
from console.parts import house, now
from console.queue_view import TABS, read_beside, read_view
from console.staff_accounts import names
from console.timeline import timeline
from console.transcripts import shown_words
from core.models import Category, Urgency
from routing.orders.reading_one import read_order

LISTEN_WITHIN = timedelta(minutes=5)
"""A recording that nobody has heard for longer is called out in the header."""


def add_pages(pages: Blueprint) -> None:
    """Add the list, its live fragments, one order, and what is done there."""
    pages.add_url_rule("/", "start", start)
    pages.add_url_rule("/orders", "orders", orders)
    pages.add_url_rule("/orders/live", "orders_live", orders_live)
    pages.add_url_rule("/orders/live/beside", "orders_beside", orders_beside)
    pages.add_url_rule("/orders/<number>", "order", order_screen)
    order_verbs.add_pages(pages, order_screen)


def start() -> AnyResponse:
    """Go to the list."""
    return redirect(url_for("console.orders"))


def orders() -> str:
    """Show the list, the most urgent first."""
    with house().database.reading() as session:
        view, people = read_view(session), names(session)
    return render_template("console/orders.html", view=view, names=people, **_choices())


def orders_live() -> str:
    """Return counts and rows alone, for the refresh in the background."""
    with house().database.reading() as session:
        view, people = read_view(session), names(session)
    return render_template("console/live.html", view=view, names=people, beside=False, **_choices())


def orders_beside() -> str:
    """Return counts and the short rows beside an open order."""
    with house().database.reading() as session:
        view = read_beside(session)
    return render_template("console/live.html", view=view, beside=True, **_choices())


def order_screen(number: str, status: int = 200, **said: Any) -> Response:
    """Show one order.

    Args:
        number: the order's number, as in its address.
        status: of the answer; 409 when somebody was quicker.
        said: `problem`, `kept` (typed values that must not be lost) and `whole_number` (of the caller).
    """
    with house().database.reading() as session:
        page = read_order(session, number, now())
        if page is None:
            abort(404)
        view, people = read_beside(session), names(session)
    html = render_template(
        "console/order.html",
        page=page,
        order=page.line,
        entries=timeline(page, people),
        shown_words=shown_words,
        view=view,
        names=people,
        said=said,
        **_choices(),
    )
    return make_response(html, status)


def _choices() -> dict[str, Any]:
    return {"urgencies": tuple(Urgency), "categories": tuple(Category), "tabs": TABS, "listen_within": LISTEN_WITHIN}
