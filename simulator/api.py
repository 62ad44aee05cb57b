"""The REST API's front: credentials, errors as Twilio words them, lists in pages. The resources are in api_*.py."""

import contextlib
import re
import socket
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, jsonify, request

from simulator import shapes
from simulator.journal import ErrorLogged
from simulator.network import Network

BASE = "/2010-04-01/Accounts/<account_sid>"
INVALID_PARAMETER, UNAUTHORISED, NOT_FOUND = 20001, 20003, 20404
TOO_MANY_REQUESTS, INTERNAL_ERROR = 20429, 20500
E164 = re.compile(r"\+[1-9]\d{6,14}")
LARGEST_PAGE, USUAL_PAGE = 1000, 50


class ApiError(Exception):
    """A refusal, sent as Twilio's error JSON."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def not_found(what: str) -> ApiError:
    return ApiError(404, NOT_FOUND, f"The requested resource {what} was not found")


def error_response(status: int, code: int, message: str) -> Response:
    body = {"code": code, "message": message, "more_info": f"https://www.twilio.com/docs/errors/{code}"}
    response = jsonify(body | {"status": status})
    response.status_code = status
    return response


def guard(app: Flask, network: Network) -> None:
    """Before every request: the faults that are switched on, then the credentials; after it, errors as JSON."""

    @app.before_request
    def check() -> Response | None:
        status = network.next_api_failure()
        if status == 429:  # noqa: PLR2004
            return error_response(status, TOO_MANY_REQUESTS, "Too Many Requests")
        if status:
            return error_response(status, INTERNAL_ERROR, "An internal server error has occurred")
        given = request.authorization
        if given is None or (given.username, given.password) != (network.account_sid, network.auth_token):
            raise ApiError(401, UNAUTHORISED, "Authenticate")
        if (request.view_args or {}).get("account_sid", network.account_sid) != network.account_sid:
            raise not_found(request.path)
        return None

    @app.errorhandler(ApiError)
    def refuse(error: ApiError) -> Response:
        network.journal.write(ErrorLogged(code=error.code, reason=error.message, url=request.path))
        response = error_response(error.status, error.code, error.message)
        if error.code == UNAUTHORISED:
            response.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
        return response

    @app.errorhandler(404)
    def nowhere(_error: Exception) -> Response:
        return refuse(not_found(request.path))

    @app.errorhandler(405)
    def no_such_method(_error: Exception) -> Response:
        return refuse(ApiError(405, 20004, f"Method {request.method} not allowed on {request.path}"))


def may_fall_silent(app: Flask, network: Network) -> None:
    """Leave requests without an answer, carried out or not, and answer late, as the faults say."""

    @app.before_request
    def ignore() -> Response | None:
        silence = network.next_silence(request.endpoint)
        g.answer_is_lost = silence is not None and silence.was_done
        return _say_nothing(network) if silence and not silence.was_done else None

    @app.after_request
    def lose(response: Response) -> Response:
        network.sleep(network.faults.api_delay_seconds)
        return _say_nothing(network) if g.answer_is_lost else response


def _say_nothing(network: Network) -> Response:
    """Break the connection after a silence; a client that has given up by then does not notice."""
    network.sleep(network.faults.api_silence_seconds)
    with contextlib.suppress(OSError):
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response(status=204)


def form(name: str) -> dict[str, list[str]]:
    """The form fields of this request. Raises: ApiError for one Twilio does not know."""
    return _checked(name, request.form.to_dict(flat=False))


def query(name: str) -> dict[str, str]:
    """The query fields of this request. Raises: ApiError for one Twilio does not know."""
    return {field: values[0] for field, values in _checked(name, request.args.to_dict(flat=False)).items()}


def _checked(name: str, fields: dict[str, list[str]]) -> dict[str, list[str]]:
    try:
        shapes.check_request(name, fields)
    except shapes.ShapeError as error:
        raise ApiError(400, INVALID_PARAMETER, f"Invalid parameter: {error}") from error
    return fields


def answer_json(name: str, values: Mapping[str, Any], status: int = 200) -> Response:
    response = jsonify(shapes.fill(name, values))
    response.status_code = status
    return response


def answer_page(key: str, name: str, items: Sequence[Mapping[str, Any]], filters: Mapping[str, str]) -> Response:
    """One page of a list, with the links to the others."""
    size = min(int(filters.get("PageSize", USUAL_PAGE)), LARGEST_PAGE)
    page = int(filters.get("Page", 0))
    start = page * size
    shown = items[start : start + size]

    def link(number: int) -> str:
        return f"{request.path}?{urlencode({**filters, 'PageSize': size, 'Page': number})}"

    fields = {
        "page": page,
        "page_size": size,
        "start": start,
        "end": max(start + len(shown) - 1, start),
        "uri": link(page),
        "first_page_uri": link(0),
        "previous_page_uri": link(page - 1) if page else None,
        "next_page_uri": link(page + 1) if start + size < len(items) else None,
    }
    return jsonify({key: [shapes.fill(name, item) for item in shown]} | shapes.fill("page", fields))


def read_moment(written: str) -> datetime:
    """A day or a moment as list filters have it, UTC. Raises: ApiError."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise ApiError(400, INVALID_PARAMETER, f"no date: {written}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def within(moment: datetime | None, filters: Mapping[str, str], field: str) -> bool:
    """Whether a moment passes the filters `field`, `field<` and `field>`; a bare day means that whole day."""
    before, after, day = (filters.get(field + sign) for sign in ("<", ">", ""))
    if not (before or after or day):
        return True
    if moment is None:
        return False
    return (
        (before is None or moment < read_moment(before))
        and (after is None or moment >= read_moment(after))
        and (day is None or moment.date() == read_moment(day).date())
    )
