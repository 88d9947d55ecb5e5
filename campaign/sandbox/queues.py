"""Status queues: each event of a message is told once, when it is due, and then forgotten.

A queue that is being read is kept as a heap of the next untold event of each message, so that
reading a large one costs by what is read; it can be rebuilt from the state file at any time.
"""

import heapq
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from campaign.sandbox.delivery import Event
from campaign.sandbox.store import Known, StateStore

_KEPT_QUEUES = 256


class _Next(NamedTuple):
    """The next untold event of a message; sorts by time, then by acceptance."""

    due_at: float
    seq: int
    event_no: int
    smsc_id: str
    events: tuple[Event, ...]


class Told(NamedTuple):
    """One row of a statusQueue answer."""

    smsc_id: str
    word: str


class StatusQueues:
    """Reads queues out of the store.

    Args:
        store: The state file; what was told is recorded there before it is told.
        events_of: Everything that will be said about a message.
    """

    def __init__(self, store: StateStore, events_of: Callable[[Known], tuple[Event, ...]]) -> None:
        self._store = store
        self._events_of = events_of
        self._heaps: OrderedDict[str, list[_Next]] = OrderedDict()
        self._version = store.foreign_changes()

    def read(self, name: str, *, limit: int, now: float, remove: bool = True) -> list[Told]:
        """Return what is due, oldest first, and forget it.

        Args:
            name: The queue; an unknown one is an empty one.
            limit: Rows at most.
            now: Seconds since the epoch.
            remove: False: only look (a fault: the gateway repeats itself).
        """
        with self._store.transaction():
            heap = self._heap(name)
            if not remove:
                return _pop_due(heap.copy(), limit, now)[0]
            told, taken = _pop_due(heap, limit, now)
            if taken:
                self._store.take(taken.items())
        return told

    def add(self, name: str, messages: Iterable[Known]) -> None:
        """Put new messages into a queue that is being read; call it inside their transaction.

        A queue that nobody reads yet needs nothing: its first read finds them in the ledger.
        """
        heap = self._heaps.get(name)
        if heap is not None:
            for message in messages:
                told = self._events_of(message)
                heapq.heappush(heap, _Next(told[0].due_at, message.seq, 0, message.smsc_id, told))

    def _heap(self, name: str) -> list[_Next]:
        version = self._store.foreign_changes()
        if version != self._version:  # another process took or read something
            self._heaps.clear()
            self._version = version
        heap = self._heaps.get(name)
        if heap is None:
            heap = [
                _Next(told[taken].due_at, message.seq, taken, message.smsc_id, told)
                for message, taken in self._store.queue(name)
                if taken < len(told := self._events_of(message))
            ]
            heapq.heapify(heap)
            self._heaps[name] = heap
            while len(self._heaps) > _KEPT_QUEUES:
                self._heaps.popitem(last=False)
        self._heaps.move_to_end(name)
        return heap


def _pop_due(heap: list[_Next], limit: int, now: float) -> tuple[list[Told], dict[int, int]]:
    """Pop due events; return them and, per message, how many of its events are told by now."""
    told: list[Told] = []
    taken: dict[int, int] = {}
    while heap and len(told) < limit and heap[0].due_at <= now:
        event = heap[0]
        following = event.event_no + 1
        told.append(Told(event.smsc_id, event.events[event.event_no].word))
        taken[event.seq] = following
        if following < len(event.events):
            due_at = event.events[following].due_at
            heapq.heapreplace(heap, event._replace(due_at=due_at, event_no=following))
        else:
            heapq.heappop(heap)
    return told, taken
