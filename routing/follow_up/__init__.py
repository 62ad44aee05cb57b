"""Asks citizens whether it is solved: the door of the follow-up, and the rates that come of it."""

from routing.follow_up.asking import (
    begin,
    citizen_rates,
    citizen_says,
    follow_ups_to_try,
    orders_to_ask,
    try_once,
)
from routing.follow_up.public_figures import Figure, Share, count, public_figures
from routing.follow_up.rates import Rates, three_rates

__all__ = [
    "Figure",
    "Rates",
    "Share",
    "begin",
    "citizen_rates",
    "citizen_says",
    "count",
    "follow_ups_to_try",
    "orders_to_ask",
    "public_figures",
    "three_rates",
    "try_once",
]
