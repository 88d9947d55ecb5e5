"""The in-process gateway with the queues of a script, and drivers that freeze in it."""

import random
from collections.abc import Callable, Sequence
from itertools import count

from campaign.errors import Unreadable
from campaign.model import Attempt, Fate, Member, Reply, Tracked
from tests.fakes import FakeGateway
from tests.seeds.script import Freeze, Queue, Script

_LATE_S = 1200.0


class ScriptedGateway(FakeGateway):
    """Goes wrong as its script says, and remembers who was in doubt.

    Attributes:
        take_over: Lets another driver do the whole run.
        doubted: Queue name of an attempt to the clientIds about whom its answer said nothing.
    """

    def __init__(self, script: Script) -> None:
        super().__init__(
            list(script.faults),
            echoes=script.echoes,
            forgets=script.queue is not Queue.KEEPS,
            _ids=count(4_000_000_001),
        )
        self._script = script
        self._chance = random.Random(script.seed + 1)  # noqa: S311  # misfortunes, no secret
        self._freezes = dict(script.freezes)
        self._requests = count()
        self._reads = count()
        self._accepted_s: dict[str, float] = {}
        self._submitted: set[str] = set()
        self.take_over: Callable[[], None] = lambda: None
        self.doubted: dict[str, set[str]] = {}

    def send(self, attempt: Attempt, arm: Callable[[], None]) -> Reply:
        """As the script says; a frozen driver wakes up when another one has done its work."""
        freeze = self._freezes.pop(next(self._requests), None)
        if freeze is Freeze.BEFORE_ARM:
            self.take_over()
        reply = super().send(attempt, arm)
        members = attempt.chunk.members
        names = {member.ord: str(member.client_id) for member in members}
        self.doubted[attempt.queue_name] = {
            names[one.ord] for one in self.judge(members, reply).people if one.fate is Fate.UNKNOWN
        }
        if freeze is Freeze.AFTER_ANSWER:
            self.take_over()
        return reply

    def _take(self, attempt: Attempt, member: Member) -> dict[str, object]:
        named = super()._take(attempt, member)
        self._accepted_s.setdefault(attempt.queue_name, self._now_s())
        if self._script.queue is Queue.DROPS and self._chance.random() < 1 / 3:
            self.queues[attempt.queue_name].pop()
        return named

    def _now_s(self) -> float:
        return 0.0 if self.clock is None else self.clock.monotonic_s()

    def drain_queue(self, queue_name: str, limit: int) -> Reply:
        """One read of a queue, as the script's queues behave."""
        match self._script.queue:
            case Queue.SILENT:
                return self._rows([])
            case Queue.LATE if self._now_s() < self._accepted_s.get(queue_name, 0.0) + _LATE_S:
                return self._rows([])
            case Queue.TWICE:
                return self._told_twice(queue_name, limit)
            case _:
                reply = super().drain_queue(queue_name, limit)
        if self._script.queue is Queue.LOSSY and next(self._reads) % 2:
            raise Unreadable("the gateway gave no answer", code="no_answer")
        return reply

    def _told_twice(self, queue_name: str, limit: int) -> Reply:
        entries = self.queues.get(queue_name, [])
        told, rest = entries[:limit], entries[limit:]
        rows: list[dict[str, object]] = []
        for smsc_id in told:
            final = smsc_id in self._submitted
            rows.append({"smscId": smsc_id, "status": self.word if final else "smsc submit"})
            if not final:
                self._submitted.add(smsc_id)
                rest.append(smsc_id)
        reply = self._rows(rows)
        self.queues[queue_name] = rest
        return reply

    def ask_statuses(self, tracked: Sequence[Tracked]) -> Reply:
        """One status call; some answers are lost, which costs nothing but time."""
        reply = super().ask_statuses(tracked)
        if self._script.lose_statuses and next(self._reads) % 3 == 0:
            raise Unreadable("the gateway gave no answer", code="no_answer")
        return reply
