"""The door of the work orders: everything that may be done to one, as verbs of the trade."""

from routing.orders.alerting import alert_if_red
from routing.orders.chase import chase, orders_to_check
from routing.orders.clock_keeping import order_clocks, refresh_clock
from routing.orders.events import CALLER, MACHINE, add_event
from routing.orders.hearing import hear_danger, hear_live, hear_order, listen_to_order
from routing.orders.lifecycle import Party, Verb
from routing.orders.registering import find_order, open_work_order
from routing.orders.ringing import ring_caller, ring_contact
from routing.orders.stepping import THE_CITIZEN, THE_MACHINE, Actor, take_step
from routing.orders.verbs import (
    accept,
    classify,
    defer,
    extend,
    give_back,
    not_solved,
    pause,
    reopen,
    set_urgency,
    solved,
)
from routing.orders.welfare import caller_left, caller_was
from routing.orders.wishes import Wishes, keep_wishes

__all__ = [
    "CALLER",
    "MACHINE",
    "THE_CITIZEN",
    "THE_MACHINE",
    "Actor",
    "Party",
    "Verb",
    "Wishes",
    "accept",
    "add_event",
    "alert_if_red",
    "caller_left",
    "caller_was",
    "chase",
    "classify",
    "defer",
    "extend",
    "find_order",
    "give_back",
    "hear_danger",
    "hear_live",
    "hear_order",
    "keep_wishes",
    "listen_to_order",
    "not_solved",
    "open_work_order",
    "order_clocks",
    "orders_to_check",
    "pause",
    "refresh_clock",
    "reopen",
    "ring_caller",
    "ring_contact",
    "set_urgency",
    "solved",
    "take_step",
]
