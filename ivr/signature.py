"""Lets in only what the carrier has signed; everything else is 403 and leaves no trace in the database."""

from functools import cache
from hmac import compare_digest

from flask import Request
from twilio.request_validator import RequestValidator

from core.settings import Settings


def is_signed(request: Request, settings: Settings) -> bool:
    """Tell whether a webhook carries the carrier's signature over our public URL and its fields.

    See https://www.twilio.com/docs/usage/security#validating-requests.
    """
    if not settings.twilio_auth_token:
        return False
    query = request.query_string.decode(errors="replace")
    url = f"{settings.base_url}{request.path}?{query}" if query else f"{settings.base_url}{request.path}"
    signature = request.headers.get("X-Twilio-Signature", "")
    validator = _validator(settings.twilio_auth_token)
    if compare_digest(validator.compute_signature(url, request.form).encode(), signature.encode()):
        return True
    return bool(validator.validate(url, request.form, signature))  # which tries the URL with and without a port too


def is_signed_upgrade(path: str, signature: str, settings: Settings) -> bool:
    """Tell whether a media stream's WebSocket upgrade carries the carrier's signature over our public wss:// URL."""
    if not settings.twilio_auth_token:
        return False
    url = f"{settings.stream_base_url}{path}"
    return bool(_validator(settings.twilio_auth_token).validate(url, {}, signature))


@cache
def _validator(token: str) -> RequestValidator:
    return RequestValidator(token)
