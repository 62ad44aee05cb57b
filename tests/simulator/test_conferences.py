"""<Dial><Conference> and the REST API's conferences: who enters, waits, hears whom, is held, and what ends one."""

import pytest

from simulator import Busy, Caller, HangUp, Phone, Talk
from simulator.events import ConferenceLeft, PutThrough
from tests.simulator.conftest import HOTLINE, ring_up, sentences
from tests.simulator.in_conference import AGENT, OTHER, call_in, end, enter, noted, talking


@pytest.mark.parametrize("allowed", [True, False])
def test_who_presses_star_leaves_if_that_is_allowed_and_their_call_goes_on(app, carrier, client, allowed):
    star = f'action="/left" hangupOnStar="{str(allowed).lower()}"'
    citizen = enter(app, carrier, caller=Caller([Talk(5, then_press_star=True)]), dial=star)
    agent = call_in(client, carrier)
    if allowed:
        citizen.wait_until_heard("you have left", 10)
        talking(agent)
        assert carrier.conferences[0].status == "in-progress"
    else:
        talking(citizen).wait_until(lambda: citizen.now_seconds > 60, 20)
        assert not citizen.said("you have left")
    end(agent, citizen)


def test_two_legs_meet_and_the_journal_says_for_how_long(app, carrier, client):
    citizen = enter(app, carrier)
    assert carrier.conferences[0].status == "init"
    agent = call_in(client, carrier)
    talking(agent)
    talking(citizen)
    assert [event.other_sid for event in citizen.events if isinstance(event, PutThrough)] == [agent.sid]
    assert client.conferences.list()[0].status == "in-progress"
    end(agent, citizen)
    carrier.settle()
    (talk,) = carrier.talks
    assert (talk.name, set(talk.call_sids)) == ("room 1", {citizen.sid, agent.sid})
    assert talk.seconds > 0
    assert carrier.conferences[0].reason_ended == "last-participant-left"
    assert noted(carrier) == [
        "participant-join",
        "participant-join",
        "conference-start",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ]


def test_whoever_hangs_up_has_their_action_told_and_the_other_stays(app, carrier, client):
    citizen = enter(app, carrier, caller=Caller([Talk(20)]))
    agent = call_in(client, carrier)
    citizen.wait(10)
    assert citizen.ended_by == "caller"
    assert app.params("/left")[0]["DialCallStatus"] == "answered"
    assert sentences(citizen) == []
    assert not agent.ended
    assert carrier.conferences[0].status == "in-progress"
    end(agent)


def test_who_takes_the_conference_along_sends_the_others_on(app, carrier, client):
    citizen = enter(app, carrier)
    agent = call_in(client, carrier, end_conference_on_exit=True)
    talking(citizen)
    end(agent)
    assert sentences(citizen.wait(10)) == ["you have left"]
    conference = client.conferences(carrier.conferences[0].sid).fetch()
    assert (conference.status, conference.call_sid_ending_conference) == ("completed", agent.sid)
    assert conference.reason_conference_ended == "participant-with-end-conference-on-exit-left"


def test_a_conference_starts_with_one_who_may_start_it_and_until_then_there_is_music(app, carrier, client):
    app["/wait"] = "<Say>please hold the line</Say><Redirect>/wait</Redirect>"
    citizen = enter(app, carrier, 'startConferenceOnEnter="false" waitUrl="/wait"')
    citizen.wait_until_heard("please hold", 10)
    other = call_in(client, carrier, OTHER, start_conference_on_enter=False)
    other.wait_until(lambda: len(carrier.conferences[0].inside) == 2, 10)
    assert carrier.conferences[0].status == "init"
    assert not any(isinstance(event, PutThrough) for event in citizen.events)
    agent = call_in(client, carrier, AGENT)
    for call in (agent, other, citizen):
        talking(call)
    assert carrier.conferences[0].status == "in-progress"
    asked = len(app.params("/wait"))
    end(agent, other, citizen)
    assert asked >= 1
    assert citizen.heard[-1].text == "please hold the line"


@pytest.mark.parametrize("verb", ['<Gather numDigits="1"/>', "<Record/>", "<Dial>+8613911110001</Dial>"])
def test_music_may_only_be_said_and_played_and_its_failure_ends_nothing(app, carrier, client, verb):
    app["/wait"] = f"<Say>one moment</Say>{verb}<Say>never</Say>"
    citizen = enter(app, carrier, 'waitUrl="/wait"')
    citizen.wait_until(lambda: bool(citizen.errors), 10)
    assert [error.code for error in citizen.errors] == [13238]
    agent = call_in(client, carrier)
    talking(citizen)
    end(citizen, agent)
    assert sentences(citizen) == ["one moment"]
    assert app.params("/fallback") == []


def test_a_full_conference_takes_nobody_more(app, carrier, client):
    citizen = enter(app, carrier, 'maxParticipants="2"')
    agent = call_in(client, carrier)
    talking(citizen)
    late = ring_up(carrier)
    assert sentences(late) == ["you have left"]
    assert app.params("/left")[0]["DialCallStatus"] == "failed"
    assert [error.code for error in late.errors] == [16002]
    end(citizen, agent)


def test_somebody_who_is_not_reached_never_enters(app, carrier, client):
    carrier.add_phone(Phone(AGENT, Busy()))
    options = {"status_callback": app.url + "/leg", "status_callback_event": ["completed"]}
    made = client.conferences("room 1").participants.create(from_=HOTLINE, to=AGENT, **options)
    assert made.status in {"queued", "ringing", "failed"}
    carrier.call(made.call_sid).wait(10)
    carrier.settle()
    assert app.params("/leg")[0]["CallStatus"] == "busy"
    assert client.conferences(made.conference_sid).participants.list() == []
    assert noted(carrier) == []


def test_the_time_limit_of_the_dial_ends_the_stay(app, carrier):
    citizen = enter(app, carrier, dial='action="/left" timeLimit="30"')
    assert sentences(citizen.wait(10)) == ["you have left"]
    left = next(event.at_seconds for event in citizen.events if isinstance(event, ConferenceLeft))
    assert left >= 30


@pytest.mark.parametrize(
    "noun",
    [
        "<Conference/>",
        '<Conference beep="loud">x</Conference>',
        '<Conference maxParticipants="251">x</Conference>',
        '<Conference record="record-from-start">x</Conference>',
        '<Conference statusCallback="/c" statusCallbackEvent="finished">x</Conference>',
        f"<Conference>x</Conference><Number>{AGENT}</Number>",
    ],
)
def test_what_a_conference_does_not_know_is_a_bad_document(app, carrier, noun):
    app["/voice"] = f"<Dial>{noun}</Dial>"
    assert ring_up(carrier).errors[0].code in {12200, 16002}
    assert carrier.conferences == []


def test_who_hangs_up_when_put_through_is_gone_at_once(app, carrier, client):
    citizen = enter(app, carrier, caller=Caller([HangUp()]))
    agent = call_in(client, carrier)
    assert citizen.wait(10).ended_by == "caller"
    end(agent)
