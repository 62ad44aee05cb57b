"""The door to the ears: the bytes of one recording in, what was heard out; keeps nothing and tells nobody."""

from asr.audio import read_audio
from asr.loaded_models import loaded
from asr.recogniser import Heard, OnProgress, recognise
from asr.speech_models import Use
from core.settings import Language, Settings

_SHORTEST_SECONDS = 0.1


def transcribe(
    audio: bytes,
    language: Language,
    settings: Settings,
    on_progress: OnProgress | None = None,
    use: Use = "recordings",
) -> Heard:
    """Return what was heard in a recording of up to 60 minutes; an empty text when nobody spoke.

    Takes about as long as a tenth of the recording with a small model on one core, longer with a large one;
    `on_progress` is told the seconds done about every 5 s of sound, so that the caller can renew its claim.
    `use` “live” hears with the quick model where there are two. How good the text is depends on the model:
    small-cn-0.22's published error rates are 17–38 % of characters.

    Raises:
        AudioUnreadableError: not audio, 0 bytes, or too long; trying again can't help.
        ModelMissingError: no model for the language, or it can't be loaded.
    """
    readable = read_audio(audio)
    if readable.is_silent or readable.duration_seconds < _SHORTEST_SECONDS:
        return Heard("", (), "", readable.duration_seconds)
    return recognise(readable, loaded(language, settings, use), on_progress)
