"""Volunteer teams take orders by area and kind, for a while; what could harm them or the citizen they never see."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ConflictError, NotAllowedError
from core.models import Category, OrderState, Urgency, VolunteerTeam, WorkOrder
from core.phonetics import sounds_in
from core.settings import Settings
from routing.orders.lifecycle import TABLE, Verb
from routing.orders.stepping import THE_MACHINE, Actor, take_step
from routing.orders.wishes import is_delicate

CLAIM = timedelta(hours=2)
"""A claim that nothing was done about for so long returns to the list."""
_BY_SOUND_FROM = 3
_CLAIMABLE = tuple(state for state in OrderState if (state, Verb.CLAIM) in TABLE)


@dataclass(frozen=True)
class OfferedOrder:
    """What a volunteer sees before claiming: neither name nor number, address or words."""

    number: str
    revision: int
    category: Category | None
    district: str | None
    urgency: Urgency
    registered_at: datetime


def offered_orders(session: Session, team: VolunteerTeam, limit: int = 50) -> tuple[OfferedOrder, ...]:
    """Return what a team can claim, the most urgent and oldest first."""
    wanted = select(WorkOrder).where(
        WorkOrder.state.in_(_CLAIMABLE), WorkOrder.urgency.in_((Urgency.YELLOW, Urgency.GREEN))
    )
    if team.districts:
        wanted = wanted.where(WorkOrder.district.in_(team.districts))
    if team.categories:
        wanted = wanted.where(WorkOrder.category.in_(team.categories))
    rows = session.scalars(wanted.order_by(WorkOrder.urgency_rank, WorkOrder.registered_at, WorkOrder.id))
    fitting = (row for row in rows if why_not_for(row, team) is None)
    return tuple(_offered(row) for row, _ in zip(fitting, range(limit), strict=False))


def why_not_for(order: WorkOrder, team: VolunteerTeam) -> str | None:
    """Return why a team may not have an order, or None when it may.

    Never: red, what nobody has heard yet, tip-offs and complaints, violence and suicide, hidden identity, controlled
    medicine.
    """
    if order.urgency not in {Urgency.YELLOW, Urgency.GREEN}:
        return "it is red, or nobody has heard it yet"
    if order.category is Category.COMPLAINT or order.hides_identity or order.about_department_id:
        return "who called is kept secret"
    if is_delicate(order):
        return "it is about violence, a tip-off, or was told in confidence"
    if is_controlled_medicine(order.summary):
        return "it is about controlled medicine"
    if team.districts and order.district not in team.districts:
        return "it is not in the team's area"
    if team.categories and order.category not in team.categories:
        return "it is not of the team's kind"
    if team.said and not _is_said(team.said, order.summary):
        return "it names nothing that the team is for"
    return None


def is_controlled_medicine(text: str) -> bool:
    """Tell whether a text speaks of a medicine that volunteers must not fetch, whatever characters were heard."""
    words = _controlled_medicine()
    return _is_said((*words["zh"], *words["en"]), text)


def claim(
    session: Session, order: WorkOrder, actor: Actor, team: VolunteerTeam, now: datetime, revision: int | None = None
) -> None:
    """Claim an order for a volunteer of a team; it is theirs for two hours, and longer once they have begun.

    Raises:
        NotAllowedError: not for this team.
        ConflictError: another was quicker.
        IllegalVerbError: it is not on the list.
    """
    why = why_not_for(order, team)
    if why:
        raise NotAllowedError(f"{order.number} is not for {team.name}: {why}.")
    if order.accepted_by:
        raise ConflictError(f"{order.number} was accepted by {order.accepted_by}.")
    changes = {"accepted_by": actor.name, "team_id": team.id, "claimed_until": now + CLAIM}
    take_step(session, order, Verb.CLAIM, actor, now, revision=revision, changes=changes, team=team.name)


def start(session: Session, order: WorkOrder, actor: Actor, now: datetime, revision: int | None = None) -> None:
    """Begin with a claimed order: the claim holds two hours from now."""
    changes = {"claimed_until": now + CLAIM} if order.claimed_until else {}
    take_step(session, order, Verb.START, actor, now, revision=revision, changes=changes)


def claims_to_end(session: Session, now: datetime, limit: int) -> tuple[int, ...]:
    """Return the ids of orders whose claim has run out."""
    over = select(WorkOrder.id).where(WorkOrder.claimed_until <= now).order_by(WorkOrder.claimed_until).limit(limit)
    return tuple(session.scalars(over))


def end_claim(session: Session, order_id: int, _settings: Settings, now: datetime) -> None:
    """Put an order whose claim has run out back on the list; one that was answered meanwhile only loses the claim."""
    wanted = select(WorkOrder).where(WorkOrder.id == order_id, WorkOrder.claimed_until <= now)
    order = session.scalar(wanted.with_for_update(of=WorkOrder).execution_options(populate_existing=True))
    if order is None:
        return
    if (order.state, Verb.LAPSE) in TABLE:
        changes = {"accepted_by": None, "team_id": None, "claimed_until": None}
        take_step(session, order, Verb.LAPSE, THE_MACHINE, now, changes=changes)
    else:
        order.claimed_until = None
        session.flush()


def _is_said(words: Iterable[str], text: str) -> bool:
    """Tell whether one of the words is in a text: English ones whole, long Chinese ones by their sound too."""
    readable, lines = re.sub(r"\s", "", text), text.splitlines()
    for word in words:
        if word.isascii():
            found = re.search(rf"\b{re.escape(word.lower())}\b", text.lower()) is not None
        else:
            long = len(word) >= _BY_SOUND_FROM
            found = word in readable or (long and any(sounds_in(word, line) for line in lines))
        if found:
            return True
    return False


def _offered(row: WorkOrder) -> OfferedOrder:
    return OfferedOrder(row.number, row.revision, row.category, row.district, row.urgency, row.registered_at)


@cache
def _controlled_medicine() -> dict[str, list[str]]:
    text = resources.files("routing.dispatch").joinpath("controlled_medicine.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
