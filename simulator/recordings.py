"""Keeps what callers said: media files, their length, and what becomes of them; knows no HTTP."""

import io
import shutil
import threading
import wave
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import soundfile

from simulator.faults import Faults
from simulator.mulaw import SAMPLE_RATE_HZ, Linear


@dataclass
class Recording:
    """`status` as in Twilio's Recording resource: in-progress, completed, absent, deleted."""

    sid: str
    account_sid: str
    call_sid: str
    source: str
    faults: Faults
    started_at: datetime
    status: str = "in-progress"
    duration_seconds: int = 0
    error_code: int | None = None
    media: Path | None = None
    channels: int = 1
    fetches: int = 0


def audio_seconds(audio: Path) -> float:
    """The length of a sound file. Raises: soundfile.LibsndfileError when it is none."""
    return float(soundfile.info(audio).duration)


def silence(seconds: float) -> bytes:
    """A WAV file of silence, 8 kHz, 16 bits."""
    held = io.BytesIO()
    with wave.open(held, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE_HZ)
        sound.writeframes(bytes(2 * int(seconds * SAMPLE_RATE_HZ)))
    return held.getvalue()


class Recordings:
    """All recordings of the account; the media lie in `folder` under the recording's sid."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._all: dict[str, Recording] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, recording: Recording) -> None:
        with self._lock:
            self._all[recording.sid] = recording

    def get(self, sid: str) -> Recording | None:
        """None for one that never was or was deleted."""
        with self._lock:
            found = self._all.get(sid)
        return found if found and found.status != "deleted" else None

    def all(self, call_sid: str = "") -> list[Recording]:
        """The newest first."""
        with self._lock:
            kept = [item for item in self._all.values() if item.status != "deleted"]
        return [item for item in reversed(kept) if call_sid in {"", item.call_sid}]

    def keep_audio(self, recording: Recording, audio: Path, seconds: float, *, whole: bool) -> None:
        """Stores `audio` as it is, or its first `seconds` when it was not said to its end."""
        media = self._folder / f"{recording.sid}.wav"
        file = soundfile.info(audio)
        if whole:
            shutil.copyfile(audio, media)
        else:
            samples, rate = soundfile.read(audio, frames=max(int(seconds * file.samplerate), 1))
            soundfile.write(media, samples, rate, subtype=file.subtype, format=file.format)
        self._complete(recording, media, seconds)

    def keep_sound(self, recording: Recording, samples: Linear) -> None:
        """Stores what was on the line, 8 kHz."""
        media = self._folder / f"{recording.sid}.wav"
        soundfile.write(media, samples, SAMPLE_RATE_HZ, subtype="PCM_16")
        self._complete(recording, media, len(samples) / SAMPLE_RATE_HZ)

    def keep_silence(self, recording: Recording, seconds: float) -> None:
        media = self._folder / f"{recording.sid}.wav"
        media.write_bytes(silence(seconds))
        self._complete(recording, media, seconds)

    def lose(self, recording: Recording) -> None:
        """Nothing was heard, or processing lost it. Error 16101: too short."""
        recording.status, recording.error_code, recording.media = "absent", 16101, None

    def delete(self, recording: Recording) -> None:
        with self._lock:
            recording.status = "deleted"
        if recording.media:
            recording.media.unlink(missing_ok=True)

    def fetch_number(self, recording: Recording) -> int:
        """Counts a fetch of the media; the first is 1."""
        with self._lock:
            recording.fetches += 1
            return recording.fetches

    def _complete(self, recording: Recording, media: Path, seconds: float) -> None:
        recording.media = media
        recording.duration_seconds = max(round(seconds), 1)
        recording.status = "completed"


def media_bytes(recording: Recording) -> bytes:
    """What a fetch returns, with the fault asked for."""
    if recording.faults.media == "empty" or recording.media is None:
        return b""
    if recording.faults.media == "not audio":
        return b"<html><body>502 Bad Gateway</body></html>"
    return recording.media.read_bytes()


def new_recording(sid: str, account_sid: str, call_sid: str, source: str, faults: Faults) -> Recording:
    return Recording(sid, account_sid, call_sid, source, faults, datetime.now(UTC))
