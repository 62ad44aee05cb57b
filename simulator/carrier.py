"""The door of the simulator: a telephone company with numbers, callers, phones and Twilio's REST API."""

from pathlib import Path
from types import TracebackType
from typing import Self

from simulator.call import Call
from simulator.conference import Conference
from simulator.events import Observer
from simulator.faults import Faults
from simulator.journal import (
    CallEnded,
    CallPlaced,
    ConferenceNoted,
    ErrorLogged,
    MessageSent,
    PhoneRung,
    StreamStarted,
    StreamStopped,
    TalkedTogether,
    WordsLeft,
)
from simulator.legs import register
from simulator.network import Network, Number
from simulator.pace import Pace
from simulator.person import Person
from simulator.phones import Phone
from simulator.placing import receive
from simulator.script import Caller
from simulator.server import Server
from simulator.steering import Callbacks, Fetch
from simulator.stream import Stream
from simulator.webhooks import Webhooks


class Carrier:
    """One account at a telephone company. Use it in a `with` block, or call start() and stop()."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        folder: Path,
        pace: float = 1.0,
        faults: Faults | None = None,
        blocked_prefixes: tuple[str, ...] = (),
        calls_per_second: float | None = None,
        time_limit_seconds: float = 3600.0,
        webhook_floor_seconds: float = 5.0,
        on_event: Observer | None = None,
    ) -> None:
        """`pace`: simulated seconds in a real one. `folder` holds media and journal.jsonl.

        `blocked_prefixes`: no calls go there (21215, 13227), as with Twilio and +86. `calls_per_second`: outbound
        calls queue for their start. `time_limit_seconds` (simulated): no call lasts longer. A webhook times out
        after Twilio's 15 s at this pace, but never before `webhook_floor_seconds` real ones.
        """
        self._network = Network(
            account_sid=account_sid,
            auth_token=auth_token,
            pace=Pace(pace),
            folder=folder,
            webhooks=Webhooks(auth_token, Pace(pace), webhook_floor_seconds),
            faults=faults or Faults(),
            blocked_prefixes=blocked_prefixes,
            calls_per_second=calls_per_second,
            time_limit_seconds=time_limit_seconds,
            observer=on_event,
        )
        self._server: Server | None = None

    # --- running ---

    def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Opens the REST API; port 0 takes a free one. Raises: OSError when the port is taken."""
        self._server = Server(self._network, host, port)
        self._network.api_url = self._server.url
        self._server.start()

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """Ends all calls and threads (real seconds); what is stored in the folder stays."""
        self._network.stop(timeout_seconds)
        if self._server:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        if self._server is None:
            self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def api_url(self) -> str:
        """Where the REST API listens, in place of https://api.twilio.com. Empty before start()."""
        return self._network.api_url

    @property
    def faults(self) -> Faults:
        """Those of calls from now on; REST failures count down here."""
        return self._network.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._network.faults = faults

    # --- numbers, phones, calls ---

    def add_number(
        self,
        number: str,
        *,
        voice_url: str,
        voice_fallback_url: str = "",
        status_callback_url: str = "",
    ) -> None:
        """A number of the account: its incoming calls ask `voice_url` for TwiML."""
        callbacks = Callbacks(fallback_url=voice_fallback_url, status_url=status_callback_url)
        self._network.numbers[number] = Number(number=number, voice_url=voice_url, callbacks=callbacks)

    def add_phone(self, phone: Phone) -> None:
        """A phone that can be rung; adding one of the same number replaces it."""
        self._network.phones.add(phone)

    def place_call(
        self,
        *,
        from_number: str,
        to_number: str,
        caller: Caller,
        faults: Faults | None = None,
        on_event: Observer | None = None,
    ) -> Call:
        """A citizen calls; the call runs in its own thread. `faults` replace the carrier's for this call.

        Raises: KeyError when `to_number` is none of the account's; RuntimeError before start() and after stop().
        """
        if self._server is None:
            raise RuntimeError("the carrier is not running: start() it first")
        number = self._network.numbers[to_number]
        faults = faults or self._network.faults
        call = Call(
            account_sid=self._network.account_sid,
            from_number=faults.withheld_number or from_number,
            to_number=to_number,
            direction="inbound",
            pace=self._network.pace,
            person=Person(caller),
            callbacks=number.callbacks,
            faults=faults,
            status="ringing",
            time_limit_seconds=self._network.time_limit_seconds,
            observer=on_event or self._network.observer,
        )
        register(self._network, call)
        source = Fetch(number.voice_url, number.voice_method)
        self._network.start(lambda: receive(self._network, call, source), f"call {call.sid}")
        return call

    # --- what happened ---

    def settle(self, timeout_seconds: float = 30.0) -> None:
        """Waits until no call, callback or message is under way. Raises: TimeoutError (real seconds)."""
        self._network.settle(timeout_seconds)

    def call(self, sid: str) -> Call:
        """Raises: KeyError."""
        found = self._network.call(sid)
        if found is None:
            raise KeyError(sid)
        return found

    @property
    def calls(self) -> list[Call]:
        """All calls and legs, the oldest first."""
        return self._network.calls()[::-1]

    @property
    def calls_placed(self) -> list[CallPlaced]:
        return self._network.journal.of(CallPlaced)

    @property
    def calls_ended(self) -> list[CallEnded]:
        return self._network.journal.of(CallEnded)

    @property
    def words_left(self) -> list[WordsLeft]:
        return self._network.journal.of(WordsLeft)

    @property
    def streams(self) -> list[Stream]:
        """All media streams, the oldest first."""
        return self._network.streams.all()

    @property
    def streams_started(self) -> list[StreamStarted]:
        return self._network.journal.of(StreamStarted)

    @property
    def streams_stopped(self) -> list[StreamStopped]:
        return self._network.journal.of(StreamStopped)

    @property
    def conferences(self) -> list[Conference]:
        """All conferences, the oldest first."""
        return self._network.conferences.all()[::-1]

    @property
    def conferences_noted(self) -> list[ConferenceNoted]:
        """What happened in conferences, in its order."""
        return self._network.journal.of(ConferenceNoted)

    @property
    def talks(self) -> list[TalkedTogether]:
        """Who could hear whom in conferences that have ended, and for how long."""
        return self._network.journal.of(TalkedTogether)

    @property
    def phones_rung(self) -> list[PhoneRung]:
        return self._network.journal.of(PhoneRung)

    @property
    def messages_sent(self) -> list[MessageSent]:
        return self._network.journal.of(MessageSent)

    @property
    def errors(self) -> list[ErrorLogged]:
        """What Twilio's debugger would list: application errors of calls and refused REST requests."""
        return self._network.journal.of(ErrorLogged)

    def __repr__(self) -> str:
        return f"Carrier({self._network.account_sid}, {self.api_url or 'stopped'}, {len(self.calls)} calls)"
