"""Who starts which house: it takes ten seconds of a core to start one, so no two test workers start the same.

pytest-xdist gives each worker an equal share of the tests; whoever is idle takes from the end of another share.
So what needs a house stands at the beginning of one share, and what is quick fills the shares up.
"""

from collections.abc import Sequence
from itertools import islice

import pytest

_TOGETHER = (
    ("house", "staffed", "city"),
    ("test_the_demonstration", "live_house", "centre"),
    ("running_ears",),
)
"""Fixtures, and files that start a house themselves, in the order in which a worker goes through them."""
_FOLDERS = ("calls", "stream")


def in_shares(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the tests in the order in which that many workers do them with the least to start."""
    first: list[list[tuple[int, pytest.Item]]] = [[] for _ in range(workers)]
    quick = []
    for item in items:
        place = _place(item)
        if place is None:
            quick.append(item)
        else:
            first[place[0] % workers].append((place[1], item))
    ordered: list[pytest.Item] = []
    others = iter(quick)
    for share, beginning in enumerate(first):
        size = (len(items) - len(ordered)) // (workers - share)
        ordered += [item for _, item in sorted(beginning, key=lambda placed: placed[0])]
        ordered += islice(others, max(0, size - len(beginning)))
    return [*ordered, *others]


def _place(item: pytest.Item) -> tuple[int, int] | None:
    """Return in which share a test stands, and after which others."""
    if item.path.parent.name not in _FOLDERS:
        return None
    needed = {*getattr(item, "fixturenames", ()), item.path.stem}
    for share, names in enumerate(_TOGETHER):
        for position, name in enumerate(names):
            if name in needed:
                return share, position
    return None
