"""Reads a profile from its file; what is wrong with it is told in one sentence."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from core.errors import HotlineError
from core.models import Category, ClockStep, ContactKind, DepartmentKind, Role, Urgency
from routing.follow_up.public_figures import TIMED, Counts, Figure
from routing.orders.rulebook import EDITABLE
from routing.profiles.profile import Profile, Rung, Team, Unit
from routing.triage.lexicon import read_branches

STEPS = (ClockStep.ACCEPT, ClockStep.ANSWER, ClockStep.FINISH, ClockStep.CLOSE)
"""Every profile has a time for each; one for hard cases it may have besides."""
_ENDING = ".toml"
_LONGEST_NAME = 80
_LONGEST_MINUTES = 60 * 24 * 365
_Value = TypeVar("_Value")


class ProfileError(HotlineError):
    """There is no such profile, or its file can't be used."""


def profile_names() -> tuple[str, ...]:
    """Return the names of the profiles that the house is shipped with."""
    names = (file.name for file in resources.files(__package__ or "routing.profiles").iterdir())
    return tuple(sorted(name.removesuffix(_ENDING) for name in names if name.endswith(_ENDING)))


def read_profile(name: str) -> Profile:
    """Return a shipped profile by its name, or a city's own by the path of its file (…/own.toml).

    Raises:
        ProfileError: there is none, or the file can't be used; the message says where and why.
    """
    try:
        text = _file(name)
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"“{name}” can't be read as a file of UTF-8 text.") from error
    try:
        return _Reader(Path(name).stem, tomllib.loads(text)).profile()
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"“{name}” is no TOML: {error}.") from error
    except HotlineError as error:
        raise ProfileError(f"“{name}” can't be used: {error}") from error


def _file(name: str) -> str:
    if name in profile_names():
        return resources.files(__package__ or "routing.profiles").joinpath(name + _ENDING).read_text(encoding="utf-8")
    if name.endswith(_ENDING):
        return Path(name).read_text(encoding="utf-8")
    raise ProfileError(f"There is no profile “{name}”; there are {', '.join(profile_names())}, or a file of your own.")


class _Reader:
    """Takes the values of one file, each checked for what it must be."""

    def __init__(self, key: str, values: Mapping[str, Any]) -> None:
        self.key, self.values = key, values

    def profile(self) -> Profile:
        known = {"name_zh", "name_en", "source", "tree", "minutes", "department", "team", "contact", "roles", "figure"}
        _only(self.values, known, "a profile")
        units = tuple(_unit(each) for each in _tables(self.values, "department"))
        _check_units(units)
        return Profile(
            self.key,
            {language: _text(self.values, f"name_{language}") for language in ("zh", "en")},
            _text(self.values, "source"),
            read_branches(_text(self.values, "tree")),
            dict(self._minutes()),
            units,
            tuple(_team(each) for each in _tables(self.values, "team")),
            tuple(_rung(each) for each in _tables(self.values, "contact")),
            {_one_of(Role, role): text for role, text in _table(self.values, "roles").items()},
            tuple(_figure(each) for each in _tables(self.values, "figure")),
        )

    def _minutes(self) -> list[tuple[tuple[Urgency, ClockStep], int]]:
        tables = _table(self.values, "minutes")
        _only(tables, {each.value for each in Urgency}, "[minutes]")
        found = []
        for urgency in Urgency:
            of = _table(tables, urgency.value if urgency.value in tables else _counts_as(urgency))
            _only(of, {each.value for each in EDITABLE}, f"minutes.{urgency}")
            steps = [step for step in EDITABLE if step in STEPS or step.value in of]
            found += [((urgency, step), _number(of, step.value, f"minutes.{urgency}")) for step in steps]
        return found


def _counts_as(urgency: Urgency) -> str:
    """Return the urgency whose times count where none are given: what nobody has heard yet is yellow."""
    return Urgency.YELLOW.value if urgency is Urgency.UNKNOWN else urgency.value


def _unit(table: Mapping[str, Any]) -> Unit:
    _only(table, {"name", "kind", "leads", "assisting"}, "[[department]]")
    kind = _one_of(DepartmentKind, table.get("kind", DepartmentKind.ORDINARY.value))
    return Unit(_text(table, "name"), kind, _categories(table, "leads"), _words(table, "assisting"))


def _check_units(units: Sequence[Unit]) -> None:
    names = {unit.name for unit in units}
    if len(names) < len(units):
        raise ProfileError("two departments have one name.")
    led = [category for unit in units for category in unit.leads]
    if len(set(led)) < len(led):
        raise ProfileError("two departments lead one category.")
    if any(unit.is_per_district and (unit.leads or unit.kind is DepartmentKind.ORDINARY) for unit in units):
        raise ProfileError("a department of each district is a backstop or a psychological line, and leads nothing.")
    strange = next((name for unit in units for name in unit.assisting if name not in names), None)
    if strange is not None:
        raise ProfileError(f"“{strange}” assists, but is no department of it.")


def _team(table: Mapping[str, Any]) -> Team:
    _only(table, {"name", "categories", "said"}, "[[team]]")
    return Team(_text(table, "name"), _categories(table, "categories"), _words(table, "said"))


def _rung(table: Mapping[str, Any]) -> Rung:
    _only(table, {"name", "kind"}, "[[contact]]")
    return Rung(_one_of(ContactKind, table.get("kind")), _text(table, "name"))


def _figure(table: Mapping[str, Any]) -> Figure:
    _only(table, {"counts", "within_minutes"}, "[[figure]]")
    counts = _one_of(Counts, table.get("counts"))
    if "within_minutes" not in table:
        return Figure(counts)
    if counts not in TIMED:
        raise ProfileError(f"“{counts}” is no figure that is counted within a time.")
    return Figure(counts, timedelta(minutes=_number(table, "within_minutes", "[[figure]]")))


def _categories(table: Mapping[str, Any], name: str) -> tuple[Category, ...]:
    return tuple(_one_of(Category, each) for each in _words(table, name))


def _one_of(known: type[_Value], value: Any) -> _Value:
    try:
        return known(value)  # type: ignore[call-arg]
    except ValueError as error:
        names = ", ".join(str(each) for each in known)  # type: ignore[attr-defined]
        raise ProfileError(f"“{value}” is none of {names}.") from error


def _words(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise ProfileError(f"“{name}” must be a list of words.")
    return tuple(value)


def _text(table: Mapping[str, Any], name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ProfileError(f"“{name}” is missing.")
    if name == "name" and len(value) > _LONGEST_NAME:
        raise ProfileError(f"the name “{value[:20]}…” is too long.")
    return value


def _number(table: Mapping[str, Any], name: str, where: str) -> int:
    value = table.get(name)
    if type(value) is not int or not 0 < value <= _LONGEST_MINUTES:
        raise ProfileError(f"{where}: “{name}” must be a number of minutes, at most a year.")
    return value


def _table(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = table.get(name)
    if not isinstance(value, dict):
        raise ProfileError(f"[{name}] is missing.")
    return value


def _tables(table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ProfileError(f"[[{name}]] must be tables.")
    return value


def _only(table: Mapping[str, Any], known: set[str], where: str) -> None:
    strange = next((name for name in table if name not in known), None)
    if strange is not None:
        raise ProfileError(f"{where} holds no “{strange}”; it holds {', '.join(sorted(known))}.")
