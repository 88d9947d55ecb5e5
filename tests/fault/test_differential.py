"""A run that was hurt where nothing can be in doubt ends exactly like one that was not.

The hurt one meets crashes and faults of the class "certainly not sent"; what is compared is the
journal, the report and the gateway's ledger, without numbers and times that cannot be the same.
"""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest

from campaign.engines.local import Pace
from campaign.model import HANDED_OVER, ReportRow
from tests.fakes import (
    RUN,
    Books,
    Crash,
    CrashingStore,
    FakeGateway,
    Fault,
    World,
    bad_row,
    chunked,
    people,
)
from tests.invariants import broken
from tests.seeds.run import in_one_process

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a disk takes minutes
T = TypeVar("T")
NOT_SENT = [
    Fault.NONE,
    Fault.NOT_REACHED,
    Fault.BROKEN_BY_LAST_BYTE,
    Fault.BUSY,
    Fault.BUSY_FOR_7_S,
    Fault.EARLY_401,
    Fault.LOGIN_401,
    Fault.NOT_FOUND,
    Fault.BAD_CERTIFICATE,
    Fault.CRASH_UNARMED,
]
IN_CI = range(1, 31)
LONG = range(1, 3_001)


class MercifulStore(CrashingStore):
    """Dies at its point (as `CrashingStore`), but later when a request may be on its way then.

    A crash while an attempt is in doubt would be of another class.
    """

    def __init__(self, path: Path, point: int | None) -> None:
        super().__init__(path)
        self._due = point

    def write(self, work: Callable[..., T]) -> T:
        """Store, and die before or after it."""
        number = self.writes
        if self._due is not None and self._due <= 2 * number and not self._in_doubt():
            self._point = 2 * number
        result = super().write(work)
        if self._due is not None and self._due <= 2 * number + 1 and not self._in_doubt():
            self.dead = True
            raise Crash(f"after write {number}")
        return result

    def _in_doubt(self) -> bool:
        with closing(sqlite3.connect(self.path)) as books:
            (count,) = books.execute(
                "SELECT count(*) FROM attempt WHERE state='in_doubt'"
            ).fetchone()
        return bool(count)


@dataclass(frozen=True, slots=True)
class Course:
    """Number of people, size of chunks, and what goes wrong."""

    people: int
    chunk: int
    faults: tuple[Fault, ...]
    crash_points: tuple[int, ...]


def course_of(seed: int) -> Course:
    chance = random.Random(seed)  # noqa: S311  # misfortunes, no secret
    return Course(
        people=chance.randint(1, 10),
        chunk=chance.randint(1, 4),
        faults=tuple(chance.choice(NOT_SENT) for _ in range(chance.randint(0, 8))),
        crash_points=tuple(chance.randrange(30) for _ in range(chance.randint(0, 4))),
    )


@dataclass(frozen=True, slots=True)
class End:
    """What two runs must have in common."""

    messages: tuple[tuple[object, ...], ...]
    attempts: tuple[tuple[object, ...], ...]
    run: tuple[object, ...]
    report: tuple[ReportRow, ...]
    ledger: tuple[str, ...]


def go(course: Course, path: Path, *, hurt: bool) -> tuple[End, int]:
    """To the end; returns it and the number of crashes."""
    world = World(path, FakeGateway(list(course.faults) if hurt else []), pace=Pace(1))
    world.plan([*chunked(people(course.people), course.chunk), bad_row(99)])
    points = iter(course.crash_points if hurt else ())
    crashes = 0
    for _ in range(len(course.faults) + len(course.crash_points) + 2):
        store = MercifulStore(path, next(points, None))
        try:
            ending = world.drive(books := Books(store, world.clock))
            world.pass_over(books)
            done = ending.error is None and not ending.interrupted
        except Crash:
            crashes, done = crashes + 1, False
        finally:
            store.close()
        if done:
            break
    world.clock.passed_s += 60
    world.resume()
    assert broken(path, at_rest=True) == []
    return end_of(world), crashes


def end_of(world: World) -> End:
    """Journal, report and ledger without ids of the gateway, times and tries."""
    with closing(sqlite3.connect(world.path)) as journal:
        messages = journal.execute(
            "SELECT ord,chunk_no,client_id,phone,text,sender,segments,send_at_us,state,code,word,"
            "sms_count,cost_micro FROM message ORDER BY ord"
        ).fetchall()
        attempts = journal.execute(
            "SELECT chunk_no,state,members,member_count,code FROM attempt "
            "WHERE state NOT IN('not_sent','refused') ORDER BY chunk_no"
        ).fetchall()
        run = journal.execute("SELECT state,row_count,chunk_count FROM run").fetchone()
    with world.process() as books, books.reports.view(RUN) as view:
        report = [
            replace(row, smsc_id="", handed_over_at=None, final_at=None) for row in view.rows()
        ]
    ledger = [line.client_id for line in world.gateway.ledger]
    return End(tuple(messages), tuple(attempts), run, tuple(report), tuple(ledger))


def compare(seed: int) -> int:
    """One seed; returns how many crashes it had."""
    course = course_of(seed)
    with TemporaryDirectory(prefix="differential", dir=MEMORY) as folder, in_one_process():
        calm, _ = go(course, Path(folder) / "calm.db", hurt=False)
        hurt, crashes = go(course, Path(folder) / "hurt.db", hurt=True)
    assert hurt == calm, f"seed {seed}: {course}"
    assert all(row.fate in HANDED_OVER for row in calm.report[:-1])
    return crashes


def test_crashes_and_faults_that_send_nothing_leave_no_trace() -> None:
    assert sum(compare(seed) for seed in IN_CI) > 15


@pytest.mark.sweep
@pytest.mark.timeout(1800)
def test_thousands_of_them_leave_no_trace() -> None:
    assert sum(compare(seed) for seed in LONG) > 1_500
