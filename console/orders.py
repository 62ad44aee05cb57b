"""The list of work orders, and the fragments that keep it fresh."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from console import order_contacts, order_verbs, verb_forms
from console.order_page import order_screen
from console.parts import house, person
from console.queue_view import CHOICES, read_beside, read_view, tabs
from console.staff_accounts import names
from console.supervisor_lists import supervisor_lists


def add_pages(pages: Blueprint) -> None:
    """Add the list, its live fragments, one order, and what is done there."""
    pages.add_url_rule("/", "start", start)
    pages.add_url_rule("/orders", "orders", orders)
    pages.add_url_rule("/orders/live", "orders_live", orders_live)
    pages.add_url_rule("/orders/live/beside", "orders_beside", orders_beside)
    pages.add_url_rule("/orders/<number>", "order", order_screen)
    order_verbs.add_pages(pages)
    verb_forms.add_pages(pages)
    order_contacts.add_pages(pages)


def start() -> Response:
    """Go to where this person's work is: the list, their department's orders, or what volunteers may claim."""
    return redirect(url_for(person().home))


def orders() -> str:
    """Show the list, the most urgent first."""
    with house().database.reading() as session:
        view, people, lists = read_view(session), names(session), supervisor_lists(session)
    return render_template("console/orders.html", view=view, names=people, tabs=tabs(), lists=lists, **CHOICES)


def orders_live() -> str:
    """Return counts and rows alone, for the refresh in the background."""
    with house().database.reading() as session:
        view, people = read_view(session), names(session)
    return render_template("console/live.html", view=view, names=people, beside=False, **CHOICES)


def orders_beside() -> str:
    """Return counts and the short rows beside an open order."""
    with house().database.reading() as session:
        view = read_beside(session)
    return render_template("console/live.html", view=view, beside=True, **CHOICES)
