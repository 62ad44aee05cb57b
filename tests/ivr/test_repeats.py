"""Doubled, late and simultaneous webhooks: one call, one order, and no key or word for help too late."""

import threading

import pytest
from sqlalchemy import update

from core.models import Caller, Recording, RecordingState, Urgency, WorkOrder
from ivr.conversation import Place
from tests.ivr.telephone import WANG, new_sid, parse, recorded, said, verbs

TABLES = ("calls", "callers", "order_events", "outbox", "recordings", "webhook_answers", "work_orders")


def rows(telephone):
    """Everything the database holds."""
    with telephone.house.database.engine.connect() as connection:
        return {name: connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in TABLES}


def key(turn, digit):
    return f"turns/{turn}/keys", {"Digits": digit}


def words(turn):
    return f"turns/{turn}/message", recorded(new_sid("RE"))


INCOMING = ("incoming", {})
CALLS = {
    "message": [INCOMING, key(1, "2"), words(2)],
    "danger": [INCOMING, key(1, "9"), words(2), ("turns/3/rang", {})],
    "person": [INCOMING, key(1, "0"), ("turns/2/rang", {}), ("turns/3/no-message", {})],
    "menus": [INCOMING, key(1, "1"), key(2, "1"), key(3, "1")],
    "end": [INCOMING, key(1, "9"), ("status", {"CallStatus": "completed"})],
}


@pytest.mark.parametrize("name", CALLS)
def test_a_retry_gets_the_same_bytes_and_changes_nothing(staffed, name):
    for path, fields in CALLS[name]:
        first = staffed.post(path, **fields)
        before = rows(staffed)
        for _ in range(2):
            again = staffed.post(path, **fields)
            assert (again.status_code, again.data) == (first.status_code, first.data)
        assert rows(staffed) == before


@pytest.mark.parametrize("name", CALLS)
def test_every_earlier_webhook_that_comes_once_more_changes_nothing(staffed, name):
    first = [staffed.post(path, **fields).data for path, fields in CALLS[name]]
    before = rows(staffed)
    assert [staffed.post(path, **fields).data for path, fields in CALLS[name]] == first
    assert rows(staffed) == before


@pytest.mark.parametrize("path", ["incoming", "turns/1/keys", "turns/1/message", "recordings", "status"])
def test_the_same_webhook_many_times_at_once(telephone, path):
    fields = telephone.fields(Digits="9", CallStatus="completed", **recorded(new_sid("RE")))
    answers, start = [], threading.Barrier(4)

    def post():
        start.wait()
        answers.append(telephone.send(f"/voice/{path}", fields))

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {200, 204}
    assert len({answer.data for answer in answers}) == 1
    counts = telephone.counts()
    assert counts["calls"] == counts["callers"] == 1
    assert counts["work_orders"] == (path not in {"incoming", "status"})
    assert counts["recordings"] <= 1


def test_two_calls_of_one_number_at_once_are_one_caller(telephone):
    sids, start = [new_sid() for _ in range(4)], threading.Barrier(4)

    def post(sid):
        start.wait()
        telephone.post("incoming", CallSid=sid)

    threads = [threading.Thread(target=post, args=(sid,)) for sid in sids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (telephone.counts()["calls"], telephone.counts()["callers"]) == (4, 1)


# --- late ---


def test_a_late_key_of_an_earlier_turn_changes_nothing(telephone):
    telephone.post("incoming")
    telephone.key(1, "1")
    newest = telephone.key(2, "1").data
    before = rows(telephone)
    assert telephone.post("turns/1/no-message").data == newest
    assert telephone.key(0, "3").data == newest
    assert rows(telephone) == before


def test_a_key_nine_is_never_too_late(staffed):
    staffed.post("incoming")
    staffed.key(1, "1")
    staffed.key(2, "1")
    answer = staffed.key(1, "9")
    assert staffed.order().urgency is Urgency.RED
    assert staffed.counts()["outbox"] == 1
    assert verbs(answer) == ["Gather", "Record", "Redirect"]
    assert "120" in said(answer)
    assert staffed.call().dialogue["place"] == Place.DANGER
    assert staffed.key(1, "9").data == answer.data
    assert staffed.key(3, "2").data == answer.data  # the old menu leads into the danger as well


def test_a_key_zero_is_never_too_late(telephone):
    telephone.post("incoming")
    telephone.key(1, "1")
    answer = telephone.key(1, "0")
    assert telephone.order().wants_person
    assert telephone.key(1, "0").data == answer.data


@pytest.mark.parametrize(("first", "then"), [("2", "9"), ("9", "2"), ("0", "9")])
def test_nine_beside_another_key_of_the_same_turn_is_a_red(telephone, first, then):
    telephone.post("incoming")
    telephone.key(1, first)
    telephone.key(1, then)
    assert telephone.order().urgency is Urgency.RED
    assert telephone.call().dialogue["place"] == Place.DANGER


def test_late_words_get_their_code(telephone):
    telephone.post("incoming")
    telephone.key(1, "2")
    telephone.post("turns/2/no-message")
    answer = telephone.message(1)
    assert said(answer).count("，".join(telephone.order().code)) == 2
    assert telephone.counts()["recordings"] == 1


def test_a_red_raised_after_the_call_has_ended_still_alerts(staffed):
    staffed.post("incoming")
    staffed.post("status", CallStatus="completed")
    staffed.key(1, "9")
    assert staffed.counts()["outbox"] == 1


def test_a_greeting_that_comes_late_leaves_the_conversation_where_it_is(telephone):
    telephone.key(1, "2")
    place = telephone.call().dialogue, telephone.call().turn
    telephone.post("incoming")
    assert (telephone.call().dialogue, telephone.call().turn) == place
    telephone.message(2)
    assert telephone.counts()["work_orders"] == 1


def test_a_status_before_the_call_came_in(telephone):
    telephone.post("status", CallStatus="completed")
    assert verbs(telephone.post("incoming")) == ["Gather", "Redirect"]
    assert telephone.call().ended_at is not None
    assert telephone.counts()["calls"] == 1


# --- recordings by two ways ---


@pytest.mark.parametrize(
    "ways", [("notice",), ("action",), ("notice", "action"), ("action", "notice"), ("action", "notice", "notice")]
)
def test_a_recording_told_in_any_way_is_one_recording_and_one_order(telephone, ways):
    telephone.post("incoming")
    telephone.key(1, "2")
    sid = new_sid("RE")
    for way in ways:
        telephone.notice(sid) if way == "notice" else telephone.message(2, sid)
    assert [row.recording_sid for row in telephone.rows(Recording)] == [sid]
    assert [row.state for row in telephone.rows(Recording)] == [RecordingState.ANNOUNCED]
    assert len(telephone.rows(WorkOrder)) == 1


def test_two_recordings_of_a_call_are_one_order(telephone):
    telephone.post("incoming")
    telephone.key(1, "2")
    telephone.message(2)
    telephone.key(3, "1")
    telephone.message(4)
    assert telephone.counts()["recordings"] == 2
    assert len(telephone.rows(WorkOrder)) == 1


def test_the_same_recording_told_for_another_call_is_not_moved(telephone):
    sid = new_sid("RE")
    telephone.message(1, sid)
    first = telephone.sid
    telephone.sid = new_sid()
    telephone.notice(sid)
    (recording,) = telephone.rows(Recording)
    assert recording.call.call_sid == first


@pytest.mark.parametrize("status", ["absent", "failed", "in-progress"])
def test_an_absent_recording_brings_nothing(telephone, status):
    telephone.post("incoming")
    assert telephone.notice(new_sid("RE"), status, RecordingDuration="0").status_code == 204
    assert telephone.counts()["recordings"] == telephone.counts()["work_orders"] == 0


def test_the_number_is_known_even_when_the_recording_came_first(telephone):
    """A recording's notice tells no number; the start of the call may still be in the spool."""
    telephone.notice(new_sid("RE"))
    assert telephone.call().caller.number is None
    telephone.post("incoming")
    assert telephone.call().caller.number == WANG
    assert telephone.counts()["callers"] == 1


def test_the_number_of_a_known_caller_is_joined_when_it_is_told(telephone):
    telephone.post("incoming")
    (wang,) = telephone.rows(Caller)
    telephone.sid = new_sid()
    telephone.notice(new_sid("RE"))
    telephone.post("status", CallStatus="completed")
    assert telephone.call().caller_id == wang.id


@pytest.mark.parametrize("progress", [{"state": RecordingState.STORED}, {"attempts": 1}])
def test_what_is_fetched_or_stored_stays_with_the_key_that_locks_it(telephone, progress):
    telephone.post("incoming")
    telephone.sid = new_sid()
    telephone.notice(new_sid("RE"))
    caller_id = telephone.call().caller_id
    with telephone.house.database.transaction() as session:
        session.execute(update(Recording).values(**progress))
    telephone.post("status", CallStatus="completed")
    assert telephone.call().caller_id == caller_id


def test_a_withheld_number_stays_withheld(telephone):
    telephone.number = "anonymous"
    telephone.post("incoming")
    telephone.key(1, "2")
    assert telephone.call().caller.number is None


def test_the_whole_conversation_stays_in_one_language(telephone):
    telephone.post("incoming")
    telephone.key(1, "8")
    telephone.key(2, "2")
    answer = telephone.message(3)
    assert {say.get("language") for say in parse(answer).iter("Say")} == {"en-US"}
    assert telephone.order().language == "en"
    assert telephone.rows(Recording)[0].language == "en"
