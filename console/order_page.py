"""One order on the screen: what was said and done on the left, what can be done on the right."""

from typing import Any

from flask import Response, abort, make_response, render_template

from console.parts import house, now
from console.queue_view import CHOICES, read_beside
from console.staff_accounts import names
from console.timeline import timeline
from console.transcripts import shown_words
from routing.orders.reading_one import read_order


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
        **CHOICES,
    )
    return make_response(html, status)
