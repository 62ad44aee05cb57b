"""<Record>: what the caller says becomes a recording, its action and its status callbacks."""

from dataclasses import dataclass
from pathlib import Path

from simulator.call import new_sid
from simulator.events import Recorded, RecordingStarted, Spoke, StayedSilent
from simulator.journal import WordsLeft
from simulator.line import Line
from simulator.parameters import recording_action_parameters
from simulator.recording_callbacks import RecordingCallback
from simulator.recordings import Recording, audio_seconds, new_recording
from simulator.script import HangUp, Press, Speak
from simulator.steering import CallEnds, CallMoved, Fetch, Source
from simulator.twiml import Verb

ANY_KEY = "1234567890*#"
LEAST_SECONDS = 0.5  # shorter is an empty recording
BEEP_SECONDS = 0.5


@dataclass(frozen=True)
class _Ask:
    action: str
    method: str
    timeout_seconds: float
    max_length_seconds: float
    finish_on_key: str
    beep: bool

    @classmethod
    def read(cls, line: Line, verb: Verb) -> "_Ask":
        verb.choice_of("trim", ("trim-silence", "do-not-trim"), "trim-silence")
        return cls(
            line.absolute(verb.text_of("action")),
            verb.method(),
            verb.number_of("timeout", 5, least=1),
            verb.number_of("maxLength", 3600, least=1),
            verb.text_of("finishOnKey", ANY_KEY),
            verb.flag_of("playBeep", default=True),
        )


@dataclass
class _Words:
    """What came of it: `seconds` of `audio` (None: silence), the key that ended it, what else ended it."""

    seconds: float = 0.0
    audio: Path | None = None
    digits: str = ""
    interrupted: CallMoved | CallEnds | None = None

    @property
    def empty(self) -> bool:
        return self.seconds < LEAST_SECONDS


def record(line: Line, verb: Verb) -> Source | None:
    """The action with the recording; None, so that the next verb follows, when nothing was said."""
    ask = _Ask.read(line, verb)
    callback = RecordingCallback.read(line, verb)
    line.call.answer()
    if ask.beep:
        line.call.spend(BEEP_SECONDS)
    recording = new_recording(new_sid("RE"), line.call.account_sid, line.call.sid, "RecordVerb", line.call.faults)
    line.network.recordings.add(recording)
    line.call.notice(RecordingStarted, max_length_seconds=ask.max_length_seconds)
    callback.send(line, recording, "in-progress")
    words = _take_words(line, ask)
    _keep(line, recording, words)
    callback.send(line, recording, recording.status)
    return _go_on(line, ask, recording, words)


def _take_words(line: Line, ask: _Ask) -> _Words:
    """Lets the caller speak, be silent, press a key or hang up; an interruption keeps what was said until then."""
    words = _Words()
    began = line.call.now_seconds
    try:
        _listen(line, ask, words)
    except (CallMoved, CallEnds) as interrupted:
        said = line.call.now_seconds - began
        words.seconds = min(words.seconds, said) if words.audio else 0.0
        words.interrupted = interrupted
        if isinstance(interrupted, CallEnds):
            words.digits = "hangup"
    return words


def _listen(line: Line, ask: _Ask, words: _Words) -> None:
    call = line.call
    move = call.person.next_move()
    match move:
        case HangUp():
            raise CallEnds(line.call.party)
        case Speak():
            _speak(line, ask, move, words)
        case Press() if set(move.digits) & set(ask.finish_on_key):
            call.spend(move.after_seconds)
            words.seconds = move.after_seconds
            words.digits = next(key for key in move.digits if key in ask.finish_on_key)
        case _:
            call.notice(StayedSilent)
            call.spend(min(ask.timeout_seconds, ask.max_length_seconds))


def _speak(line: Line, ask: _Ask, move: Speak, words: _Words) -> None:
    words.audio = move.audio
    words.seconds = min(audio_seconds(move.audio), ask.max_length_seconds)
    line.call.notice(Spoke, audio=move.audio, seconds=words.seconds)
    if line.call.faults.hang_up_in_recording:
        words.seconds /= 2
        line.call.spend(words.seconds)
        raise CallEnds(line.call.party)
    line.call.spend(words.seconds)
    if words.seconds >= ask.max_length_seconds:
        return
    if move.then_hang_up:
        raise CallEnds(line.call.party)
    if move.end_key and move.end_key in ask.finish_on_key:
        words.digits = move.end_key
        return
    line.call.spend(min(ask.timeout_seconds, ask.max_length_seconds - words.seconds))


def _keep(line: Line, recording: Recording, words: _Words) -> None:
    call, recordings = line.call, line.network.recordings
    if words.empty or call.faults.absent:
        recordings.lose(recording)
    elif words.audio:
        recordings.keep_audio(recording, words.audio, words.seconds)
    else:
        recordings.keep_silence(recording, words.seconds)
    if words.empty:
        return
    call.recording_sids.append(recording.sid)
    call.notice(Recorded, recording_sid=recording.sid, seconds=recording.duration_seconds)
    line.network.journal.write(
        WordsLeft(
            recording_sid=recording.sid,
            call_sid=call.sid,
            from_number=call.from_number,
            audio=str(words.audio or ""),
            duration_seconds=recording.duration_seconds,
        )
    )


def _go_on(line: Line, ask: _Ask, recording: Recording, words: _Words) -> Source | None:
    """Who hangs up still has the action requested, but its answer is not run; who is moved does not."""
    ended = words.interrupted
    if words.empty or isinstance(ended, CallMoved):
        if ended:
            raise ended
        return None
    url = line.network.recording_url(recording.sid)
    action = Fetch(ask.action, ask.method, recording_action_parameters(recording, url, words.digits), "action")
    if not ended:
        line.call.spend(line.call.faults.late_action_seconds)
        return action
    if line.network.sleep(line.call.faults.late_action_seconds):
        line.call.status = "completed"
        line.request_in_vain(action)
    raise ended
