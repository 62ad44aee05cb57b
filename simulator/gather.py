"""<Gather> for keys: prompts, then the next move of the caller's script."""

from dataclasses import dataclass

from simulator.events import AskedForKeys, Pressed, StayedSilent
from simulator.line import Line
from simulator.script import HangUp, Press, Speak
from simulator.steering import CallEnds, Fetch, KeyPressed, Source
from simulator.twiml import BAD_SCHEMA, DocumentError, Verb


@dataclass(frozen=True)
class _Ask:
    action: str
    method: str
    timeout_seconds: float
    num_digits: int | None
    finish_on_key: str
    action_on_empty_result: bool

    @classmethod
    def read(cls, line: Line, verb: Verb) -> "_Ask":
        if verb.text_of("input", "dtmf") != "dtmf":
            raise DocumentError(BAD_SCHEMA, "<Gather>: only dtmf input is imitated")
        return cls(
            line.absolute(verb.text_of("action")),
            verb.method(),
            verb.number_of("timeout", 5),
            int(verb.number_of("numDigits", 0, least=1)) or None,
            verb.text_of("finishOnKey", "#"),
            verb.flag_of("actionOnEmptyResult"),
        )


@dataclass(frozen=True)
class _Keys:
    digits: str = ""
    finished_on: str = ""


def gather(line: Line, verb: Verb) -> Source | None:
    """The action with the digits; None, so that the next verb follows, when none came."""
    ask = _Ask.read(line, verb)
    line.call.answer()
    details = {"timeout_seconds": ask.timeout_seconds, "finish_on_key": ask.finish_on_key}
    line.call.notice(AskedForKeys, num_digits=ask.num_digits, **details)
    keys = _hear_keys(line, verb, ask)
    if not keys.digits and not ask.action_on_empty_result:
        return None
    params = {"Digits": keys.digits, "FinishedOnKey": keys.finished_on, "msg": "Gather End"}
    return Fetch(ask.action, ask.method, params, "action")


def _hear_keys(line: Line, verb: Verb, ask: _Ask) -> _Keys:
    person = line.call.person
    person.keys_wanted = True
    try:
        _prompt(line, verb)
        digits = _wait_for_keys(line, ask)
    except KeyPressed as pressed:
        digits = pressed.digits
    finally:
        person.keys_wanted = False
    if not digits:
        return _Keys()
    line.call.notice(Pressed, digits=digits)
    keys = _cut(digits, ask)
    if not keys.finished_on and len(keys.digits) != ask.num_digits:
        line.call.spend(ask.timeout_seconds)
    return keys


def _prompt(line: Line, verb: Verb) -> None:
    for child in verb.children:
        if line.call.person.interrupts(line.call.now_seconds):
            return
        line.verbs[child.name](line, child)


def _wait_for_keys(line: Line, ask: _Ask) -> str:
    """The keys the person presses in time, none if they don't; words spoken meanwhile are for streams only."""
    call, person = line.call, line.call.person
    if _only_during_prompt(ask) and not person.presses_within(ask.timeout_seconds, call.now_seconds):
        call.spend(ask.timeout_seconds)
        return ""
    until = call.now_seconds + ask.timeout_seconds
    while (left := until - call.now_seconds) > 0:
        match person.next_move(call.now_seconds):
            case HangUp():
                raise CallEnds(call.party)
            case Press() as keys if keys.after_seconds < left or keys.barge_in:
                call.spend(keys.after_seconds)
                return keys.digits
            case Speak() as words:
                call.speak(words.audio, then_hang_up=words.then_hang_up)
            case None if _wait_silently(line, left):
                continue
            case None:
                return ""
            case _:
                call.notice(StayedSilent)
                call.spend(left)
                return ""
    return ""


def _wait_silently(line: Line, seconds: float) -> bool:
    """Until the time is over; True when words spoken unasked are over before, so that the next move can come."""
    call, person = line.call, line.call.person
    if not person.is_speaking(call.now_seconds):
        call.notice(StayedSilent)
    call.spend(seconds, unless=lambda: person.is_ready(call.now_seconds))
    if person.is_ready(call.now_seconds):
        return True
    person.waited_in_vain(call.now_seconds)
    return False


def _only_during_prompt(ask: _Ask) -> bool:
    """Such a Gather takes a key pressed while it speaks and then goes on by itself: it waits for nobody's move."""
    return ask.timeout_seconds <= 1 and not ask.action_on_empty_result


def _cut(pressed: str, ask: _Ask) -> _Keys:
    """What Gather takes of the keys: up to numDigits, or the key that finishes. The others are lost."""
    digits = ""
    for key in pressed:
        if key in ask.finish_on_key:
            return _Keys(digits, key)
        digits += key
        if len(digits) == ask.num_digits:
            break
    return _Keys(digits)
