"""A house of which only Redis and the stream process run, and callers whose voice comes over real WebSockets."""

import base64
import contextlib
import itertools
import json
import secrets
import time
from dataclasses import dataclass, field

from sqlalchemy import select
from twilio.request_validator import RequestValidator
from websockets.sync.client import ClientConnection, connect

from asr.speed import mulaw
from core.clock import now
from core.house import own_redis_socket
from core.models import Call, Recording, Utterance, WebhookAnswer, WorkOrder
from hotline.setting_up import set_up
from ivr.stream_token import make
from routing.orders import find_order
from tests.house import VOICES, RunningHouse, until
from tests.rows import a_call

SECOND = 8000
SILENCE = b"\xff" * SECOND
FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
LISTENING = "<Response><Gather><Say>您好，这里是应急热线。</Say></Gather></Response>"
_numbers = itertools.count(1)


def voice(name):
    """A caller of the simulator, as a telephone carries it."""
    return mulaw((VOICES / f"{name}.wav").read_bytes())


class EarsHouse(RunningHouse):
    """Redis and the stream process; the carrier's REST API is a small site."""

    def __init__(self, folder, site, **variables):
        super().__init__(folder, **{"HOTLINE_TWILIO_API_URL": site.url, **variables})
        self.site = site

    def start(self):
        set_up(self.house)
        self.start_redis()
        until(lambda: own_redis_socket(self.folder).exists(), 10)
        self.start_ears()

    def start_ears(self):
        self.house.live.redis.delete("hotline:live:server")  # what the one before told
        self.start_process("stream")
        until(self.house.live.server, 30)

    def memory_mib(self):
        """What the stream process holds in memory."""
        with open(f"/proc/{self.processes['stream'].pid}/status", encoding="ascii") as file:  # noqa: PTH123
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS"))

    def greeted(self, language="zh", twiml=LISTENING):
        """A call that has been answered; returns its id."""
        with self.house.database.transaction() as session:
            key_id = self.house.recordings.keys.make()
            call = a_call(session, key_id=key_id, language=language)
            call.turn = 1
            session.add(WebhookAnswer(call_id=call.id, turn=0, kind="incoming", twiml=twiml, answered_at=now()))
            return call.call_sid

    def change(self, call_sid, **columns):
        with self.house.database.transaction() as session:
            call = self.call_of(session, call_sid)
            call.dialogue = {**call.dialogue, **columns.pop("dialogue", {})}
            for name, value in columns.items():
                setattr(call, name, value)

    def answered(self, call_sid, twiml):
        """The conversation took a turn and told the caller this."""
        with self.house.database.transaction() as session:
            call = self.call_of(session, call_sid)
            session.add(WebhookAnswer(call_id=call.id, turn=call.turn, kind="keys", twiml=twiml, answered_at=now()))
            call.turn += 1

    def call_of(self, session, call_sid):
        return session.scalar(select(Call).where(Call.call_sid == call_sid))

    def utterances(self, call_sid):
        with self.house.database.reading() as session:
            wanted = select(Utterance).join(Call).where(Call.call_sid == call_sid).order_by(Utterance.position)
            return list(session.scalars(wanted))

    def recording_of(self, call_sid):
        with self.house.database.reading() as session:
            return session.scalar(select(Recording).join(Call).where(Call.call_sid == call_sid))

    def sound_of(self, call_sid):
        """What was recorded, without its head."""
        row = self.recording_of(call_sid)
        return self.house.recordings.open(row.id, row.call.caller.key_id)[58:]

    def order_of(self, call_sid) -> WorkOrder | None:
        with self.house.database.transaction() as session:
            order = find_order(session, self.call_of(session, call_sid))
            if order:
                _ = order.events
            return order

    def has_ended(self, call_sid):
        row = self.recording_of(call_sid)
        return row and row.state != "live"

    def signature(self, path="/media", token=None):
        url = f"{self.settings.stream_base_url}{path}"
        return RequestValidator(token or self.settings.twilio_auth_token).compute_signature(url, {})

    @contextlib.contextmanager
    def socket(self, path="/media", signature=None, **options):
        """A WebSocket to the stream process, signed as the carrier does."""
        headers = {"X-Twilio-Signature": self.signature(path) if signature is None else signature}
        url = f"{self.settings.stream_base_url}{path}"
        options = {"compression": None, "ping_interval": None, "close_timeout": 5, "max_size": None, **options}
        with connect(url, additional_headers=headers, **options) as socket:
            yield socket

    @contextlib.contextmanager
    def stream(self, call_sid, **changes):
        """A stream of a call, started."""
        with self.socket() as socket:
            stream = Stream(self, socket, call_sid)
            stream.start(**changes)
            yield stream

    @contextlib.contextmanager
    def heard(self, call_sid):
        """A stream that is known to be heard."""
        with self.stream(call_sid) as stream:
            stream.speak(SILENCE[:160])
            until(lambda: self.house.live.hearing(call_sid), 10)
            yield stream


@dataclass
class Stream:
    """The carrier's side of one stream."""

    ears: EarsHouse
    socket: ClientConnection
    call_sid: str
    sid: str = field(default_factory=lambda: f"MZ{next(_numbers):08d}{secrets.token_hex(12)}")
    number: int = 1
    milliseconds: int = 0

    def send(self, event, **fields):
        told = {"event": event, "sequenceNumber": str(self.number), "streamSid": self.sid, **fields}
        self.socket.send(json.dumps(told))
        self.number += 1

    def start(self, **changes):
        self.socket.send('{"event": "connected", "protocol": "Call", "version": "1.0.0"}')
        body = {
            "accountSid": self.ears.settings.twilio_account_sid,
            "streamSid": self.sid,
            "callSid": self.call_sid,
            "tracks": ["inbound"],
            "mediaFormat": FORMAT,
            "customParameters": {"token": make(self.ears.settings, self.call_sid, now())},
            **changes,
        }
        self.send("start", start=body)

    def media(self, ulaw, milliseconds=None):
        at = self.milliseconds if milliseconds is None else milliseconds
        payload = base64.b64encode(ulaw).decode()
        self.send("media", media={"track": "inbound", "chunk": "1", "timestamp": str(at), "payload": payload})

    def speak(self, sound, pace=40.0):
        """Send sound in Twilio's frames, so many times faster than it was spoken."""
        for at in range(0, len(sound), 160):
            self.media(sound[at : at + 160])
            self.milliseconds += 20
            if at % 16_000 == 15_840:
                time.sleep(2 / pace)

    def stop(self):
        """End the stream as the carrier does; returns the code with which it was closed."""
        self.send("stop", stop={"callSid": self.call_sid})
        return self.closed()

    def closed(self):
        """Wait until the server has closed; returns code and reason."""
        with contextlib.suppress(Exception):
            while True:
                self.socket.recv(timeout=20)
        return self.socket.close_code, self.socket.close_reason
