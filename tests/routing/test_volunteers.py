"""Volunteers: what they are offered, what never, how a claim is held, and how a forgotten one comes back."""

from dataclasses import fields
from datetime import timedelta

import pytest

from core.errors import ConflictError, NotAllowedError
from core.models import Category, OrderState, Urgency, VolunteerTeam
from core.settings import Settings
from routing.dispatch.volunteers import (
    CLAIM,
    OfferedOrder,
    claim,
    claims_to_end,
    end_claim,
    is_controlled_medicine,
    offered_orders,
    start,
)
from routing.orders import Actor, Party, take_step
from routing.orders.lifecycle import Verb
from tests.rows import NOON, a_call, an_order

SUN = Actor("sun", Party.VOLUNTEER, team_id=1)
LATER = NOON + CLAIM


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def team(session):
    row = VolunteerTeam(name="东城送药队", districts=["东城区"], categories=["medical", "supplies"])
    session.add(row)
    session.flush()
    return row


def offered(session, **columns):
    order = an_order(session, a_call(session))
    known = {"category": Category.MEDICAL, "district": "东城区", "urgency": Urgency.YELLOW, "summary": "降压药吃完了"}
    for name, value in {**known, **columns}.items():
        setattr(order, name, value)
    session.flush()
    return order


def test_a_team_is_offered_what_is_of_its_area_and_kind_with_nothing_personal(session, team):
    order = offered(session)
    (line,) = offered_orders(session, team)
    assert line.number == order.number
    assert {field.name for field in fields(OfferedOrder)} == {
        "number", "revision", "category", "district", "urgency", "registered_at",
    }  # fmt: skip


NEVER = [
    {"urgency": Urgency.RED},
    {"urgency": Urgency.UNKNOWN},
    {"category": Category.COMPLAINT},
    {"hides_identity": True},
    {"reasons": {"words": [["打人", "violence"]]}},
    {"reasons": {"words": [["不想活", "suicide"]]}},
    {"reasons": {"words": [["老公打我", "domestic"]]}},
    {"findings": {"flags": [["举报", "tip_off"]]}},
    {"findings": {"flags": [["别告诉", "secrecy"]]}},
    {"summary": "家里的吗啡用完了"},
    {"district": "西城区"},
    {"district": None},
    {"category": Category.TRAVEL},
    {"category": None},
]


@pytest.mark.parametrize("columns", NEVER)
def test_what_they_never_get_is_neither_offered_nor_claimed(session, team, columns):
    order = offered(session, **columns)
    assert offered_orders(session, team) == ()
    with pytest.raises(NotAllowedError, match=f"not for {team.name}"):
        claim(session, order, SUN, team, NOON)
    assert order.accepted_by is None


def test_a_team_without_limits_gets_every_area_and_kind(session):
    anywhere = VolunteerTeam(name="全市", districts=[], categories=[])
    session.add(anywhere)
    session.flush()
    offered(session, district=None, category=None)
    assert len(offered_orders(session, anywhere)) == 1


@pytest.mark.parametrize(
    ("said", "summary", "is_theirs"),
    [
        ([], "降压药吃完了", True),
        (["奶粉"], "孩子的奶 粉没有了", True),
        (["奶粉"], "降压药吃完了", False),
        (["中心医院"], "要到中信医院拿药", True),  # heard with a wrong character
        (["formula"], "no Formula for the baby", True),
        (["formula"], "the formulas", False),
        (["奶粉", "formula"], "", False),
    ],
)
def test_a_team_for_some_goods_or_a_hospital_gets_what_names_them(session, said, summary, is_theirs):
    buyers = VolunteerTeam(name="代购组", districts=[], categories=[], said=said)
    session.add(buyers)
    session.flush()
    order = offered(session, summary=summary)
    assert bool(offered_orders(session, buyers)) is is_theirs
    if not is_theirs:
        with pytest.raises(NotAllowedError, match="names nothing that the team is for"):
            claim(session, order, SUN, buyers, NOON)


@pytest.mark.parametrize(
    ("text", "controlled"),
    [
        ("需要杜冷丁", True),
        ("癌症 要 奥施康定", True),
        ("要买奥是康定", True),  # heard with a wrong character
        ("sleeping pills please", True),
        ("Needs MORPHINE tonight", True),
        ("降压药和胰岛素", False),
        ("morphines", False),
        ("", False),
    ],
)
def test_controlled_medicine_is_known_whatever_characters_were_heard(text, controlled):
    assert is_controlled_medicine(text) is controlled


def test_a_claim_gives_the_order_an_owner_for_two_hours(session, team):
    order = offered(session)
    claim(session, order, SUN, team, NOON, order.revision)
    assert (order.state, order.accepted_by, order.team_id) == (OrderState.ACCEPTED, "sun", team.id)
    assert order.claimed_until == LATER
    assert offered_orders(session, team) == ()
    with pytest.raises(ConflictError, match="accepted by sun"):
        claim(session, order, Actor("qian", Party.VOLUNTEER, team_id=1), team, NOON)


def test_a_forgotten_claim_returns_to_the_list(session, team):
    order = offered(session)
    claim(session, order, SUN, team, NOON)
    assert claims_to_end(session, LATER - timedelta(seconds=1), 9) == ()
    assert claims_to_end(session, LATER, 9) == (order.id,)
    for _ in range(2):
        end_claim(session, order.id, Settings(), LATER)
    assert (order.state, order.accepted_by, order.claimed_until) == (OrderState.RETURNED, None, None)
    assert [line.number for line in offered_orders(session, team)] == [order.number]
    session.expire(order, ["events"])
    assert [event.event for event in order.events][-1] == "claim_lapsed"
    assert order.due_at is not None


def test_beginning_with_it_holds_it_longer(session, team):
    order = offered(session)
    claim(session, order, SUN, team, NOON)
    start(session, order, SUN, LATER - timedelta(minutes=1))
    end_claim(session, order.id, Settings(), LATER)
    assert (order.state, order.accepted_by) == (OrderState.IN_HAND, "sun")
    assert claims_to_end(session, LATER + CLAIM, 9) == (order.id,)


def test_an_answered_order_does_not_come_back(session, team):
    order = offered(session)
    claim(session, order, SUN, team, NOON)
    take_step(session, order, Verb.REPLY, SUN, NOON, reason="药已送到")
    end_claim(session, order.id, Settings(), LATER)
    assert (order.state, order.accepted_by, order.claimed_until) == (OrderState.REPLIED, "sun", None)


def test_the_most_urgent_and_oldest_come_first(session, team):
    green = offered(session, urgency=Urgency.GREEN, urgency_rank=2)
    young = offered(session, registered_at=NOON + timedelta(hours=1))
    old = offered(session)
    assert [line.number for line in offered_orders(session, team)] == [old.number, young.number, green.number]
    assert len(offered_orders(session, team, limit=2)) == 2
