"""Reads a <Dial> verb, and says which of its numbers can be dialled at all."""

import re
from dataclasses import dataclass

from simulator.line import Line
from simulator.twiml import BAD_SCHEMA, DocumentError, Verb

MOST_NUMBERS = 10
BAD_CALLER_ID, BAD_NUMBER, NOT_AUTHORISED = 13214, 13224, 13227
E164 = re.compile(r"\+[1-9]\d{6,14}")
NOT_RECORDED = ("do-not-record", "false")
RECORDED = (
    "true",
    "record-from-answer",
    "record-from-ringing",
    "record-from-answer-dual",
    "record-from-ringing-dual",
)


@dataclass(frozen=True)
class DialRequest:
    numbers: tuple[Verb, ...]
    action: str
    method: str
    timeout_seconds: float
    time_limit_seconds: float
    caller_id: str
    sequential: bool
    record: bool

    @classmethod
    def read(cls, line: Line, verb: Verb) -> "DialRequest":
        """Raises: DocumentError for a value Twilio does not allow."""
        numbers = verb.children or (Verb("Number", {}, verb.text),)
        if len(numbers) > MOST_NUMBERS:
            raise DocumentError(BAD_SCHEMA, f"<Dial> with {len(numbers)} numbers, more than {MOST_NUMBERS}")
        return cls(
            numbers,
            line.absolute(verb.text_of("action")) if "action" in verb.attributes else "",
            verb.method(),
            verb.number_of("timeout", 30, least=1),
            verb.number_of("timeLimit", 14400, least=1),
            verb.text_of("callerId", line.call.from_number),
            verb.flag_of("sequential"),
            verb.choice_of("record", NOT_RECORDED + RECORDED, "do-not-record") in RECORDED,
        )


def may_dial(line: Line, ask: DialRequest, number: str) -> bool:
    """What can't be dialled is an error in the journal and counts as failed; the call goes on."""
    network = line.network
    own = {*network.numbers, line.call.from_number, line.call.to_number}
    if not E164.fullmatch(number):
        problem = DocumentError(BAD_NUMBER, f"<Dial>: {number!r} can't be dialled")
    elif any(number.startswith(prefix) for prefix in network.blocked_prefixes):
        problem = DocumentError(NOT_AUTHORISED, f"<Dial>: no calls to {number}")
    elif ask.caller_id not in own:
        problem = DocumentError(BAD_CALLER_ID, f"<Dial>: callerId {ask.caller_id!r} is no number of the account")
    else:
        return True
    line.report(problem)
    return False
