"""Each department hears in its own way; what does not arrive is seen by a person within a minute."""

import json
from urllib.parse import parse_qs

import pytest
from sqlalchemy import select

from core.clock import now
from core.models import (
    DispatchRule,
    NoticeChannel,
    Outgoing,
    OutgoingState,
    Urgency,
    WorkOrder,
)
from hotline.outgoing.deliver import deliver
from hotline.outgoing.placing import settle_placing
from routing.dispatch import add_department, dispatch
from routing.orders import Actor, Party
from simulator import Carrier
from simulator.phones import NoAnswer, Phone
from tests.delivery_site import http_site, mail_site
from tests.hotline.in_time import later, read
from tests.hotline.media_site import ACCOUNT
from tests.rows import a_call, an_order

PHONE, CITIZEN = "+8613700000001", "+8613800138000"
LI = Actor("li", Party.AGENT)


@pytest.fixture
def carrier(tmp_path):
    with Carrier(account_sid=ACCOUNT[0], auth_token=ACCOUNT[1], folder=tmp_path / "carrier", pace=10) as opened:
        opened.add_number("+8657100000000", voice_url="http://127.0.0.1:1/voice")
        opened.add_phone(Phone(PHONE, NoAnswer()))
        yield opened


@pytest.fixture
def house(make_house, carrier):
    return make_house(twilio_api_url=carrier.api_url)


def dispatched(house, channel, address, *, hidden=False, secret="geheim"):
    """An order dispatched to a department of this channel; returns the id of what is to be sent."""
    with house.database.transaction() as session:
        unit = add_department(session, "水务", now(), channel=channel, address=address, secret=secret)
        session.add(DispatchRule(category=None, district=None, department_id=unit.id, assisting=[]))
        order = an_order(session, a_call(session, number=CITIZEN), urgency=Urgency.RED)
        order.summary, order.district, order.hides_identity = "三号楼停水", "东城区", hidden
        session.flush()
        dispatch(session, order, LI, now())
        return session.scalars(select(Outgoing.id).where(Outgoing.kind == f"department_{channel}")).one()


def events(house):
    with house.database.reading() as session:
        (order,) = session.scalars(select(WorkOrder)).all()
        return [(event.event, event.detail) for event in order.events]


@pytest.mark.parametrize(("hidden", "caller"), [(False, CITIZEN), (True, None)])
def test_a_webhook_gets_the_order_and_who_called_unless_hidden(house, hidden, caller):
    with http_site((200, {"id": "K-1"})) as (site, url):
        row_id = dispatched(house, NoticeChannel.WEBHOOK, url, hidden=hidden)
        for _ in range(2):
            deliver(house, row_id)
    ((_, headers, body),) = site.got
    told = json.loads(body)
    assert (told["notice"], told["summary"], told["urgency"], told["caller"]) == (
        "dispatched",
        "三号楼停水",
        "red",
        caller,
    )
    assert (told["due_step"], headers["Idempotency-Key"]) == ("accept", f"notice-{row_id}")
    assert read(house, Outgoing, row_id).state is OutgoingState.SENT
    assert events(house)[-1] == ("notice_sent", {"reference": "K-1"})


def test_an_open311_endpoint_gets_a_request_and_its_number_is_kept(house):
    with http_site((200, [{"service_request_id": "SR-9"}])) as (site, url):
        row_id = dispatched(house, NoticeChannel.OPEN311, url)
        deliver(house, row_id)
    fields = parse_qs(site.got[0][2].decode())
    assert (fields["phone"], fields["address_string"], fields["api_key"]) == ([CITIZEN], ["东城区"], ["geheim"])
    assert events(house)[-1] == ("notice_sent", {"reference": "SR-9"})


def test_a_mail_says_no_word_of_the_citizen(make_house):
    with mail_site() as (letters, url):
        house = make_house(smtp_url=url)
        deliver(house, dispatched(house, NoticeChannel.EMAIL, "water@city.example"))
    import email  # noqa: PLC0415
    import email.policy  # noqa: PLC0415

    letter = email.message_from_bytes(letters[0], policy=email.policy.default)
    text = letter["Subject"] + letter.get_content()
    assert "WO-" in text
    assert "/orders/WO-" in text
    assert not any(word in text for word in ("三号楼", CITIZEN, "停水"))


def test_a_short_message_goes_once_and_says_no_word_of_the_citizen(house, carrier):
    row_id = dispatched(house, NoticeChannel.SMS, PHONE)
    for _ in range(2):
        deliver(house, row_id)
        later(house, Outgoing, row_id)
        settle_placing(house, row_id)
    (message,) = carrier._network.messages.all()
    assert (message.to_number, message.from_number) == (PHONE, "+8657100000000")
    assert "新派工单" in message.body
    assert not any(word in message.body for word in ("三号楼", CITIZEN, "停水"))
    assert read(house, Outgoing, row_id).carrier_sid == message.sid


def test_after_a_crash_a_message_that_was_sent_is_not_sent_again(house, carrier):
    row_id = dispatched(house, NoticeChannel.SMS, PHONE)
    with house.database.transaction() as session:
        row = session.get_one(Outgoing, row_id)
        row.state, row.attempt_id, row.attempted_at = OutgoingState.PLACING, "b" * 32, now()
    from ivr.outbound import carrier as api  # noqa: PLC0415

    sid = api(house.settings).send_message(PHONE, "what the dead worker had sent")
    settle_placing(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.carrier_sid) == (OutgoingState.SENT, sid)
    assert len(carrier._network.messages.all()) == 1


def test_a_department_is_rung_through_its_own_door(house, carrier):
    row_id = dispatched(house, NoticeChannel.CALL, PHONE)
    deliver(house, row_id)
    (call,) = carrier.calls
    assert call.to_number == PHONE
    assert read(house, Outgoing, row_id).state is OutgoingState.SENT


def test_what_does_not_arrive_is_a_persons_within_a_minute(house):
    row_id, waited = dispatched(house, NoticeChannel.WEBHOOK, "http://127.0.0.1:1"), 0.0
    while read(house, Outgoing, row_id).state is OutgoingState.WAITING:
        deliver(house, row_id)
        due = read(house, Outgoing, row_id).due_at
        if due:
            waited += (due - now()).total_seconds()
            later(house, Outgoing, row_id, 60)
    assert waited < 30
    assert read(house, Outgoing, row_id).attempts == 3
    name, detail = events(house)[-1]
    assert (name, "did not answer" in detail["why"]) == ("notice_by_hand", True)


def test_what_is_refused_is_a_persons_at_once(house):
    with http_site((401, {})) as (_, url):
        row_id = dispatched(house, NoticeChannel.WEBHOOK, url)
        deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.attempts) == (OutgoingState.BY_HAND, 1)
    assert events(house)[-1][0] == "notice_by_hand"
