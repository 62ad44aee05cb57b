"""Reads what another system answers over HTTP: done, worth another try, or refused."""

from collections.abc import Callable
from typing import Any

import httpx

from core.errors import DeliveryError

_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})
_SERVER_ERROR = 500
_LONGEST_REFERENCE = 80


def answer_of(request: Callable[[], httpx.Response]) -> httpx.Response:
    """Make a request and return its answer.

    Raises:
        DeliveryError: anything but success; a redirect counts as refused, as it would carry the words elsewhere.
    """
    try:
        response = request()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DeliveryError(f"The other system did not answer: {type(error).__name__}.", retryable=True) from error
    if response.is_success:
        return response
    status = response.status_code
    retryable = status in _WORTH_ANOTHER_TRY or status >= _SERVER_ERROR
    raise DeliveryError(f"The other system answered {status}.", retryable=retryable)


def reference(response: httpx.Response, *names: str) -> str:
    """Return what the other system calls the thing, from its JSON answer; empty when it tells nothing usable."""
    try:
        told: Any = response.json()
    except ValueError:
        return ""
    first = told[0] if isinstance(told, list) and told else told
    values = [first.get(name) for name in names] if isinstance(first, dict) else []
    return next((str(value)[:_LONGEST_REFERENCE] for value in values if value), "")
