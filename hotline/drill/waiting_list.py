"""The line in memory for a virtual day: as many heaps as (language, skill) queues, sorted by the line's own key."""

import heapq
from collections import defaultdict

from core.settings import Language
from routing.line.waiting import OrderKey, Seat, Waiting, next_for, order_key, queues_of


class WaitingList:
    """Everybody in the line; whoever left it is passed over when their turn would come."""

    def __init__(self) -> None:
        self._queues: dict[tuple[Language, str], list[tuple[OrderKey, Waiting]]] = defaultdict(list)
        self._there: set[Waiting] = set()

    def __contains__(self, waiting: Waiting) -> bool:
        return waiting in self._there

    def __len__(self) -> int:
        return len(self._there)

    def add(self, waiting: Waiting) -> None:
        """Put somebody into the line; who is there already keeps the one place."""
        if waiting not in self._there:
            self._there.add(waiting)
            heapq.heappush(self._queues[waiting.language, waiting.skill], (order_key(waiting), waiting))

    def remove(self, waiting: Waiting) -> None:
        self._there.discard(waiting)

    def take_next(self, seat: Seat) -> Waiting | None:
        """Return who is next for an agent, out of the line; None when nobody waits whom they can serve."""
        heads = [head for queue in queues_of(seat) if (head := self._head(queue)) is not None]
        chosen = next_for(seat, heads)
        if chosen is not None:
            self.remove(chosen)
        return chosen

    def ahead_of(self, waiting: Waiting) -> int:
        """Return how many others are in the line, as if all were before this one: an estimate on the safe side."""
        return max(len(self._there) - (waiting in self._there), 0)

    def _head(self, queue: tuple[Language, str]) -> Waiting | None:
        heap = self._queues[queue]
        while heap and heap[0][1] not in self._there:
            heapq.heappop(heap)
        return heap[0][1] if heap else None
