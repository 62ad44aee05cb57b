"""<Record>: what becomes a recording, what does not, and what the program is told of it."""

import httpx
import pytest
import soundfile

from simulator import HangUp, Press, Speak, StaySilent
from tests.simulator.conftest import ACCOUNT_SID, AUTH_TOKEN, ring_up, sentences, sound

CALLBACK = 'recordingStatusCallback="/recording"'


def recorded(app, carrier, attributes, *moves, **more):
    """The call, what came with the action, and what with the recording callbacks."""
    app["/voice"] = f'<Record action="/words" {attributes}/><Say>nothing heard</Say>'
    app["/words"] = "<Say>thanks</Say>"
    call = ring_up(carrier, *moves, **more)
    carrier.settle()
    return call, app.params("/words"), app.params("/recording")


def fetch(url):
    return httpx.get(url, auth=(ACCOUNT_SID, AUTH_TOKEN), trust_env=False)


def test_silence_is_no_recording_and_the_next_verb_follows(app, carrier):
    call, actions, callbacks = recorded(app, carrier, CALLBACK, StaySilent())
    assert sentences(call) == ["nothing heard"]
    assert actions == callbacks == []
    assert call.recording_sids == []


def test_a_missing_recording_is_told_only_if_asked_for(app, carrier):
    events = 'recordingStatusCallbackEvent="completed absent"'
    _, actions, (callback,) = recorded(app, carrier, f"{CALLBACK} {events}", StaySilent())
    assert actions == []
    assert (callback["RecordingStatus"], callback["ErrorCode"]) == ("absent", "16101")


def test_the_start_of_a_recording_is_told_if_asked_for(app, carrier, words):
    events = 'recordingStatusCallbackEvent="in-progress completed"'
    _, _, callbacks = recorded(app, carrier, f"{CALLBACK} {events}", Speak(words))
    assert [callback["RecordingStatus"] for callback in callbacks] == ["in-progress", "completed"]
    assert "RecordingDuration" not in callbacks[0]
    assert callbacks[1]["RecordingDuration"] == "2"
    assert callbacks[1]["RecordingSource"] == "RecordVerb"


def test_the_media_is_what_was_said(app, carrier, words):
    _, (action,), _ = recorded(app, carrier, "", Speak(words))
    for ending in ("", ".wav"):
        answer = fetch(action["RecordingUrl"] + ending)
        assert answer.content == words.read_bytes()
        assert answer.headers["content-type"] == "audio/x-wav"
    assert "Digits" not in action


def test_mu_law_is_passed_on_untouched(app, carrier, words, tmp_path):
    samples, rate = soundfile.read(words)
    mu_law = tmp_path / "mu-law.wav"
    soundfile.write(mu_law, samples, rate, subtype="ULAW")
    _, (action,), _ = recorded(app, carrier, "", Speak(mu_law))
    assert fetch(action["RecordingUrl"]).content == mu_law.read_bytes()


def test_speech_ends_when_the_silence_has_lasted(app, carrier, words):
    call, _, _ = recorded(app, carrier, 'timeout="80"', Speak(words))
    assert call.heard[0].at_seconds >= 82
    call, _, _ = recorded(app, carrier, 'timeout="80"', Speak(words, end_key="1"))
    assert call.heard[0].at_seconds < 80


def test_a_long_speech_is_cut_at_the_limit(app, carrier, tmp_path):
    speech = sound(tmp_path / "long.wav", 9.0)
    _, (action,), _ = recorded(app, carrier, 'maxLength="4"', Speak(speech, end_key="#"))
    assert action["RecordingDuration"] == "4"
    assert "Digits" not in action
    (tmp_path / "cut.wav").write_bytes(fetch(action["RecordingUrl"]).content)
    assert soundfile.info(tmp_path / "cut.wav").duration == pytest.approx(4.0)


def test_any_key_ends_a_recording_unless_told_otherwise(app, carrier):
    _, (action,), _ = recorded(app, carrier, "", Press("5", after_seconds=3))
    assert (action["Digits"], action["RecordingDuration"]) == ("5", "3")
    app.asked.clear()
    call, actions, _ = recorded(app, carrier, 'finishOnKey="#"', Press("5", after_seconds=3))
    assert actions == []
    assert sentences(call) == ["nothing heard"]


def test_a_key_at_once_leaves_an_empty_recording(app, carrier):
    call, actions, _ = recorded(app, carrier, "", Press("#", after_seconds=0))
    assert actions == []
    assert sentences(call) == ["nothing heard"]


def test_who_hangs_up_while_speaking_still_leaves_the_words(app, carrier, words):
    call, (action,), (callback,) = recorded(app, carrier, CALLBACK, Speak(words, then_hang_up=True))
    assert (action["Digits"], action["CallStatus"]) == ("hangup", "completed")
    assert (action["RecordingDuration"], callback["RecordingStatus"]) == ("2", "completed")
    assert sentences(call) == []
    assert call.ended_by == "caller"


def test_who_hangs_up_without_a_word_leaves_nothing(app, carrier):
    call, actions, callbacks = recorded(app, carrier, CALLBACK, HangUp())
    assert actions == callbacks == []
    assert (call.status, call.ended_by) == ("completed", "caller")
