"""Slows down the guessing of passwords, without letting a stranger lock somebody out.

Failed sign-ins are counted for each address, for each account from one address, and, far higher, for each account.
"""

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from core.house import House, redis_url

_FAILURES_OF_ADDRESS = "20 per minute; 200 per hour"
_FAILURES_AT_ACCOUNT = "5 per minute; 40 per hour"
_FAILURES_OF_ACCOUNT = "200 per hour"
_SECONDS_TO_WAIT_FOR_REDIS = 1


def set_up_limits(app: Flask, house: House) -> None:
    """Count in Redis; without it each process counts for itself."""
    url = redis_url(house.settings)
    app.config["RATELIMIT_STORAGE_URI"] = f"redis+{url}" if url.startswith("unix:") else url
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {
        "socket_timeout": _SECONDS_TO_WAIT_FOR_REDIS,
        "socket_connect_timeout": _SECONDS_TO_WAIT_FOR_REDIS,
    }


def count_failed_sign_in() -> None:
    """Let this request count against its address and its account."""
    g.sign_in_failed = True


def _failed(_response: Response) -> bool:
    return bool(g.get("sign_in_failed"))


def _account() -> str:
    return f"account:{request.form.get('account', '').strip().casefold()[:80]}"


def _account_there() -> str:
    return f"{_account()} from {get_remote_address()}"


limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True)
by_address = limiter.limit(_FAILURES_OF_ADDRESS, methods=["POST"], deduct_when=_failed)
by_account_there = limiter.limit(_FAILURES_AT_ACCOUNT, key_func=_account_there, methods=["POST"], deduct_when=_failed)
by_account = limiter.limit(_FAILURES_OF_ACCOUNT, key_func=_account, methods=["POST"], deduct_when=_failed)
