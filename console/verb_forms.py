"""A form for each thing that can be done to an order now; what was typed stays when it can't be done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, request, url_for
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from console.display import t
from console.order_page import order_screen
from console.parts import house, now, person
from console.visibility import visible_order
from core.errors import ConflictError, HotlineError, IllegalVerbError, NobodyToTakeItError, NotAllowedError
from core.models import Department, Role, WorkOrder
from routing.dispatch import dispatch, start
from routing.orders import (
    Actor,
    Verb,
    defer,
    extend,
    give_back,
    not_solved,
    pause,
    reopen,
    solved,
    take_step,
)
from routing.orders.reading_one import order_by_number
from routing.orders.same_matter import merge
from routing.orders.verbs import keep_deferred, wake

_LONGEST_REASON = 2000
_PROBLEMS: dict[type[HotlineError], tuple[str, int]] = {
    ConflictError: ("conflict.changed", 409),
    IllegalVerbError: ("conflict.illegal", 409),
    NotAllowedError: ("conflict.not_allowed", 403),
    NobodyToTakeItError: ("conflict.nobody", 422),
}


@dataclass(frozen=True)
class Asked:
    """What a person has filled in."""

    reason: str
    revision: int

    @property
    def until(self) -> datetime:
        """A moment on the city's wall clock.

        Raises:
            ValueError: none was given.
        """
        return datetime.fromisoformat(request.form.get("until", "")).replace(tzinfo=_zone())

    @property
    def minutes(self) -> timedelta:
        """How much time; none where nothing sensible was typed."""
        return timedelta(minutes=request.form.get("minutes", 0, type=int))


_Do = Callable[[Session, WorkOrder, Actor, Asked], Any]


def add_pages(pages: Blueprint) -> None:
    """Add the address that every form goes to."""
    pages.add_url_rule("/orders/<number>/verbs/<verb>", "do_verb", do_verb, methods=["POST"])


def do_verb(number: str, verb: str) -> Response:
    """Do one thing to an order, or say why not and show how it stands, with what was typed still there."""
    if verb not in _DO:
        abort(404)
    asked = Asked(request.form.get("reason", "")[:_LONGEST_REASON], request.form.get("revision", -1, type=int))
    try:
        with house().database.transaction() as session:
            _DO[Verb(verb)](session, visible_order(session, number), person().actor, asked)
    except (HotlineError, ValueError, StaleDataError) as error:
        name, status = _problem(error)
        return order_screen(number, status, problem=t(name), kept_verb={"verb": verb, **request.form})
    return redirect(_afterwards(number, verb), 303)


def _afterwards(number: str, verb: str) -> str:
    """Return where to go: to the list it was decided on; whoever has given an order back does not see it any more."""
    if request.form.get("back") == "requests":
        return url_for("console.requests")
    if person().role is Role.VOLUNTEER and verb == Verb.RETURN:
        return url_for("console.volunteering")
    return url_for("console.order", number=number)


def _problem(error: Exception) -> tuple[str, int]:
    found = next((told for kind, told in _PROBLEMS.items() if isinstance(error, kind)), None)
    return found or (("conflict.changed", 409) if isinstance(error, StaleDataError) else ("conflict.incomplete", 422))


def _step(verb: Verb) -> _Do:
    def do(session: Session, order: WorkOrder, actor: Actor, asked: Asked) -> None:
        take_step(session, order, verb, actor, now(), revision=asked.revision, reason=asked.reason)

    return do


def _dispatch(session: Session, order: WorkOrder, actor: Actor, asked: Asked) -> None:
    chosen = request.form.get("department", 0, type=int)
    department = session.get(Department, chosen) if chosen else None
    if chosen and (department is None or department.removed_at):
        raise NobodyToTakeItError("This department is gone.")
    dispatch(session, order, actor, now(), department=department, revision=asked.revision, reason=asked.reason)


def _ask_extension(session: Session, order: WorkOrder, actor: Actor, asked: Asked) -> None:
    """Ask for more time; how much is the supervisor's to say, and may be proposed."""
    minutes = asked.minutes // timedelta(minutes=1)
    wanted: dict[str, Any] = {"minutes": minutes} if minutes > 0 else {}
    verb = Verb.ASK_EXTENSION
    take_step(session, order, verb, actor, now(), revision=asked.revision, reason=asked.reason, **wanted)


def _ask_pause(session: Session, order: WorkOrder, actor: Actor, asked: Asked) -> None:
    wanted: dict[str, Any] = {"until": asked.until.isoformat()} if request.form.get("until") else {}
    take_step(session, order, Verb.ASK_PAUSE, actor, now(), revision=asked.revision, reason=asked.reason, **wanted)


def _defer(session: Session, order: WorkOrder, actor: Actor, asked: Asked) -> None:
    wakes_on = " ".join(request.form.get("wakes_on", "").split())[:80] or None
    defer(
        session,
        order,
        actor,
        now(),
        asked.reason,
        owner=order.accepted_by or actor.name,
        until=None if wakes_on else asked.until,
        wakes_on=wakes_on,
        citizen_told="citizen_told" in request.form,
        revision=asked.revision,
    )


def _merge(session: Session, order: WorkOrder, actor: Actor, asked: Asked) -> None:
    into = order_by_number(session, request.form.get("into", "").strip())
    if into is None:
        raise ValueError("There is no such order.")
    merge(session, order, into, actor, now(), asked.reason, house().settings, revision=asked.revision)


_DO: dict[Verb, _Do] = {
    Verb.REVIEW: _step(Verb.REVIEW),
    Verb.DISPATCH: _dispatch,
    Verb.START: lambda session, order, actor, asked: start(session, order, actor, now(), asked.revision),
    Verb.ANSWER: _step(Verb.ANSWER),
    Verb.REPLY: _step(Verb.REPLY),
    Verb.CONTRIBUTE: _step(Verb.CONTRIBUTE),
    Verb.RETURN: lambda session, order, actor, asked: give_back(
        session, order, actor, now(), asked.reason, asked.revision
    ),
    Verb.ASK_EXTENSION: _ask_extension,
    Verb.EXTEND: lambda session, order, actor, asked: extend(
        session, order, actor, now(), asked.minutes, asked.reason, asked.revision
    ),
    Verb.REFUSE_EXTENSION: _step(Verb.REFUSE_EXTENSION),
    Verb.ASK_PAUSE: _ask_pause,
    Verb.PAUSE: lambda session, order, actor, asked: pause(
        session, order, actor, now(), asked.until, asked.reason, asked.revision
    ),
    Verb.REFUSE_PAUSE: _step(Verb.REFUSE_PAUSE),
    Verb.RESUME: _step(Verb.RESUME),
    Verb.MARK_HARD: _step(Verb.MARK_HARD),
    Verb.DEFER: _defer,
    Verb.KEEP_DEFERRED: lambda session, order, actor, asked: keep_deferred(
        session, order, actor, now(), asked.until, asked.reason, asked.revision
    ),
    Verb.WAKE: lambda session, order, actor, asked: wake(session, order, actor, now(), asked.revision),
    Verb.CONFIRM_SOLVED: lambda session, order, actor, asked: solved(session, order, actor, now(), asked.revision),
    Verb.NOT_SOLVED: lambda session, order, actor, asked: not_solved(session, order, actor, now(), asked.revision),
    Verb.CLOSE: _step(Verb.CLOSE),
    Verb.REOPEN: lambda session, order, actor, asked: reopen(
        session, order, actor, now(), asked.reason, asked.revision
    ),
    Verb.MERGE: _merge,
    Verb.CANCEL: _step(Verb.CANCEL),
    Verb.DECIDE_WELFARE: _step(Verb.DECIDE_WELFARE),
}


def _zone() -> ZoneInfo:
    return ZoneInfo(house().settings.time_zone)
