"""The supervisor's live line and the agent's desk: who waits, who is with whom, what I am doing and whom I have."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from console import line_verbs
from console.browser_phone import telephone_of
from console.live_line import live_address, shown
from console.parts import house, now, person, require
from console.permissions import Permission
from console.security import allow_browser_calls
from core.models import LinePlace, SeatRow, SeatState, Staff
from routing.line.citizen_first import call_of_kept
from routing.line.colleagues import is_guest, place_joined
from routing.line.line_now import read_line
from routing.line.place_lines import PlaceLine, line_of_place, line_of_seat
from routing.line.seat_lines import mark_of_seat
from routing.line.seats import seat_of
from routing.line.wrong_pins import Guessed, guessed
from routing.orders.reading import queue_counts
from routing.orders.reading_one import OrderPage, read_order

CHOSEN_STATES = (SeatState.AVAILABLE, SeatState.BREAK, SeatState.WRAP_UP, SeatState.OFFLINE)


@dataclass(frozen=True)
class Colleague:
    """Another agent who is on duty, as one who has a caller sees them."""

    seat: SeatRow
    is_asked: bool
    """They are being asked into this agent's talk."""
    is_in: bool
    """They have come into it."""


@dataclass(frozen=True)
class Mine:
    """What an agent's desk shows of themselves: their seat, and the caller they have or are being rung for."""

    seat: SeatRow
    place: PlaceLine | None
    order: OrderPage | None
    is_guest: bool
    """It is a colleague's caller, into whose talk this agent is asked or has come."""
    colleagues: tuple[Colleague, ...]
    guessed: tuple[Guessed, ...]
    """That somebody seems to look for this agent's PIN, if so."""
    mark: str
    """As the live page has it: when it differs, this must be read again."""
    is_kept: bool
    """The citizen is rung first: this agent's telephone rings only when they are there."""


def add_pages(pages: Blueprint) -> None:
    """Add the two pages, the part of the desk that is one agent's own, and what is done there."""
    pages.add_url_rule("/line", "line", line)
    pages.add_url_rule("/desk", "desk", desk)
    pages.add_url_rule("/desk/mine", "desk_mine", desk_mine)
    line_verbs.add_pages(pages, desk)


def line() -> str:
    """Show the line to those who watch over it."""
    require(Permission.SEE_LINE)
    with house().database.reading() as session:
        there, counts = read_line(session, now()), queue_counts(session)
    return render_template(
        "console/line.html", unheard_at=counts.oldest_unheard_at, live_at=live_address("line"), **shown("line", there)
    )


def desk(problem: str = "", status: int = 200) -> Response:
    """Show an agent their desk; after something that could not be done, with the reason."""
    require(Permission.TAKE_CALLS)
    mine = _read_mine()
    with house().database.reading() as session:
        there = read_line(session, now())
    if house().settings.has_browser_calls:
        allow_browser_calls()
    html = render_template(
        "console/desk.html",
        mine=mine,
        browser_telephone=telephone_of(mine.seat.id) if house().settings.has_browser_calls else None,
        problem=problem,
        states=CHOSEN_STATES,
        live_at=live_address("desk"),
        **shown("desk", there),
    )
    return make_response(html, status)


def desk_mine() -> str:
    """Return the agent's own part alone: it has changed."""
    require(Permission.TAKE_CALLS)
    return render_template("console/_mine.html", mine=_read_mine(), states=CHOSEN_STATES)


def _read_mine() -> Mine:
    with house().database.reading() as session:
        seat = session.scalar(select(SeatRow).where(SeatRow.staff_id == person().id))
        if seat is not None:
            return _mine(session, seat)
    with house().database.transaction() as session:
        return _mine(session, seat_of(session, session.get_one(Staff, person().id), now()))


def _mine(session: Session, seat: SeatRow) -> Mine:
    place, joined = line_of_seat(session, seat.id), place_joined(session, seat)
    is_a_guest = place is None and joined is not None
    place = line_of_place(session, joined) if place is None and joined else place
    order = read_order(session, place.order_number, now()) if place and place.order_number else None
    held = session.get(LinePlace, place.id) if place else None
    return Mine(
        seat,
        place,
        order,
        is_a_guest,
        _colleagues(session, seat, held) if held and not is_a_guest else (),
        guessed(session, now(), Staff.id == seat.staff_id),
        mark_of_seat(session, seat),
        is_kept=held is not None and call_of_kept(session, held) is not None,
    )


def _colleagues(session: Session, seat: SeatRow, held: LinePlace) -> tuple[Colleague, ...]:
    there = select(SeatRow).where(SeatRow.state != SeatState.OFFLINE, SeatRow.id != seat.id)
    rows = session.scalars(there.order_by(SeatRow.state_since)).all()
    return tuple(
        Colleague(one, is_asked=place_joined(session, one) == held.id, is_in=is_guest(session, held, one))
        for one in rows
    )
