"""Turns a recording as the carrier delivered it into what every browser plays."""

import io

import soundfile

from core.errors import AudioUnreadableError


def browser_wav(audio: bytes) -> bytes:
    """Return the recording as 16-bit PCM WAV, its rate and channels unchanged.

    Raises:
        AudioUnreadableError: it is not audio that we know.
    """
    out = io.BytesIO()
    try:
        samples, rate_hz = soundfile.read(io.BytesIO(audio), dtype="int16")
        soundfile.write(out, samples, rate_hz, format="WAV", subtype="PCM_16")
    except (soundfile.SoundFileError, TypeError, ValueError) as error:
        raise AudioUnreadableError("This recording is in no format that can be played.") from error
    return out.getvalue()
