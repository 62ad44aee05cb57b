"""What the clock process does about orders: everything that is due with each, in small transactions."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.clock import now
from core.house import House
from core.logs import get_logger
from core.settings import Settings
from routing.dispatch import claims_to_end, end_claim
from routing.follow_up import begin, follow_ups_to_try, orders_to_ask, try_once
from routing.orders import chase, orders_to_check
from routing.orders.audit import add_root_if_due

log = get_logger()

AT_A_TIME = 500
"""Orders in one round; the rest is due in the next, seconds later."""
_IN_A_TRANSACTION = 25

_Do = Callable[[Session, int, Settings, datetime], object]
_Find = Callable[[Session, datetime, int], Sequence[int]]
_ROUNDS: tuple[tuple[str, _Find, _Do], ...] = (
    ("chase", orders_to_check, chase),
    ("end_claim", claims_to_end, end_claim),
    ("begin_follow_up", orders_to_ask, begin),
    ("try_follow_up", follow_ups_to_try, try_once),
)


def look_after_orders(house: House) -> int:
    """Do what is due with every order, and write the hourly root of their memory; returns how many were looked at.

    One that can't be looked after is logged and tried again; it holds up no other.
    """
    looked_at = sum(_round(house, *one) for one in _ROUNDS)
    with house.database.transaction() as session:
        add_root_if_due(session, now())
    return looked_at


def _round(house: House, name: str, find: _Find, do: _Do) -> int:
    with house.database.reading() as session:
        ids = find(session, now(), AT_A_TIME)
    for at in range(0, len(ids), _IN_A_TRANSACTION):
        with house.database.transaction() as session:
            for row_id in ids[at : at + _IN_A_TRANSACTION]:
                _one(session, house.settings, name, do, row_id)
    return len(ids)


def _one(session: Session, settings: Settings, name: str, do: _Do, row_id: int) -> None:
    try:
        with session.begin_nested():
            do(session, row_id, settings, now())
    except Exception:
        log.exception("not_looked_after", round=name, row_id=row_id)
