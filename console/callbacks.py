"""Everybody who is to be rung: a list to look at, sort and take away, and what is settled by hand."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from console.display import local, t
from console.parts import house, now, person, require
from console.permissions import Permission
from core.logs import get_logger
from core.models import LinePlace, PlaceOutcome, Urgency
from knowledge.tables import write_csv
from routing.line.desk import NotNowError, settle_by_hand
from routing.line.place_lines import PlaceLine, callbacks, whole_number
from routing.orders import add_event, find_order

log = get_logger()

SETTLED = (PlaceOutcome.TALKED, PlaceOutcome.WITHDRAWN, PlaceOutcome.UNREACHABLE, PlaceOutcome.CLOSED_BY_HAND)
"""How a person can say that a place ended."""
_NEVER = datetime.max.replace(tzinfo=UTC)
_SORTED: Mapping[str, Callable[[PlaceLine], object]] = {
    "turn": lambda _line: 0,  # as they come: the line's own order
    "promised": lambda line: line.promised_by or _NEVER,
    "called": lambda line: line.first_called_at,
    "tries": lambda line: -line.tries,
    "state": lambda line: line.state.value,
}
_ROWS = 200
_COLUMNS = (
    "number",
    "urgency",
    "matter",
    "language",
    "first_called",
    "promised_by",
    "window",
    "tries",
    "state",
    "order",
)
_Page = Response | AnyResponse | str


def add_pages(pages: Blueprint) -> None:
    """Add the list, its file, and what is done with one of its rows."""
    pages.add_url_rule("/callbacks", "callbacks", show)
    pages.add_url_rule("/callbacks.csv", "callbacks_file", file, methods=["POST"])
    pages.add_url_rule("/callbacks/<int:place_id>/settle", "settle_callback", settle, methods=["POST"])
    pages.add_url_rule("/callbacks/<int:place_id>/number", "callback_number", show_number, methods=["POST"])


def show(problem: str = "", status: int = 200, shown_number: tuple[int, str] | None = None) -> Response:
    """Show who is to be rung, in the order that the address asks for."""
    require(Permission.SEE_LINE)
    with house().database.reading() as session:
        rows = _sorted(session)
    html = render_template(
        "console/callbacks.html",
        rows=rows[:_ROWS],
        hidden=max(len(rows) - _ROWS, 0),
        sort=_sort(),
        sorts=tuple(_SORTED),
        outcomes=SETTLED,
        problem=problem,
        shown_number=shown_number,
    )
    return make_response(html, status)


def file() -> Response:
    """Return the list as a table with whole numbers, to be worked off by other telephones; that it was taken is logged.

    For whoever may see a number; it is what remains when the carrier does not place calls at all.
    """
    require(Permission.SHOW_NUMBER)
    require(Permission.TAKE_CALLS)
    with house().database.reading() as session:
        rows = _sorted(session)
        numbers = {row.id: whole_number(session, row.id) for row in rows}
    log.info("callbacks_exported", by=person().sign_in, rows=len(rows))
    answer = make_response(write_csv([t(f"callbacks.{name}") for name in _COLUMNS], [_cells(r, numbers) for r in rows]))
    answer.mimetype = "text/csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="callbacks-{local(now()):%Y%m%d-%H%M}.csv"'
    return answer


def settle(place_id: int) -> _Page:
    """End a place that a person has dealt with by another way, and write on its order who did."""
    require(Permission.TAKE_CALLS)
    outcome = request.form.get("outcome", "")
    if outcome not in {one.value for one in SETTLED}:
        abort(400)
    try:
        with house().database.transaction() as session:
            place = _place(session, place_id)
            if place.urgency is Urgency.RED and outcome != PlaceOutcome.TALKED:
                require(Permission.SETTLE_RED)  # they are rung again and again until a supervisor decides
            settle_by_hand(session, place, now(), PlaceOutcome(outcome))
            _tell_order(session, place, "callback_settled", outcome=outcome)
    except NotNowError:
        return show(t("callbacks.too_late"), 409)
    log.info("callback_settled", place=place_id, outcome=outcome, by=person().sign_in)
    return redirect(url_for("console.callbacks", sort=_sort()), 303)


def show_number(place_id: int) -> _Page:
    """Show one whole number on this one answer; that it was looked at is logged, and an event of the order."""
    require(Permission.SHOW_NUMBER)
    require(Permission.TAKE_CALLS)
    with house().database.transaction() as session:
        place = _place(session, place_id)
        _tell_order(session, place, "number_shown")
        number = whole_number(session, place_id)
    log.info("number_shown", place=place_id, by=person().sign_in)
    return show(shown_number=(place_id, number or t("order.no_number")))


def _place(session: Session, place_id: int) -> LinePlace:
    place = session.get(LinePlace, place_id)
    if place is None:
        abort(404)
    return place


def _tell_order(session: Session, place: LinePlace, event: str, **details: Any) -> None:
    order = find_order(session, place.call)
    if order is not None:
        add_event(session, order, event, person().sign_in, now(), place=place.id, **details)


def _sort() -> str:
    asked = request.args.get("sort", "turn")
    return asked if asked in _SORTED else "turn"


def _sorted(session: Session) -> list[PlaceLine]:
    return sorted(callbacks(session), key=_SORTED[_sort()])  # type: ignore[arg-type]  # each sort's keys are of one kind


def _cells(row: PlaceLine, numbers: Mapping[int, str | None]) -> tuple[str, ...]:
    def moment(at: datetime | None) -> str:
        return local(at).strftime("%Y-%m-%d %H:%M:%S") if at else ""

    return (
        numbers[row.id] or "",
        t(f"urgency.{row.urgency}"),
        row.matter,
        t(f"spoken.{row.language}"),
        moment(row.first_called_at),
        moment(row.promised_by),
        f"{moment(row.window_from)} – {moment(row.window_until)}" if row.window_from else "",
        str(row.tries),
        t(f"place.{row.state}"),
        row.order_number or "",
    )
