"""A person speaks whenever they like: over a prompt, in a silence, while only keys are asked for, into a recording."""

import time

import httpx
import pytest
import soundfile

from simulator import Caller, Echo, Faults, HangUp, Press, Speak, SpeakUp
from simulator.events import Pressed, Recorded, Said, Spoke
from simulator.mulaw import telephone_sound
from tests.simulator.conftest import ACCOUNT_SID, AUTH_TOKEN, dial_in, ring_up, sentences, sound, twilio_client

GATHER = '<Gather input="dtmf" numDigits="1" timeout="5" action="/key">{}</Gather>'
LONG = "greeting " + "word " * 40  # about 14 s


@pytest.fixture
def carrier(make_carrier):
    return make_carrier(pace=50.0)


@pytest.fixture
def start(ears):
    return f'<Start><Stream url="{ears.url}/media"/></Start>'


def at(call, kind):
    return next(event.at_seconds for event in call.events if isinstance(event, kind))


def spoken(call):
    return sum(isinstance(event, Spoke) for event in call.events)


def test_words_over_a_prompt_reach_the_stream_and_the_prompt_goes_on(app, carrier, ears, start, words):
    app["/voice"] = start + GATHER.format(f"<Say>{LONG}</Say>")
    call = ring_up(carrier, SpeakUp(words, at="greeting", over_prompt=True, after_seconds=2), HangUp())
    carrier.settle()
    assert at(call, Spoke) - at(call, Said) >= 2
    assert call.heard[0].complete
    assert call.heard[0].at_seconds > at(call, Spoke)
    assert telephone_sound(words) in ears.heard()


def test_a_whole_talk_is_steered_by_what_is_heard(app, make_carrier, ears, start, words, tmp_path):
    """Greeting, X over it, the program moves the call, Y, yes, Z, key 0 in the middle of Z."""
    carrier = make_carrier(pace=20.0)
    yes = sound(tmp_path / "yes.wav", 0.6)
    app["/voice"] = start + GATHER.format(f"<Say>{LONG * 9}</Say>")
    app["/silent"] = GATHER.format("") + "<Redirect>/silent</Redirect>"
    app["/ask"] = GATHER.format("<Say>do you mean dialysis</Say>") + "<Redirect>/silent</Redirect>"
    app["/answer"] = GATHER.format(f"<Say>the answer is {'long ' * 200}</Say>")
    app["/key"] = "<Say>an agent comes</Say>"
    script = (
        SpeakUp(words, at="greeting", over_prompt=True),
        SpeakUp(yes, at="do you mean"),
        Press("0", at="the answer", over_prompt=True, after_seconds=3),
    )
    call = dial_in(carrier, caller=Caller(script, patience=1))
    with twilio_client(carrier) as client:
        call.wait_until(lambda: spoken(call) == 1, 10)
        client.calls(call.sid).update(url=app.url + "/silent")
        client.calls(call.sid).update(url=app.url + "/ask")
        call.wait_until(lambda: spoken(call) == 2, 10)
        client.calls(call.sid).update(url=app.url + "/answer")
    call.wait(10)
    carrier.settle()
    assert [heard.text.split()[0] for heard in call.heard] == ["greeting", "do", "the", "an"]
    assert [heard.complete for heard in call.heard] == [False, True, False, True]
    assert app.params("/key")[0]["Digits"] == "0"
    assert carrier.streams_stopped[0].audio == (str(words), str(yes))
    assert at(call, Pressed) - [one for one in call.events if isinstance(one, Said)][2].at_seconds >= 3


def test_words_come_once_the_line_is_silent(app, carrier, ears, start, words):
    app["/voice"] = start + "<Say>welcome</Say><Say>speak now</Say>" + GATHER.format("") + "<Say>over</Say>"
    call = ring_up(carrier, SpeakUp(words, after_seconds=3))
    last = next(one for one in call.heard if one.text == "speak now")
    assert at(call, Spoke) - last.at_seconds >= 3


def test_waiting_for_the_program_to_answer_is_no_silence(app, carrier, ears, start, words):
    app["/voice"] = start + "<Say>welcome</Say><Redirect>/next</Redirect>"
    app["/next"] = lambda _: time.sleep(0.1) or "<Say>second</Say>" + GATHER.format("")
    call = ring_up(carrier, SpeakUp(words, after_seconds=2))
    assert at(call, Spoke) > next(one.at_seconds for one in call.heard if one.text == "second")


def test_a_speaker_uses_up_no_patience_and_then_makes_the_next_move_at_once(app, carrier, ears, start, words, tmp_path):
    speech = sound(tmp_path / "long.wav", 12.0)
    app["/voice"] = start + "<Redirect>/wait</Redirect>"
    app["/wait"] = GATHER.format("") + "<Redirect>/wait</Redirect>"
    app["/key"] = "<Hangup/>"
    call = ring_up(carrier, SpeakUp(speech), Press("7"), patience=0)
    assert app.params("/key")[0]["Digits"] == "7"
    assert at(call, Pressed) - at(call, Spoke) >= 12


def test_who_waits_for_a_sentence_that_never_comes_loses_patience(app, carrier, words):
    app["/voice"] = GATHER.format("<Say>menu</Say>") + "<Redirect>/voice</Redirect>"
    call = ring_up(carrier, SpeakUp(words, at="never said"), patience=2)
    assert sentences(call) == ["menu"] * 3
    assert call.ended_by == "caller"


@pytest.mark.parametrize(("cut", "least", "most"), [(None, 2.0, 2.0), (0.7, 0.7, 0.7)])
def test_who_hangs_up_in_mid_sentence_has_said_what_was_said(app, carrier, ears, start, words, cut, least, most):
    app["/voice"] = start + GATHER.format(f"<Say>{LONG}</Say>")
    call = ring_up(carrier, SpeakUp(words, over_prompt=True, cut_after_seconds=cut, then_hang_up=True))
    carrier.settle()
    assert (call.ended_by, call.heard[0].complete) == ("caller", False)
    assert app.params("/key") == []
    said = telephone_sound(words)[: int((cut or 2.0) * 8000)]
    heard = ears.heard()
    start_of_words = heard.index(said[:400])
    assert heard[start_of_words:].rstrip(b"\xff") == said.rstrip(b"\xff")


def test_what_is_said_where_keys_are_asked_for_is_heard_by_the_stream(app, carrier, ears, start, words):
    app["/voice"] = start + GATHER.format("<Say>menu</Say>") + "<Say>nothing pressed</Say>"
    call = ring_up(carrier, Speak(words))
    carrier.settle()
    assert sentences(call) == ["menu", "nothing pressed"]
    assert telephone_sound(words) in ears.heard()


def test_words_spoken_while_a_recording_runs_are_in_both(app, make_carrier, ears, start, words):
    carrier = make_carrier(pace=20.0)
    app["/voice"] = start + '<Record action="/words" timeout="6" playBeep="false"/>'
    app["/words"] = "<Say>thanks</Say>"
    call = ring_up(carrier, SpeakUp(words, after_seconds=4))
    carrier.settle()
    (params,) = app.params("/words")
    assert params["RecordingDuration"] == "2"
    assert media(params) == words.read_bytes()
    assert telephone_sound(words) in ears.heard()
    assert carrier.words_left[0].audio == str(words)
    assert at(call, Recorded) - at(call, Spoke) >= 8


def test_words_begun_before_the_recording_are_in_it_from_its_beginning(app, carrier, tmp_path, words):
    speech = sound(tmp_path / "long.wav", 10.0)
    app["/voice"] = '<Pause length="4"/><Record action="/words" timeout="2" playBeep="false"/>'
    ring_up(carrier, SpeakUp(speech))
    carrier.settle()
    (params,) = app.params("/words")
    assert 5 <= int(params["RecordingDuration"]) <= 8
    (tmp_path / "got.wav").write_bytes(media(params))
    assert soundfile.info(tmp_path / "got.wav").samplerate == 8000


def media(params):
    return httpx.get(params["RecordingUrl"], auth=(ACCOUNT_SID, AUTH_TOKEN), trust_env=False).content


def test_our_own_prompt_comes_back_from_a_loudspeaker_and_stops_with_it(app, carrier, ears, start, words, tmp_path):
    prompt = sound(tmp_path / "prompt.wav", 60.0)
    app["/voice"] = start + GATHER.format(f"<Say>other</Say><Say>{LONG}</Say>") + '<Pause length="5"/>'
    app["/key"] = '<Pause length="20"/>'
    loudspeaker = (Echo(prompt, at="greeting", delay_seconds=0.5),)
    script = (Press("1", at="greeting", over_prompt=True, after_seconds=4),)
    call = ring_up(carrier, caller=Caller(script, loudspeaker=loudspeaker))
    carrier.settle()
    heard = ears.heard()
    softer = telephone_sound(prompt, 0.5)
    assert softer[:8000] in heard
    began = [event.at_seconds for event in call.events if isinstance(event, Said)][1]
    assert 3 <= len(heard.strip(b"\xff")) / 8000 <= call.heard[1].at_seconds - began + 2
    assert carrier.streams_stopped[0].audio == ()
    assert call.heard[1].complete is False


def test_a_person_and_their_loudspeaker_are_heard_at_once(app, carrier, ears, start, words, tmp_path):
    app["/voice"] = start + GATHER.format(f"<Say>{LONG}</Say>")
    caller = Caller(
        (SpeakUp(words, over_prompt=True),), patience=0, loudspeaker=(Echo(words, volume=1.0, delay_seconds=0),)
    )
    ring_up(carrier, caller=caller)
    carrier.settle()
    assert len(set(ears.heard())) == 3  # silence, one voice, both


def numbers(ears):
    return [int(one["media"]["chunk"]) for one in ears.media()]


def test_frames_are_lost_the_same_way_each_time(app, carrier, ears, start):
    app["/voice"] = start + '<Pause length="6"/>'
    runs = []
    for _ in range(2):
        ring_up(carrier, faults=Faults(stream_dropped_share=0.2))
        carrier.settle()
        runs.append(numbers(ears))
    last = min(runs[0][-1], runs[1][-1])
    first, second = ([number for number in run if number <= last] for run in runs)
    assert first == second
    assert 0.6 * last < len(first) < 0.95 * last
    stopped = carrier.streams_stopped[-1]
    assert stopped.frames - stopped.frames_lost == len(runs[1])


def test_another_seed_loses_other_frames(app, carrier, ears, start):
    app["/voice"] = start + '<Pause length="6"/>'
    runs = []
    for seed in (1, 2):
        ring_up(carrier, faults=Faults(stream_dropped_share=0.5, stream_seed=seed))
        carrier.settle()
        runs.append(numbers(ears)[:20])
    assert runs[0] != runs[1]


def test_frames_come_late_and_twice(app, carrier, ears, start):
    app["/voice"] = start + '<Pause length="6"/>'
    ring_up(carrier, faults=Faults(stream_delayed_share=0.2, stream_doubled_share=0.1))
    carrier.settle()
    got = numbers(ears)
    assert got != sorted(got)
    assert set(got) == set(range(1, max(got) + 1))
    assert 0.05 < (len(got) - len(set(got))) / len(got) < 0.15
    assert ears.connections[-1][-1]["event"] == "stop"


def test_a_connection_cut_in_mid_word_ends_without_stop(app, carrier, ears, start, words):
    app["/voice"] = start + '<Pause length="9"/><Say>still here</Say>'
    faults = Faults(stream_cut_in_speech_seconds=0.8)
    call = ring_up(carrier, SpeakUp(words, after_seconds=2), faults=faults)
    carrier.settle()
    assert sentences(call) == ["still here"]
    assert ears.connections[0][-1]["event"] == "media"
    (stopped,) = carrier.streams_stopped
    assert stopped.why == "cut by fault"
    assert len(ears.heard()) / 8000 < 9


def test_a_frozen_peer_says_nothing_more_and_keeps_the_connection(app, carrier, ears, start, words):
    app["/voice"] = start + '<Pause length="9"/><Say>still here</Say>'
    faults = Faults(stream_freezes_in_speech_seconds=0.8)
    call = ring_up(carrier, SpeakUp(words, after_seconds=2), faults=faults)
    assert sentences(call) == ["still here"]
    assert carrier.streams_stopped == []
    carrier.settle()
    assert ears.connections[0][-1]["event"] == "media"
    assert carrier.streams_stopped[0].frames_lost > 200


@pytest.mark.parametrize("fault", ["stream_freezes_in_speech_seconds", "stream_cut_in_speech_seconds"])
def test_what_was_said_before_a_fault_has_gone_out_however_late_the_stream_came_about(
    app, carrier, late_ears, words, fault
):
    app["/voice"] = f'<Start><Stream url="{late_ears.url}"/></Start><Pause length="60"/>'
    ring_up(carrier, SpeakUp(words, after_seconds=2), faults=Faults(**{fault: 0.8}))
    carrier.settle()
    said = sum(byte != 0xFF for byte in late_ears.heard()) / 8000
    assert 0 < said <= 0.8
