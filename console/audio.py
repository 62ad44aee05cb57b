"""Turns a recording as the carrier delivered it into what every browser plays."""

import io
import wave

from asr.audio import read_audio


def browser_wav(audio: bytes) -> bytes:
    """Return the recording as mono 16-bit PCM WAV at its own rate.

    Raises:
        AudioUnreadableError: it is not audio that we know.
    """
    sound = read_audio(audio)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.sample_rate_hz)
        for piece in sound.pcm(sound.sample_rate_hz):
            file.writeframes(piece)
    return out.getvalue()
