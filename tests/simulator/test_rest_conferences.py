"""Conferences by REST: moving, removing, holding, announcing, ending; their events and their list."""

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.simulator.conftest import CITIZEN, sentences, twilio_client
from tests.simulator.in_conference import call_in, end, enter, noted, talking


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


def test_a_conference_is_found_by_day(app, carrier, client):
    citizen = enter(app, carrier)
    today = carrier.conferences[0].created_at.date()
    assert len(client.conferences.list(date_created=today)) == 1
    assert client.conferences.list(date_created_before=today) == []
    end(citizen)
    assert CITIZEN not in str(client.conferences.list())
