"""Signed webhooks over a real database: what is stored before the answer goes out, and what bad input does."""

from itertools import pairwise

import pytest

from core.models import Call, Caller, Recording, Urgency, WorkOrder
from ivr.prompts import prompt
from tests.ivr.telephone import PUBLIC_URL, WANG, new_sid, parse, recorded, said, verbs

QUESTION_TOPIC = "1"


def test_a_call_is_registered_before_it_is_greeted(telephone):
    answer = telephone.post("incoming")
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert prompt("greeting", "zh", city="本市") in said(answer)
    call = telephone.call()
    assert (call.turn, call.caller.number, call.called_number) == (1, WANG, "+8657100000000")
    assert telephone.counts()["work_orders"] == 0


def test_the_number_called_decides_the_language(make_telephone):
    telephone = make_telephone(english_numbers=("+8657100000001",))
    assert prompt("greeting", "en", city="the city") in said(telephone.post("incoming", To="+8657100000001"))


def test_a_message_becomes_an_order_whose_code_is_spoken_twice(telephone):
    telephone.post("incoming")
    telephone.key(1, "2")
    answer = telephone.message(2)
    order = telephone.order()
    assert (order.urgency, order.to_listen, order.wants_person) == (Urgency.UNKNOWN, False, False)
    assert said(answer).count("，".join(order.code)) == 2
    assert telephone.counts()["recordings"] == 1


def test_the_whole_of_the_menus_over_the_wire(telephone):
    telephone.post("incoming")
    assert "请按1" in said(telephone.key(1, "1"))
    questions = said(telephone.key(2, "1"))
    assert "您想问的是" in questions
    assert "您问的是" in said(telephone.key(3, "1"))
    assert verbs(telephone.key(4, "1")) == ["Say", "Hangup"]
    assert telephone.counts()["work_orders"] == 0


def test_danger_is_a_red_in_the_transaction_of_the_key(staffed):
    staffed.post("incoming")
    answer = staffed.key(1, "9")
    assert staffed.order().urgency is Urgency.RED
    assert staffed.counts()["outbox"] == 1
    assert parse(answer).find("Record").get("maxLength") == "30"
    assert verbs(staffed.message(2)) == ["Say", "Dial", "Redirect"]
    assert verbs(staffed.post("turns/3/rang", DialCallStatus="completed")) == ["Gather", "Record", "Redirect"]
    assert staffed.counts()["outbox"] == 1


def test_a_caller_in_danger_is_never_let_go(telephone):
    telephone.post("incoming")
    telephone.key(1, "9")
    for turn in range(2, 12):
        answer = telephone.key(turn, "1") if turn % 2 else telephone.post(f"turns/{turn}/no-message")
        assert verbs(answer)[-2:] == ["Record", "Redirect"]


def test_articles_are_only_read_in_the_menus(telephone):
    """A danger never waits for the articles: even without their table it is registered."""
    telephone.post("incoming")
    with telephone.house.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE stamps")
        connection.exec_driver_sql("DROP TABLE told_answers")
    assert prompt("danger", "zh", emergency_numbers="120, 119, 110") in said(telephone.key(1, "9"))
    assert telephone.order().urgency is Urgency.RED


def test_hanging_up_in_a_message_keeps_what_was_said(telephone):
    telephone.post("incoming")
    telephone.key(1, "2")
    telephone.message(2, Digits="hangup")
    telephone.post("status", CallStatus="completed", CallDuration="9")
    assert telephone.counts()["recordings"] == 1
    assert telephone.order().urgency is Urgency.UNKNOWN
    assert telephone.call().ended_at is not None
    assert telephone.events().count("call_ended") == 1


@pytest.mark.parametrize("status", ["completed", "busy", "failed", "no-answer", "canceled"])
def test_the_end_of_a_call_is_noted_once(telephone, status):
    telephone.post("incoming")
    assert telephone.post("status", CallStatus=status).status_code == 204
    ended_at = telephone.call().ended_at
    telephone.post("status", CallStatus="completed")
    assert (telephone.call().ended_at, telephone.call().carrier_status) == (ended_at, status)


@pytest.mark.parametrize("status", ["ringing", "in-progress", "nonsense", None])
def test_a_status_that_is_no_end_changes_nothing(telephone, status):
    telephone.post("incoming")
    telephone.post("status", CallStatus=status)
    assert telephone.call().ended_at is None


# --- whose call it is ---

SENTINELS = ["", "anonymous", "Anonymous", "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", None]


def test_withheld_callers_have_no_number_and_share_nothing(telephone):
    for number in SENTINELS:
        telephone.sid, telephone.number = new_sid(), number
        telephone.post("incoming")
    callers = telephone.rows(Caller)
    assert [caller.number for caller in callers] == [None] * len(SENTINELS)
    assert len({caller.key_id for caller in callers}) == len(SENTINELS)


def test_one_number_is_one_caller_with_one_key(telephone):
    for _ in range(3):
        telephone.sid = new_sid()
        telephone.post("incoming")
    assert len(telephone.rows(Call)) == 3
    assert [caller.number for caller in telephone.rows(Caller)] == [WANG]


def test_a_withheld_caller_is_promised_no_call(telephone):
    telephone.number = "anonymous"
    telephone.post("incoming")
    assert prompt("message_no_number", "zh") in said(telephone.key(1, "2"))
    assert prompt("registered_no_number", "zh") in said(telephone.message(2))


# --- bad input ---

KINDS = [
    "incoming",
    "fallback",
    "turns/1/keys",
    "turns/1/message",
    "turns/1/no-message",
    "turns/1/rang",
    "turns/1/spoke",
]


@pytest.mark.parametrize("path", KINDS)
def test_a_call_we_missed_the_start_of_is_taken_up(telephone, path):
    answer = telephone.post(path, **recorded(new_sid("RE")))
    assert answer.status_code == 200
    assert verbs(answer)[-1] == "Redirect"
    assert telephone.call().caller.number == WANG
    assert len(telephone.rows(Call)) == 1


@pytest.mark.parametrize("path", ["status", "recordings"])
def test_notices_of_a_call_we_missed_are_kept(telephone, path):
    sid = new_sid("RE")
    assert telephone.post(path, **recorded(sid, CallStatus="completed")).status_code == 204
    assert telephone.counts()["calls"] == 1
    assert telephone.counts()["recordings"] == (path == "recordings")


@pytest.mark.parametrize("sid", [None, "", "x", "CA" + "0" * 100, "CA\x00" + "0" * 32])
@pytest.mark.parametrize("path", [*KINDS, "status", "recordings"])
def test_a_webhook_that_names_no_call_is_apologised_for_and_stores_nothing(telephone, path, sid):
    answer = telephone.post(path, CallSid=sid, CallStatus="completed", **recorded(new_sid("RE")))
    assert answer.status_code in {200, 204}
    if answer.status_code == 200:
        assert verbs(answer) == ["Gather", "Record", "Redirect"]
    assert set(telephone.counts().values()) == {0}


@pytest.mark.parametrize(
    "path",
    ["turns/1/nonsense", "turns/-1/keys", "turns/x/keys", "turns/99999999999/keys", f"turns/{'9' * 5000}/keys",
     "whisper/1/1/other", "whisper/99999999999/1/red", "nowhere"],
)  # fmt: skip
def test_there_is_no_other_webhook(telephone, path):
    assert telephone.post(path).status_code == 404
    assert set(telephone.counts().values()) == {0}


@pytest.mark.parametrize(
    "body", [b"CallSid=%ff%fe&From=%c3%28", b"CallSid=\xff\xfe&From=\xc3", b"a" * 900_000, b"&" * 5000, b"=\x00"]
)
def test_bytes_that_are_no_text_store_nothing(telephone, body):
    client = telephone.app.test_client()
    answer = client.post("/voice/incoming", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {403, 413}
    assert set(telephone.counts().values()) == {0}


def test_signed_fields_with_replaced_characters_are_taken(telephone):
    telephone.post("incoming", From="\ufffd\ufffd", To="\ufffd", City="\x00")
    assert telephone.call().caller.number is None


@pytest.mark.parametrize("length", [400_000, 1_100_000])
def test_a_field_of_a_megabyte_is_handled_or_refused(telephone, length):
    answer = telephone.post("incoming", From="x" * length, To="y")
    assert answer.status_code == (413 if length > 1_000_000 else 200)


@pytest.mark.parametrize("duration", ["-1", "", "1e99", "9" * 400, "NaN"])
def test_absurd_durations_are_not_told(telephone, duration):
    telephone.message(1, RecordingDuration=duration, CallDuration=duration)
    assert telephone.rows(Recording)[0].duration_seconds is None


def test_a_kind_of_turn_from_the_wrong_place_leads_on(telephone):
    telephone.post("incoming")
    assert verbs(telephone.post("turns/1/rang", DialCallStatus="completed"))[-1] == "Redirect"
    assert verbs(telephone.post("turns/2/no-message"))[-1] == "Redirect"


def test_a_turn_far_ahead_is_taken_as_the_present_one(telephone):
    """After a backup was restored the carrier may know more of a call than we do."""
    telephone.post("incoming")
    assert verbs(telephone.key(40, "2")) == ["Gather", "Record", "Redirect"]
    assert telephone.call().turn == 41


def test_the_fallback_says_the_newest_again(telephone):
    telephone.post("incoming")
    newest = telephone.key(1, "1").data
    assert telephone.post("fallback", ErrorCode="11200", ErrorUrl=f"{PUBLIC_URL}/voice/turns/2/keys").data == newest
    assert telephone.call().turn == 2


def test_the_fallback_of_a_call_that_never_came_in_greets(telephone):
    greeting = telephone.post("fallback").data
    assert prompt("greeting", "zh", city="本市") in greeting.decode()
    assert telephone.post("incoming").data == greeting


def test_codes_cannot_be_guessed_from_one_another(telephone):
    codes = []
    for _ in range(12):
        telephone.sid = new_sid()
        telephone.message(1)
    codes = [int(order.code) for order in telephone.rows(WorkOrder)]
    assert all(100_000 <= code <= 999_999 for code in codes)
    assert len({later - earlier for earlier, later in pairwise(codes)}) > 6
