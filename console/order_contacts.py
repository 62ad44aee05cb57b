"""Whom to ring about an order: entries of the directory, rung at one click or brought into the talk with its caller."""

from datetime import timedelta

from flask import Blueprint, Response, abort, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from console.display import t
from console.my_talk import my_talk
from console.order_page import order_screen
from console.parts import house, now, person, require
from console.permissions import Permission
from console.visibility import visible_order
from core.errors import NotAllowedError
from core.models import Contact, LinePlace, OrderEvent, SeatRow, WorkOrder
from routing.dispatch import order_contacts, send_contact
from routing.line.desk import NotNowError, bring_in
from routing.orders import add_event, ring_contact

_TWICE = timedelta(seconds=20)
"""A button that is pressed again within it was pressed twice."""


def add_pages(pages: Blueprint) -> None:
    """Add the ways to reach a contact, and to tell the caller of one."""
    pages.add_url_rule("/orders/<number>/ring-contact", "ring_contact", ring, methods=["POST"])
    pages.add_url_rule("/orders/<number>/send-contact", "send_contact", send, methods=["POST"])
    pages.add_url_rule("/orders/<number>/three-way", "three_way", three_way, methods=["POST"])


def ring(number: str) -> AnyResponse | Response:
    """Ring my telephone, and once I have pressed 1 the contact's."""
    require(Permission.TAKE_CALLS)
    with house().database.transaction() as session:
        order = visible_order(session, number)
        contact, seat = _contact(session, order), _my_seat(session)
        telephone = seat.telephone if seat else None
        if telephone and not _just_rung(session, order, contact):
            ring_contact(session, order, contact, telephone, person().sign_in, now())
    if telephone is None:
        return order_screen(number, 422, problem=t("order.no_own_telephone"))
    return redirect(url_for("console.order", number=number, _anchor="contacts"), 303)


def three_way(number: str) -> AnyResponse | Response:
    """Bring the contact into the talk that I have with this order's caller."""
    require(Permission.TAKE_CALLS)
    try:
        with house().database.transaction() as session:
            order = visible_order(session, number)
            contact, place = _contact(session, order), _talk(session, order)
            if not _just_rung(session, order, contact):
                bring_in(session, place, contact.phone, now())
                who = person().sign_in
                add_event(session, order, "contact_rung", who, now(), contact_id=contact.id, contact=contact.name)
    except NotNowError:
        return order_screen(number, 409, problem=t("order.not_talking"))
    return redirect(url_for("console.order", number=number, _anchor="contacts"), 303)


def send(number: str) -> AnyResponse | Response:
    """Send a public contact to the citizen as a short message; never where one must not go."""
    require(Permission.TAKE_CALLS)
    try:
        with house().database.transaction() as session:
            order = visible_order(session, number)
            contact = _contact(session, order)
            if not _just_rung(session, order, contact, "contact_sent"):
                send_contact(session, order, contact, person().sign_in, now())
    except NotAllowedError:
        return order_screen(number, 403, problem=t("order.no_text_message"))
    return redirect(url_for("console.order", number=number, _anchor="contacts"), 303)


def _talk(session: Session, order: WorkOrder) -> LinePlace:
    place = my_talk(session, order)
    if place is None:
        raise NotNowError("I am not talking to this caller.")
    return place


def _contact(session: Session, order: WorkOrder) -> Contact:
    """Return the chosen entry; only what the order's page offers."""
    wanted = request.form.get("contact", 0, type=int)
    found = next((row for row in order_contacts(session, order) if row.id == wanted), None)
    if found is None:
        abort(404)
    return found


def _my_seat(session: Session) -> SeatRow | None:
    return session.scalar(select(SeatRow).where(SeatRow.staff_id == person().id))


def _just_rung(session: Session, order: WorkOrder, contact: Contact, event: str = "contact_rung") -> bool:
    lately = select(OrderEvent.detail).where(
        OrderEvent.order_id == order.id,
        OrderEvent.event == event,
        OrderEvent.actor == person().sign_in,
        OrderEvent.happened_at > now() - _TWICE,
    )
    return any(detail.get("contact_id") == contact.id for detail in session.scalars(lately))
