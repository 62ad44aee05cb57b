"""The pages of the city's own data: lists and forms; each change is checked against what was seen, and kept."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from console import (
    city_accounts,
    city_categories,
    city_clocks,
    city_contacts,
    city_departments,
    city_hours,
    city_places,
    city_rules,
    city_teams,
)
from console.city_sheets import LONGEST, Field, Line, Sheet, UnusableError
from console.display import t
from console.parts import house, now, person, require
from console.staff_accounts import names
from core.city_changes import newest_changes, note_change, one_at_a_time
from core.errors import ConflictError, StillInUseError

SHEETS: Mapping[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        city_contacts.Contacts(),
        city_departments.Departments(),
        city_rules.Rules(),
        city_teams.Teams(),
        city_clocks.Clocks(),
        city_hours.WorkingDays(),
        city_categories.Categories(),
        city_places.Places(),
        city_accounts.Accounts(),
    )
}
_MOST_SHOWN = 200


def add_pages(pages: Blueprint) -> None:
    """Add the pages, and what is done on them."""
    pages.add_url_rule("/city/<name>", "city_data", show)
    pages.add_url_rule("/city/<name>", "save_city_data", save, methods=["POST"])


def show(name: str) -> Response:
    """Show one kind of data; `edit` opens an entry, `find` shows only what holds some words."""
    return _screen(_sheet(name))


def save(name: str) -> AnyResponse:
    """Keep, remove or do something else with an entry; what can't be kept stays in the form with the reason."""
    sheet = _sheet(name)
    require(sheet.keep)
    typed = {field: " ".join(value.split())[:LONGEST] for field, value in request.form.items()}
    try:
        ready = sheet.ready(typed.get("key", ""), typed) if typed.get("do", "save") == "save" else typed
        with house().database.transaction() as session:
            _change(session, sheet, ready)
    except (ConflictError, IntegrityError) as error:
        what = "conflict" if isinstance(error, ConflictError) else "taken"
        return _screen(sheet, 409, problem=t(f"city.problem_{what}"), typed=typed)
    except UnusableError as error:
        return _screen(sheet, 422, problem=t(f"city.problem_{error.what}"), typed=typed)
    except StillInUseError:
        return _screen(sheet, 409, problem=t(f"city.in_use_{sheet.name}"), typed=typed)
    return redirect(url_for("console.city_data", name=name), 303)


def _change(session: Session, sheet: Sheet, typed: Mapping[str, str]) -> None:
    one_at_a_time(session)
    key, verb = typed.get("key", ""), typed.get("do", "save")
    before = _line(sheet.lines(session), key)
    if key and (before is None or before.seen != typed.get("seen")):
        raise ConflictError("Somebody else changed it in the meantime.")
    if verb == "save":
        _check(sheet.fields(session), typed)
        key = sheet.save(session, key, typed)
    elif before and verb == "remove" and before.can_be_removed:
        sheet.remove(session, key)
    elif before and verb in sheet.verbs:
        sheet.do(session, key, verb)
    else:
        abort(400)
    after = _line(sheet.lines(session), key)
    note_change(
        session,
        sheet.name,
        key,
        before.values if before else {},
        after.values if after else {},
        person().sign_in,
        now(),
    )


def _check(fields: Iterable[Field], typed: Mapping[str, str]) -> None:
    for field in fields:
        value = typed.get(field.name, "")
        if field.required and not value:
            raise UnusableError("missing")
        if field.kind == "choice" and value not in {each for each, _ in field.choices}:
            raise UnusableError("missing")
        if field.kind == "number" and value and not (value.isascii() and value.isdecimal() and 0 < int(value) < 10**6):
            raise UnusableError("number")


def _line(lines: Sequence[Line], key: str) -> Line | None:
    return next((line for line in lines if line.key == key), None) if key else None


def _sheet(name: str) -> Sheet:
    if name not in SHEETS:
        abort(404)
    return SHEETS[name]


def _screen(sheet: Sheet, status: int = 200, **said: Any) -> Response:
    require(sheet.see)
    find = request.args.get("find", "").strip()[:LONGEST]
    with house().database.reading() as session:
        fields, lines = sheet.fields(session), sheet.lines(session)
        history, people, lacks = newest_changes(session, sheet.name), names(session), sheet.lacks(session)
    found = [line for line in lines if not find or any(find in value for value in line.values.values())]
    typed = said.pop("typed", None)
    edited = _line(lines, (typed or request.args).get("key", "") or request.args.get("edit", ""))
    html = render_template(
        "console/city_data.html",
        sheet=sheet,
        sheets=[each for each in SHEETS.values() if person().may(each.see)],
        fields=fields,
        lines=found[:_MOST_SHOWN],
        left_out=max(0, len(found) - _MOST_SHOWN),
        find=find,
        edited=edited,
        values=typed or (edited.values if edited else {}),
        called=_called(fields),
        history=[(change, _difference(change.before, change.after)) for change in history],
        names=people,
        lacks=lacks,
        said=said,
    )
    return make_response(html, status)


def _called(fields: Iterable[Field]) -> dict[str, dict[str, str]]:
    """Return what each value of a choice is called."""
    return {field.name: dict(field.choices) for field in fields if field.kind == "choice"}


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return the fields that changed, with what was there and what is there."""
    keys = dict.fromkeys([*after, *before])
    return [(key, before.get(key, ""), after.get(key, "")) for key in keys if before.get(key, "") != after.get(key, "")]
