"""Whole calls with somebody on duty: ringing, the whisper, voicemail, and the alert about a red order."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from core.models import Outgoing, OutgoingKind, OutgoingState, Urgency
from simulator import Answer, Caller, HangUp, NoAnswer, Phone, Press, Speak, Talk, Voicemail
from tests.house import VOICES, RunningHouse, running_house, until

DUTY = "+8613911110000"


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A house with one person on duty."""
    with running_house(tmp_path_factory.mktemp("staffed"), HOTLINE_DUTY_PHONES=DUTY) as running:
        yield running


def alerts(house: RunningHouse, order_id: int) -> list[Outgoing]:
    with house.house.database.reading() as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.kind == OutgoingKind.ALERT_CALL))
        return [row for row in rows if row.payload["order_id"] == order_id]


def test_key_zero_connects_to_whoever_presses_one(staffed: RunningHouse) -> None:
    staffed.carrier.add_phone(Phone(DUTY, Answer(Caller([Press("1"), Talk(20)]))))
    call = staffed.call(Press("0", barge_in=True), number="+8613900000301", patience=2)
    assert call.said("人工通话已经结束")
    assert "person_connected" in staffed.events(call)


def test_a_voicemail_takes_no_caller(staffed: RunningHouse) -> None:
    staffed.carrier.add_phone(Phone(DUTY, Voicemail(ring_seconds=5)))
    call = staffed.call(Press("0", barge_in=True), number="+8613900000302", patience=1)
    assert call.said("没有空闲的工作人员")
    assert "person_connected" not in staffed.events(call)
    order = staffed.order(call)
    assert order is not None
    assert order.wants_person


def test_danger_is_taken_down_and_then_connected(staffed: RunningHouse) -> None:
    staffed.carrier.add_phone(Phone(DUTY, Answer(Caller([Press("1"), Talk(20)]))))
    call = staffed.call(
        Press("9", barge_in=True), Speak(VOICES / "zh_chest_pain.wav"), number="+8613900000303", patience=6
    )
    order = staffed.heard(call)
    assert order.urgency is Urgency.RED
    assert order.district == "东城区"
    assert "person_connected" in staffed.events(call)
    assert len(alerts(staffed, order.id)) == 1


def test_a_red_found_in_a_message_rings_the_person_on_duty(staffed: RunningHouse) -> None:
    staffed.carrier.add_phone(Phone(DUTY, Answer(Caller([Press("1")]))))
    call = staffed.call(
        Press("2", barge_in=True), Speak(VOICES / "zh_dialysis.wav", end_key="#"), number="+8613900000304"
    )
    order = staffed.heard(call)
    until(lambda: "alert_confirmed" in staffed.events(call))
    (alert,) = alerts(staffed, order.id)
    assert alert.state is OutgoingState.SENT
    assert alert.carrier_sid in {placed.call_sid for placed in staffed.carrier.calls_placed}


def test_who_leaves_in_danger_unheard_is_alerted_about(staffed: RunningHouse) -> None:
    staffed.carrier.add_phone(Phone(DUTY, NoAnswer()))
    call = staffed.call(Press("9", barge_in=True), HangUp(), number="+8613900000305")
    order = until(lambda: staffed.order(call))
    until(lambda: OutgoingState.SENT in {alert.state for alert in alerts(staffed, order.id)})
    assert len(alerts(staffed, order.id)) == 1
