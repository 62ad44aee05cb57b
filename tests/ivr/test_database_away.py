"""SQL down with a caller on the line: an apology that records, the webhook spooled, and nothing lost or doubled."""

import contextlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from core.clock import now
from core.models import (
    Call,
    Channel,
    LinePlace,
    PlaceOutcome,
    PlaceState,
    Recording,
    SeatState,
    Urgency,
    WorkOrder,
)
from core.spool import SpooledWebhook
from ivr.prompts import LANGUAGES, prompt
from ivr.replay import replay_spool
from routing.line.desk import choose_state
from routing.line.places import close
from routing.line.seats import seat_of
from tests.factories import make_staff
from tests.ivr.telephone import DUTY, WANG, new_sid, parse, recorded, said, verbs
from tests.routing.line.rows import a_place

APOLOGIES = [prompt("apology", language, emergency_numbers="120, 119, 110") for language in LANGUAGES]


@contextlib.contextmanager
def file_gone(house):
    """The disk with the database is not there."""
    path, away = house.settings.data_folder / "hotline.sqlite3", house.settings.data_folder / "away"
    house.database.close()
    path.rename(away)
    path.mkdir()  # nothing can be opened there
    yield
    house.database.close()
    path.rmdir()
    away.rename(path)


@contextlib.contextmanager
def file_broken(house):
    """Something that is no database lies in its place."""
    path = house.settings.data_folder / "hotline.sqlite3"
    house.database.close()
    content = path.read_bytes()
    path.write_bytes(b"no database " * 1000)
    yield
    house.database.close()
    path.write_bytes(content)


@contextlib.contextmanager
def file_locked(house):
    """Another process holds the write lock for longer than anybody waits."""
    path = house.settings.data_folder / "hotline.sqlite3"
    house.database.write_lock.seconds_to_wait = 0.03
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


AWAY = [file_gone, file_broken, file_locked]


def spooled(telephone):
    path = telephone.house.spool.path
    files = [file for file in (path.with_name("replaying.jsonl"), path) if file.exists()]
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def set_aside(telephone):
    path = telephone.house.spool.path.with_name("set_aside.jsonl")
    return [json.loads(line)["path"] for line in path.read_text().splitlines()] if path.exists() else []


@pytest.mark.parametrize("away", AWAY)
def test_the_caller_hears_an_apology_in_both_languages_and_is_recorded(telephone, away):
    with away(telephone.house):
        for path in ("incoming", "turns/1/keys", "turns/1/message", "turns/1/no-message", "turns/1/rang", "fallback"):
            answer = telephone.post(path, Digits="9")
            assert answer.status_code == 200
            assert [said(answer)] == ["".join(APOLOGIES)]
            gather, record, redirect = parse(answer)
            assert gather.get("action").endswith("/voice/turns/1/keys")
            assert record.get("action").endswith("/voice/turns/1/message")
            assert redirect.text.endswith("/voice/turns/1/no-message")
    assert len(spooled(telephone)) == 5  # the fallback only repeats what is there already


@pytest.mark.parametrize("away", AWAY)
def test_what_happened_meanwhile_is_made_up_for_exactly_once(telephone, away):
    sid = new_sid("RE")
    with away(telephone.house):
        telephone.post("incoming")
        telephone.message(1, sid)
        telephone.notice(sid)
        telephone.post("status", CallStatus="completed")
        assert replay_spool(telephone.house) == 0
        assert len(spooled(telephone)) == 4
    assert replay_spool(telephone.house) == 4
    assert spooled(telephone) == set_aside(telephone) == []
    assert telephone.call().caller.number == WANG
    assert telephone.call().ended_at is not None
    assert [row.recording_sid for row in telephone.rows(Recording)] == [sid]
    assert len(telephone.rows(WorkOrder)) == 1


def test_a_replay_twice_changes_nothing(telephone):
    with file_gone(telephone.house):
        telephone.post("incoming")
        telephone.key(1, "9")
        telephone.message(1)
    content = telephone.house.spool.path.read_bytes()
    assert replay_spool(telephone.house) == 3
    counts = telephone.counts()
    telephone.house.spool.path.write_bytes(content)  # as after a crash in mid-replay
    assert replay_spool(telephone.house) == 3
    assert telephone.counts() == counts
    assert telephone.order().urgency is Urgency.RED


def test_the_live_message_may_come_before_the_replay(telephone):
    sid = new_sid("RE")
    with file_gone(telephone.house):
        telephone.post("incoming")
    answer = telephone.message(1, sid)
    code = telephone.order().code
    assert "，".join(code) in said(answer)
    place = telephone.call().turn, telephone.call().dialogue
    assert replay_spool(telephone.house) == 1
    assert (telephone.call().turn, telephone.call().dialogue) == place
    assert verbs(telephone.post("turns/2/keys")) == ["Say", "Hangup"]
    assert telephone.counts()["work_orders"] == telephone.counts()["calls"] == 1


def test_a_key_nine_pressed_meanwhile_is_a_red_that_alerts(make_telephone):
    telephone = make_telephone(duty_phones=(DUTY,))
    with file_gone(telephone.house):
        telephone.post("incoming")
        telephone.key(1, "9")
    telephone.post("status", CallStatus="completed")
    replay_spool(telephone.house)
    assert telephone.order().urgency is Urgency.RED
    assert telephone.counts()["outbox"] == 1


@pytest.mark.parametrize("has_talked", [True, False])
def test_a_zero_told_after_the_callers_end_rings_them_unless_somebody_has_talked_to_them_since(telephone, has_talked):
    telephone.post("incoming")
    with file_gone(telephone.house):
        telephone.key(1, "0")
    telephone.post("status", CallStatus="completed")
    with telephone.house.database.transaction() as session:
        seat = seat_of(session, make_staff(session, "li"), now())
        choose_state(session, seat, SeatState.WRAP_UP, now())
        if has_talked:
            close(session, a_place(session, number=WANG, at=now()), PlaceOutcome.TALKED, now())
    replay_spool(telephone.house)
    left = telephone.rows(LinePlace)[-1]
    assert (left.state, left.channel) == (
        (PlaceState.DONE, Channel.HOLDING) if has_talked else (PlaceState.WAITING, Channel.CALLBACK)
    )


def test_words_of_an_outage_in_mid_call_belong_to_its_order(telephone):
    telephone.post("incoming")
    telephone.key(1, "2")
    with file_gone(telephone.house):
        for _ in range(2):  # the apology leads to one more recording of the same turn
            telephone.message(2)
    answer = telephone.message(2)
    assert "，".join(telephone.order().code) in said(answer)
    replay_spool(telephone.house)
    assert telephone.counts()["recordings"] == 3
    assert len(telephone.rows(WorkOrder)) == 1


def test_orders_are_registered_at_the_time_they_came_in(telephone):
    with file_gone(telephone.house):
        telephone.message(1)
    (line,) = spooled(telephone)
    early = datetime.now(UTC) - timedelta(hours=2)
    telephone.house.spool.path.write_text(json.dumps({**line, "received_at": early.isoformat()}) + "\n")
    replay_spool(telephone.house)
    assert telephone.order().registered_at == telephone.call().started_at == early


def test_a_webhook_that_cannot_be_handled_is_set_aside_and_blocks_nothing(telephone):
    spool = telephone.house.spool
    moment = datetime.now(UTC).isoformat()
    for path, fields in [
        ("incoming", {"From": WANG}),
        ("nowhere", telephone.fields()),
        ("turns/x/keys", telephone.fields()),
        ("turns/1/message", telephone.fields(**recorded(new_sid("RE")))),
    ]:
        spool.append(SpooledWebhook(path, fields, moment))
    with spool.path.open("ab") as file:
        file.write(b'{"path": "inco')
    assert replay_spool(telephone.house) == 5
    assert set_aside(telephone) == ["incoming", "nowhere", "turns/x/keys"]
    assert len(telephone.rows(WorkOrder)) == 1
    assert spooled(telephone) == []


def test_staff_are_hung_up_on_and_notices_get_no_document(telephone):
    telephone.post("incoming")
    with file_gone(telephone.house):
        for path in ("whisper/1/1/red", "whisper/1/1/red/keys", "alerts/x", "alerts/x/keys"):
            assert verbs(telephone.post(path)) == ["Hangup"]
        for path in ("status", "recordings"):
            answer = telephone.post(path, CallStatus="completed", **recorded(new_sid("RE")))
            assert (answer.status_code, answer.data) == (204, b"")
    assert [line["path"] for line in spooled(telephone)] == ["status", "recordings"]


@pytest.mark.parametrize(
    ("path", "asked_again"),
    [
        ("callbacks/x", "callbacks/x"),
        ("callbacks/x/keys", "callbacks/x"),
        ("follow-up/x/solved", "follow-up/x"),
        ("corrections/x/keys", "corrections/x"),
        ("agents/x/keys", "agents/x"),
        ("agents/x/left", "agents/x/left"),
    ],
)
def test_a_citizen_whom_we_have_rung_and_their_agent_hear_a_sentence_and_stay(telephone, path, asked_again):
    with file_gone(telephone.house):
        answer = telephone.post(path, Digits="1")
    assert verbs(answer) == ["Say", "Say", "Pause", "Redirect"]
    assert said(answer).startswith(prompt("seat_apology", "zh"))
    assert list(parse(answer))[-1].text.endswith(f"/voice/{asked_again}")
    assert spooled(telephone) == []


@pytest.mark.parametrize("door", ["agents", "callbacks", "corrections"])
def test_the_end_of_a_call_that_we_placed_is_kept_and_replayed(telephone, door):
    with file_gone(telephone.house):
        answer = telephone.post(f"{door}/x/status", CallStatus="completed")
    assert (answer.status_code, answer.data) == (204, b"")
    assert [line["path"] for line in spooled(telephone)] == [f"{door}/x/status"]
    assert replay_spool(telephone.house) == 1
    assert spooled(telephone) == set_aside(telephone) == []


def test_with_a_full_disk_too_the_caller_hears_the_apology(telephone):
    telephone.house.spool.path.parent.mkdir()
    telephone.house.spool.path.mkdir()  # nothing can be written there
    with file_gone(telephone.house):
        assert verbs(telephone.post("incoming")) == ["Gather", "Record", "Redirect"]


def test_once_it_is_back_the_call_goes_on_where_it_was(telephone):
    telephone.post("incoming")
    telephone.key(1, "8")
    with file_gone(telephone.house):
        telephone.key(2, "1")
    answer = telephone.post("turns/2/no-message")
    assert prompt("once_more", "en") in said(answer)
    assert len(telephone.rows(Call)) == 1
