"""What the pages of the city's own data have in common: fields, lines, and what a kind of data must be able to do."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.permissions import Permission
from core.errors import HotlineError

LONGEST = 300


class UnusableError(HotlineError):
    """What was typed can't be kept; `what` is the end of the key of a sentence (`city.problem_…`)."""

    def __init__(self, what: str) -> None:
        super().__init__(f"This can't be kept: {what}.")
        self.what = what


@dataclass(frozen=True)
class Field:
    """One thing that is typed or chosen; its label is `city.field_…`."""

    name: str
    kind: str = "text"
    """`text`, `choice`, `flag`, `words` (divided by 、), `number`, `time` or `secret` (never shown)."""
    choices: tuple[tuple[str, str], ...] = ()
    """Value and what it is called."""
    required: bool = False
    fixed: bool = False
    """Can't be changed once it is there."""
    listed: bool = True
    """Is a column of the list."""


@dataclass(frozen=True)
class Line:
    """One entry as it is shown and typed."""

    key: str
    values: Mapping[str, str]
    notes: tuple[str, ...] = ()
    """Ends of keys of what is said beside it (`city.note_…`)."""
    can_be_removed: bool = True

    @property
    def seen(self) -> str:
        """Return what changes with any of its values: whoever saves tells what they had seen."""
        return hashlib.sha256(json.dumps(sorted(self.values.items())).encode()).hexdigest()[:16]


class Sheet(ABC):
    """One kind of the city's own data."""

    name: ClassVar[str]
    see: ClassVar[Permission]
    keep: ClassVar[Permission]
    verbs: ClassVar[Mapping[str, str]] = {}
    """What else can be done with an entry: verb → key of its name."""

    @abstractmethod
    def fields(self, session: Session) -> Sequence[Field]:
        """Return what an entry has."""

    @abstractmethod
    def lines(self, session: Session) -> Sequence[Line]:
        """Return all entries."""

    def lacks(self, session: Session) -> Sequence[str]:  # noqa: ARG002
        """Return in sentences what is missing among the entries."""
        return ()

    def ready(self, key: str, typed: Mapping[str, str]) -> Mapping[str, str]:  # noqa: ARG002
        """Return what was typed as `save` takes it; whatever takes long is done here, before the transaction.

        Raises:
            UnusableError: it can't be kept like this.
        """
        return typed

    @abstractmethod
    def save(self, session: Session, key: str, values: Mapping[str, str]) -> str:
        """Keep an entry, a new one if `key` is empty; return its key.

        Raises:
            UnusableError: it can't be kept like this.
        """

    @abstractmethod
    def remove(self, session: Session, key: str) -> None:
        """Remove an entry.

        Raises:
            StillInUseError: something depends on it.
        """

    def do(self, session: Session, key: str, verb: str) -> None:
        """Do one of `verbs` with an entry."""
        raise NotImplementedError
