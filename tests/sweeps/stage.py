"""One story: recipients, an independent gateway, a command that is struck, and what is true then.

The judge knows only the gateway's ledger, the recipients of the file and the program's report.
"""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import TypeVar, cast

from campaign.errors import Exit
from tests.foreign.driver import ReportRow, read_rows
from tests.foreign.gateway import LOGIN, PASSWORD, Dialect, ForeignGateway
from tests.foreign.recipients import TEMPLATE, Recipient, recipients, write_csv
from tests.invariants import broken
from tests.sweeps.child import Answer, Order
from tests.sweeps.ptrace import Strike

ROOT = Path(__file__).resolve().parents[2]
HANDED_OVER = frozenset({"accepted", "delivered", "undelivered", "no_final_status"})
MOST_RESUMES = 6
"""How often `resume` may end with more to do."""

R = TypeVar("R")
W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Sample:
    """Which blows of a sweep are struck: the first, and every `step`-th after it.

    Attributes:
        workers: Stories at the same time, each in a process of its own that forks.
        at_most_s: What has not begun by then is left out.
    """

    step: int = 1
    first: int = 1
    workers: int = 2
    at_most_s: float | None = None

    def numbers(self, last: int) -> range:
        """The numbers up to the last one."""
        return range(self.first, last + 1, self.step)

    def seed(self, last: int) -> str:
        """How to strike the same ones again."""
        return f"{self.first}..{last} step {self.step}"


ALL = Sample()


class ForkServer:
    """A running `child`; orders from one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sweeps.child"],
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8",
                 "PYTHONPATH": f"{ROOT}", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip

    def run(self, order: Order) -> Answer:
        """One command, to its end."""
        with self._lock:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process that forks has died: {self._process.wait(30)}")
        return cast("Answer", json.loads(line))

    def close(self) -> None:
        """End it."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait(timeout=30)


@contextmanager
def fork_servers(count: int) -> Iterator[list[ForkServer]]:
    """Several of them, ended afterwards."""
    made = [ForkServer() for _ in range(count)]
    try:
        yield made
    finally:
        for one in made:
            one.close()


def spread(sample: Sample, work: Iterable[W], do: Callable[[ForkServer, W], R]) -> list[R]:
    """Do all work in processes that fork; what has not begun in time is left out."""
    deadline_s = None if sample.at_most_s is None else time.monotonic() + sample.at_most_s
    items = iter(list(work))
    taking = threading.Lock()

    def work_off(forks: ForkServer) -> list[R]:
        done = []
        while deadline_s is None or time.monotonic() < deadline_s:
            with taking:
                try:
                    item = next(items)
                except StopIteration:
                    break
            done.append(do(forks, item))
        return done

    with fork_servers(sample.workers) as made, ThreadPoolExecutor(sample.workers) as pool:
        return [result for part in pool.map(work_off, made) for result in part]


@dataclass(frozen=True, slots=True)
class Ran:
    """One command that came to its end, or was ended."""

    answer: Answer
    out: str
    err: str

    @property
    def code(self) -> int:
        """Exit code; the negative signal number of a killed one."""
        return self.answer["code"]

    @property
    def statuses(self) -> dict[str, int]:
        """Of the --json object; empty when there is none."""
        with suppress(ValueError, KeyError, TypeError):
            return {status: int(count) for status, count in json.loads(self.out)["statuses"].items()}
        return {}


@dataclass(slots=True)
class Stage:
    """A folder with a file of recipients, a journal, and a gateway."""

    folder: Path
    gateway: ForeignGateway
    recipients: Sequence[Recipient]
    forks: ForkServer
    options: Sequence[str] = ()
    mutant: str = ""
    password: str = PASSWORD
    commands: int = 0
    sends_begun_s: list[float] = field(default_factory=list)

    @property
    def journal(self) -> Path:
        """The SQLite file."""
        return self.folder / "journal" / "campaign.db"

    @property
    def rows(self) -> Path:
        """The report that every command writes."""
        return self.folder / "rows.jsonl"

    def run(self, strike: Strike | None = None, *more: str) -> Ran:
        """`campaign run FILE`."""
        return self._call(("run", "people.csv", "--text", TEMPLATE, "--yes", *self._sending(), *more), strike)

    def resume(self, strike: Strike | None = None, *more: str) -> Ran:
        """`campaign resume`."""
        return self._call(("resume", "--yes", *self._sending(), *more), strike)

    def report(self, strike: Strike | None = None, *more: str) -> Ran:
        """`campaign report`."""
        return self._call(("report", *self._asking(), *self._writing(), *more), strike)

    def await_open_requests(self) -> None:
        """Wait for what a dead process had handed to its kernel."""
        time.sleep(0.02)
        deadline_s = time.monotonic() + 5
        while time.monotonic() < deadline_s and any(
            seen.ended_at_s is None for seen in list(self.gateway.sends)
        ):
            time.sleep(0.005)

    def _call(self, argv: Sequence[str], strike: Strike | None) -> Ran:
        self.commands += 1
        out = self.folder / f"{self.commands}.stdout"
        err = self.folder / f"{self.commands}.stderr"
        asked: dict[str, object] | None = None
        if strike is not None:
            asked = asdict(strike) | {"calls": sorted(strike.calls)}
        answer = self.forks.run(
            Order(
                argv=list(argv),
                folder=f"{self.folder}",
                env=self._environment(),
                out=f"{out}",
                err=f"{err}",
                strike=asked,
                mutant=self.mutant,
            )
        )
        return Ran(answer, out.read_text("utf-8"), err.read_text("utf-8"))

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": f"{self.folder / 'home'}",
            "TMPDIR": f"{self.folder / 'tmp'}",
            "LANG": "C.UTF-8",
            "CAMPAIGN_LOGIN": LOGIN,
            "CAMPAIGN_PASSWORD": self.password,
        }

    def _asking(self) -> tuple[str, ...]:
        return (
            "--store", f"{self.journal}", "--gateway", self.gateway.dialect.value,
            "--gateway-url", self.gateway.url, "--json",
        )  # fmt: skip

    def _writing(self) -> tuple[str, ...]:
        return ("--format", "jsonl", "-o", f"{self.rows}")

    def _sending(self) -> tuple[str, ...]:
        return (*self._asking(), *self._writing(), "--wait", "0.6s", "--poll", "0.1s",
                *self.options)  # fmt: skip


@contextmanager
def staged(  # noqa: PLR0913 - what makes a story, all by keyword
    folder: Path,
    forks: ForkServer,
    *,
    count: int,
    dialect: Dialect = Dialect.PROSTOR,
    echo: bool = False,
    status_delay_s: float = 0.0,
    options: Sequence[str] = ("--concurrency", "1"),
    mutant: str = "",
    keep: bool = False,
) -> Iterator[Stage]:
    """A fresh stage while the block runs; its folder goes with it."""
    for name in ("journal", "home", "tmp"):
        (folder / name).mkdir(parents=True)
    of_file = recipients(count)
    write_csv(folder / "people.csv", of_file)
    with ForeignGateway(dialect, status_echo=echo, status_delay_s=status_delay_s) as gateway:
        stage = Stage(folder, gateway, of_file, forks, options, mutant)

        def watch(_number: int) -> None:
            stage.sends_begun_s.append(time.monotonic())

        gateway.faults = watch
        yield stage
    if not keep:
        rmtree(folder)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the judge found at one point.

    Attributes:
        point: Which blow of which story: enough to repeat it.
        duplicates: Recipients whom the gateway accepted more than once.
        false_accepted: Reported as accepted, and were not.
        false_refused: Reported as rejected, and were accepted.
        skipped: In no report, or neither accepted nor unknown at the end.
        stuck: Pending at the end, or in an attempt that is still open.
        held: Unknown at the end; `held_taken` of them the gateway has.
        unknown_attempts: Attempts whose reply was lost; `unknown_taken` of them were accepted, and
            of those `resolved` without an operator.
        sent_again: Unknown attempts that were not accepted and were sent again anyway.
        wrong: Invariants that do not hold, and whatever else a story forbids.
    """

    point: str
    call: str = ""
    died: bool = False
    recipients: int = 0
    duplicates: int = 0
    false_accepted: int = 0
    false_refused: int = 0
    skipped: int = 0
    stuck: int = 0
    held: int = 0
    held_taken: int = 0
    unknown_attempts: int = 0
    unknown_taken: int = 0
    resolved: int = 0
    sent_again: int = 0
    resume_s: float = 0.0
    code: int = 0
    wrong: tuple[str, ...] = ()

    @property
    def bad(self) -> bool:
        """Whether a promise is broken."""
        return bool(
            self.duplicates + self.false_accepted + self.false_refused + self.skipped
            + self.stuck + self.sent_again or self.wrong
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """Many findings, added up.

    Attributes:
        points: Blows that were struck; a story that ended before its blow is not counted.
        by_call: Points by system call.
        offenders: The findings that break a promise, whole.
    """

    name: str
    seed: str
    points: int
    by_call: tuple[tuple[str, int], ...]
    recipients: int
    duplicates: int
    false_accepted: int
    false_refused: int
    skipped: int
    stuck: int
    held: int
    held_taken: int
    unknown_attempts: int
    unknown_taken: int
    resolved: int
    sent_again: int
    worst_resume_s: float
    seconds: float
    offenders: tuple[Finding, ...]

    @classmethod
    def of(cls, name: str, seed: str, findings: Iterable[Finding], seconds: float) -> "Figures":
        """Add up."""
        found = [one for one in findings if one.died]
        return cls(
            name=name,
            seed=seed,
            points=len(found),
            by_call=tuple(Counter(one.call.partition(" ")[0] for one in found).most_common()),
            worst_resume_s=round(max((one.resume_s for one in found), default=0.0), 2),
            seconds=round(seconds, 1),
            offenders=tuple(one for one in found if one.bad),
            **{name: sum(getattr(one, name) for one in found) for name in _SUMMED},
        )


_SUMMED = ("recipients", "duplicates", "false_accepted", "false_refused", "skipped", "stuck", "held",
           "held_taken", "unknown_attempts", "unknown_taken", "resolved",
           "sent_again")  # fmt: skip


def swept(
    name: str, seed: str, sample: Sample, work: Iterable[W], do: Callable[[ForkServer, W], Finding]
) -> Figures:
    """Strike at every point of `work`, and add up."""
    began_s = time.monotonic()
    findings = spread(sample, work, do)
    return Figures.of(name, seed, findings, time.monotonic() - began_s)


def resume_until_done(stage: Stage) -> tuple[Ran, float]:
    """What an operator does after a crash: the last command, and the seconds of the slowest."""
    worst_s = 0.0
    ran = stage.resume()
    for _ in range(MOST_RESUMES):
        worst_s = max(worst_s, ran.answer["seconds"])
        if ran.code in {Exit.NOTHING_TO_DO, Exit.UNUSABLE_INPUT}:
            if _planned(stage):
                break
            ran = stage.run()  # killed before there was a plan: there is nothing to resume
        elif ran.code in {Exit.UNAVAILABLE, Exit.JOURNAL} or ran.statuses.get("pending"):
            ran = stage.resume()
        else:
            break
    return ran, worst_s


def _planned(stage: Stage) -> bool:
    if not stage.journal.exists():
        return False  # killed before there was a journal; opening it here would create it
    with closing(sqlite3.connect(stage.journal)) as journal:
        return bool(journal.execute("SELECT count(*) FROM run").fetchone()[0])


def judged(stage: Stage, point: str, struck: Ran, *, wrong: Iterable[str] = ()) -> Finding:
    """Resume until nothing is left to do, and compare with the ledger."""
    stage.await_open_requests()
    last, worst_s = resume_until_done(stage)
    report = stage.report(None, "--offline")
    problems = list(wrong)
    if not stage.rows.exists():
        problems.append(f"no report: exit {report.code} {report.err[-300:]}")
        rows: list[ReportRow] = []
    else:
        rows = read_rows(stage.rows)
    problems += broken(stage.journal, at_rest=True)
    if last.code not in {Exit.DONE, Exit.SOME_NOT_REACHED, Exit.UNKNOWN, Exit.NOTHING_TO_DO}:
        problems.append(f"resume ended with {last.code}: {last.err[-300:]}")
    statuses = {row["phone"]: row["status"] for row in rows}
    taken = Counter(entry.phone for entry in stage.gateway.ledger)
    held = {phone for phone, status in statuses.items() if status == "unknown"}
    attempts = _attempts(stage)
    return Finding(
        point=point,
        call=struck.answer["struck"],
        died=bool(struck.answer["struck"]),
        recipients=len(stage.recipients),
        duplicates=sum(count > 1 for count in taken.values()),
        false_accepted=sum(
            status in HANDED_OVER and phone not in taken for phone, status in statuses.items()
        ),
        false_refused=sum(
            status not in HANDED_OVER | {"unknown", "pending"} and phone in taken
            for phone, status in statuses.items()
        ),
        skipped=sum(
            one.phone not in statuses
            or (one.phone not in taken and statuses[one.phone] not in {"unknown", "pending"})
            for one in stage.recipients
        ),
        stuck=sum(status == "pending" for status in statuses.values())
        + sum(one.state in {"prepared", "in_flight", "replied"} for one in attempts),
        held=len(held),
        held_taken=sum(phone in taken for phone in held),
        unknown_attempts=sum(one.unknown for one in attempts),
        unknown_taken=sum(one.unknown and one.taken for one in attempts),
        resolved=sum(one.unknown and one.taken and one.settled for one in attempts),
        sent_again=sum(one.unknown and not one.taken and one.again for one in attempts),
        resume_s=worst_s,
        code=struck.code,
        wrong=tuple(problems),
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    state: str
    unknown: bool
    taken: bool
    settled: bool
    again: bool


def _attempts(stage: Stage) -> list[_Tried]:
    queues = {entry.queue for entry in stage.gateway.ledger}
    with closing(sqlite3.connect(stage.journal)) as journal:
        rows = journal.execute(
            "SELECT queue_name,state,settled_us IS NOT NULL,EXISTS(SELECT 1 FROM attempt b WHERE "
            "b.run_no=a.run_no AND b.chunk_no=a.chunk_no AND b.attempt_id>a.attempt_id) "
            "FROM attempt a"
        ).fetchall()
    return [
        _Tried(
            state=state,
            unknown=state == "unknown",
            taken=queue in queues,
            settled=bool(settled),
            again=bool(again),
        )
        for queue, state, settled, again in rows
    ]
