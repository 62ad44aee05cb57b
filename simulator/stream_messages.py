"""The JSON messages of a media stream, in Twilio's words; knows no sockets and no time."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass

FRAME_SAMPLES, FRAME_SECONDS, FRAME_MILLISECONDS = 160, 0.02, 20
CONNECTED = json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}).encode()


@dataclass
class Messages:
    """Numbers the messages of one stream in the order they are made."""

    stream_sid: str
    account_sid: str
    call_sid: str
    tracks: tuple[str, ...]
    parameters: Mapping[str, str]
    _number: int = 0

    def start(self) -> bytes:
        return self._message(
            "start",
            {
                "accountSid": self.account_sid,
                "streamSid": self.stream_sid,
                "callSid": self.call_sid,
                "tracks": list(self.tracks),
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
                "customParameters": dict(self.parameters),
            },
        )

    def media(self, track: str, frame: int, sound: bytes) -> bytes:
        """The frame of this number, from 0; written out because there are fifty a second in each call."""
        self._number += 1
        return (
            f'{{"event":"media","sequenceNumber":"{self._number}","media":{{"track":"{track}","chunk":"{frame + 1}",'
            f'"timestamp":"{frame * FRAME_MILLISECONDS}","payload":"{b64encode(sound).decode()}"}},'
            f'"streamSid":"{self.stream_sid}"}}'
        ).encode()

    def stop(self) -> bytes:
        return self._message("stop", {"accountSid": self.account_sid, "callSid": self.call_sid})

    def _message(self, event: str, body: Mapping[str, object]) -> bytes:
        self._number += 1
        message = {"event": event, "sequenceNumber": str(self._number), event: body, "streamSid": self.stream_sid}
        return json.dumps(message).encode()
