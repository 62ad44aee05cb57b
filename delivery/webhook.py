"""Posts JSON to a department's webhook, signed so that it can tell that it comes from us, now, and unchanged."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from delivery.answers import answer_of, reference

_TIMEOUT = httpx.Timeout(10, connect=5)


def post_signed(url: str, secret: str, told: Mapping[str, Any], key: str, now: datetime) -> str:
    """Post one notice; returns the receiver's own reference (`id` of its JSON answer), or nothing.

    `X-Hotline-Signature` is the hexadecimal HMAC-SHA256 of `{timestamp}.{body}` with the shared secret, where the
    timestamp is `X-Hotline-Timestamp` (seconds since 1970); `Idempotency-Key` is the same when a notice is repeated.

    Raises:
        DeliveryError: refused (4xx but 408, 425 and 429: not retryable), or not answered in time.
    """
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    timestamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": key,
        "X-Hotline-Timestamp": timestamp,
        "X-Hotline-Signature": sign(secret, timestamp, body),
    }
    answer = answer_of(lambda: httpx.post(url, content=body, headers=headers, timeout=_TIMEOUT))
    return reference(answer, "id", "reference")


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
