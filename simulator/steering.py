"""What steers a call from outside its document: where TwiML comes from, and the orders that interrupt it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Fetch:
    """TwiML to be asked for; `why` is what the request is remembered as."""

    url: str
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)
    why: str = "voice"


@dataclass(frozen=True)
class Inline:
    """TwiML given in a REST request."""

    twiml: str


Source = Fetch | Inline


class Interruption(Exception):  # noqa: N818 - not an error
    """Something makes a call leave what it is doing."""


class CallMoved(Interruption):
    """A REST update gave the call another document."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.source = source


class CallEnds(Interruption):
    """The call is over; `by` says who ended it, `status` what it is then called."""

    def __init__(self, by: str, status: str = "completed") -> None:
        super().__init__(by)
        self.by, self.status = by, status


class KeyPressed(Interruption):
    """The person pressed keys in the middle of a prompt."""

    def __init__(self, digits: str) -> None:
        super().__init__(digits)
        self.digits = digits


class Nudged(Interruption):
    """What the call was waiting for has come, or what it was hearing is out of date."""


@dataclass(frozen=True, kw_only=True)
class Callbacks:
    """Where a call's fallback and status requests go; `events` as in StatusCallbackEvent."""

    fallback_url: str = ""
    fallback_method: str = "POST"
    status_url: str = ""
    status_method: str = "POST"
    events: tuple[str, ...] = ("completed",)

    def updated(self, given: Mapping[str, str]) -> "Callbacks":
        """With what a REST update names, the rest as it was."""
        return replace(
            self,
            fallback_url=given.get("FallbackUrl", self.fallback_url),
            fallback_method=given.get("FallbackMethod", self.fallback_method),
            status_url=given.get("StatusCallback", self.status_url),
            status_method=given.get("StatusCallbackMethod", self.status_method),
        )
