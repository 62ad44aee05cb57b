"""Downloads one file over HTTP into a part file that a later run goes on with; checks nothing of what came."""

from collections.abc import Callable
from pathlib import Path

import httpx

from core.errors import HotlineError

OnBytes = Callable[[int, int | None], None]
"""Told after each piece: bytes so far, bytes in all (None when the server does not say)."""

LARGEST_BYTES = 200_000_000
_PARTIAL, _RANGE_REFUSED = 206, 416
_TIMEOUT = httpx.Timeout(30, connect=10)


class FetchError(HotlineError):
    """A model could not be fetched; nothing was installed."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


def download(url: str, part: Path, on_bytes: OnBytes) -> None:
    """Download into `part`, going on where an earlier run broke off; at most 200 MB.

    Raises:
        FetchError: unreachable, refused, broken off (`part` stays for the next run) or too large.
    """
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=True) as client:
            if not _take(client, url, part, on_bytes):
                part.unlink(missing_ok=True)
                _take(client, url, part, on_bytes)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise FetchError(f"{url} is not an address to download from.", retryable=False) from error
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise FetchError(f"{httpx.URL(url).host} can't be reached ({error}).", retryable=True) from error
    except httpx.HTTPError as error:
        raise FetchError(f"The download broke off ({error}); run it again to go on.", retryable=True) from error


def _take(client: httpx.Client, url: str, part: Path, on_bytes: OnBytes) -> bool:
    """Download what is missing; False when the part file is of no use to this server, and everything is to be taken."""
    have = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code == _RANGE_REFUSED and have:
            return bool(response.headers.get("Content-Range") == f"bytes */{have}")  # it was all there
        if response.is_error:
            answer = f"{response.status_code} {response.reason_phrase}"
            raise FetchError(f"{url} answers {answer}.", retryable=response.is_server_error)
        if response.status_code != _PARTIAL:
            have = 0
        elif have and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            return False
        _write(response, part, have, on_bytes)
    return True


def _write(response: httpx.Response, part: Path, have: int, on_bytes: OnBytes) -> None:
    length = response.headers.get("Content-Length")
    total = have + int(length) if length else None
    with part.open("ab" if have else "wb") as file:
        for piece in response.iter_bytes():
            have += len(piece)
            if have > LARGEST_BYTES:
                part.unlink()
                raise FetchError(f"{response.url} is larger than any model we know.", retryable=False)
            file.write(piece)
            on_bytes(have, total)
