"""One order on the screen: what was said and done on the left, what can be done on the right."""

from dataclasses import replace
from typing import Any

from flask import Response, abort, make_response, render_template

from console.clock_bars import clock_bars
from console.my_talk import my_talk
from console.parts import house, now, person
from console.permissions import Permission
from console.possible import departments, possible
from console.queue_view import CHOICES, read_beside
from console.staff_accounts import names
from console.timeline import timeline
from console.transcripts import shown_words
from console.visibility import leads, shown, visible_order
from core.models import OrderState, Role, Urgency
from routing.dispatch import can_connect_emergency, may_be_sent, order_contacts
from routing.orders import Verb
from routing.orders.awaited import awaited_events
from routing.orders.clock_keeping import clocks_of
from routing.orders.lifecycle import FINAL, possible_steps
from routing.orders.reading_one import read_order
from routing.orders.wishes import may_text

_PATH = (
    OrderState.REGISTERED,
    OrderState.DISPATCHED,
    OrderState.ACCEPTED,
    OrderState.IN_HAND,
    OrderState.REPLIED,
    OrderState.FOLLOW_UP,
    OrderState.CLOSED,
)
"""The way that most orders go; one that stands beside it is named by its own state."""


def order_screen(number: str, status: int = 200, **said: Any) -> Response:
    """Show one order.

    Args:
        number: the order's number, as in its address.
        status: of the answer; 409 when somebody was quicker.
        said: `problem`, `kept` and `kept_verb` (typed values that must not be lost), `whole_number` (of the caller).
    """
    with house().database.reading() as session:
        order = visible_order(session, number)
        page = read_order(session, number, now())
        if page is None:
            abort(404)
        others = () if person().role in {Role.HANDLER, Role.VOLUNTEER} else page.others
        page = replace(page, line=shown((page.line,))[0], others=others)
        may_ring = person().may(Permission.TAKE_CALLS)
        contacts = order_contacts(session, order) if may_ring else None
        textable = [each.id for each in contacts or () if may_be_sent(each)] if may_text(session, order) else None
        in_danger = order.urgency in {Urgency.RED, Urgency.UNKNOWN} and order.state not in FINAL
        dial_themselves = may_ring and in_danger and not can_connect_emergency(session, order.district, now())
        talking = may_ring and my_talk(session, order) is not None
        bars = clock_bars(clocks_of(session, [number])[number])
        view, people, units = read_beside(session), names(session), departments(session)
        awaited = [one.event for one in awaited_events(session)] if may_ring else []
    html = render_template(
        "console/order.html",
        page=page,
        order=page.line,
        bars=bars,
        contacts=contacts,
        talking=talking,
        textable=textable,
        dial_themselves=house().settings.emergency_numbers if dial_themselves else "",
        entries=timeline(page, people),
        shown_words=shown_words,
        view=view,
        names=people,
        said=said,
        steps=possible(page),
        departments=units,
        awaited=awaited,
        path=_PATH,
        can_accept=leads(page.line)
        and any(step.verb is Verb.ACCEPT for step in possible_steps(page.line.state, person().party)),
        assisting=not leads(page.line),
        **CHOICES,
    )
    return make_response(html, status)
