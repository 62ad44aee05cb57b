"""What only a server with many writers can show, on SQLite and on PostgreSQL alike: races, stale orders, odd bytes."""

import threading
from functools import partial

import pytest
from sqlalchemy import select

from core.clock import now
from core.models import Urgency, WorkOrder
from ivr.conversation import Place
from routing.orders import listen_to_order
from tests.ivr.telephone import DUTY, PUBLIC_URL, Telephone, new_sid, recorded, said


@pytest.fixture
def telephone(make_house):
    return Telephone(make_house(public_url=PUBLIC_URL, duty_phones=(DUTY,)))


def at_once(*works):
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


@pytest.mark.parametrize("path", ["incoming", "turns/1/keys", "turns/1/message", "recordings"])
def test_the_same_webhook_many_times_at_once(telephone, path):
    fields = telephone.fields(Digits="9", **recorded(new_sid("RE")))
    answers, start = [], threading.Barrier(6)

    def post():
        start.wait()
        answers.append(telephone.send(f"/voice/{path}", fields).data)

    at_once(*[post] * 6)
    assert len(answers) == 6
    assert len(set(answers)) == 1
    counts = telephone.counts()
    assert counts["calls"] == counts["callers"] == 1
    assert counts["work_orders"] == (path != "incoming")
    assert not telephone.house.spool.path.exists()


def test_two_first_calls_of_one_number_at_once_are_one_caller(telephone):
    start = threading.Barrier(4)

    def post():
        start.wait()
        telephone.post("incoming", CallSid=new_sid())

    at_once(*[post] * 4)
    assert (telephone.counts()["calls"], telephone.counts()["callers"]) == (4, 1)
    assert not telephone.house.spool.path.exists()


def test_whichever_of_two_keys_at_once_comes_first_nine_is_a_danger(telephone):
    for _ in range(6):
        telephone.sid, start = new_sid(), threading.Barrier(2)
        telephone.post("incoming")

        def press(digit, start=start):
            start.wait()
            telephone.key(1, digit)

        at_once(*[partial(press, digit) for digit in "29"])
        assert telephone.call().dialogue["place"] == Place.DANGER


def test_a_job_on_the_same_order_makes_nobody_hear_an_apology(telephone):
    telephone.message(1)
    marked, answered = threading.Event(), []

    def mark_slowly():
        with telephone.house.database.transaction() as session:
            listen_to_order(session, session.scalars(select(WorkOrder)).one(), now(), "slow")
            session.flush()
            marked.set()
            threading.Event().wait(0.4)  # the caller's key comes while this is not committed

    def press_nine():
        marked.wait()
        answered.append(telephone.key(2, "9"))

    at_once(mark_slowly, press_nine)
    assert "120" in said(answered[0])
    assert not telephone.house.spool.path.exists()
    order = telephone.order()
    assert (order.urgency, order.to_listen) == (Urgency.RED, True)


@pytest.mark.parametrize("text", ["\x00", "CA\x00", "\ufffd" * 400, "😀" * 300, "x" * 3000])
def test_odd_text_in_any_field_stores_a_call_all_the_same(telephone, text):
    for path in ("incoming", "turns/1/keys", "turns/1/message", "turns/1/rang", "fallback", "status", "recordings"):
        for name in ("From", "To", "CallStatus", "Digits", "RecordingSid", "RecordingUrl", "RecordingDuration"):
            known = telephone.fields(CallStatus="completed", Digits="2", **recorded(new_sid("RE")))
            answer = telephone.send(f"/voice/{path}", {**known, name: text})
            assert answer.status_code in {200, 204}
    assert telephone.counts()["calls"] == 1
    assert not telephone.house.spool.path.exists()


def test_whole_calls_leave_the_same_rows(telephone):
    telephone.post("incoming")
    telephone.key(1, "9")
    telephone.message(2)
    telephone.post("turns/3/rang")
    telephone.post("status", CallStatus="completed")
    expected = {"calls": 1, "callers": 1, "outbox": 1, "recordings": 1, "webhook_answers": 4, "work_orders": 1}
    assert {name: telephone.counts()[name] for name in expected} == expected
