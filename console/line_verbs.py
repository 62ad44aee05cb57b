"""What an agent does at the desk: state and telephone, take somebody, finish, pass on, ask a third person in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as AnyResponse

from console.browser_phone import telephone_of
from console.display import t
from console.parts import house, now, person, require
from console.permissions import Permission
from console.words import LANGUAGES
from core.models import LinePlace, PlaceState, SeatRow, SeatState, Staff
from core.phone_numbers import costs_extra, e164
from routing.line import colleagues, desk
from routing.line.colleagues import ColleagueBusyError
from routing.line.desk import NotNowError
from routing.line.seats import seat_of
from routing.line.waiting import ANY_SKILL
from routing.line.whom_to_call import Way, way_to_call

_Answer = AnyResponse | Response
_Show = Callable[[str, int], Response]
_LONGEST_SKILL = 40


class _CannotError(Exception):
    """A field makes no sense; the key of the sentence that says so."""


def add_pages(pages: Blueprint, show: _Show) -> None:
    """Add a page for each verb; each goes back to the desk, or `show`s it with the reason why it could not be done."""
    for verb in (choose_state, choose_telephone, use_browser, take, finish, give_back, bring_in, hand_to, leave_talk):
        path = verb.__name__.replace("_", "-")
        pages.add_url_rule(f"/desk/{path}", f"desk_{verb.__name__}", _guarded(verb, show), methods=["POST"])


def choose_state() -> None:
    """Set what I am doing."""
    state = _one_of(SeatState, "state")
    with _my_seat() as (session, seat):
        desk.choose_state(session, seat, state, now())


def choose_telephone() -> None:
    """Set by which telephone I am rung, and which languages I serve."""
    telephone = e164(request.form.get("telephone", "").replace(" ", ""))
    languages = [language for language in LANGUAGES if language in request.form.getlist("languages")]
    if telephone is None or costs_extra(telephone) or telephone == house().settings.hotline_number:
        raise _CannotError("desk.wrong_telephone")
    if not languages:
        raise _CannotError("desk.no_language")
    with _my_seat() as (session, seat):
        desk.choose_telephone(session, seat, telephone, languages, now())


def use_browser() -> None:
    """Let my browser be my telephone."""
    if not house().settings.has_browser_calls:
        raise _CannotError("desk.wrong_telephone")
    with _my_seat() as (session, seat):
        languages = [language for language in LANGUAGES if language in seat.languages]
        desk.choose_telephone(session, seat, telephone_of(seat.id), languages, now())


def take() -> None:
    """Take a certain caller, before everybody else's turn."""
    with _my_seat() as (session, seat):
        place = session.get(LinePlace, request.form.get("place", 0, type=int))
        if place is None:
            raise _CannotError("desk.cannot_take")
        desk.take_by_hand(session, seat, place, now())


def finish() -> None:
    """End my talk."""
    with _my_seat() as (session, seat):
        desk.finish(session, _my_caller(session, seat), now())


def give_back() -> None:
    """Give my caller back to the line, to its front or to those who know a certain kind of matter."""
    skill = request.form.get("skill", "").strip()[:_LONGEST_SKILL]
    with _my_seat() as (session, seat):
        desk.back_to_the_line(session, _my_caller(session, seat), now(), skill=skill or ANY_SKILL)


def bring_in() -> None:
    """Ask a colleague into my talk, or ring another number."""
    with _my_seat() as (session, seat):
        colleague, place = _colleague(session), _my_caller(session, seat)
        if colleague is not None:
            colleagues.ask_in(session, place, colleague, now())
            return
        telephone = _typed_number()
        if telephone is None:
            raise _CannotError("desk.wrong_telephone")
        desk.bring_in(session, place, telephone, now())


def hand_to() -> None:
    """Give my caller to a certain colleague."""
    with _my_seat() as (session, seat):
        colleague = _colleague(session)
        if colleague is None:
            raise _CannotError("desk.no_colleague")
        colleagues.hand_to(session, _my_caller(session, seat), colleague, now())


def leave_talk() -> None:
    """Leave a colleague's talk, into which I had come."""
    with _my_seat() as (session, seat):
        colleagues.leave_talk(session, seat, now())


def _colleague(session: Session) -> SeatRow | None:
    return session.get(SeatRow, request.form.get("colleague", 0, type=int))


def _typed_number() -> str | None:
    """Return a number that was typed in, if it is one that we may ring: calls to it are the city's to pay."""
    settings, number = house().settings, e164(request.form.get("telephone", "").replace(" ", ""))
    on_duty = number in settings.duty_phones
    return number if number and (on_duty or way_to_call(number, settings) is Way.CARRIER) else None


@contextmanager
def _my_seat() -> Iterator[tuple[Session, SeatRow]]:
    with house().database.transaction() as session:
        seat = seat_of(session, session.get_one(Staff, person().id), now())
        yield session, session.get_one(SeatRow, seat.id, with_for_update={"of": SeatRow})


def _my_caller(session: Session, seat: SeatRow) -> LinePlace:
    """Return the caller whom I have; a page that shows an earlier one acts on nobody."""
    wanted = select(LinePlace).where(
        LinePlace.id == request.form.get("place", 0, type=int),
        LinePlace.seat_id == seat.id,
        LinePlace.state == PlaceState.TAKEN,
    )
    place = session.scalar(wanted.with_for_update(of=LinePlace))
    if place is None:
        raise _CannotError("desk.nobody_there")
    return place


def _one_of(words: type[SeatState], field: str) -> SeatState:
    given = request.form.get(field, "")
    if given not in {word.value for word in words}:
        raise _CannotError("desk.cannot_choose")
    return words(given)


def _guarded(verb: Callable[[], None], show: _Show) -> Callable[[], _Answer]:
    """Let those who take calls do it; whoever comes too late reads so on their desk."""
    too_late = {take: "desk.cannot_take", choose_state: "desk.cannot_choose"}.get(verb, "desk.nobody_there")

    def page() -> _Answer:
        require(Permission.TAKE_CALLS)
        try:
            verb()
        except _CannotError as error:
            return show(t(str(error)), 422)
        except ColleagueBusyError:
            return show(t("desk.colleague_busy"), 409)
        except (NotNowError, StaleDataError):
            return show(t(too_late), 409)
        return redirect(url_for("console.desk"), 303)

    return page
