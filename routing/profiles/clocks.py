"""Sets the times of a profile, as the console's editor of the clocks keeps them."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import DeadlineRule
from routing.orders.rulebook import Rulebook, set_rule
from routing.profiles.changes import Change, Outcome
from routing.profiles.profile import Profile

_SECOND = timedelta(seconds=1)


def set_clocks(session: Session, profile: Profile) -> Outcome:
    """Set every time that is not what the profile says; a city's own times of single categories stay."""
    own = {(row.urgency, row.category, row.step): row for row in session.scalars(select(DeadlineRule))}
    shipped, changes = Rulebook().rules, []
    for (urgency, step), minutes in profile.minutes.items():
        row = own.get((urgency, None, step))
        seconds = row.seconds if row else shipped[urgency, None, step].duration // _SECOND
        hours = str((row and row.working_hours_id) or "")
        if (seconds, hours) != (minutes * 60, ""):
            set_rule(session, urgency, None, step, minutes * 60)
            named = {"urgency": urgency.value, "category": "", "step": step.value}
            before = {**named, "minutes": str(seconds // 60), "hours": hours}
            after = {**named, "minutes": str(minutes), "hours": ""}
            changes.append(Change("clocks", f"{urgency.value}::{step.value}", before, after))
    kept = [("clocks", f"{urgency.value}:{category.value}:{step.value}") for urgency, category, step in own if category]
    return changes, sorted(kept)
