"""One change of the city's own data, in the words of the console's editors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """What was there and what is there since, as the editor of the sheet shows it."""

    sheet: str
    key: str
    before: Mapping[str, str]
    """Empty: it was added."""
    after: Mapping[str, str]
    """Empty: it was removed."""

    @property
    def name(self) -> str:
        """Return what a person calls it; the key of a time, which has no name."""
        values = self.after or self.before
        return values.get("name") or values.get("name_zh") or values.get("category") or self.key


Outcome = tuple[Sequence[Change], Sequence[tuple[str, str]]]
"""What was changed; and (sheet, name) of what stays besides the profile."""
