"""Supervisors decide what is one matter: pairs, incidents, and what becomes of somebody who is too slow."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.models import Incident, MatterProposal, OrderState, Role, Urgency, WorkOrder
from routing.orders import Actor, Party, take_step
from routing.orders.lifecycle import Verb
from routing.orders.same_matter import known_incident, propose_same_matter
from tests.console.conftest import post, signed_in
from tests.factories import make_caller, make_order, make_staff

WATER = ["七号楼停水了", "我们七号楼从早上就停水了", "你好 七号楼 停水 什么时候来水"]
PAGE = "/same-matter"


@pytest.fixture
def wang(app):
    return signed_in(app, "wang")


def tell(installation, session, text, caller=None, **values):
    known = {"summary": text, "district": "东城区", "urgency": Urgency.YELLOW, **values}
    order = make_order(session, caller or make_caller(session, installation, None), **known)
    propose_same_matter(session, order, installation.settings, clock.now())
    return order


@pytest.fixture
def pair(installation):
    """Two orders of one number in the same words; their numbers, the older first."""
    with installation.database.transaction() as session:
        caller = make_caller(session, installation, "+8613912345678")
        return [tell(installation, session, WATER[0], caller).number for _ in range(2)]


@pytest.fixture
def incident(installation):
    with installation.database.transaction() as session:
        for text in WATER:
            tell(installation, session, text)
        return session.scalars(select(Incident)).one().id


def rows(installation, kind):
    with installation.database.reading() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


def decide(client, proposal_id, do):
    return post(client, f"{PAGE}/{proposal_id}", on=PAGE, do=do)


def for_incident(client, incident_id, do, **fields):
    return post(client, f"{PAGE}/incidents/{incident_id}", on=PAGE, do=do, **fields)


def test_a_pair_is_merged_into_the_older_by_one_click(wang, installation, pair):
    (proposal,) = rows(installation, MatterProposal)
    html = wang.get(PAGE).text
    assert f"并入 {pair[0]}" in html
    assert "139****5678" in html
    assert decide(wang, proposal.id, "join").status_code == 303
    older, newer = rows(installation, WorkOrder)
    assert (newer.state, newer.merged_into_id) == (OrderState.MERGED, older.id)
    assert pair[1] not in wang.get(PAGE).text


def test_a_pair_left_apart_is_not_proposed_again(wang, installation, pair):
    (proposal,) = rows(installation, MatterProposal)
    assert decide(wang, proposal.id, "apart").status_code == 303
    assert {row.state for row in rows(installation, WorkOrder)} == {OrderState.REGISTERED}
    assert "没有与同一号码早先工单相似的工单" in wang.get(PAGE).text
    answer = decide(wang, proposal.id, "join")
    assert (answer.status_code, "别人已先作了决定" in answer.text) == (409, True)
    assert {row.state for row in rows(installation, WorkOrder)} == {OrderState.REGISTERED}


def test_what_is_over_meanwhile_is_neither_shown_nor_joined(wang, installation, pair):
    (proposal,) = rows(installation, MatterProposal)
    with installation.database.transaction() as session:
        newer = session.scalars(select(WorkOrder).where(WorkOrder.number == pair[1])).one()
        take_step(session, newer, Verb.CANCEL, Actor("wang", Party.SUPERVISOR), clock.now(), reason="打错了")
    assert pair[1] not in wang.get(PAGE).text
    assert decide(wang, proposal.id, "join").status_code == 409
    assert rows(installation, MatterProposal)[0].decided_at is None


def test_an_incident_is_confirmed_with_all_that_is_proposed_and_ended_with_an_answer(wang, installation, incident):
    assert "待定 3 张" in wang.get(PAGE).text
    due = (clock.now() + timedelta(hours=10)).strftime("%Y-%m-%dT%H:%M")
    assert for_incident(wang, incident, "confirm", title="七号楼停水", due=due).status_code == 303
    with installation.database.reading() as session:
        assert known_incident(session, WATER[2], "东城区", clock.now()).title == "七号楼停水"
    assert {row.incident_id for row in rows(installation, WorkOrder)} == {incident}
    answer = for_incident(wang, incident, "close", reply=" ")
    assert (answer.status_code, "要写给市民的答复" in answer.text) == (422, True)
    assert for_incident(wang, incident, "close", reply="已恢复供水").status_code == 303
    assert {row.state for row in rows(installation, WorkOrder)} == {OrderState.REPLIED}
    assert for_incident(wang, incident, "close", reply="又一次").status_code == 409
    assert "七号楼停水" not in wang.get(PAGE).text


def test_what_callers_would_hear_must_make_sense(wang, installation, incident):
    for fields in ({"title": " "}, {"title": "停水", "due": "2001-01-01T00:00"}, {"title": "停水", "due": "soon"}):
        answer = for_incident(wang, incident, "confirm", **fields)
        assert (answer.status_code, "没有改动任何内容" in answer.text) == (422, True)
    assert 'value="停水"' in answer.text
    assert rows(installation, Incident)[0].confirmed_at is None
    assert {row.incident_id for row in rows(installation, WorkOrder)} == {None}


def test_no_common_cause_leaves_all_apart_but_ends_nothing_that_callers_hear_of(wang, installation, incident):
    first = rows(installation, MatterProposal)[0].id
    assert for_incident(wang, incident, "apart").status_code == 303
    assert all(row.joined is False for row in rows(installation, MatterProposal))
    assert rows(installation, Incident)[0].closed_at
    assert decide(wang, first, "join").status_code == 409
    with installation.database.transaction() as session:
        row = session.get_one(Incident, incident)
        row.closed_at, row.confirmed_at = None, clock.now()
    assert for_incident(wang, incident, "apart").status_code == 409


def test_only_supervisors_decide_and_only_what_there_is(app, li, anna, wang, installation, pair):
    with installation.database.transaction() as session:
        make_staff(session, "zhao", role=Role.HANDLER)
        make_staff(session, "sun", role=Role.VOLUNTEER)
    (proposal,) = rows(installation, MatterProposal)
    for client in (li, anna, signed_in(app, "zhao"), signed_in(app, "sun")):
        assert client.get(PAGE).status_code == 403
        assert "same-matter" not in client.get("/orders").text
        for path in (f"{PAGE}/{proposal.id}", f"{PAGE}/incidents/1"):
            assert post(client, path, do="join").status_code == 403
    assert decide(wang, 999, "join").status_code == 404
    assert decide(wang, proposal.id, "burn").status_code == 400
    assert for_incident(wang, 999, "close", reply="x").status_code == 404
    assert for_incident(wang, 999, "burn").status_code == 400
    assert rows(installation, MatterProposal)[0].decided_at is None
