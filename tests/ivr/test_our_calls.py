"""Calls that we place: a follow-up names nothing before the right person pressed 1; a connection counts by a key."""

import pytest
from sqlalchemy import select

from core.clock import now
from core.models import (
    Contact,
    ContactKind,
    Department,
    FollowUp,
    OrderEvent,
    OrderState,
    Outgoing,
    OutgoingKind,
    Urgency,
    WorkOrder,
)
from core.settings import Settings
from ivr.asking_after import sms_text
from ivr.prompts import prompt
from routing.follow_up import begin, try_once
from routing.orders import Verb, accept, add_event, ring_caller, ring_contact, take_step
from routing.orders.alerting import ring
from routing.orders.lifecycle import Party
from routing.orders.notices import Notice, notify_department
from routing.orders.stepping import Actor
from tests.ivr.telephone import DUTY, WANG, new_sid, parse, said, verbs
from tests.rows import a_call, an_order

ATTEMPT = "a" * 32
REPLY = "降压药今天下午送到三号楼"


@pytest.fixture
def order(telephone):
    with telephone.house.database.transaction() as session:
        return an_order(session, a_call(session, number=WANG), urgency=Urgency.RED)


@pytest.fixture
def write(telephone):
    """Write rows by a function of the session, and give the newest outgoing one the attempt's id."""

    def do(work):
        with telephone.house.database.transaction() as session:
            work(session)
            row = session.scalars(select(Outgoing).order_by(Outgoing.id.desc())).first()
            row.attempt_id = ATTEMPT

    return do


def events(telephone):
    return [(row.event, row.detail) for row in telephone.rows(OrderEvent)]


# --- follow-up --------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(telephone, order, write):
    def work(session):
        row, who = session.get_one(WorkOrder, order.id), Actor("li", Party.AGENT)
        accept(session, row, who, now())
        take_step(session, row, Verb.REPLY, who, now(), reason=REPLY)
        begin(session, row.id, Settings(), now())
        (follow_up,) = session.scalars(select(FollowUp)).all()
        try_once(session, follow_up.id, Settings(), now())

    write(work)

    def ask(question="", digit=None):
        path = f"follow-up/{ATTEMPT}/{question}".rstrip("/")
        return telephone.post(path, CallSid=new_sid(), To=WANG, **({"Digits": digit} if digit else {}))

    return ask


def answer(telephone):
    (row,) = telephone.rows(FollowUp)
    return row.solved, row.satisfied, telephone.order().state


def test_a_voicemail_hears_nothing_but_whom_to_call(telephone, asked):
    first = said(asked())
    assert "5 7 1 0 0 0 0 0 0 0 0" in first
    for word in (REPLY, telephone.order().code, "求助", "工单", "解决", "诉求"):
        assert word not in first
    assert answer(telephone) == (None, None, OrderState.FOLLOW_UP)


def test_the_matter_is_told_only_after_the_right_person_said_so(telephone, asked):
    assert REPLY not in said(asked("more", "1"))
    told = asked("who", "1")
    assert REPLY in said(told)
    assert parse(told)[0].get("action").endswith(f"/voice/follow-up/{ATTEMPT}/solved")


@pytest.mark.parametrize("question", ["more", "who", "solved", "satisfied"])
@pytest.mark.parametrize("digit", [None, "3", "*", "2"])
def test_any_other_key_ends_the_call_and_says_nothing(telephone, asked, question, digit):
    if question == "solved" and digit == "2":
        return  # that is an answer
    heard = asked(question, digit)
    assert verbs(heard) == ["Hangup"]
    assert said(heard) == ""
    assert answer(telephone) == (None, None, OrderState.FOLLOW_UP)


def test_solved_and_satisfied_close_the_order_however_often_told(telephone, asked):
    for _ in range(2):
        assert prompt("follow_up_satisfied", "zh") in said(asked("solved", "1"))
    for digit in ("1", "2"):
        assert prompt("goodbye", "zh") in said(asked("satisfied", digit))
    assert answer(telephone) == (True, True, OrderState.CLOSED)
    assert [event for event, _ in events(telephone)].count("solved") == 1


def test_not_solved_reopens_it(telephone, asked):
    asked("solved", "2")
    asked("solved", "1")
    asked("satisfied", "2")
    assert answer(telephone) == (False, False, OrderState.REOPENED)


def test_an_attempt_nobody_made_ends(telephone, asked):
    assert verbs(telephone.post("follow-up/unknown/who", Digits="1")) == ["Hangup"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_short_message_names_nothing_but_whom_to_call(language):
    text = sms_text(Settings(), language)
    assert "57100000000" in text
    assert len(text) < 70


# --- connecting -------------------------------------------------------------------------------------------------------


def connect(telephone, step="", **fields):
    return telephone.post(f"ring/{ATTEMPT}/{step}".rstrip("/"), CallSid=new_sid(), To=DUTY, **fields)


@pytest.fixture
def calling_back(telephone, order, write):
    write(lambda session: ring_caller(session, session.get_one(WorkOrder, order.id), DUTY, now()))


def test_our_person_is_asked_first_and_then_the_caller_is_dialled(telephone, calling_back):
    assert verbs(connect(telephone)) == ["Gather", "Hangup"]
    assert verbs(connect(telephone, "keys", Digits="2")) == ["Hangup"]
    for _ in range(2):
        dial = parse(connect(telephone, "keys", Digits="1"))[0]
        assert (dial.tag, dial[0].text) == ("Dial", WANG)
        assert dial.get("callerId") == "+8657100000000"
        assert dial.get("action").endswith(f"/voice/ring/{ATTEMPT}/rang")
    assert [event for event, _ in events(telephone)].count("connected_by_hand") == 1


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled", None])
def test_who_does_not_answer_was_missed(telephone, calling_back, status):
    for _ in range(2):
        assert verbs(connect(telephone, "rang", DialCallStatus=status)) == ["Hangup"]
    assert [event for event, _ in events(telephone)].count("caller_missed") == 1


@pytest.mark.parametrize(("digit", "event"), [("1", "caller_reached"), ("2", "caller_missed")])
def test_whether_it_was_a_person_only_our_person_can_tell(telephone, calling_back, digit, event):
    assert verbs(connect(telephone, "rang", DialCallStatus="completed")) == ["Gather", "Hangup"]
    assert "caller_reached" not in [name for name, _ in events(telephone)]
    connect(telephone, "reached", Digits=digit)
    assert [name for name, _ in events(telephone)][-1] == event


def test_a_contact_is_dialled_and_asked_about_by_nobody(telephone, order, write):
    def work(session):
        contact = Contact(kind=ContactKind.COMMITTEE, name="居委会", phone="+8657100000009")
        session.add(contact)
        session.flush()
        ring_contact(session, session.get_one(WorkOrder, order.id), contact, DUTY, "li", now())

    write(work)
    assert "居委会" in said(connect(telephone))
    assert parse(connect(telephone, "keys", Digits="1"))[0][0].text == "+8657100000009"
    assert verbs(connect(telephone, "rang", DialCallStatus="completed")) == ["Hangup"]
    assert "caller_reached" not in [name for name, _ in events(telephone)]


# --- alerts and notices -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "sentence", "event"),
    [
        ("red", "alert_red", "alert_confirmed"),
        ("late", "alert_late", "escalation_confirmed"),
        ("leadership", "alert_leadership", "leadership_confirmed"),
        ("repeated", "alert_repeated", "repeated_confirmed"),
    ],
)
def test_each_alert_says_why_and_is_confirmed_as_what_it_is(telephone, order, write, why, sentence, event):
    write(lambda session: ring(session, session.get_one(WorkOrder, order.id), [DUTY], why, "1", now()))
    code = " ".join(order.code)
    assert prompt(sentence, "zh", code=code) in said(telephone.post(f"alerts/{ATTEMPT}"))
    telephone.post(f"alerts/{ATTEMPT}/keys", Digits="2")
    assert event not in [name for name, _ in events(telephone)]
    telephone.post(f"alerts/{ATTEMPT}/keys", Digits="1")
    assert [name for name, _ in events(telephone)][-1] == event


def test_a_confirmation_counts_for_each_call_anew(telephone, order, write):
    """The second escalation of an order is not confirmed by the first one's key."""
    for turn in ("1", "2"):
        write(
            lambda session, turn=turn: ring(session, session.get_one(WorkOrder, order.id), [DUTY], "late", turn, now())
        )
        for _ in range(2):
            telephone.post(f"alerts/{ATTEMPT}/keys", Digits="1")
        with telephone.house.database.transaction() as session:
            session.scalars(select(Outgoing).where(Outgoing.attempt_id == ATTEMPT)).one().attempt_id = None
    assert [name for name, _ in events(telephone)].count("escalation_confirmed") == 2


def test_a_department_is_told_by_telephone_and_confirms_by_a_key(telephone, order, write):
    def work(session):
        unit = Department(name="水务", channel="call", address=DUTY, created_at=now())
        session.add(unit)
        session.flush()
        row = session.get_one(WorkOrder, order.id)
        row.department_id, row.summary = unit.id, "王先生停水"
        add_event(session, row, "dispatched", "li", now())
        notify_department(session, row, Notice.OVERDUE, "1", now())

    write(work)
    assert telephone.rows(Outgoing)[-1].kind is OutgoingKind.DEPARTMENT_CALL
    heard = said(telephone.post(f"notices/{ATTEMPT}"))
    assert prompt("notice_late", "zh") in heard
    assert "王先生" not in heard
    for _ in range(2):
        telephone.post(f"notices/{ATTEMPT}/keys", Digits="1")
    assert [name for name, _ in events(telephone)].count("notice_confirmed") == 1
    assert verbs(telephone.post("notices/unknown")) == ["Hangup"]
