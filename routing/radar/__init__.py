"""The question radar: what nobody could answer, put together by meaning, so that an admin can write the answer."""

from routing.radar.drafting import draft_from
from routing.radar.looking import look_around, plan_looks

__all__ = ["draft_from", "look_around", "plan_looks"]
