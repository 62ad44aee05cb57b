"""<Record>: what the caller says becomes a recording, its action and its status callbacks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from simulator.call import new_sid
from simulator.events import Recorded, RecordingStarted, StayedSilent
from simulator.journal import WordsLeft
from simulator.line import Line
from simulator.mulaw import SAMPLE_RATE_HZ, decoded, telephone_sound
from simulator.parameters import recording_action_parameters
from simulator.recording_callbacks import RecordingCallback
from simulator.recordings import Recording, audio_seconds, new_recording
from simulator.script import HangUp, Press, Speak
from simulator.steering import CallEnds, CallMoved, Fetch, KeyPressed, Source
from simulator.twiml import Verb
from simulator.voice import Utterance, Voice, sample_at

ANY_KEY = "1234567890*#"
LEAST_SECONDS = 0.5  # shorter is an empty recording
BEEP_SECONDS = 0.5
A_MOMENT_SECONDS = 0.02  # clocks and resampled files differ by less


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
    """What came of it, from sample `began` of the call on; `silent_seconds` before a key, when nobody spoke."""

    began: int
    ends_at_seconds: float
    spoken: list[Utterance] = field(default_factory=list)
    seconds: float = 0.0
    digits: str = ""
    answer: Utterance | None = None
    interrupted: CallMoved | CallEnds | None = None

    def settle(self, voice: Voice, now: float) -> None:
        """Counts from the first word to the last, or to `now` if they go on."""
        ended = sample_at(min(now, self.ends_at_seconds))
        self.spoken = voice.spoken(self.began, ended)
        if self.spoken:
            self.began = max(self.began, self.spoken[0].starts)
            self.seconds = (min(max(one.ends for one in self.spoken), ended) - self.began) / SAMPLE_RATE_HZ

    @property
    def empty(self) -> bool:
        return self.seconds < LEAST_SECONDS

    @property
    def file(self) -> Path | None:
        """The sound file, if nothing else was said and it was begun in time."""
        alone = len(self.spoken) == 1 and self.spoken[0].starts == self.began
        return self.spoken[0].audio if alone else None


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
    call = line.call
    words = _Words(sample_at(call.now_seconds), call.now_seconds + ask.max_length_seconds)
    call.person.keys_wanted = True
    try:
        _listen(line, ask, words)
    except (CallMoved, CallEnds) as interrupted:
        words.interrupted = interrupted
        words.digits = "hangup" if isinstance(interrupted, CallEnds) else ""
        if words.answer:
            call.voice.cut(words.answer)
    finally:
        call.person.keys_wanted = False
    words.settle(call.voice, call.now_seconds)
    return words


def _listen(line: Line, ask: _Ask, words: _Words) -> None:
    over = False
    while not over:
        try:
            over = _take_move(line, ask, words)
        except KeyPressed as pressed:
            over = _finish(ask, words, pressed.digits)


def _take_move(line: Line, ask: _Ask, words: _Words) -> bool:
    """Whether the recording is over with it."""
    call, person = line.call, line.call.person
    match person.next_move(call.now_seconds):
        case HangUp():
            raise CallEnds(call.party)
        case Speak() as move:
            _speak(line, ask, words, move)
        case Press() as keys if set(keys.digits) & set(ask.finish_on_key):
            call.spend(keys.after_seconds)
            words.seconds = keys.after_seconds
            _finish(ask, words, keys.digits)
        case None:
            return _hear_out(line, ask, words)
        case _:
            call.notice(StayedSilent)
            _wait_for_silence(line, ask, words)
    return True


def _finish(ask: _Ask, words: _Words, digits: str) -> bool:
    words.digits = next((key for key in digits if key in ask.finish_on_key), "")
    return bool(words.digits)


def _speak(line: Line, ask: _Ask, words: _Words, move: Speak) -> None:
    call = line.call
    first = not call.voice.spoken(words.began, sample_at(call.now_seconds))
    left = ask.max_length_seconds if first else words.ends_at_seconds - call.now_seconds
    limit = min(left, audio_seconds(move.audio) / 2) if call.faults.hang_up_in_recording else left
    words.answer = call.speak(move.audio, at_most_seconds=limit)
    words.ends_at_seconds = words.answer.starts / SAMPLE_RATE_HZ + left
    call.spend(words.answer.ends_at_seconds - call.now_seconds)
    if call.faults.hang_up_in_recording:
        raise CallEnds(call.party)
    if words.answer.seconds >= left - A_MOMENT_SECONDS:
        return
    if move.then_hang_up:
        raise CallEnds(call.party)
    if move.end_key and _finish(ask, words, move.end_key):
        return
    _wait_for_silence(line, ask, words)


def _hear_out(line: Line, ask: _Ask, words: _Words) -> bool:
    """Until silence or the limit ends the recording; False when words spoken unasked are over and a move can come."""
    call, person = line.call, line.call.person
    if not person.is_speaking(call.now_seconds):
        call.notice(StayedSilent)
    _wait_for_silence(line, ask, words, unless=lambda: person.is_ready(call.now_seconds))
    if person.is_ready(call.now_seconds):
        return False
    if not call.voice.spoken(words.began, sample_at(call.now_seconds)):
        person.waited_in_vain(call.now_seconds)
    return True


def _wait_for_silence(line: Line, ask: _Ask, words: _Words, unless: Callable[[], bool] = lambda: False) -> None:
    """Silence counts from the last word; the person may begin to speak meanwhile."""
    call = line.call
    began_at = words.began / SAMPLE_RATE_HZ
    while not unless():
        silent_from = max(began_at, call.voice.ends_at_seconds)
        left = min(silent_from + ask.timeout_seconds, words.ends_at_seconds) - call.now_seconds
        if left <= 0:
            return
        call.spend(left, unless=unless)


def _keep(line: Line, recording: Recording, words: _Words) -> None:
    call, recordings = line.call, line.network.recordings
    if words.empty or call.faults.absent:
        recordings.lose(recording)
    elif words.file:
        whole = len(telephone_sound(words.file)) / SAMPLE_RATE_HZ
        recordings.keep_audio(recording, words.file, words.seconds, whole=words.seconds >= whole - A_MOMENT_SECONDS)
    elif words.spoken:
        last = words.began + int(words.seconds * SAMPLE_RATE_HZ)
        recordings.keep_sound(recording, decoded(call.voice.between(words.began, last)))
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
            audio=" ".join(str(utterance.audio) for utterance in words.spoken),
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
