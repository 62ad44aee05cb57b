"""The supervisors' list of what departments have asked for: more time, or a pause; approved or refused right there."""

from flask import Blueprint, render_template

from console.clock_bars import next_bar
from console.parts import house, now, require
from console.permissions import Permission
from console.staff_accounts import names
from console.supervisor_lists import supervisor_lists
from console.visibility import shown
from routing.orders.clock_keeping import clocks_of
from routing.orders.requests import ASKED, open_requests


def add_pages(pages: Blueprint) -> None:
    """Add the list; what is decided on it goes to the forms of the orders, which lead back here."""
    pages.add_url_rule("/requests", "requests", requests)


def requests() -> str:
    """Show what waits for an answer, the oldest first."""
    require(Permission.DECIDE_MATTERS)
    with house().database.reading() as session:
        asked = open_requests(session, now())
        clocks = clocks_of(session, [one.line.number for one in asked])
        people, lists = names(session), supervisor_lists(session)
    rows = [(one, shown((one.line,))[0], next_bar(clocks[one.line.number]), *ASKED[one.verb]) for one in asked]
    return render_template("console/requests.html", rows=rows, names=people, lists=lists)
