"""Writes a turn's steps as TwiML; every document ends in a verb that leads on, never in silence."""

from dataclasses import dataclass, replace
from functools import lru_cache

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from core.settings import Language, Settings
from core.speaking import clauses, pieces
from ivr.conference import join_conference
from ivr.steps import AskKey, AskNumber, HangUp, Join, Record, Ring, Say, SayCode, StartStream, Step

_LOCALES: dict[Language, str] = {"zh": "cmn-CN", "en": "en-US"}
_PAUSE_BETWEEN_DIGITS: dict[Language, str] = {"zh": "，", "en": ", "}  # a comma makes a voice pause
_SILENCE_ENDS_MESSAGE_SECONDS = 5
_RING_SECONDS = 20
_STREAM = "ears"
_PUT_IN_LATER = "the-pass-of-the-stream-goes-here"
_CODE_PUT_IN_LATER: dict[Language, str] = {"zh": "the-code-goes-here-in-zh", "en": "the-code-goes-here-in-en"}


@dataclass(frozen=True)
class Paper:
    """What the steps of one document are written on: where its answers go and which code it speaks."""

    settings: Settings
    turn: int
    """The turn that the caller's next action belongs to."""
    call_id: int
    code: str | None = None
    stream_token: str = ""
    """The pass with which the call's media stream lets itself in, if this document starts one."""

    @property
    def turn_url(self) -> str:
        """The address of the caller's next action, without its kind."""
        return f"{self.settings.base_url}/voice/turns/{self.turn}"


def render(steps: tuple[Step, ...], paper: Paper) -> str:
    """Return the TwiML of a turn.

    A `<Record>` is followed by a `<Redirect>`, as an empty recording does not request its action
    (https://www.twilio.com/docs/voice/twiml/record). Menus and prompts are the same for all callers who come to them at
    the same turn, so what was written last is remembered; the order's code and a pass of the media stream are put in
    afterwards.
    """
    rings = any(isinstance(step, Ring) for step in steps)
    token = _PUT_IN_LATER if paper.stream_token else ""
    blank = replace(paper, call_id=paper.call_id if rings else 0, code=None, stream_token=token)
    document = _rendered(steps, blank).replace(_PUT_IN_LATER, paper.stream_token)
    for language, here in _CODE_PUT_IN_LATER.items():
        document = document.replace(here, _PAUSE_BETWEEN_DIGITS[language].join(paper.code or ""))
    return document


@lru_cache(maxsize=512)
def _rendered(steps: tuple[Step, ...], paper: Paper) -> str:
    response = VoiceResponse()
    for step in steps:
        _write(response, step, paper)
    return str(response)


def _write(response: VoiceResponse, step: Step, paper: Paper) -> None:
    match step:
        case Say() | SayCode():
            _say(response, step, paper)
        case StartStream():
            _start_stream(response, paper)
        case AskKey():
            gather = response.gather(
                input="dtmf",
                num_digits=1,
                finish_on_key="",
                timeout=step.seconds,
                action_on_empty_result=True,
                action=f"{paper.turn_url}/keys",
                method="POST",
            )
            for said in step.while_saying:
                _say(gather, said, paper)
            response.redirect(f"{paper.turn_url}/keys", method="POST")
        case Record():
            if step.while_saying:
                before = hear_keys(response, paper.turn_url)
                for said in step.while_saying:
                    _say(before, said, paper)
            record(response, paper.settings, paper.turn_url, step.longest_seconds)
        case AskNumber():
            _ask_number(response, step, paper)
        case _:
            _lead_on(response, step, paper)


def _lead_on(response: VoiceResponse, step: Step, paper: Paper) -> None:
    match step:
        case Ring():
            _ring(response, paper, urgent=step.urgent)
        case Join():
            join_conference(response, step.room, f"{paper.turn_url}/talked")
        case HangUp():
            response.hangup()


def _ask_number(response: VoiceResponse, step: AskNumber, paper: Paper) -> None:
    """Wait for a number, which may be 00 and a whole international one; the hash key ends it."""
    url = f"{paper.turn_url}/number"
    gather = response.gather(
        input="dtmf",
        num_digits=17,
        finish_on_key="#",
        timeout=5,
        action_on_empty_result=True,
        action=url,
        method="POST",
    )
    for said in step.while_saying:
        _say(gather, said, paper)
    response.redirect(url, method="POST")


def _say(verb: VoiceResponse | Gather, said: Say | SayCode, paper: Paper) -> None:
    if isinstance(said, SayCode):
        say_to(verb, _CODE_PUT_IN_LATER[said.language], said.language, paper.settings)
    elif said.slowly:
        for clause in clauses(said.text):
            say_to(verb, clause, said.language, paper.settings)
            verb.pause(length=1)
    else:
        say_to(verb, said.text, said.language, paper.settings)


def say_to(verb: VoiceResponse | Gather, text: str, language: Language, settings: Settings) -> None:
    """Add words to a document or to a `<Gather>`, in the voice of their language; very long ones in pieces."""
    for piece in pieces(text):
        verb.say(piece, language=_LOCALES[language], voice=settings.voice(language))


def hear_keys(response: VoiceResponse, turn_url: str) -> Gather:
    """Add a `<Gather>` to speak in before a recording: during a plain `<Say>` the keys 0 and 9 would not be heard."""
    return response.gather(
        input="dtmf", num_digits=1, finish_on_key="", timeout=1, action=f"{turn_url}/keys", method="POST"
    )


def record(response: VoiceResponse, settings: Settings, turn_url: str, longest_seconds: int | None = None) -> None:
    """Add a recording whose end goes to `message`, or to `no-message` when it is empty."""
    response.record(
        action=f"{turn_url}/message",
        method="POST",
        timeout=_SILENCE_ENDS_MESSAGE_SECONDS,
        max_length=longest_seconds or settings.max_message_seconds,
        finish_on_key="0#",
        trim="do-not-trim",
        play_beep=True,
        recording_status_callback=f"{settings.base_url}/voice/recordings",
        recording_status_callback_method="POST",
        recording_status_callback_event="completed absent",
    )
    response.redirect(f"{turn_url}/no-message", method="POST")


def _start_stream(response: VoiceResponse, paper: Paper) -> None:
    """Start the media stream beside the call; its URL may hold no query, so the pass goes as a parameter.

    See https://www.twilio.com/docs/voice/twiml/stream.
    """
    url = f"{paper.settings.stream_base_url}/media"
    stream = response.start().stream(name=_STREAM, url=url, track="inbound_track")
    stream.parameter(name="token", value=paper.stream_token)


def _ring(response: VoiceResponse, paper: Paper, *, urgent: bool) -> None:
    """Ring every duty phone at once; a voicemail can't take the call, as it presses no key."""
    dial = Dial(
        action=f"{paper.turn_url}/rang", method="POST", timeout=_RING_SECONDS, caller_id=paper.settings.hotline_number
    )
    whisper = f"{paper.settings.base_url}/voice/whisper/{paper.call_id}/{paper.turn}/{'red' if urgent else 'person'}"
    for phone in paper.settings.duty_phones:
        dial.number(phone, url=whisper, method="POST")
    response.append(dial)
    response.redirect(f"{paper.turn_url}/rang", method="POST")
