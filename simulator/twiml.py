"""Reads a TwiML document and refuses what Twilio would not understand; it runs nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree import ElementTree as ET

BAD_DOCUMENT, BAD_SCHEMA, BAD_CONTENT_TYPE, TOO_LARGE, SAY_TOO_LONG = 12100, 12200, 12300, 11750, 13521
SIZE_LIMIT_BYTES = 64 * 1024
SAY_LIMIT_URL_ENCODED = 4500  # error 13521: about 500 Chinese characters
SAY_LIMIT_BYTES = {"Polly.": 3000, "Google.": 5000, "": 4096}
CONTENT_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


def _names(written: str) -> frozenset[str]:
    return frozenset(written.split())


_CALLBACKS = _names("recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent")
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "Say": _names("voice language loop"),
    "Play": _names("loop digits"),
    "Pause": _names("length"),
    "Gather": _names(
        """action method timeout finishOnKey numDigits input actionOnEmptyResult language hints bargeIn speechTimeout
        speechModel enhanced profanityFilter partialResultCallback partialResultCallbackMethod debug"""
    ),
    "Record": _names("action method timeout maxLength finishOnKey trim playBeep transcribe transcribeCallback")
    | _CALLBACKS,
    "Redirect": _names("method"),
    "Hangup": frozenset(),
    "Reject": _names("reason"),
    "Dial": _names(
        """action method timeout timeLimit callerId record trim hangupOnStar answerOnBridge ringTone recordingTrack
        sequential callReason referUrl referMethod"""
    )
    | _CALLBACKS,
    "Number": _names(
        """url method sendDigits byoc statusCallback statusCallbackEvent statusCallbackMethod amdStatusCallback
        amdStatusCallbackMethod machineDetection machineDetectionTimeout machineDetectionSpeechThreshold
        machineDetectionSpeechEndThreshold machineDetectionSilenceTimeout"""
    ),
    "Conference": _names(
        """muted beep startConferenceOnEnter endConferenceOnExit waitUrl waitMethod maxParticipants participantLabel
        record region trim coach jitterBufferSize statusCallback statusCallbackMethod statusCallbackEvent
        eventCallbackUrl"""
    )
    | _CALLBACKS,
    "Start": frozenset(),
    "Stop": frozenset(),
    "Stream": _names("name url track statusCallback statusCallbackMethod"),
    "Parameter": _names("name value"),
}
CHILDREN: Mapping[str, frozenset[str]] = {
    "Response": frozenset(ATTRIBUTES) - {"Number", "Conference", "Stream", "Parameter"},
    "Gather": _names("Say Play Pause"),
    "Dial": _names("Number Conference"),
    "Start": _names("Stream"),
    "Stop": _names("Stream"),
    "Stream": _names("Parameter"),
    # Speech Synthesis Markup inside <Say> is heard as its text
    "Say": _names("break emphasis lang p phoneme prosody s say-as sub w"),
}


class DocumentError(Exception):
    """A document that can't be fetched or executed; `code` is Twilio's error code."""

    def __init__(self, code: int, reason: str, url: str = "") -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason, self.url = code, reason, url


@dataclass(frozen=True)
class Verb:
    name: str
    attributes: Mapping[str, str]
    text: str
    children: tuple["Verb", ...] = ()

    def text_of(self, attribute: str, default: str = "") -> str:
        return self.attributes.get(attribute, default)

    def number_of(self, attribute: str, default: float, *, least: float = 0) -> float:
        """Raises: DocumentError when it is no number, or below `least`."""
        written = self.attributes.get(attribute)
        if written is None:
            return default
        if not written.isdecimal() or int(written) < least:
            raise DocumentError(BAD_SCHEMA, f'<{self.name} {attribute}="{written}">: not a number from {least:g} up')
        return int(written)

    def flag_of(self, attribute: str, *, default: bool = False) -> bool:
        return self.choice_of(attribute, ("true", "false"), "true" if default else "false") == "true"

    def choice_of(self, attribute: str, choices: tuple[str, ...], default: str) -> str:
        """Raises: DocumentError when the value is none of `choices`."""
        written = self.attributes.get(attribute, default)
        if written not in choices:
            raise DocumentError(BAD_SCHEMA, f'<{self.name} {attribute}="{written}">: not one of {", ".join(choices)}')
        return written

    def method(self, attribute: str = "method") -> str:
        return self.choice_of(attribute, ("GET", "POST"), "POST")


def check_content_type(content_type: str) -> None:
    """Raises: DocumentError for anything that is not XML by its label."""
    if content_type.partition(";")[0].strip().lower() not in CONTENT_TYPES:
        raise DocumentError(BAD_CONTENT_TYPE, f"content type is {content_type or 'missing'}, not text/xml")


def parse(body: bytes) -> tuple[Verb, ...]:
    """The verbs of a document, checked with all their attributes, nested ones too.

    Raises: DocumentError when it is over 64 kB, no XML, or holds an unknown verb, noun or attribute.
    """
    if len(body) > SIZE_LIMIT_BYTES:
        raise DocumentError(TOO_LARGE, f"document of {len(body)} bytes, more than {SIZE_LIMIT_BYTES}")
    try:
        root = ET.fromstring(body)  # noqa: S314 - the document comes from the program under test
    except ET.ParseError as error:
        raise DocumentError(BAD_DOCUMENT, f"not XML: {error}") from error
    if root.tag != "Response":
        raise DocumentError(BAD_DOCUMENT, f"the root is <{root.tag}>, not <Response>")
    if (root.text or "").strip():
        raise DocumentError(BAD_SCHEMA, "text outside any verb")
    return _nested(root)


def _nested(element: ET.Element) -> tuple[Verb, ...]:
    allowed = CHILDREN.get(element.tag, frozenset())
    for child in element:
        if child.tag not in allowed:
            raise DocumentError(BAD_SCHEMA, f"<{child.tag}> is not allowed in <{element.tag}>")
    return tuple(_verb(child) for child in element)


def _verb(element: ET.Element) -> Verb:
    for attribute in element.attrib:
        if attribute not in ATTRIBUTES[element.tag]:
            raise DocumentError(BAD_SCHEMA, f"<{element.tag}> has no attribute {attribute!r}")
    if element.tag == "Say":
        return _say(element)
    return Verb(element.tag, dict(element.attrib), (element.text or "").strip(), _nested(element))


def _say(element: ET.Element) -> Verb:
    text = " ".join("".join(element.itertext()).split())
    unknown = {child.tag for child in element.iter()} - CHILDREN["Say"] - {"Say"}
    if unknown:
        raise DocumentError(BAD_SCHEMA, f"<Say> can't hold {', '.join(sorted(unknown))}")
    voice = element.get("voice", "")
    limit = next(limit for prefix, limit in SAY_LIMIT_BYTES.items() if voice.startswith(prefix))
    if len(quote(text)) > SAY_LIMIT_URL_ENCODED or len(text.encode()) > limit:
        raise DocumentError(SAY_TOO_LONG, f"<Say> of {len(text)} characters is too long")
    return Verb("Say", dict(element.attrib), text)
