"""A call heard live in the state of record, on both databases: one stream a call, words in order, dangers at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.clock import now
from core.models import Call, Outgoing, OutgoingKind, Recording, RecordingState, Urgency, Utterance, WebhookAnswer
from ivr.last_prompt import last_prompt
from ivr.live_call import LEASE, Said, begin_listening, keep_utterance, tell_danger, where_it_stands
from ivr.live_calls import hold_on, turned
from ivr.media_stream import StreamRefusedError
from routing.triage import Reason
from tests.hotline.in_time import later, read, seconds_from_now
from tests.ivr.live import begun, stream_sid
from tests.rows import NOON, a_call, an_order


@pytest.fixture
def house(make_house):
    return make_house(duty_phones="+8613800138001")


def begin(house, call_sid, sid=None):
    with house.database.transaction() as session:
        return begin_listening(session, call_sid, sid or stream_sid(), now())


def test_a_stream_is_a_recording_that_is_being_written(house):
    live = begun(house)
    row = live.recording
    assert (row.state, row.carrier_url, row.language, row.media_type) == (RecordingState.LIVE, "", "zh", "audio/wav")
    assert 10 < seconds_from_now(row.leased_until) <= LEASE.total_seconds()
    assert (live.prompt.turn, live.prompt.text, live.prompt.may_be_moved) == (1, "您好", True)
    assert live.order is None


def test_a_stream_of_an_unknown_or_ended_call_is_refused(house):
    with pytest.raises(StreamRefusedError, match="no such call"):
        begin(house, "CA" + "0" * 32)
    with house.database.transaction() as session:
        call = a_call(session)
        call.ended_at = now()
        sid = call.call_sid
    with pytest.raises(StreamRefusedError, match="has ended"):
        begin(house, sid)


def test_a_call_has_one_stream_at_a_time(house):
    live = begun(house)
    with pytest.raises(StreamRefusedError, match="already"):
        begin(house, live.call.call_sid)
    live.ends()
    assert begin(house, live.call.call_sid)[0].recording_id != live.call.recording_id


def test_the_same_stream_can_t_come_twice_and_a_dead_ones_place_is_free(house):
    live = begun(house)
    with pytest.raises(StreamRefusedError, match="already"):
        begin(house, live.call.call_sid, live.recording.recording_sid)
    later(house, Recording, live.call.recording_id, seconds=20)
    begin(house, live.call.call_sid)


def test_what_is_said_is_kept_in_order_with_the_turn_it_was_said_in(house):
    live = begun(house)
    live.says("我想问核酸")
    with house.database.transaction() as session:
        session.get_one(Call, live.call.call_id).turn = 5
    prompt = live.says("在哪里做")
    with house.database.reading() as session:
        rows = session.scalars(select(Utterance).order_by(Utterance.id)).all()
    assert [(row.position, row.turn, row.text, row.model, row.is_danger) for row in rows] == [
        (0, 1, "我想问核酸", "a model", False),
        (1, 5, "在哪里做", "a model", False),
    ]
    assert rows[1].words == {"words": [[word, 2.5 + n / 2, 3.0 + n / 2, 1.0] for n, word in enumerate("在哪里做")]}
    assert (rows[1].started_seconds, rows[1].ended_seconds) == (2.5, 4.5)
    assert prompt.turn == 5
    assert live.order is None


def test_a_danger_is_a_red_order_while_the_caller_still_speaks(house):
    live = begun(house)
    with house.database.transaction() as session:
        tell_danger(session, house.settings, live.call, (Reason("喘不上气", "breathing"),), now())
    order = live.order
    assert (order.urgency, order.urgency_rank, order.wants_person) == (Urgency.RED, 0, True)
    assert order.reasons == {"words": [["喘不上气", "breathing"]]}
    assert [(event.event, event.actor) for event in order.events] == [
        ("registered", "caller"),
        ("urgency_raised", "hotline"),
        ("person_wanted", "caller"),
        ("alerted", "hotline"),
    ]
    assert order.events[1].detail == {"urgency": "red", "by": "voice"}
    with house.database.reading() as session:
        assert [row.kind for row in session.scalars(select(Outgoing))] == [OutgoingKind.ALERT_CALL]


def test_a_danger_that_only_a_guess_had_counts_though_the_finished_text_lacks_it(house):
    live = begun(house)
    said = Said("喘", (("喘", 0.0, 0.5, 1.0),), "a model", (Reason("喘不上气", "breathing"),))
    with house.database.transaction() as session:
        keep_utterance(session, house.settings, live.call, said, now())
        assert session.scalars(select(Utterance)).one().is_danger
    assert live.order.urgency is Urgency.RED
    assert live.order.reasons == {"words": [["喘不上气", "breathing"]]}


def test_more_words_of_danger_are_added_and_alert_nobody_twice(house):
    live = begun(house)
    breath, heart = Reason("喘不上气", "breathing"), Reason("胸口疼", "heart")
    for dangers in ((breath,), (breath, heart), (breath, heart)):
        with house.database.transaction() as session:
            tell_danger(session, house.settings, live.call, dangers, now())
    order = live.order
    assert order.reasons == {"words": [["喘不上气", "breathing"], ["胸口疼", "heart"]]}
    assert [event.event for event in order.events].count("alerted") == 1
    assert [event.event for event in order.events].count("urgency_raised") == 1


def test_a_danger_raises_an_order_that_was_opened_before(house):
    live = begun(house)
    with house.database.transaction() as session:
        an_order(session, session.get_one(Call, live.call.call_id), house.settings)
    live.says("我父亲喘不上气")
    order = live.order
    assert order.urgency is Urgency.RED
    assert order.summary == "我父亲喘不上气"


def test_an_order_shows_words_as_they_come(house):
    live = begun(house)
    with house.database.transaction() as session:
        an_order(session, session.get_one(Call, live.call.call_id), house.settings)
    live.says("我要投诉")
    live.says("东城区没有菜")
    order = live.order
    assert order.summary == "我要投诉\n东城区没有菜"
    assert [event.event for event in order.events].count("triaged") <= 1


@pytest.mark.parametrize(
    ("twiml", "moved"),
    [
        ('<Response><Gather><Say language="x">a &amp; b</Say></Gather><Redirect>/</Redirect></Response>', True),
        ("<Response><Gather/></Response>", True),
        ("<Response><Say>x</Say><Dial><Number>1</Number></Dial></Response>", False),
        ("<Response><Say>x</Say><Record/></Response>", False),
        ("<Response><Say>x</Say><Hangup/></Response>", False),
    ],
)
def test_a_call_is_moved_only_while_its_caller_listens(house, twiml, moved):
    live = begun(house, twiml=twiml)
    assert live.prompt.may_be_moved is moved


def test_the_words_of_a_prompt_are_read_from_what_was_answered_last(house):
    live = begun(house, twiml="<Response><Say>old</Say></Response>")
    with house.database.transaction() as session:
        call = session.get_one(Call, live.call.call_id)
        document = "<Response><Gather><Say>a &amp; b</Say><Say/><Say>c</Say></Gather></Response>"
        session.add(WebhookAnswer(call_id=call.id, turn=1, kind="keys", twiml=document, answered_at=NOON))
        session.flush()
        prompt = where_it_stands(session, live.call)
    assert (prompt.text, prompt.answered_at) == ("a & b c", NOON)


def test_a_call_without_an_answer_or_that_has_ended_or_rings_people_is_not_moved(house):
    assert begun(house, twiml=None).prompt.may_be_moved is False
    ringing, ended = begun(house), begun(house)
    ringing.talks(ringing=True)
    with house.database.transaction() as session:
        session.get_one(Call, ended.call.call_id).ended_at = now()
    with house.database.reading() as session:
        assert not last_prompt(session, session.get_one(Call, ringing.call.call_id)).may_be_moved
        assert not last_prompt(session, session.get_one(Call, ended.call.call_id)).may_be_moved


def test_only_calls_that_took_a_turn_are_told_of_and_with_their_language(house):
    first, second = begun(house), begun(house)
    known = {first.call.call_id: 1, second.call.call_id: 1}
    with house.database.reading() as session:
        assert turned(session, known) == {}
    second.talks(language="en")
    with house.database.transaction() as session:
        session.get_one(Call, second.call.call_id).turn = 2
    with house.database.reading() as session:
        told = turned(session, known)
    assert list(told) == [second.call.call_id]
    prompt = told[second.call.call_id]
    assert (prompt.turn, prompt.language) == (2, "en")
    with house.database.reading() as session:
        assert turned(session, {}) == {}


def test_the_leases_of_live_recordings_only_are_renewed(house):
    live, over = begun(house), begun(house)
    over.ends()
    ids = [live.call.recording_id, over.call.recording_id]
    later(house, Recording, ids[0], seconds=10)
    with house.database.transaction() as session:
        hold_on(session, ids, now() + timedelta(seconds=100))
    assert seconds_from_now(read(house, Recording, ids[0]).leased_until) > 100
    assert read(house, Recording, ids[1]).leased_until is None
