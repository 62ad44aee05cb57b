"""Changes one place or one category of the city's own at a time; the first change takes over all that was shipped."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from core.errors import HotlineError, StillInUseError
from routing.triage.cutting import cut
from routing.triage.gazetteer import LEVELS, Place
from routing.triage.lexicon import Branch
from routing.triage.store import LANGUAGES, read_places, read_tree, replace_places, use_tree

LONGEST_KEY = 80


class UnusableEntryError(HotlineError):
    """A place or a category can't be kept like this; `what` is a constant word for the reason."""

    def __init__(self, message: str, what: str) -> None:
        super().__init__(message)
        self.what = what


def put_place(session: Session, place: Place) -> None:
    """Add a place, or put it in the stead of the one with its key.

    Raises:
        UnusableEntryError: no level, no name, words that can't be heard, or it is within nothing that is coarser.
    """
    places = dict(read_places(session).places)
    _check_place(place, places)
    replace_places(session, {**places, place.key: place}.values())


def remove_place(session: Session, key: str) -> None:
    """Remove a place.

    Raises:
        StillInUseError: others are within it; or it is the last one, as the sample city's would come back.
    """
    places = dict(read_places(session).places)
    if any(place.within == key for place in places.values()):
        raise StillInUseError("There are places within this one; remove or move them first.")
    if len(places) == 1:
        raise StillInUseError("The last place can't be removed: the sample city's would take its stead.")
    places.pop(key, None)
    replace_places(session, places.values())


def put_branch(session: Session, branch: Branch) -> None:
    """Add a category at the end of the tree, or put it in the stead of the one with its key.

    Raises:
        UnusableEntryError: it has no name, or words that can't be heard.
    """
    if not all(branch.names.values()):
        raise UnusableEntryError("A category needs a name in both languages.", "no_name")
    _check_said(branch.said)
    use_tree(session, {**{each.key: each for each in read_tree(session)}, branch.key: branch}.values())


def remove_branch(session: Session, key: str) -> None:
    """Remove a category; what was sorted under it stays so.

    Raises:
        StillInUseError: it is the last one.
    """
    tree = [each for each in read_tree(session) if each.key != key]
    if not tree:
        raise StillInUseError("The last category can't be removed: the shipped tree would take its stead.")
    use_tree(session, tree)


def _check_place(place: Place, places: dict[str, Place]) -> None:
    if not place.name or len(place.key) > LONGEST_KEY:
        raise UnusableEntryError("A place needs a name that is not too long.", "no_name")
    if place.level not in LEVELS:
        raise UnusableEntryError("There is no such level.", "no_level")
    around = places.get(place.within or "")
    is_district = place.level == LEVELS[0]
    if is_district != (place.within is None) or (not is_district and around is None):
        raise UnusableEntryError("All but districts are within another place.", "not_within")
    if around and LEVELS.index(around.level) >= LEVELS.index(place.level):
        raise UnusableEntryError("A place is within a coarser one.", "not_within")
    finer = [LEVELS.index(each.level) for each in places.values() if each.within == place.key]
    if finer and min(finer) <= LEVELS.index(place.level):
        raise UnusableEntryError("The places within it are not finer than it.", "not_within")
    _check_said(place.said)


def _check_said(said: Mapping[str, tuple[str, ...]]) -> None:
    wrong = next((word for code in LANGUAGES for word in said.get(code, ()) if not cut(word, code).units), None)
    if wrong is not None:
        raise UnusableEntryError(f"“{wrong}” is no word of its language that could be heard.", "no_word")
