"""The door of the work orders: everything that may be done to one, as verbs of the trade."""

from routing.orders.alerting import alert_if_red
from routing.orders.events import CALLER, MACHINE, add_event
from routing.orders.hearing import hear_danger, hear_live, hear_order, listen_to_order
from routing.orders.registering import find_order, open_work_order
from routing.orders.verbs import accept, set_urgency

__all__ = [
    "CALLER",
    "MACHINE",
    "accept",
    "add_event",
    "alert_if_red",
    "find_order",
    "hear_danger",
    "hear_live",
    "hear_order",
    "listen_to_order",
    "open_work_order",
    "set_urgency",
]
