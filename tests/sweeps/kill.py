"""Kill -9 before every effect of a command, resume, and compare with the gateway's ledger.

A story runs once untouched to count its effects; then once for every number, with the kill there.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from campaign.errors import Exit
from tests.foreign.gateway import Dialect
from tests.sweeps.ptrace import Blow, Strike
from tests.sweeps.stage import (
    ALL,
    Figures,
    Finding,
    ForkServer,
    Ran,
    Sample,
    Stage,
    fork_servers,
    judged,
    staged,
    swept,
)

_FINAL_AFTER_S = 0.5
_BEYOND = 8
"""Numbers tried past the last effect: another timing makes a call more or less."""


@dataclass(frozen=True, slots=True)
class Story:
    """What happens before the blow, and the command that is struck."""

    name: str
    count: int
    before: Callable[[Stage], None]
    struck: Callable[[Stage, Strike], Ran]
    dialect: Dialect = Dialect.PROSTOR
    echo: bool = False
    status_delay_s: float = 0.0
    options: tuple[str, ...] = ("--concurrency", "1")

    @contextmanager
    def staged(self, folder: Path, forks: ForkServer, *, mutant: str = "") -> Iterator[Stage]:
        """A stage on which `before` has happened."""
        with staged(
            folder,
            forks,
            count=self.count,
            dialect=self.dialect,
            echo=self.echo,
            status_delay_s=self.status_delay_s,
            options=self.options,
            mutant=mutant,
        ) as stage:
            self.before(stage)
            yield stage


def _nothing(stage: Stage) -> None:
    del stage


def _answer_lost(stage: Stage) -> None:
    """Dead with the last byte sent and the reply unread."""
    stage.run(Strike(Blow.KILL, at=1, calls=frozenset({"recvfrom"})))
    stage.await_open_requests()


def _dead_in_the_second_chunk(stage: Stage) -> None:
    """One chunk done; the second prepared, its body not whole, before the commit point."""
    stage.run(Strike(Blow.KILL, at=2, calls=frozenset({"connect"})))
    stage.await_open_requests()


def _handed_over(stage: Stage) -> None:
    """All sent, every status final at the gateway, and none of them known here."""
    stage.run()
    stage.rows.unlink(missing_ok=True)
    time.sleep(_FINAL_AFTER_S)


STORIES: tuple[Story, ...] = (
    Story("run, 3 chunks", 401, _nothing, Stage.run),
    Story("run, 2 workers", 201, _nothing, Stage.run, Dialect.IQSMS, options=("--concurrency", "2")),
    Story("resume after a lost answer", 12, _answer_lost, Stage.resume, echo=True),
    Story("resume after a lost answer, iqsms", 12, _answer_lost, Stage.resume, Dialect.IQSMS),
    Story("resume in the second chunk", 201, _dead_in_the_second_chunk, Stage.resume),
    Story("statuses and report", 12, _handed_over, Stage.report, status_delay_s=_FINAL_AFTER_S,
          options=("--concurrency", "1", "--wait", "0")),
)  # fmt: skip


def effects_of(story: Story, folder: Path, forks: ForkServer) -> int:
    """How many effects the untouched command has."""
    with story.staged(folder / "unhurt", forks) as stage:
        ran = story.struck(stage, Strike())
        assert ran.code in {Exit.DONE, Exit.SOME_NOT_REACHED, Exit.UNKNOWN}, ran.err
        return ran.answer["effects"]


def kill_sweep(story: Story, folder: Path, sample: Sample = ALL) -> Figures:
    """Kill at every effect of the story's command, or at a sample of them."""
    with fork_servers(1) as (forks,):
        last = effects_of(story, folder, forks) + _BEYOND
    return swept(
        story.name, sample.seed(last), sample, sample.numbers(last),
        lambda own, number: kill_at(story, folder / f"{number}", own, number),
    )  # fmt: skip


def kill_at(story: Story, folder: Path, forks: ForkServer, number: int) -> Finding:
    """One kill, and all that comes after it."""
    with story.staged(folder, forks) as stage:
        struck = story.struck(stage, Strike(Blow.KILL, at=number))
        wrong = _torn_reports(stage)
        return judged(stage, f"{story.name}: effect {number}", struck, wrong=wrong)


def _torn_reports(stage: Stage) -> list[str]:
    """A report is there whole, or not at all."""
    if not stage.rows.exists():
        return []
    lines = stage.rows.read_bytes().splitlines(keepends=True)
    if len(lines) == len(stage.recipients) and lines[-1].endswith(b"\n"):
        return []
    return [f"a torn report of {len(lines)} lines"]
