"""Fetches recordings from the carrier: only from the configured hosts, within limits of size and time."""

import time
from functools import cache

import httpx

from core.errors import AudioUnreadableError, CarrierError, HotlineError
from core.settings import Settings
from ivr.left_words import is_from_carrier

_LARGEST_BYTES = 100 * 1024 * 1024
_LONGEST_FETCH_SECONDS = 120
_TIMEOUT = httpx.Timeout(20, connect=5)


class RecordingGoneError(HotlineError):
    """The carrier no longer has the recording, or it is at an address from which we don't fetch."""


def fetch_recording(url: str, settings: Settings) -> tuple[bytes, str]:
    """Return a recording's bytes and media type, as WAV where the carrier offers it.

    Raises:
        RecordingGoneError: a foreign host, or the carrier says it is gone (410; a 404 may only be early: retried).
        CarrierError: the carrier did not answer, or not in time; retryable.
        AudioUnreadableError: larger than 100 MiB, which no telephone call is.
    """
    if not is_from_carrier(url, settings):
        raise RecordingGoneError("The recording's address is not one of HOTLINE_RECORDING_HOSTS.")
    wav = url if url.endswith((".wav", ".mp3")) else f"{url}.wav"
    account = (settings.twilio_account_sid, settings.twilio_auth_token)
    try:
        with _client().stream("GET", wav, auth=account) as response:
            _check(response)
            return _read(response), response.headers.get("Content-Type", "")[:80]
    except httpx.HTTPError as error:
        raise CarrierError(f"The recording could not be fetched: {type(error).__name__}.", retryable=True) from error


@cache
def _client() -> httpx.Client:
    """Return this process's connections to the carrier; reading the certificates for a new one takes 20 ms."""
    return httpx.Client(timeout=_TIMEOUT)


def _check(response: httpx.Response) -> None:
    if response.status_code == httpx.codes.GONE:
        raise RecordingGoneError("The carrier no longer has the recording.")
    if response.status_code != httpx.codes.OK:
        raise CarrierError(f"The carrier answered {response.status_code} for the recording.", retryable=True)


def _read(response: httpx.Response) -> bytes:
    content = bytearray()
    until = time.monotonic() + _LONGEST_FETCH_SECONDS
    for piece in response.iter_bytes():
        content += piece
        if len(content) > _LARGEST_BYTES:
            raise AudioUnreadableError("The recording is larger than 100 MiB.")
        if time.monotonic() > until:
            raise CarrierError("The recording came too slowly.", retryable=True)
    return bytes(content)
