"""<Dial><Conference> and the REST API's conferences: who enters, waits, hears whom, is held, and what ends one."""

import pytest
from twilio.base.exceptions import TwilioRestException

from simulator import Answer, Busy, Caller, HangUp, Phone, Talk
from simulator.events import ConferenceLeft, PutThrough
from tests.simulator.conftest import CITIZEN, HOTLINE, dial_in, ring_up, sentences, twilio_client

AGENT, OTHER = "+8613911110001", "+8613911110002"
FOREVER = Caller([Talk(9000)])


@pytest.fixture
def client(carrier):
    with twilio_client(carrier) as client:
        yield client


def room(attributes="", name="room 1", dial='action="/left"'):
    return f"<Dial {dial}><Conference {attributes}>{name}</Conference></Dial>"


def enter(app, carrier, attributes="", path="/voice", caller=FOREVER, **more):
    """A caller who is in the conference."""
    app["/voice"] = room(attributes, **more)
    app["/left"] = "<Say>you have left</Say>"
    call = dial_in(carrier, caller=caller)

    def inside():
        return any(one.call.sid == call.sid for conference in carrier.conferences for one in conference.inside)

    call.wait_until(inside, 10)
    return call


def call_in(client, carrier, phone=AGENT, name="room 1", **more):
    """The leg of somebody called into a conference."""
    carrier.add_phone(Phone(phone, Answer(FOREVER, ring_seconds=1)))
    made = client.conferences(name).participants.create(from_=HOTLINE, to=phone, **more)
    return carrier.call(made.call_sid)


def talking(call):
    return call.wait_until_put_through(10)


def end(*calls):
    for call in calls:
        if not call.ended:
            call.hang_up()
        call.wait(10)


def noted(carrier):
    return [noted.what for noted in carrier.conferences_noted]


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


def test_a_call_moved_by_rest_leaves_and_the_others_stay(app, carrier, client):
    citizen = enter(app, carrier)
    agent = call_in(client, carrier)
    talking(citizen)
    app["/elsewhere"] = "<Say>moved</Say>"
    client.calls(citizen.sid).update(url=app.url + "/elsewhere")
    assert sentences(citizen.wait(10)) == ["moved"]
    assert app.params("/left") == []
    assert not agent.ended
    assert [one.call.sid for one in carrier.conferences[0].inside] == [agent.sid]
    client.calls(agent.sid).update(url=app.url + "/elsewhere")
    assert sentences(agent.wait(10)) == ["moved"]
    assert carrier.conferences[0].status == "completed"


def test_a_call_moved_while_it_hears_music_leaves_too(app, carrier, client):
    app["/wait"] = "<Say>please hold</Say><Say>music</Say><Redirect>/wait</Redirect>"
    app["/elsewhere"] = '<Say>moved</Say><Pause length="9000"/>'
    citizen = enter(app, carrier, 'waitUrl="/wait"')
    citizen.wait_until_heard("please hold", 10)
    client.calls(citizen.sid).update(url=app.url + "/elsewhere")
    citizen.wait_until_heard("moved", 10)
    assert carrier.conferences[0].inside == []
    end(citizen)


def test_a_participant_is_removed_and_goes_on_with_the_action(app, carrier, client):
    citizen = enter(app, carrier)
    agent = call_in(client, carrier, label="agent")
    talking(citizen)
    there = client.conferences(carrier.conferences[0].sid)
    assert there.participants("agent").delete()
    assert agent.wait(10).ended_by == "application"
    assert there.participants(citizen.sid).delete()
    assert sentences(citizen.wait(10)) == ["you have left"]
    assert there.fetch().reason_conference_ended == "last-participant-kicked"
    with pytest.raises(TwilioRestException) as refused:
        there.participants("agent").fetch()
    assert refused.value.code == 20404


def test_who_is_on_hold_hears_music_and_nobody_else(app, carrier, client):
    app["/hold"] = "<Say>one moment</Say>"
    citizen = enter(app, carrier)
    agent = call_in(client, carrier)
    talking(citizen)
    there = client.conferences(carrier.conferences[0].sid)
    held = there.participants(citizen.sid).update(hold=True, hold_url=app.url + "/hold")
    assert held.hold is True
    citizen.wait_until_heard("one moment", 10)
    assert carrier.conferences[0].others(carrier.conferences[0].find(agent.sid)) == []
    assert [one.call_sid for one in there.participants.list(hold=True)] == [citizen.sid]
    there.participants(citizen.sid).update(hold=False)
    assert len(carrier.conferences[0].others(carrier.conferences[0].find(agent.sid))) == 1
    muted = there.participants(agent.sid).update(muted=True)
    assert muted.muted is True
    assert [one.call_sid for one in there.participants.list(muted=True)] == [agent.sid]
    end(citizen, agent)
    assert {"participant-hold", "participant-unhold", "participant-mute"} <= set(noted(carrier))


def test_time_on_hold_is_no_talk(app, make_carrier):
    carrier = make_carrier(pace=2000.0)
    with twilio_client(carrier) as client:
        citizen = enter(app, carrier)
        agent = call_in(client, carrier)
        talking(citizen)
        there = client.conferences(carrier.conferences[0].sid)
        there.participants(citizen.sid).update(hold=True)
        before = next(iter(carrier.conferences[0].together.values()))
        since = citizen.now_seconds
        citizen.wait_until(lambda: citizen.now_seconds > since + 500, 10)
        end(citizen, agent)
    assert carrier.talks[0].seconds == pytest.approx(before)


def test_an_announcement_is_for_one_or_for_all(app, carrier, client):
    app["/one"], app["/all"] = "<Say>for you alone</Say>", "<Say>for all of you</Say>"
    citizen = enter(app, carrier)
    agent = call_in(client, carrier)
    talking(citizen)
    there = client.conferences(carrier.conferences[0].sid)
    there.participants(citizen.sid).update(announce_url=app.url + "/one")
    citizen.wait_until_heard("alone", 10)
    there.update(announce_url=app.url + "/all")
    citizen.wait_until_heard("all of you", 10)
    agent.wait_until_heard("all of you", 10)
    end(citizen, agent)
    assert sentences(agent) == ["for all of you"]


def test_the_rest_api_ends_a_conference(app, carrier, client):
    citizen = enter(app, carrier)
    there = client.conferences(carrier.conferences[0].sid)
    ended = there.update(status="completed")
    assert (ended.status, ended.reason_conference_ended) == ("completed", "conference-ended-via-api")
    assert sentences(citizen.wait(10)) == ["you have left"]
    assert client.conferences.list(status="in-progress") == []
    assert [one.sid for one in client.conferences.list(friendly_name="room 1")] == [ended.sid]
    enter(app, carrier).hang_up()
    carrier.settle()
    assert len(client.conferences.list(friendly_name="room 1")) == 2


def test_its_events_are_told_as_asked_by_the_first_who_enters(app, carrier, client):
    events = "start end join leave mute hold"
    callback = f'statusCallback="/conference" statusCallbackEvent="{events}" participantLabel="citizen"'
    citizen = enter(app, carrier, callback)
    agent = call_in(client, carrier, conference_status_callback=app.url + "/ignored")
    talking(citizen)
    client.conferences(carrier.conferences[0].sid).participants("citizen").update(muted=True)
    end(agent, citizen)
    carrier.settle()
    told = app.params("/conference")
    assert [params["StatusCallbackEvent"] for params in told] == [
        "participant-join",
        "participant-join",
        "conference-start",
        "participant-mute",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ]
    assert [params["SequenceNumber"] for params in told] == [str(number) for number in range(1, 8)]
    assert (told[0]["CallSid"], told[0]["ParticipantLabel"], told[0]["Muted"]) == (citizen.sid, "citizen", "false")
    assert told[3]["Muted"] == "true"
    assert told[6]["ReasonConferenceEnded"] == "last-participant-left"
    assert {params["FriendlyName"] for params in told} == {"room 1"}
    assert app.params("/ignored") == []


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


def test_a_conference_is_found_by_day(app, carrier, client):
    citizen = enter(app, carrier)
    today = carrier.conferences[0].created_at.date()
    assert len(client.conferences.list(date_created=today)) == 1
    assert client.conferences.list(date_created_before=today) == []
    end(citizen)
    assert CITIZEN not in str(client.conferences.list())
