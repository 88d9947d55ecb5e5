"""One campaign under a script, to its end, and what the ledger says about it."""

import json
import random
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from unittest.mock import patch

from filelock import Timeout

from campaign.domain import HANDED_OVER, Phone, Status
from campaign.errors import JournalError
from campaign.journal.sqlite.connection import Store
from campaign.journal.sqlite.stop_list import SqliteStopList
from campaign.sending.concurrency import Pace
from tests.fakes import Crash, World, chunked, recipients
from tests.invariants import broken
from tests.seeds.gateway import ScriptedGateway
from tests.seeds.line import leading_to
from tests.seeds.script import ALIVE, Script, script_of

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a disk takes hours
DIED_WRITING = "P1-P6 dies at a write of the journal"
LYING_ABOUT_IDS = "G10 smscId of another"
_POLLS = 3
_BETWEEN_POLLS_S = 900.0


@dataclass(frozen=True, slots=True)
class UnknownAttempt:
    """An attempt that left recipients unknown."""

    members: int
    taken: int
    """How many members the gateway took."""
    unknown: int
    """How many members the answer left unknown."""
    unknown_taken: int
    """How many of these the gateway took."""
    learned: int
    """How many of the latter the journal knows in the end, without an operator."""
    held: int
    """How many of the unknown are held in the end; `held_taken` of them the gateway took."""
    held_taken: int
    cause: str
    """What met the request first."""
    resent: int
    """How many of the unknown are in a later attempt that reached its commit point."""
    alive: bool
    """The queue reports all to a reader that saves the answer."""
    echoes: bool
    """status.json names clientIds."""
    crashed: bool
    """Some process of this campaign crashed."""

    @property
    def whole(self) -> bool:
        """The gateway took all members: as many ids as members prove it."""
        return self.taken == self.members

    @property
    def resolved(self) -> bool:
        return self.learned == self.unknown_taken


@dataclass(frozen=True, slots=True)
class Counts:
    """What one seed or many came to; those from `duplicates` to `stuck` must be nothing."""

    recipients: int
    requests: int
    crashes: int
    """Processes that died."""
    take_overs: int
    """Drivers that were frozen and taken over."""
    duplicates: int
    """Copies too many in the ledger."""
    false_accepted: int
    """Recipients reported as taken that the ledger does not know."""
    false_refused: int
    """Recipients reported as refused, or on the stop-list, that it knows."""
    false_final: int
    """A final status that is not that of the message (except where the gateway itself gave a
    message the id of another)."""
    skipped: int
    """Recipients of the file that are not in the report."""
    stuck: int
    """Recipients still pending, and attempts still open, after the last resume."""
    held: int
    """Recipients unknown at the end."""
    held_taken: int
    """How many of them the gateway took."""


@dataclass(frozen=True, slots=True)
class Outcome(Counts):
    """What one seed came to."""

    seed: int
    invariants: tuple[str, ...]
    """Queries over the journal that found something."""
    strange: tuple[str, ...]
    """Requests that no decent client makes."""
    unknowns: tuple[UnknownAttempt, ...]
    injected: tuple[tuple[str, int], ...]
    """(what went wrong, how often)."""

    @property
    def promise_kept(self) -> bool:
        wrong = self.duplicates + self.false_accepted + self.false_refused + self.false_final
        resent = sum(one.resent for one in self.unknowns)
        return not (wrong or self.skipped or self.stuck or self.invariants or self.strange
                    or resent)  # fmt: skip


class Campaign:
    """One world under one script."""

    def __init__(self, script: Script, path: Path) -> None:
        self.script = script
        self.gateway = ScriptedGateway(script)
        self.gateway.take_over = self._take_over
        self.gateway.put_on_the_stop_list = self._put_on_the_stop_list
        self.world = World(path, self.gateway, pace=Pace(script.workers))
        self.crashes = 0
        self.take_overs = 0
        self.broken: list[str] = []

    def run(self) -> Outcome:
        """To the end."""
        random.seed(self.script.seed)  # the jitter of the retries
        with leading_to(self.gateway):
            self._until_done()
            self.gateway.take_what_was_late(all_of_it=True)
            self._poll()
        self.broken += broken(self.world.path, at_rest=True)
        return self._count()

    def _until_done(self) -> None:
        points = iter(self.script.crash_points)
        script = self.script
        troubles = len(script.faults) + len(script.crash_points) + len(script.freezes)
        for _ in range(troubles + len(script.stops) + 3):
            if self._process(next(points, None)):
                return
            self.broken += broken(self.world.path)

    def _process(self, crash_point: int | None) -> bool:
        """One process; whether it ended with nothing left to send."""
        self.world.clock.stop_after_s = None
        try:
            with self.world.process(crash_point=crash_point) as journal:
                ending = self.world.drive(journal)
                self.world.pass_over(journal)
        except Crash:
            self.crashes += 1
            self.gateway.injected[DIED_WRITING] += bool(
                self.world.store is not None and self.world.store.dead
            )
            return False
        except JournalError:  # it was taken over
            return False
        return ending.error is None and not ending.interrupted

    def _poll(self) -> None:
        """Resume once more, and read statuses until nothing new can come.

        A program that still sends here, and dies of it, has left recipients pending: that counts.
        """
        self.world.clock.stop_after_s = None
        with suppress(Crash, JournalError), self.world.process() as journal:
            self.world.drive(journal)
            for _ in range(_POLLS):
                self.world.clock.passed_s += _BETWEEN_POLLS_S
                self.world.pass_over(journal)

    def _take_over(self) -> None:
        self.take_overs += 1
        other = World(self.world.path, self.gateway, self.world.clock, pace=self.world.pace)
        with suppress(Crash, JournalError):
            other.resume()

    def _put_on_the_stop_list(self, order: int) -> None:
        """As `campaign stoplist add` does while the run goes on."""
        store = Store(self.world.path)
        try:
            SqliteStopList(store, self.world.clock).add(
                [Phone(f"+7916{order:07d}")], operator="reader", why="asked"
            )
        finally:
            store.close()

    def _count(self) -> Outcome:
        statuses, taken = self.world.statuses(), self.gateway.times_taken()
        held = {one for one, status in statuses.items() if status is Status.UNKNOWN}
        with closing(sqlite3.connect(self.world.path)) as journal:
            (open_attempts,) = journal.execute(
                "SELECT count(*) FROM attempt WHERE state IN('prepared','in_flight','replied')"
            ).fetchone()
            unknowns = tuple(self._unknowns(journal, statuses))
        return Outcome(
            seed=self.script.seed,
            recipients=self.script.recipients,
            requests=len(self.gateway.sends),
            crashes=self.crashes,
            take_overs=self.take_overs,
            duplicates=sum(copies - 1 for copies in taken.values() if copies > 1),
            false_accepted=sum(status in HANDED_OVER and not taken[one] for one, status in statuses.items()),
            false_refused=sum(
                status in {Status.REFUSED, Status.STOPPED} and taken[one] > 0
                for one, status in statuses.items()
            ),
            false_final=sum(self._is_false_end(one, status) for one, status in statuses.items()),
            skipped=self.script.recipients - len(statuses),
            stuck=open_attempts + sum(status is Status.PENDING for status in statuses.values()),
            invariants=tuple(self.broken),
            strange=tuple(self.gateway.strange),
            held=len(held),
            held_taken=sum(taken[one] > 0 for one in held),
            unknowns=unknowns,
            injected=tuple(sorted(self.gateway.injected.items())),
        )

    def _is_false_end(self, client_id: str, status: Status) -> bool:
        """Whether the report says that a message ended otherwise than it did."""
        truth = {
            Status.DELIVERED if self.gateway.end_of(line.smsc_id) == "delivered" else Status.UNDELIVERED
            for line in self.gateway.ledger
            if line.client_id == client_id and self.gateway.causes.get(line.queue_name) != LYING_ABOUT_IDS
        }
        return status in {Status.DELIVERED, Status.UNDELIVERED} and bool(truth) and status not in truth

    def _unknowns(self, journal: sqlite3.Connection, statuses: dict[str, Status]) -> Iterator[UnknownAttempt]:
        """Attempts with unknown recipients, by the journal and by the answers."""
        by_queue: dict[str, set[str]] = {}
        held: dict[int, set[str]] = {}
        for number, name in journal.execute("SELECT attempt_id,client_id FROM message WHERE state='unknown'"):
            held.setdefault(number, set()).add(name)
        for line in self.gateway.ledger:
            by_queue.setdefault(line.queue_name, set()).add(line.client_id)
        attempts = [
            (number, queue, state, code, committed, {f"c{order}" for order in json.loads(members)})
            for number, queue, state, code, committed, members in journal.execute(
                "SELECT attempt_id,queue_name,state,code,committed_us,members FROM attempt"
            )
        ]
        for number, queue, state, code, _, members in attempts:
            # The journal may reject what the answer says: an id that is another recipient's already.
            unknown = self.gateway.unknown.get(queue, set()) | held.get(number, set())
            if state == "unknown" and code == "killed":
                unknown = members
            elif state not in {"unknown", "answered"}:
                continue
            if not unknown:
                continue
            taken = by_queue.get(queue, set())
            later = [one for other, _, _, _, committed, others in attempts
                     if other > number and committed for one in others & unknown]  # fmt: skip
            yield UnknownAttempt(
                members=len(members),
                taken=len(taken),
                unknown=len(unknown),
                unknown_taken=len(unknown & taken),
                learned=sum(statuses[one] in HANDED_OVER for one in unknown & taken),
                held=sum(statuses[one] is Status.UNKNOWN for one in unknown),
                held_taken=sum(statuses[one] is Status.UNKNOWN for one in unknown & taken),
                cause=self.gateway.causes.get(queue, DIED_WRITING),
                resent=len(later),
                alive=self.script.queue in ALIVE,
                echoes=self.script.echoes,
                crashed=self.crashes > 0,
            )


def run_seed(seed: int, templates: Path) -> Outcome:
    """One seed in a journal of its own.

    `templates` is a folder for planned journals to copy, which saves half of the time.
    """
    script = script_of(seed)
    template = templates / f"planned-{script.recipients}-{script.chunk}.db"
    if not template.exists():
        World(template).plan(chunked(recipients(script.recipients), script.chunk))
    with TemporaryDirectory(prefix="seed", dir=MEMORY) as folder:
        path = Path(folder) / "journal.db"
        shutil.copy(template, path)
        return Campaign(script, path).run()


class LockOfThreads:
    """Stands in for `filelock.FileLock` where all drivers live in one process."""

    _lock = Lock()

    def __init__(self, *_: object, **__: object) -> None:
        """Whatever the file's name is, there is one lock."""

    def acquire(self, timeout: float = -1) -> None:
        if not self._lock.acquire(timeout=timeout):
            raise Timeout("journal.write-lock")

    def release(self) -> None:
        self._lock.release()


@contextmanager
def in_one_process() -> Iterator[None]:
    """The lock between processes costs 40 % of a seed, and here there is only one process."""
    with patch("campaign.journal.sqlite.lock.FileLock", LockOfThreads):
        yield


def run_seeds(seeds: Iterable[int]) -> Iterator[Outcome]:
    """One after the other."""
    with TemporaryDirectory(prefix="seeds", dir=MEMORY) as folder, in_one_process():
        for seed in seeds:
            yield run_seed(seed, Path(folder))
