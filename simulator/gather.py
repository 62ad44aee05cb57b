"""<Gather> for keys: prompts, then the next move of the caller's script."""

from dataclasses import dataclass

from simulator.events import AskedForKeys, Pressed, StayedSilent
from simulator.line import Line
from simulator.script import HangUp, Press
from simulator.steering import CallEnds, Fetch, Source
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
    _prompt(line, verb)
    keys = _take_keys(line, ask)
    if not keys.digits and not ask.action_on_empty_result:
        return None
    params = {"Digits": keys.digits, "FinishedOnKey": keys.finished_on, "msg": "Gather End"}
    return Fetch(ask.action, ask.method, params, "action")


def _prompt(line: Line, verb: Verb) -> None:
    for child in verb.children:
        if line.call.person.interrupts():
            return
        line.verbs[child.name](line, child)


def _take_keys(line: Line, ask: _Ask) -> _Keys:
    if _only_during_prompt(ask) and not line.call.person.presses_within(ask.timeout_seconds):
        line.call.spend(ask.timeout_seconds)
        return _Keys()
    move = line.call.person.next_move()
    if isinstance(move, HangUp):
        raise CallEnds(line.call.party)
    if not isinstance(move, Press):
        line.call.notice(StayedSilent)
        line.call.spend(ask.timeout_seconds)
        return _Keys()
    if move.after_seconds >= ask.timeout_seconds and not move.barge_in:
        line.call.spend(ask.timeout_seconds)
        return _Keys()
    line.call.spend(move.after_seconds)
    line.call.notice(Pressed, digits=move.digits)
    keys = _cut(move.digits, ask)
    if not keys.finished_on and len(keys.digits) != ask.num_digits:
        line.call.spend(ask.timeout_seconds)
    return keys


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
