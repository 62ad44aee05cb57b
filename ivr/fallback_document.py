"""The document for the carrier's fallback URL, hosted where our outage does not reach: it needs nothing of ours."""

from twilio.twiml.voice_response import VoiceResponse

from core.settings import Settings
from ivr.prompts import LANGUAGES, prompt
from ivr.twiml import say_to

_LONGEST_SECONDS = 600
_SILENCE_SECONDS = 10


def fallback_document(settings: Settings) -> str:
    """Return TwiML that says the emergency numbers and records; without an action it begins again after a recording.

    Its only address of ours is where a recording is told of, which does no harm while nobody answers there:
    `hotline reconcile` finds the recording in the carrier's list.
    """
    response = VoiceResponse()
    for language in LANGUAGES:
        sentence = prompt("apology", language, emergency_numbers=settings.emergency_numbers)
        say_to(response, sentence, language, settings)
    response.record(
        max_length=_LONGEST_SECONDS,
        timeout=_SILENCE_SECONDS,
        play_beep=True,
        finish_on_key="#",
        recording_status_callback=f"{settings.base_url}/voice/recordings",
        recording_status_callback_method="POST",
    )
    return str(response)
