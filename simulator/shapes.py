"""Twilio's own field names and types: requests and answers of the REST API are checked against them."""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

_SHAPES: dict[str, Any] = json.loads(resources.files("simulator").joinpath("shapes.json").read_text("utf-8"))
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
    "any": object,
}


class ShapeError(ValueError):
    """A field Twilio does not have, or a value it does not allow there."""


def check_request(name: str, fields: Mapping[str, list[str]]) -> None:
    """Checks form or query fields. Raises: ShapeError."""
    shapes = _SHAPES["requests"][name]
    for field, values in fields.items():
        if field not in shapes:
            raise ShapeError(f"unknown parameter {field}")
        shape = shapes[field]
        if len(values) > 1 and shape["type"] != "array":
            raise ShapeError(f"parameter {field} given {len(values)} times")
        for value in values:
            _check_text(field, value, shape)


def fill(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` with null for every other field of the resource. Raises: ShapeError."""
    shapes = _SHAPES["resources"][name] if name in _SHAPES["resources"] else _SHAPES[name]
    for field, value in values.items():
        if field not in shapes:
            raise ShapeError(f"{name} has no field {field}")
        if value is not None and not isinstance(value, _TYPES[shapes[field]["type"]]):
            raise ShapeError(f"{name}.{field} is no {shapes[field]['type']}: {value!r}")
        if value is not None and "enum" in shapes[field] and value not in shapes[field]["enum"]:
            raise ShapeError(f"{name}.{field} can't be {value!r}")
    return {field: values.get(field) for field in shapes}


def _check_text(field: str, value: str, shape: Mapping[str, Any]) -> None:
    if shape["type"] == "integer" and not value.removeprefix("-").isdecimal():
        raise ShapeError(f"{field} is no integer: {value!r}")
    if shape["type"] == "boolean" and value.lower() not in {"true", "false"}:
        raise ShapeError(f"{field} is no boolean: {value!r}")
    if "enum" in shape and value not in shape["enum"]:
        raise ShapeError(f"{field} can't be {value!r}")
