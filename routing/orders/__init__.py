"""The door of the work orders: everything that may be done to one, as verbs of the trade."""

from routing.orders.events import add_event
from routing.orders.hearing import hear_order, listen_to_order
from routing.orders.registering import find_order, open_work_order
from routing.orders.verbs import accept, set_urgency

__all__ = [
    "accept",
    "add_event",
    "find_order",
    "hear_order",
    "listen_to_order",
    "open_work_order",
    "set_urgency",
]
