"""<Gather>: which keys count, what silence does, and how a script waits for a sentence."""

import pytest

from simulator import Caller, HangUp, Press, Speak, StaySilent
from simulator.events import AskedForKeys, Pressed, StayedSilent
from tests.simulator.conftest import ring_up, sentences


def gathered(app, carrier, attributes, *moves, **more):
    """The call, and what came with the action."""
    app["/voice"] = f'<Gather action="/key" {attributes}><Say>menu</Say></Gather><Say>nothing</Say>'
    app["/key"] = "<Say>thanks</Say>"
    call = ring_up(carrier, *moves, **more)
    return call, app.params("/key")


@pytest.mark.parametrize(
    ("attributes", "pressed", "digits", "finished_on"),
    [
        ('numDigits="1"', "1", "1", ""),
        ('numDigits="1"', "129", "1", ""),
        ("", "123#", "123", "#"),
        ('finishOnKey="*"', "12#3*", "12#3", "*"),
        ('finishOnKey="" numDigits="2"', "#*", "#*", ""),
        ('numDigits="4" timeout="2"', "12", "12", ""),
    ],
)
def test_keys_end_with_the_last_digit_wanted_or_the_finishing_key(
    app, carrier, attributes, pressed, digits, finished_on
):
    call, (params,) = gathered(app, carrier, attributes, Press(pressed))
    assert (params["Digits"], params["FinishedOnKey"]) == (digits, finished_on)
    assert params["CallStatus"] == "in-progress"
    assert sentences(call) == ["menu", "thanks"]


@pytest.mark.parametrize("move", [StaySilent(), Press("#"), Press("1", after_seconds=9)])
def test_no_digit_in_time_goes_on_with_the_next_verb(app, carrier, move):
    call, asked = gathered(app, carrier, 'timeout="3"', move)
    assert asked == []
    assert sentences(call) == ["menu", "nothing"]


def test_speech_is_not_heard_when_keys_are_wanted(app, carrier, words):
    call, asked = gathered(app, carrier, 'numDigits="1"', Speak(words))
    assert asked == []
    assert sentences(call) == ["menu", "nothing"]


def test_an_empty_result_is_sent_only_if_asked_for(app, carrier):
    _, (params,) = gathered(app, carrier, 'actionOnEmptyResult="true"', StaySilent())
    assert params["Digits"] == ""


def test_without_an_action_the_same_document_is_asked_again(app, carrier):
    app["/voice"] = lambda request: "<Say>done</Say>" if "Digits" in request.form else '<Gather numDigits="1"/>'
    assert sentences(ring_up(carrier, Press("7"))) == ["done"]
    assert [params.get("Digits") for params in app.params("/voice")] == [None, "7"]


def test_the_action_can_be_a_get(app, carrier):
    app["/voice"] = '<Gather numDigits="1" method="GET" action="/key"/>'
    call = ring_up(carrier, Press("4"))
    assert [request.method for request in call.requests if request.kind == "action"] == ["GET"]
    assert app.params("/key")[0]["Digits"] == "4"


def test_silence_takes_the_timeout_of_the_document(app, make_carrier):
    carrier = make_carrier(pace=50.0)
    call, _ = gathered(app, carrier, 'timeout="10"', StaySilent())
    silent_at = next(event.at_seconds for event in call.events if isinstance(event, StayedSilent))
    assert call.heard[1].at_seconds - silent_at >= 10


def test_a_key_pressed_during_the_prompt_cuts_it_short(app, carrier):
    app["/voice"] = '<Gather numDigits="1" action="/key"><Say>first</Say><Say>press nine</Say><Say>rest</Say></Gather>'
    call = ring_up(carrier, Press("9", at="nine", barge_in=True))
    assert sentences(call) == ["first", "press nine"]
    assert app.params("/key")[0]["Digits"] == "9"


def test_a_move_can_wait_for_a_sentence(app, carrier):
    pages = iter(["welcome", "medical matters: press one", "goodbye"])
    app["/voice"] = lambda _: f'<Gather numDigits="1" action="/key"><Say>{next(pages)}</Say></Gather><Redirect/>'
    call = ring_up(carrier, Press("1", at="medical"))
    assert sentences(call)[:2] == ["welcome", "medical matters: press one"]
    assert len(app.params("/voice")) == 2
    assert app.params("/key")[0]["Digits"] == "1"


def test_a_sentence_heard_before_the_last_move_no_longer_counts(app, carrier):
    pages = iter(["press one", "wait", "press one"])
    app["/voice"] = lambda _: f'<Gather numDigits="1" action="/key"><Say>{next(pages)}</Say></Gather><Redirect/>'
    app["/key"] = "<Redirect>/voice</Redirect>"
    ring_up(carrier, Press("1", at="press one"), Press("2", at="press one"), HangUp())
    asked = [path for path, _, _ in app.asked]
    assert asked[:5] == ["/voice", "/key", "/voice", "/voice", "/key"]


def test_a_caller_hangs_up_on_hearing_a_sentence(app, carrier):
    app["/voice"] = "<Say>welcome</Say><Say>all lines are busy</Say><Say>please hold</Say>"
    call = ring_up(carrier, HangUp(at="busy"))
    assert sentences(call) == ["welcome", "all lines are busy"]
    assert call.ended_by == "caller"


def test_a_caller_without_a_script_is_patient_three_times(app, carrier):
    app["/voice"] = "<Gather><Say>menu</Say></Gather><Redirect>/voice</Redirect>"
    assert sentences(ring_up(carrier)) == ["menu"] * 4
    assert len(sentences(ring_up(carrier, patience=1))) == 2


def test_a_caller_hangs_up_after_so_many_seconds_wherever_they_are(app, make_carrier):
    carrier = make_carrier(pace=50.0)
    app["/voice"] = '<Pause length="600"/>'
    call = ring_up(carrier, caller=Caller(hang_up_after_seconds=10))
    assert call.ended_by == "caller"
    assert 10 <= call.duration_seconds <= 100


def test_what_was_asked_and_pressed_are_events(app, carrier):
    call, _ = gathered(app, carrier, 'numDigits="2" timeout="6"', Press("42"))
    asked = next(event for event in call.events if isinstance(event, AskedForKeys))
    assert (asked.num_digits, asked.timeout_seconds, asked.finish_on_key) == (2, 6, "#")
    assert [event.digits for event in call.events if isinstance(event, Pressed)] == ["42"]


@pytest.mark.parametrize(("move", "recorded", "digits"), [("speak", 1, []), ("during it", 0, ["9"]), ("late", 1, [])])
def test_keys_heard_only_during_a_prompt_leave_every_other_move_to_the_verb_after_it(
    app, carrier, words, move, recorded, digits
):
    moves = {"speak": Speak(words), "during it": Press("9", barge_in=True), "late": Press("9", after_seconds=1)}
    app["/voice"] = '<Gather timeout="1" numDigits="1" action="/key"><Say>menu</Say></Gather><Record action="/end"/>'
    app["/key"] = app["/end"] = "<Hangup/>"
    call = ring_up(carrier, moves[move], patience=0)
    assert len(call.recording_sids) == recorded
    assert [params["Digits"] for params in app.params("/key")] == digits
