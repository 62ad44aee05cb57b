"""Puts a profile's categories first in the city's tree, as the console's editor of the categories keeps them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import WorkOrder
from routing.orders.lifecycle import OPEN
from routing.profiles.changes import Change, Outcome
from routing.profiles.profile import Profile
from routing.triage.lexicon import Branch, read_branches, shipped_trees
from routing.triage.store import read_tree, use_tree

_SHEET = "categories"


def set_tree(session: Session, profile: Profile) -> Outcome:
    """Sort by a profile's tree: other shipped branches go, the city's own follow behind.

    A shipped branch stays while open orders are of its class and the profile has no branch of that class.
    """
    before = read_tree(session)
    wanted = {branch.key: branch for branch in profile.tree}
    shipped = {branch.key for tree in shipped_trees() for branch in read_branches(tree)}
    covered = {branch.category for branch in profile.tree}
    needed = set(session.scalars(select(WorkOrder.category).where(WorkOrder.state.in_(OPEN)).distinct())) - covered
    stays = [each for each in before if each.key not in wanted and (each.key not in shipped or each.category in needed)]
    after = (*profile.tree, *stays)
    if after != before:
        use_tree(session, after)
    return _changes(before, after), [(_SHEET, each.names["zh"]) for each in stays]


def _changes(before: tuple[Branch, ...], after: tuple[Branch, ...]) -> list[Change]:
    old, new = ({branch.key: values_of(branch) for branch in tree} for tree in (before, after))
    keys = dict.fromkeys([*new, *old])
    return [Change(_SHEET, key, old.get(key, {}), new.get(key, {})) for key in keys if old.get(key) != new.get(key)]


def values_of(branch: Branch) -> dict[str, str]:
    """Return a branch as its editor shows it."""
    said = {f"said_{language}": "、".join(branch.said[language]) for language in ("zh", "en")}
    names = {f"name_{language}": branch.names[language] for language in ("zh", "en")}
    return {**names, "category": branch.category.value, **said}
