"""The short-lived pass by which a media stream proves that it belongs to a call of ours; pure."""

import hmac
from datetime import datetime, timedelta

from core.settings import Settings

_LIFE = timedelta(seconds=60)


def make(settings: Settings, call_sid: str, now: datetime) -> str:
    """Return the pass of a call's stream, valid for a minute and for no other call."""
    expires = f"{int((now + _LIFE).timestamp())}"
    return f"{expires}.{_signed(settings, call_sid, expires)}"


def is_valid(settings: Settings, token: str, call_sid: str, now: datetime) -> bool:
    """Tell whether a stream's pass was made here, for this call, less than a minute ago."""
    expires, _, signature = token.partition(".")
    if not hmac.compare_digest(_bytes(signature), _bytes(_signed(settings, call_sid, expires))):
        return False
    return now.timestamp() <= int(expires)  # signed by us, so it is a number


def _signed(settings: Settings, call_sid: str, expires: str) -> str:
    return hmac.digest(settings.session_key().encode(), _bytes(f"stream:{call_sid}:{expires}"), "sha256").hex()


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")  # JSON can hold half a character
