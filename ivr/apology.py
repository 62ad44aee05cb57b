"""What a caller hears when we fail: a spoken apology, and the carrier records on; needs neither database nor Redis."""

from twilio.twiml.voice_response import VoiceResponse

from core.settings import Language, Settings
from ivr.prompts import LANGUAGES, prompt
from ivr.twiml import hear_keys, record, say_to

_SECONDS_UNTIL_ASKED_AGAIN = 5


def apologise(path: str, settings: Settings) -> str:
    """Return the TwiML for a webhook that failed: empty where nobody listens, a hang-up for staff, else a way on.

    Its keys and its recording belong to the same turn, so that they reach the call once the database is back.
    """
    match path.split("/"):
        case ["turns", turn, _]:
            return _record_on(int(turn), settings)
        case ["incoming" | "fallback"]:
            return _record_on(1, settings)
        case ["seats", "wait", *_]:
            return _wait_on("seats/wait/1", settings)
        case ["seats", "status"] | [_, _, "status"]:
            return ""
        case ["agents", _, "left" | "unreached"]:
            return _wait_on(path, settings)
        case ["agents" | "callbacks" | "corrections" | "follow-up" as door, attempt_id, *_]:
            return _wait_on(f"{door}/{attempt_id}", settings)  # what they pressed is asked for again
        case ["seats" | "whisper" | "alerts" | "notices" | "ring", *_]:
            response = VoiceResponse()
            response.hangup()
            return str(response)
        case _:
            return ""


def _wait_on(path: str, settings: Settings) -> str:
    """A citizen whom we have rung, or an agent on the line, stays there: it is soon over, and nobody is rung again."""
    response = VoiceResponse()
    for language in LANGUAGES:
        say_to(response, prompt("seat_apology", language), language, settings)
    response.pause(length=_SECONDS_UNTIL_ASKED_AGAIN)
    response.redirect(f"{settings.base_url}/voice/{path}", method="POST")
    return str(response)


def _record_on(turn: int, settings: Settings) -> str:
    response = VoiceResponse()
    turn_url = f"{settings.base_url}/voice/turns/{turn}"
    before = hear_keys(response, turn_url)
    for language in LANGUAGES:  # without the database nobody knows which one was chosen
        say_to(before, _sentence(language, settings), language, settings)
    record(response, settings, turn_url)
    return str(response)


def _sentence(language: Language, settings: Settings) -> str:
    return prompt("apology", language, emergency_numbers=settings.emergency_numbers)
