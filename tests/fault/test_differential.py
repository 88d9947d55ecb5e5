"""A run that was hurt ends like one that was not.

Exactly so after crashes and faults of the class "certainly not sent": journal, report and the
gateway's ledger are compared, without numbers and times that cannot be the same. After faults that
leave a status unknown, an operator who asks the gateway's ledger brings everybody to the same end.
The real client, journal, engine and verdicts; only sockets, clock and death are the test's.
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

from campaign.domain import HANDED_OVER, ReportRow
from campaign.sending.concurrency import Pace
from tests.fakes import RUN, Crash, CrashingStore, OpenJournal, World, bad_row, chunked, recipients
from tests.invariants import broken
from tests.seeds.faults import FAULTS, Takes
from tests.seeds.gateway import ScriptedGateway
from tests.seeds.line import leading_to
from tests.seeds.run import in_one_process
from tests.seeds.script import Queue, Script

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a disk takes minutes
T = TypeVar("T")
_CERTAIN = {"P2", "N1", "N2", "N4", "N5", "N11", "N12", "N13", "G16"}
NOT_SENT = [fault.id for fault in FAULTS if fault.row in _CERTAIN]
_UNKNOWN = {"P4", "N6", "N7", "N9", "N14", "N15", "G17", "G19"}
UNKNOWN = [fault.id for fault in FAULTS if fault.row in _UNKNOWN and fault.takes in {Takes.ALL, Takes.NONE}]
IN_CI = range(1, 31)
LONG = range(1, 3_001)


class MercifulStore(CrashingStore):
    """Dies at its point (as `CrashingStore`), but later when a request may be on its way then."""

    def __init__(self, path: Path, point: int | None) -> None:
        super().__init__(path)
        self._due = point

    def write(self, work: Callable[..., T]) -> T:
        number = self.writes
        if self._due is not None and self._due <= 2 * number and not self._unknown():
            self._point = 2 * number
        result = super().write(work)
        if self._due is not None and self._due <= 2 * number + 1 and not self._unknown():
            self.dead = True
            raise Crash(f"after write {number}")
        return result

    def _unknown(self) -> bool:
        query = "SELECT count(*) FROM attempt WHERE state='in_flight'"
        with closing(sqlite3.connect(self.path)) as opened:
            return bool(opened.execute(query).fetchone()[0])


@dataclass(frozen=True, slots=True)
class Course:
    """Number of recipients, size of chunks, and what goes wrong."""

    seed: int
    recipients: int
    chunk: int
    faults: tuple[str, ...]
    crash_points: tuple[int, ...]


def course_of(seed: int, kinds: list[str]) -> Course:
    chance = random.Random(seed)  # noqa: S311  # misfortunes, no secret
    return Course(
        seed=seed,
        recipients=chance.randint(1, 10),
        chunk=chance.randint(1, 4),
        faults=tuple(chance.choice(["", *kinds]) for _ in range(chance.randint(0, 8))),
        crash_points=tuple(chance.randrange(30) for _ in range(chance.randint(0, 4))),
    )


@dataclass(frozen=True, slots=True)
class End:
    """What two runs must have in common."""

    messages: tuple[tuple[object, ...], ...]
    attempts: tuple[tuple[object, ...], ...]
    run: tuple[object, ...]
    report: tuple[ReportRow, ...]
    sent_before: tuple[str, ...]


def gateway_of(course: Course, queue: Queue, *, hurt: bool) -> ScriptedGateway:
    return ScriptedGateway(
        Script(
            seed=course.seed,
            recipients=course.recipients,
            chunk=course.chunk,
            faults=course.faults if hurt else (),
            crash_points=(),
            freezes={},
            stops=frozenset(),
            stopped={},
            queue=queue,
            dialect="prostor",
            echoes=False,
            workers=1,
            lose_statuses=False,
        )
    )


def go(course: Course, path: Path, *, hurt: bool) -> tuple[End, int]:
    """To the end; returns it and the number of crashes."""
    world = World(path, gateway := gateway_of(course, Queue.ONCE, hurt=hurt), pace=Pace(1))
    world.plan([*chunked(recipients(course.recipients), course.chunk), bad_row(99)])
    with leading_to(gateway):
        crashes = until_done(world, course, hurt=hurt)
        world.clock.passed_s += 60
        world.resume()
    assert broken(path, at_rest=True) == []
    return end_of(world), crashes


def until_done(world: World, course: Course, *, hurt: bool) -> int:
    """Resume until nobody is left to send to; returns the number of crashes at a write."""
    points = iter(course.crash_points if hurt else ())
    crashes = 0
    for _ in range(len(course.faults) + len(course.crash_points) + 2):
        store = MercifulStore(world.path, next(points, None))
        try:
            ending = world.drive(opened := OpenJournal.over(store, world.clock))
            world.pass_over(opened)
            done = ending.error is None and not ending.interrupted
        except Crash:
            crashes, done = crashes + store.dead, False
        finally:
            store.close()
        if done:
            break
    return crashes


def end_of(world: World) -> End:
    """Journal, report and ledger without ids of the gateway, times and tries."""
    with closing(sqlite3.connect(world.path)) as journal:
        messages = journal.execute(
            "SELECT position,chunk_no,client_id,phone,text,sender,segments,send_at_us,state,code,status_text,"
            "sms_count,cost_micro FROM message ORDER BY position"
        ).fetchall()
        attempts = journal.execute(
            "SELECT chunk_no,state,members,member_count,code FROM attempt "
            "WHERE state NOT IN('not_sent','refused') ORDER BY chunk_no"
        ).fetchall()
        run = journal.execute("SELECT state,row_count,chunk_count FROM run").fetchone()
    with world.process() as opened, opened.reports.view(RUN) as view:
        report = [
            replace(row, smsc_id="", attempt_id=None, handed_over_at=None, final_at=None)
            for row in view.rows()
        ]
    sent_before = [line.client_id for line in world.gateway.ledger]
    return End(tuple(messages), tuple(attempts), run, tuple(report), tuple(sent_before))


def compare(seed: int) -> int:
    """One seed; returns how many crashes it had."""
    course = course_of(seed, NOT_SENT)
    with TemporaryDirectory(prefix="differential", dir=MEMORY) as folder, in_one_process():
        calm, _ = go(course, Path(folder) / "calm.db", hurt=False)
        hurt, crashes = go(course, Path(folder) / "hurt.db", hurt=True)
    assert hurt == calm, f"seed {seed}: {course}"
    assert all(row.status in HANDED_OVER for row in calm.report[:-1])
    return crashes


def settle_by_the_ledger(seed: int) -> int:
    """One seed; an operator knows the truth. Returns how many attempts were unknown."""
    course = course_of(seed, UNKNOWN)
    with TemporaryDirectory(prefix="differential", dir=MEMORY) as folder, in_one_process():
        path = Path(folder) / "doubt.db"
        world = World(path, gateway := gateway_of(course, Queue.SILENT, hurt=True), pace=Pace(1))
        world.plan(chunked(recipients(course.recipients), course.chunk))
        asked = 0
        with leading_to(gateway):
            for _ in range(len(course.faults) + 2):
                until_done(world, course, hurt=True)
                asked += ask_the_ledger(world)
        assert broken(path, at_rest=True) == []
        statuses, taken = world.statuses(), gateway.times_taken()
    assert all(status in HANDED_OVER for status in statuses.values()), f"seed {seed}: {course}"
    assert set(taken.values()) == {1}, f"seed {seed}: {course}"
    assert set(taken) == set(statuses)
    assert len(statuses) == course.recipients
    return asked


def ask_the_ledger(world: World) -> int:
    """Resolve every unknown attempt by what is true."""
    taken = {line.queue_name for line in world.gateway.ledger}
    with world.process() as opened:
        unknowns = opened.unknown
        with opened.store.read() as journal:
            queues = dict(journal.execute("SELECT attempt_id,queue_name FROM attempt").fetchall())
        for unknown in (found := unknowns.of(RUN)):
            sent = queues[unknown.attempt_id] in taken
            unknowns.resolve(RUN, unknown.attempt_id, sent=sent, operator="t", why="asked")
    return len(found)


def test_crashes_and_faults_that_send_nothing_leave_no_trace() -> None:
    assert sum(compare(seed) for seed in IN_CI) > 15


def test_an_operator_who_knows_the_truth_brings_everybody_there_once() -> None:
    assert sum(settle_by_the_ledger(seed) for seed in IN_CI[:15]) > 20


@pytest.mark.sweep
@pytest.mark.timeout(1800)
def test_thousands_of_them_leave_no_trace() -> None:
    assert sum(compare(seed) for seed in LONG) > 1_500


@pytest.mark.sweep
@pytest.mark.timeout(1800)
def test_thousands_of_unknowns_are_settled_by_the_truth() -> None:
    assert sum(settle_by_the_ledger(seed) for seed in LONG) > 3_000
