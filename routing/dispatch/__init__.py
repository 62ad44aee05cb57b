"""Who works on an order: the door of dispatching, the directory, and the volunteers."""

from routing.dispatch.choosing import Choice
from routing.dispatch.contacts import (
    add_contact,
    can_connect_emergency,
    change_contact,
    note_test_call,
    order_contacts,
    public_contacts,
    remove_contact,
    warnings,
)
from routing.dispatch.departments import add_department, change_department, remove_department
from routing.dispatch.dispatching import dispatch, dispatch_if_sure, propose
from routing.dispatch.letter import letter
from routing.dispatch.telling_contacts import may_be_sent, send_contact
from routing.dispatch.volunteers import claim, claims_to_end, end_claim, offered_orders, start

__all__ = [
    "Choice",
    "add_contact",
    "add_department",
    "can_connect_emergency",
    "change_contact",
    "change_department",
    "claim",
    "claims_to_end",
    "dispatch",
    "dispatch_if_sure",
    "end_claim",
    "letter",
    "may_be_sent",
    "note_test_call",
    "offered_orders",
    "order_contacts",
    "propose",
    "public_contacts",
    "remove_contact",
    "remove_department",
    "send_contact",
    "start",
    "warnings",
]
