"""What goes out through the carrier's REST API: calls, messages, erasing its copies; alone in using twilio.rest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from core.errors import CarrierError
from core.settings import Settings

_TIMEOUT_SECONDS = 10
_RING_SECONDS = 25
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_NOT_FOUND = 404
_MOST_CALLS = 50
_MOST_LISTED = 20_000
_PAGE = 1000


class _OwnBase(TwilioHttpClient):  # type: ignore[misc]  # the library leaves it untyped
    """Sends the library's requests to the base URL of the settings, so that Twilio-compatible servers work too."""

    def __init__(self, api_url: str, timeout_seconds: float) -> None:
        super().__init__(timeout=timeout_seconds, max_retries=0)
        self._api_url = api_url.rstrip("/")

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        return super().request(method, self._api_url + url[url.index(urlsplit(url).path) :], *args, **kwargs)


@dataclass(frozen=True)
class CarriersCall:
    """A call as the carrier lists it."""

    call_sid: str
    number: str | None
    called: str | None
    status: str
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class CarriersRecording:
    """A recording as the carrier lists it."""

    recording_sid: str
    call_sid: str
    url: str
    duration_seconds: int | None
    created_at: datetime


@dataclass(frozen=True)
class NumberUrls:
    """Where the carrier asks for TwiML, where it asks when that fails, and where it tells how calls end."""

    voice: str
    fallback: str
    status: str


@dataclass(frozen=True)
class Carrier:
    """The carrier's REST API for one account."""

    client: Client
    settings: Settings

    def place_call(self, to: str, attempt_id: str, door: str, *, tell_end: bool = False) -> str:
        """Ring a telephone; returns the call's id. The attempt's id is in the callback's URL, below /voice/`door`.

        With `tell_end` the carrier tells how the call ended, at `…/status`.

        Raises:
            CarrierError: refused (not retryable) or not reached, in which case it may have been placed all the same.
        """
        url = f"{self.settings.base_url}/voice/{door}/{attempt_id}"
        try:
            call = self.client.calls.create(
                to=to,
                from_=self.settings.hotline_number,
                url=url,
                method="POST",
                timeout=_RING_SECONDS,
                **({"status_callback": f"{url}/status"} if tell_end else {}),
            )
        except (TwilioException, requests.RequestException) as error:
            raise _carrier_error(error) from error
        return str(call.sid)

    def send_message(self, to: str, text: str) -> str:
        """Send a short message; returns its id.

        Raises:
            CarrierError: refused (not retryable) or not reached, in which case it may have been sent all the same.
        """
        try:
            message = self.client.messages.create(to=to, from_=self.settings.hotline_number, body=text)
        except (TwilioException, requests.RequestException) as error:
            raise _carrier_error(error) from error
        return str(message.sid)

    def find_messages(self, to: str, since: datetime) -> tuple[str, ...]:
        """Return the ids of our short messages to a number since a moment, from the carrier's own list.

        Raises:
            CarrierError: the list could not be had.
        """
        try:
            messages = self.client.messages.list(
                to=to, from_=self.settings.hotline_number, date_sent_after=since, limit=_MOST_CALLS
            )
        except (TwilioException, requests.RequestException) as error:
            raise _carrier_error(error) from error
        return tuple(str(message.sid) for message in messages)

    def move_call(self, call_sid: str, path: str) -> None:
        """Have a call that is going on ask one of our webhooks (below /voice/) for its next turn, at once.

        Raises:
            CarrierError: refused (the call has ended, or is in no state to be moved) or not reached.
        """
        try:
            self.client.calls(call_sid).update(url=f"{self.settings.base_url}/voice/{path}", method="POST")
        except (TwilioException, requests.RequestException) as error:
            raise _carrier_error(error) from error

    def find_calls(self, to: str, since: datetime) -> tuple[str, ...]:
        """Return the ids of the calls that we placed to a number since a moment, from the carrier's own list.

        Those that a document has dialled for a caller are none of them.

        Raises:
            CarrierError: the list could not be had.
        """
        try:
            calls = self.client.calls.list(
                to=to, from_=self.settings.hotline_number, start_time_after=since, limit=_MOST_CALLS
            )
        except (TwilioException, requests.RequestException) as error:
            raise _carrier_error(error) from error
        return tuple(str(call.sid) for call in calls if call.direction == "outbound-api")

    def calls_to_us(self, since: datetime) -> tuple[CarriersCall, ...]:
        """Return the calls to the hotline's numbers since a moment, from the carrier's own list.

        Raises:
            CarrierError: the list could not be had.
        """
        numbers = dict.fromkeys((self.settings.hotline_number, *self.settings.english_numbers))
        try:
            calls = [
                call
                for number in numbers
                for call in self.client.calls.list(
                    to=number, start_time_after=since, limit=_MOST_LISTED, page_size=_PAGE
                )
            ]
        except (TwilioException, requests.RequestException) as error:
            raise _carrier_error(error) from error
        return tuple(
            CarriersCall(str(call.sid), call._from, call.to, str(call.status), call.start_time, call.end_time)  # noqa: SLF001
            for call in calls
            if call.direction == "inbound"
        )

    def calls_going_on(self) -> frozenset[str]:
        """Return the ids of all calls of the account that are in progress now.

        Raises:
            CarrierError: the list could not be had.
        """
        try:
            calls = self.client.calls.list(status="in-progress", limit=_MOST_LISTED, page_size=_PAGE)
        except (TwilioException, requests.RequestException) as error:
            raise _carrier_error(error) from error
        return frozenset(str(call.sid) for call in calls)

    def call_status(self, call_sid: str) -> str | None:
        """Return the carrier's word for where a call stands; None when it has no such call.

        Raises:
            CarrierError: it could not be asked.
        """
        try:
            return str(self.client.calls(call_sid).fetch().status)
        except (TwilioException, requests.RequestException) as error:
            if isinstance(error, TwilioRestException) and error.status == _NOT_FOUND:
                return None
            raise _carrier_error(error) from error

    def recordings_since(self, since: datetime) -> tuple[CarriersRecording, ...]:
        """Return the finished recordings since a moment, from the carrier's own list.

        Raises:
            CarrierError: the list could not be had.
        """
        try:
            found = self.client.recordings.list(date_created_after=since, limit=_MOST_LISTED, page_size=_PAGE)
        except (TwilioException, requests.RequestException) as error:
            raise _carrier_error(error) from error
        base = self.settings.twilio_api_url.rstrip("/")
        return tuple(
            CarriersRecording(
                str(one.sid),
                str(one.call_sid),
                base + str(one.uri).removesuffix(".json"),
                int(one.duration) if str(one.duration or "").isdigit() else None,
                one.date_created,
            )
            for one in found
            if one.status == "completed"
        )

    def number_urls(self, number: str) -> NumberUrls | None:
        """Return where the carrier sends what happens to a number of ours; None when the account does not have it.

        Raises:
            CarrierError: it could not be asked.
        """
        try:
            found = self.client.incoming_phone_numbers.list(phone_number=number, limit=1)
        except (TwilioException, requests.RequestException) as error:
            raise _carrier_error(error) from error
        return next(
            (NumberUrls(one.voice_url or "", one.voice_fallback_url or "", one.status_callback or "") for one in found),
            None,
        )

    def erase_recording(self, recording_sid: str) -> None:
        """Delete the carrier's copy of a recording; one that is gone already counts as deleted.

        Raises:
            CarrierError: it could not be deleted.
        """
        try:
            self.client.recordings(recording_sid).delete()
        except (TwilioException, requests.RequestException) as error:
            if not isinstance(error, TwilioRestException) or error.status != _NOT_FOUND:
                raise _carrier_error(error) from error


def carrier(settings: Settings, timeout_seconds: float = _TIMEOUT_SECONDS) -> Carrier:
    """Return the carrier's API as the settings describe it; threads may share its open connections."""
    http_client = _OwnBase(settings.twilio_api_url, timeout_seconds)
    return Carrier(Client(settings.twilio_account_sid, settings.twilio_auth_token, http_client=http_client), settings)


def _carrier_error(error: TwilioException | requests.RequestException) -> CarrierError:
    if isinstance(error, TwilioRestException):
        retryable = error.status == _TOO_MANY_REQUESTS or error.status >= _SERVER_ERROR
        refused = error.status < _SERVER_ERROR
        message = f"The carrier answered {error.status} (code {error.code})."
        return CarrierError(message, retryable=retryable, refused=refused)
    response = error.args[-1] if error.args else None  # of a list that could not be had, the library tells only this
    if isinstance(response, Response):
        return CarrierError(f"The carrier answered {response.status_code}.", retryable=True)
    return CarrierError(f"The carrier did not answer: {type(error).__name__}.", retryable=True)
