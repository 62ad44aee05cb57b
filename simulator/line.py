"""Runs TwiML on one call: fetches documents, hands each verb to its function, falls back when a document fails."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from simulator.call import Call
from simulator.events import ApplicationError, Redirected, WebhookFailed
from simulator.journal import ErrorLogged
from simulator.network import Network
from simulator.parameters import call_parameters
from simulator.steering import CallEnds, CallMoved, Fetch, Inline, Source
from simulator.twiml import DocumentError, Verb, check_content_type, parse
from simulator.webhooks import Answer

APOLOGY = "We are sorry, an application error has occurred. Goodbye."

NO_DIAL_HERE = 13201
MOST_FALLBACKS = 5  # in one call: a program that only fails must not keep a caller for ever


@dataclass
class Line:
    """A call together with the network it runs in and the document it is in.

    `aside`: a document beside the call's own, like music on hold: it ends quietly when it fails or the call is moved.
    `refusal`: the error code for a verb that is not in `verbs`.
    """

    call: Call
    network: Network
    verbs: Mapping[str, "VerbFunction"]
    url: str = ""
    aside: bool = False
    refusal: int = NO_DIAL_HERE
    _source: Source | None = field(default=None, init=False)
    _fallbacks: int = field(default=0, init=False)

    def absolute(self, url: str) -> str:
        """A URL written in the document; none at all means the document's own."""
        return urljoin(self.url, url)

    def request(self, fetch: Fetch) -> Answer:
        """Asks the program under test. Raises: DocumentError after all attempts failed."""
        asked_at = self.call.now_seconds
        try:
            return self.network.webhooks.send(
                fetch.url,
                fetch.method,
                {**call_parameters(self.call), **fetch.params},
                kind=fetch.why,
                observe=self.call.remember_request,
                twice=self.call.faults.double_webhooks,
            )
        except DocumentError as error:
            self.call.notice(WebhookFailed, url=fetch.url, code=error.code, reason=error.reason)
            raise
        finally:
            self.call.person.waited(self.call.now_seconds - asked_at)

    def run(self, source: Source | None) -> None:
        """Runs documents until one ends without another. Raises: CallEnds."""
        while source is not None:
            self._source = source
            try:
                source = self._play(self._load(source))
            except CallMoved as moved:
                if self.aside:
                    raise
                source = moved.source
                url = source.url if isinstance(source, Fetch) else ""
                self.call.notice(Redirected, url=url, why="update")
            except DocumentError as error:
                source = self._fall_back(error)

    def request_in_vain(self, fetch: Fetch) -> None:
        """The request that still goes out when the call is over; its answer is not run."""
        try:
            self.request(fetch)
        except DocumentError as error:
            self.report(error)

    def report(self, error: DocumentError) -> None:
        """Into the call's events and the carrier's journal, as Twilio's debugger would show it."""
        self.call.notice(ApplicationError, code=error.code, reason=error.reason)
        entry = ErrorLogged(code=error.code, reason=error.reason, call_sid=self.call.sid, url=error.url or self.url)
        self.network.journal.write(entry)

    def _load(self, source: Source) -> tuple[Verb, ...]:
        self.call.spend(0)
        if isinstance(source, Inline):
            return parse(source.twiml.encode())
        answer = self.request(source)
        self.url = source.url
        check_content_type(answer.content_type)
        return parse(answer.body)

    def _play(self, verbs: tuple[Verb, ...]) -> Source | None:
        for verb in verbs:
            self.call.spend(0)
            if verb.name not in self.verbs:
                raise DocumentError(self.refusal, f"<{verb.name}> is not allowed here")
            following = self.verbs[verb.name](self, verb)
            if following is not None:
                return following
        return None

    def _fall_back(self, error: DocumentError) -> Source | None:
        self.report(error)
        if self.aside:
            return None
        callbacks = self.call.callbacks
        already = isinstance(self._source, Fetch) and self._source.why == "fallback"
        if callbacks.fallback_url and not already and self._fallbacks < MOST_FALLBACKS:
            self._fallbacks += 1
            params = {"ErrorCode": str(error.code), "ErrorUrl": error.url or self.url}
            return Fetch(callbacks.fallback_url, callbacks.fallback_method, params, "fallback")
        self.call.answer()
        self.call.hear(APOLOGY, "en-US")
        self.call.spend(3)
        raise CallEnds("application error")


VerbFunction = Callable[[Line, Verb], Source | None]
