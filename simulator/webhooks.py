"""Sends Twilio's signed requests to the program under test: time limits, retries and the record of each attempt."""

import ssl
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urldefrag, urlencode

import httpx
from twilio.request_validator import RequestValidator

from simulator.connection_overrides import Policy
from simulator.pace import Pace
from simulator.twiml import SIZE_LIMIT_BYTES, DocumentError

HTTP_FAILURE, CONNECTION_FAILURE, BAD_OVERRIDE = 11200, 11205, 11243
TOKEN_HEADER, SIGNATURE_HEADER = "I-Twilio-Idempotency-Token", "X-Twilio-Signature"
LARGEST_BODY_BYTES = 100 * SIZE_LIMIT_BYTES  # a sound to <Play>; documents have a limit of their own
Params = Mapping[str, str]


@dataclass(frozen=True)
class WebhookRequest:
    """One attempt.

    `kind`: voice, action, redirect, fallback, screening, play, recording, stream, status, message status.
    `status` is None when no answer came, and `error` says why. `body` is the answer, TwiML or not; `seconds` are real.
    """

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
        """The same on each attempt of one request."""
        return self.headers[TOKEN_HEADER]


Observe = Callable[[WebhookRequest], None]


@dataclass(frozen=True)
class Answer:
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True)
class _Request:
    url: str
    method: str
    params: Params
    kind: str
    policy: Policy
    token: str
    observe: Observe

    @classmethod
    def build(cls, url: str, method: str, params: Params, kind: str, observe: Observe) -> "_Request":
        address, fragment = urldefrag(url)
        try:
            policy = Policy.read(fragment)
        except ValueError as error:
            raise DocumentError(BAD_OVERRIDE, f"bad connection override: {error}", url) from error
        if method == "GET" and params:
            address, params = f"{address}{'&' if '?' in address else '?'}{urlencode(params)}", {}
        return cls(address, method, params, kind, policy, str(uuid.uuid4()), observe)


@dataclass(frozen=True)
class _Outcome:
    """`failure`: nothing, or what Twilio's retry policy calls it: ct, rt, 4xx, 5xx (3xx: not followed)."""

    answer: Answer | None
    failure: str = ""
    error: str = ""


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
        agent = {"User-Agent": "TwilioProxy/1.1"}
        self._client = httpx.Client(verify=_certificates(), limits=limits, trust_env=False, headers=agent)

    def close(self) -> None:
        self._client.close()

    def send(
        self, url: str, method: str, params: Params, *, kind: str, observe: Observe, twice: bool = False
    ) -> Answer:
        """The answer to a webhook; each attempt is told to `observe`. With `twice` a good answer is asked for again.

        Raises: DocumentError (11200, 11205) when there is none, or an unsuccessful one, after the retries allowed.
        """
        request = _Request.build(url, method, params, kind, observe)
        outcome = self._insist(request)
        if twice and not outcome.failure:
            outcome = self._insist(request)
        if outcome.answer is None or outcome.failure:
            code = CONNECTION_FAILURE if outcome.failure == "ct" else HTTP_FAILURE
            raise DocumentError(code, outcome.error, request.url)
        return outcome.answer

    def _insist(self, request: _Request) -> _Outcome:
        give_up_at = time.monotonic() + self._real(request.policy.total_seconds)
        outcome = self._attempt(request, give_up_at)
        for _ in range(request.policy.retries):
            if outcome.failure not in request.policy.retry_on or time.monotonic() >= give_up_at:
                break
            outcome = self._attempt(request, give_up_at)
        return outcome

    def _attempt(self, request: _Request, give_up_at: float) -> _Outcome:
        signature = RequestValidator(self.auth_token).compute_signature(request.url, request.params)
        headers = {TOKEN_HEADER: request.token, SIGNATURE_HEADER: signature}
        started = time.monotonic()
        outcome = self._ask(request, headers, give_up_at)
        answer = outcome.answer
        request.observe(
            WebhookRequest(
                kind=request.kind,
                url=request.url,
                method=request.method,
                params=dict(request.params) or dict(httpx.URL(request.url).params),
                headers=headers,
                status=answer.status if answer else None,
                body=answer.body.decode("utf-8", "replace") if answer else "",
                error=outcome.error,
                seconds=time.monotonic() - started,
            )
        )
        return outcome

    def _ask(self, request: _Request, headers: dict[str, str], give_up_at: float) -> _Outcome:
        left = max(give_up_at - time.monotonic(), 0.01)
        connect = min(self._real(request.policy.connect_seconds), left)
        timeout = httpx.Timeout(min(self._real(request.policy.read_seconds), left), connect=connect)
        data = dict(request.params) or None
        try:
            with self._client.stream(
                request.method, request.url, data=data, headers=headers, timeout=timeout
            ) as response:
                body = _read(response, give_up_at)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return _Outcome(None, "ct", f"no connection: {error}")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            return _Outcome(None, "rt", f"no answer in time: {type(error).__name__}")
        answer = Answer(response.status_code, response.headers.get("content-type", ""), body)
        if response.is_success:
            return _Outcome(answer)
        return _Outcome(answer, f"{response.status_code // 100}xx", f"answered {response.status_code}")

    def _real(self, seconds: float) -> float:
        return max(self.pace.real_seconds(seconds), self.floor_seconds)


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()  # slow to read, the same for all


def _read(response: httpx.Response, give_up_at: float) -> bytes:
    body = b""
    for piece in response.iter_bytes():
        body += piece
        if len(body) > LARGEST_BODY_BYTES:
            break
        if time.monotonic() > give_up_at:
            raise TimeoutError
    return body
