"""<Dial>: phones ring side by side, callees are screened, and the caller's program learns how it went."""

import pytest

from simulator import Answer, Busy, Caller, HangUp, NoAnswer, Phone, Press, Refuse, StaySilent, Talk, Voicemail
from simulator.bridge import Bridge
from simulator.events import PhoneRang, PutThrough
from tests.simulator.conftest import CITIZEN, HOTLINE, ring_up, sentences

AGENT, OTHER = "+8613911110001", "+8613911110002"


def number(phone=AGENT, attributes=""):
    return f"<Number {attributes}>{phone}</Number>"


def dialled(app, carrier, numbers, *moves, attributes=f'callerId="{HOTLINE}"', **more):
    """The call, and what came with the action."""
    app["/voice"] = f'<Dial action="/dialled" {attributes}>{numbers}</Dial><Say>never</Say>'
    app["/dialled"] = "<Say>over</Say>"
    call = ring_up(carrier, *moves, **more)
    carrier.settle()
    return call, app.params("/dialled")


def leg(carrier, phone=AGENT):
    return next(call for call in carrier.calls if call.to_number == phone)


def test_who_picks_up_is_put_through_and_talks(app, carrier):
    carrier.add_phone(Phone(AGENT, Answer(ring_seconds=5, talk_seconds=30)))
    call, (result,) = dialled(app, carrier, number())
    assert (result["DialCallStatus"], result["DialBridged"]) == ("completed", "true")
    assert result["DialCallSid"] == leg(carrier).sid
    assert 30 <= int(result["DialCallDuration"]) < 300
    assert sentences(call) == ["over"]
    assert [event.other_sid for event in call.events if isinstance(event, PutThrough)] == [leg(carrier).sid]
    child = leg(carrier)
    assert (child.direction, child.parent_sid, child.from_number) == ("outbound-dial", call.sid, HOTLINE)
    assert child.ended_by == "callee"


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [(Busy(), "busy"), (NoAnswer(), "no-answer"), (Refuse(), "no-answer"), (None, "failed")],
)
def test_who_is_not_reached_is_told_to_the_action(app, carrier, behaviour, status):
    if behaviour:
        carrier.add_phone(Phone(AGENT, behaviour))
    call, (result,) = dialled(app, carrier, number())
    assert (result["DialCallStatus"], result["DialBridged"]) == (status, "false")
    assert sentences(call) == ["over"]
    assert [(rung.number, rung.outcome) for rung in carrier.phones_rung] == [(AGENT, status)]


def test_ringing_ends_after_the_timeout(app, carrier):
    carrier.add_phone(Phone(AGENT, Answer(ring_seconds=20)))
    _, (result,) = dialled(app, carrier, number(), attributes=f'timeout="10" callerId="{HOTLINE}"')
    assert result["DialCallStatus"] == "no-answer"


def test_without_an_action_the_next_verb_follows(app, carrier):
    carrier.add_phone(Phone(AGENT, Busy()))
    app["/voice"] = f"<Dial>{AGENT}</Dial><Say>nobody is free</Say>"
    assert sentences(ring_up(carrier)) == ["nobody is free"]


def test_several_phones_ring_together_and_the_first_wins(app, carrier):
    carrier.add_phone(Phone(AGENT, Answer(ring_seconds=60)))
    carrier.add_phone(Phone(OTHER, Answer(ring_seconds=10, talk_seconds=30)))
    call, (result,) = dialled(
        app, carrier, number(AGENT) + number(OTHER), attributes=f'timeout="90" callerId="{HOTLINE}"'
    )
    assert result["DialCallSid"] == leg(carrier, OTHER).sid
    assert leg(carrier, AGENT).status == "canceled"
    assert leg(carrier, AGENT).ended_at < leg(carrier, OTHER).ended_at
    assert [event.number for event in call.events if isinstance(event, PhoneRang)] == [AGENT, OTHER]
    assert {rung.number: rung.outcome for rung in carrier.phones_rung} == {AGENT: "canceled", OTHER: "answered"}


def test_one_after_the_other_if_asked_for(app, carrier):
    carrier.add_phone(Phone(AGENT, NoAnswer()))
    carrier.add_phone(Phone(OTHER, Answer(ring_seconds=1)))
    attributes = f'sequential="true" timeout="10" callerId="{HOTLINE}"'
    call, (result,) = dialled(app, carrier, number(AGENT) + number(OTHER), attributes=attributes)
    first, second = (event.at_seconds for event in call.events if isinstance(event, PhoneRang))
    assert second - first >= 10
    assert result["DialCallSid"] == leg(carrier, OTHER).sid


def screened(app, *moves, **answer):
    app["/screen"] = '<Gather numDigits="1" timeout="5" action="/accept"><Say>press one</Say></Gather><Hangup/>'
    app["/accept"] = lambda request: "" if request.form["Digits"] == "1" else "<Hangup/>"
    return Phone(AGENT, Answer(Caller(moves), **answer))


def test_a_callee_who_accepts_is_put_through(app, carrier):
    carrier.add_phone(screened(app, Press("1"), Talk(40)))
    _, (result,) = dialled(app, carrier, number(AGENT, 'url="/screen"'))
    (params,) = app.params("/screen")
    child = leg(carrier)
    assert (params["CallSid"], params["ParentCallSid"]) == (child.sid, child.parent_sid)
    assert (params["Direction"], params["CallStatus"], params["To"]) == ("outbound-dial", "in-progress", AGENT)
    assert sentences(child) == ["press one"]
    assert result["DialBridged"] == "true"
    assert int(result["DialCallDuration"]) >= 40


@pytest.mark.parametrize("move", [Press("2"), StaySilent(), HangUp()])
def test_a_callee_who_does_not_accept_is_not_put_through(app, carrier, move):
    carrier.add_phone(screened(app, move))
    call, (result,) = dialled(app, carrier, number(AGENT, 'url="/screen"'))
    # answered, so Twilio calls the leg completed: only DialBridged tells that nobody talked
    assert (result["DialCallStatus"], result["DialBridged"]) == ("completed", "false")
    assert not any(isinstance(event, PutThrough) for event in call.events)


def test_a_machine_picks_up_but_never_accepts(app, carrier):
    screened(app)
    carrier.add_phone(Phone(AGENT, Voicemail(ring_seconds=5)))
    _, (result,) = dialled(app, carrier, number(AGENT, 'url="/screen"'))
    assert result["DialBridged"] == "false"
    assert app.params("/accept") == []


def test_who_is_still_deciding_when_another_accepts_is_hung_up(app, make_carrier):
    carrier = make_carrier(pace=50.0)
    app["/screen"] = '<Gather numDigits="1" timeout="60" action="/accept"/><Hangup/>'
    app["/accept"] = ""
    carrier.add_phone(Phone(AGENT, Answer(Caller([Press("1", after_seconds=40)]), ring_seconds=1)))
    carrier.add_phone(Phone(OTHER, Answer(Caller([Press("1")]), ring_seconds=1, talk_seconds=5)))
    numbers = number(AGENT, 'url="/screen"') + number(OTHER, 'url="/screen"')
    _, (result,) = dialled(app, carrier, numbers)
    assert result["DialCallSid"] == leg(carrier, OTHER).sid
    assert leg(carrier, AGENT).ended_by == "network"
    assert len(app.params("/accept")) == 1


def test_only_the_first_callee_meets_the_caller_and_nobody_one_who_has_gone():
    first, second, bridge = object(), object(), Bridge()
    assert [bridge.take(first), bridge.take(second), bridge.winner is first] == [True, False, True]
    left = Bridge()
    left.close()
    assert (left.take(first), left.winner) == (False, None)


def test_screening_may_not_dial(app, carrier):
    app["/screen"] = f"<Dial>{OTHER}</Dial>"
    carrier.add_phone(Phone(AGENT, Answer()))
    dialled(app, carrier, number(AGENT, 'url="/screen"'))
    assert [error.code for error in leg(carrier).errors] == [13201]


def test_the_caller_can_end_the_talk(app, carrier):
    carrier.add_phone(Phone(AGENT, Answer(talk_seconds=500)))
    call, (result,) = dialled(app, carrier, number(), Talk(15))
    assert call.ended_by == "caller"
    assert leg(carrier).ended_by == "other party"
    # the action is still told, though nobody hears its answer
    assert (result["DialCallStatus"], result["CallStatus"]) == ("completed", "completed")
    assert sentences(call) == []


def test_a_caller_who_gives_up_stops_the_ringing(app, carrier):
    carrier.add_phone(Phone(AGENT, NoAnswer()))
    call, (result,) = dialled(app, carrier, number(), caller=Caller(hang_up_after_seconds=8))
    assert (call.ended_by, leg(carrier).status) == ("caller", "canceled")
    assert (result["DialCallStatus"], result["DialBridged"]) == ("no-answer", "false")


def test_the_talk_has_a_time_limit(app, carrier):
    carrier.add_phone(Phone(AGENT, Answer(talk_seconds=500)))
    call, (result,) = dialled(app, carrier, number(), attributes=f'timeLimit="20" callerId="{HOTLINE}"')
    assert 20 <= int(result["DialCallDuration"]) < 400
    assert sentences(call) == ["over"]


def test_a_phone_in_a_call_is_busy_for_another(app, make_carrier):
    carrier = make_carrier(pace=50.0)
    carrier.add_phone(Phone(AGENT, [Answer(ring_seconds=1, talk_seconds=25), Answer(ring_seconds=20)]))
    app["/voice"] = f'<Dial callerId="{HOTLINE}" action="/dialled">{AGENT}</Dial>'
    first = carrier.place_call(from_number=CITIZEN, to_number=HOTLINE, caller=Caller())
    first.wait_until_put_through(5)
    second = ring_up(carrier)
    first.wait(10)
    results = {params["CallSid"]: params["DialCallStatus"] for params in app.params("/dialled")}
    assert results == {first.sid: "completed", second.sid: "busy"}
    (child,) = [leg for leg in carrier.calls if leg.parent_sid == second.sid]
    assert child.events[-1].at_seconds < 20  # it did not even ring


def test_a_phone_behaves_differently_each_time(app, carrier):
    carrier.add_phone(Phone(AGENT, [Busy(), NoAnswer(), Answer(talk_seconds=1)]))
    statuses = []
    for _ in range(4):
        app.asked.clear()
        _, (result,) = dialled(app, carrier, number())
        statuses.append(result["DialCallStatus"])
    assert statuses == ["busy", "no-answer", "completed", "completed"]


@pytest.mark.parametrize(
    ("phone", "caller_id", "code"),
    [("110", HOTLINE, 13224), ("+8613911110001", "+15005550006", 13214), ("+8613911110001", HOTLINE, 13227)],
)
def test_what_cannot_be_dialled_fails_with_an_error(app, make_carrier, phone, caller_id, code):
    carrier = make_carrier(blocked_prefixes=("+86",) if code == 13227 else ())
    call, (result,) = dialled(app, carrier, number(phone), attributes=f'callerId="{caller_id}"')
    assert result["DialCallStatus"] == "failed"
    assert [error.code for error in call.errors] == [code]
    assert carrier.phones_rung == []


def test_more_than_ten_numbers_are_refused(app, carrier):
    app["/voice"] = f"<Dial>{number() * 11}</Dial>"
    assert ring_up(carrier).errors[0].code == 12200


def test_each_leg_tells_its_own_status(app, carrier):
    carrier.add_phone(Phone(AGENT, Answer(talk_seconds=5)))
    attributes = 'statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed"'
    dialled(app, carrier, number(AGENT, attributes))
    told = sorted(app.params("/leg"), key=lambda params: int(params["SequenceNumber"]))
    assert [params["CallStatus"] for params in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert {params["CallSid"] for params in told} == {leg(carrier).sid}


def test_a_talk_can_be_recorded(app, carrier):
    carrier.add_phone(Phone(AGENT, Answer(talk_seconds=12)))
    attributes = f'record="record-from-answer" recordingStatusCallback="/recording" callerId="{HOTLINE}"'
    _, (result,) = dialled(app, carrier, number(), attributes=attributes)
    (callback,) = app.params("/recording")
    assert callback["RecordingSource"] == "DialVerb"
    assert callback["RecordingSid"] == result["RecordingUrl"].rsplit("/", 1)[1]
    assert int(result["RecordingDuration"]) >= 12
