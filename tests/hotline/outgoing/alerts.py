"""Alerts that are due or were being placed, and what became of them."""

import secrets
from datetime import timedelta

from core import outbox
from core.clock import now
from core.models import Outgoing, OutgoingKind, OutgoingState, Urgency, WorkOrder
from ivr.outbound import carrier as carrier_api
from tests.hotline.in_time import read
from tests.rows import a_call, an_order

PHONE, OTHER_PHONE = "+8613800138001", "+8613800138002"
WAITING, PLACING, SENT, BY_HAND = OutgoingState


def alert(house, phone=PHONE):
    """A red order's alert, written and due."""
    with house.database.transaction() as session:
        order = an_order(session, a_call(session), urgency=Urgency.RED)
        payload = {"to": phone, "order_id": order.id, "language": "zh"}
        return outbox.send(session, OutgoingKind.ALERT_CALL, f"alert_call:{order.id}:{phone}", payload, now()).id


def crashed(house, seconds_ago, phone=PHONE):
    """An alert whose worker died after it had committed `placing`, so long ago; nobody holds it any more."""
    row_id = alert(house, phone)
    at = now() - timedelta(seconds=seconds_ago)
    with house.database.transaction() as session:
        row = session.get_one(Outgoing, row_id)
        row.state, row.attempt_id, row.attempted_at, row.due_at = PLACING, secrets.token_hex(16), at, at
        row.attempts = 1
    return row_id


def place_by_hand(house, phone=PHONE):
    """What the dead worker's request did at the carrier."""
    return carrier_api(house.settings).place_call(phone, secrets.token_hex(16), "alerts")


def events(house, row_id):
    order_id = read(house, Outgoing, row_id).payload["order_id"]
    with house.database.reading() as session:
        return [(event.event, event.detail) for event in session.get(WorkOrder, order_id).events]


def state(house, row_id):
    return read(house, Outgoing, row_id).state


def sids(carrier):
    return [call.sid for call in carrier.calls]
