"""What the signed-in person can do to an order now, as the lifecycle says; nothing else is offered."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.parts import person
from console.visibility import leads
from core.models import Department
from routing.orders import Verb
from routing.orders.lifecycle import Step, possible_steps
from routing.orders.reading_one import OrderPage
from routing.orders.requests import ASKED, still_asked

FORMS = frozenset(
    {
        Verb.REVIEW,
        Verb.DISPATCH,
        Verb.START,
        Verb.ANSWER,
        Verb.REPLY,
        Verb.CONTRIBUTE,
        Verb.RETURN,
        Verb.ASK_EXTENSION,
        Verb.EXTEND,
        Verb.REFUSE_EXTENSION,
        Verb.ASK_PAUSE,
        Verb.PAUSE,
        Verb.REFUSE_PAUSE,
        Verb.RESUME,
        Verb.MARK_HARD,
        Verb.DEFER,
        Verb.KEEP_DEFERRED,
        Verb.WAKE,
        Verb.CONFIRM_SOLVED,
        Verb.NOT_SOLVED,
        Verb.CLOSE,
        Verb.REOPEN,
        Verb.MERGE,
        Verb.CANCEL,
        Verb.DECIDE_WELFARE,
    }
)
"""The verbs that have a form; accepting and the urgency have buttons of their own, the rest is done by machines."""
_ONLY_AFTER = {
    Verb.RESUME: "paused",
    Verb.DECIDE_WELFARE: "dropped_off",
    Verb.EXTEND: "accepted",
}
"""Makes sense only once something has happened."""
_REFUSALS = {refused: asked for asked, (_, refused) in ASKED.items()}


def possible(page: OrderPage) -> tuple[Step, ...]:
    """Return the steps for which the screen of an order shows a form."""
    happened = {event.event for event in page.events}
    asked = still_asked(page.events)
    return tuple(
        step
        for step in possible_steps(page.line.state, person().party)
        if step.verb in FORMS
        and _ONLY_AFTER.get(step.verb, "registered") in happened
        and leads(page.line) is not (step.verb is Verb.CONTRIBUTE)
        and (step.verb not in _REFUSALS or _REFUSALS[step.verb] in asked)
    )


def departments(session: Session) -> list[tuple[int, str]]:
    """Return what an order can be dispatched to."""
    there = select(Department.id, Department.name).where(Department.removed_at.is_(None)).order_by(Department.name)
    return [(row.id, row.name) for row in session.execute(there)]
