"""Sends Twilio's signed requests to the program under test: time limits, retries and the record of each attempt."""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urldefrag, urlencode

import httpx
from twilio.request_validator import RequestValidator

from simulator.pace import Pace
from simulator.twiml import SIZE_LIMIT_BYTES, DocumentError

HTTP_FAILURE, CONNECTION_FAILURE = 11200, 11205
Params = Mapping[str, str]


@dataclass(frozen=True)
class WebhookRequest:
    """One attempt. `status` is None when no answer came, and `error` says why; `seconds` are real."""

    kind: str
    url: str
    method: str
    params: Params
    headers: Params
    status: int | None
    body: str
    error: str = ""
    seconds: float = 0.0

    @property
    def token(self) -> str:
        return self.headers["I-Twilio-Idempotency-Token"]


@dataclass(frozen=True)
class Answer:
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Policy:
    """Twilio's connection overrides, written in a URL's fragment: `#rc=2&rp=5xx,rt&rt=3000`."""

    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})
    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    total_seconds: float = 15.0

    @classmethod
    def read(cls, fragment: str) -> "Policy":
        written = dict(parse_qsl(fragment))
        retry_on = frozenset(written.get("rp", "ct").split(","))
        if "all" in retry_on:
            retry_on = frozenset({"ct", "rt", "4xx", "5xx"})

        def seconds(name: str, default: float) -> float:
            return min(int(written.get(name, default * 1000)) / 1000, default)

        return cls(
            min(int(written.get("rc", "1")), 5), retry_on, seconds("ct", 5.0), seconds("rt", 15.0), seconds("tt", 15.0)
        )


@dataclass(frozen=True)
class _Attempt:
    answer: Answer | None
    failure: str  # "", ct, rt, 4xx, 5xx
    error: str = ""


Observe = Callable[[WebhookRequest], None]


@dataclass
class Webhooks:
    """`floor_seconds` (real) is the least a request may last before it times out, however fast the pace."""

    auth_token: str
    pace: Pace
    floor_seconds: float = 5.0
    _client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        # no kept-alive connections: a stale one would look like a failure of the program under test
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self._client = httpx.Client(limits=limits, trust_env=False, headers={"User-Agent": "TwilioProxy/1.1"})

    def close(self) -> None:
        self._client.close()

    def send(
        self, url: str, method: str, params: Params, *, kind: str, observe: Observe, twice: bool = False
    ) -> Answer:
        """The answer to a webhook; each attempt is told to `observe`. With `twice` a good answer is asked for again.

        Raises: DocumentError (11200, 11205) when there is none, or one of 4xx or 5xx, after the retries allowed.
        """
        address, fragment = urldefrag(url)
        policy = Policy.read(fragment)
        headers = {"I-Twilio-Idempotency-Token": str(uuid.uuid4())}
        give_up_at = time.monotonic() + self._real(policy.total_seconds)
        again = policy.retries
        while True:
            attempt = self._attempt(address, method, params, headers, policy, give_up_at, kind, observe)
            if not attempt.failure and not twice:
                break
            if attempt.failure and (attempt.failure not in policy.retry_on or again <= 0):
                break
            if attempt.failure:
                again -= 1
            else:
                twice = False
            if time.monotonic() >= give_up_at:
                break
        if attempt.answer is None or attempt.failure:
            code = CONNECTION_FAILURE if attempt.failure == "ct" else HTTP_FAILURE
            raise DocumentError(code, attempt.error, address)
        return attempt.answer

    def _real(self, seconds: float) -> float:
        return max(self.pace.real_seconds(seconds), self.floor_seconds)

    def _attempt(
        self,
        url: str,
        method: str,
        params: Params,
        headers: Params,
        policy: Policy,
        give_up_at: float,
        kind: str,
        observe: Observe,
    ) -> _Attempt:
        if method == "GET" and params:
            url, params = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}", {}
        signed = {**headers, "X-Twilio-Signature": RequestValidator(self.auth_token).compute_signature(url, params)}
        started = time.monotonic()
        attempt = self._ask(url, method, params, signed, policy, give_up_at)
        answer = attempt.answer
        observe(
            WebhookRequest(
                kind,
                url,
                method,
                dict(params) if method == "POST" else dict(httpx.URL(url).params),
                signed,
                answer.status if answer else None,
                answer.body.decode("utf-8", "replace") if answer else "",
                attempt.error,
                time.monotonic() - started,
            )
        )
        return attempt

    def _ask(
        self, url: str, method: str, params: Params, headers: Params, policy: Policy, give_up_at: float
    ) -> _Attempt:
        left = max(give_up_at - time.monotonic(), 0.01)
        read = min(self._real(policy.read_seconds), left)
        timeout = httpx.Timeout(read, connect=min(self._real(policy.connect_seconds), left))
        data = dict(params) if method == "POST" else None
        try:
            with self._client.stream(method, url, data=data, headers=dict(headers), timeout=timeout) as response:
                body = _read(response, give_up_at)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return _Attempt(None, "ct", f"no connection: {error}")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            return _Attempt(None, "rt", f"no answer in time: {type(error).__name__}")
        answer = Answer(response.status_code, response.headers.get("content-type", ""), body)
        if response.is_success:
            return _Attempt(answer, "")
        return _Attempt(answer, f"{response.status_code // 100}xx", f"answered {response.status_code}")


def _read(response: httpx.Response, give_up_at: float) -> bytes:
    body = b""
    for piece in response.iter_bytes():
        body += piece
        if len(body) > 100 * SIZE_LIMIT_BYTES:
            break
        if time.monotonic() > give_up_at:
            raise TimeoutError
    return body
