"""One order's whole way, through real processes and telephones: from a dialysis patient's call to a closed order."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from core.clock import now
from core.models import (
    Category,
    ClockStep,
    ContactKind,
    DispatchRule,
    OrderEvent,
    OrderState,
    Urgency,
    WorkOrder,
)
from routing.dispatch import add_contact, add_department
from routing.orders import Actor, Party, Verb, accept, take_step
from routing.orders.audit import verify
from routing.orders.rulebook import set_rule
from simulator import Answer, Caller, NoAnswer, Phone, Press, Speak
from tests.house import VOICES, RunningHouse, running_house, until

DUTY, SUPERVISOR, LEADER = "+8613911110000", "+8613911110001", "+8613911110002"
PATIENT = "+8613900000701"
SECONDS = {ClockStep.ACCEPT: 6, ClockStep.ANSWER: 300, ClockStep.FINISH: 600, ClockStep.CLOSE: 600}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A house with a department, a supervisor, a leader, and clocks that run in seconds."""
    folder = tmp_path_factory.mktemp("city")
    with running_house(folder, HOTLINE_DUTY_PHONES=DUTY, HOTLINE_RING_AGAIN_SECONDS="2") as running:
        with running.house.database.transaction() as session:
            unit = add_department(session, "市医疗保障组", now())
            session.add(DispatchRule(category=Category.MEDICAL, district=None, department_id=unit.id, assisting=[]))
            add_contact(session, ContactKind.SUPERVISOR, "值班长", SUPERVISOR)
            add_contact(session, ContactKind.LEADER, "区长", LEADER)
            for step, seconds in SECONDS.items():
                set_rule(session, Urgency.RED, None, step, seconds)
        yield running


def story(house: RunningHouse, order_id: int) -> list[str]:
    with house.house.database.reading() as session:
        wanted = select(OrderEvent.event).where(OrderEvent.order_id == order_id).order_by(OrderEvent.position)
        return list(session.scalars(wanted))


def now_is(house: RunningHouse, order_id: int, state: OrderState) -> bool:
    with house.house.database.reading() as session:
        return session.get_one(WorkOrder, order_id).state is state


def do(house: RunningHouse, order_id: int, verb: Verb, words: str = "") -> None:
    """What the department does on its page."""
    with house.house.database.transaction() as session:
        order = session.get_one(WorkOrder, order_id, with_for_update={"of": WorkOrder})
        handler = Actor("zhao", Party.HANDLER, order.department_id)
        if verb is Verb.ACCEPT:
            accept(session, order, handler, now())
        else:
            take_step(session, order, verb, handler, now(), reason=words)


def test_a_dialysis_patients_order_from_the_call_to_its_end(city: RunningHouse) -> None:
    city.carrier.add_phone(Phone(DUTY, Answer(Caller([Press("1")]))))
    city.carrier.add_phone(Phone(SUPERVISOR, NoAnswer()))
    city.carrier.add_phone(Phone(LEADER, [NoAnswer(), Answer(Caller([Press("1")]))]))
    call = city.call(Press("2", barge_in=True), Speak(VOICES / "zh_dialysis.wav", then_hang_up=True), number=PATIENT)
    order = city.heard(call)
    assert order.urgency is Urgency.RED

    until(lambda: "escalation_confirmed" in story(city, order.id))  # nobody has accepted
    do(city, order.id, Verb.ACCEPT)
    answers = [Answer(Caller([Press(key) for key in keys])) for keys in ("1122", "1111")]
    city.carrier.add_phone(Phone(PATIENT, answers))
    do(city, order.id, Verb.REPLY, "透析车明早七点到您小区门口")
    until(lambda: now_is(city, order.id, OrderState.REOPENED))
    until(lambda: all(call.status == "completed" for call in city.carrier.calls if call.to_number == PATIENT))
    do(city, order.id, Verb.ACCEPT)
    do(city, order.id, Verb.REPLY, "车已到，今天的透析已安排")
    until(lambda: now_is(city, order.id, OrderState.CLOSED))

    told = [event for event in story(city, order.id) if event != "call_ended"]
    for step in ("registered", "triaged", "alerted", "leadership_told", "dispatched", "alert_confirmed", "reminded"):
        assert step in told, step
    assert told.index("alerted") < told.index("escalated") < told.index("escalation_called")
    assert "escalation_called" in told[: told.index("escalation_confirmed")]  # the supervisor did not answer
    ends = ("accepted", "replied", "follow_up_started", "follow_up_tried")
    assert [event for event in told if event in {*ends, "not_solved", "solved"}] == [
        *ends,
        "not_solved",
        *ends,
        "solved",
    ]
    heard = [sentence.text for placed in city.carrier.calls if placed.to_number == PATIENT for sentence in placed.heard]
    assert any("透析车明早七点" in text for text in heard)
    with city.house.database.reading() as session:
        assert verify(session).faults == ()
