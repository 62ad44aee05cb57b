"""The volunteers' page: what their team may claim, with nothing personal in it, and what they have claimed."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as AnyResponse

from console.clock_bars import ClockBar, next_bar
from console.display import t
from console.parts import house, now, person, require
from console.permissions import Permission
from console.unit_page import cards
from console.visibility import own_orders
from core.errors import ConflictError, IllegalVerbError, NotAllowedError
from core.models import VolunteerTeam
from routing.dispatch import claim, offered_orders
from routing.dispatch.volunteers import OfferedOrder
from routing.orders.clock_keeping import clocks_of
from routing.orders.lifecycle import WORKED_ON
from routing.orders.reading_one import order_by_number

_MOST = 50


@dataclass(frozen=True)
class Offer:
    """What can be claimed, and the clock that is due first."""

    order: OfferedOrder
    bar: ClockBar | None


def add_pages(pages: Blueprint) -> None:
    """Add the page, and the claim."""
    pages.add_url_rule("/volunteering", "volunteering", volunteering)
    pages.add_url_rule("/volunteering/<number>/claim", "claim_order", claim_order, methods=["POST"])


def volunteering(problem: str = "", status: int = 200) -> Response:
    """Show a volunteer their claims with the time left, and below them what their team may claim."""
    require(Permission.CLAIM)
    with house().database.reading() as session:
        team = _team(session)
        offers = _offers(session, team) if team else ()
        mine = cards(session, replace(own_orders(), states=WORKED_ON), _MOST)
    html = render_template("console/volunteering.html", team=team, offers=offers, mine=mine, problem=problem)
    return make_response(html, status)


def claim_order(number: str) -> AnyResponse:
    """Claim an order; whoever was slower reads so, with what is left to claim."""
    require(Permission.CLAIM)
    try:
        with house().database.transaction() as session:
            _claim(session, number)
    except (ConflictError, IllegalVerbError, StaleDataError):
        return volunteering(t("volunteering.too_late", number=number), 409)
    except NotAllowedError:
        return volunteering(t("volunteering.not_for_you", number=number), 403)
    return redirect(url_for("console.volunteering", _anchor=number), 303)


def _claim(session: Session, number: str) -> None:
    order, team = order_by_number(session, number), _team(session)
    if order is None:
        abort(404)
    if team is None:
        raise NotAllowedError("Whoever claims an order belongs to a team.")
    if order.accepted_by != person().sign_in:  # pressed twice is claimed once
        claim(session, order, person().actor, team, now(), request.form.get("revision", -1, type=int))


def _team(session: Session) -> VolunteerTeam | None:
    return session.get(VolunteerTeam, person().team_id or 0)


def _offers(session: Session, team: VolunteerTeam) -> tuple[Offer, ...]:
    orders = offered_orders(session, team, limit=_MOST)
    clocks = clocks_of(session, [order.number for order in orders])
    return tuple(Offer(order, next_bar(clocks[order.number])) for order in orders)
