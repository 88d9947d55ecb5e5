"""A full disk, a broken one, and no more file handles: at the k-th call, once or from there on.

The command must end with an error of its own and its exit code; from the first error of the journal
on nothing new may be sent; and `resume` on a repaired machine skips no recipient and repeats none.
"""

import errno
from dataclasses import dataclass
from pathlib import Path

from campaign.errors import Exit
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

_RECIPIENTS = 201
_WRITES = frozenset({"pwrite64", "write", "ftruncate", "fallocate"})
_SYNCS = frozenset({"fdatasync", "fsync"})
_EXPECTED = frozenset({
    Exit.DONE, Exit.SOME_NOT_REACHED, Exit.UNKNOWN, Exit.JOURNAL, Exit.UNAVAILABLE,
    Exit.UNUSABLE_INPUT,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trouble:
    """What fails, and how.

    Attributes:
        inside: Only files of the journal's folder; else every file of the story, and sockets.
    """

    name: str
    error: int
    calls: frozenset[str]
    onwards: bool
    inside: bool = True


TROUBLES: tuple[Trouble, ...] = (
    Trouble("disk full from the k-th write on", errno.ENOSPC, _WRITES, onwards=True),
    Trouble("disk full at the k-th write", errno.ENOSPC, _WRITES, onwards=False),
    Trouble("EIO from the k-th sync on", errno.EIO, _SYNCS, onwards=True),
    Trouble("EIO at the k-th sync", errno.EIO, _SYNCS, onwards=False),
    Trouble("EIO from the k-th write on", errno.EIO, _WRITES, onwards=True),
    Trouble("EMFILE at the k-th open", errno.EMFILE, frozenset({"openat"}), onwards=False,
            inside=False),
    Trouble("EMFILE at the k-th socket", errno.EMFILE, frozenset({"socket"}), onwards=False,
            inside=False),
)  # fmt: skip


def io_sweep(trouble: Trouble, folder: Path, sample: Sample = ALL) -> Figures:
    """Fail at every such call of one `campaign run` of two chunks, or at a sample of them."""
    with fork_servers(1) as (forks,):
        last = calls_of(trouble, folder, forks)
    return swept(
        trouble.name, sample.seed(last), sample, sample.numbers(last),
        lambda own, number: fail_at(trouble, folder / f"{number}", own, number),
    )  # fmt: skip


def calls_of(trouble: Trouble, folder: Path, forks: ForkServer) -> int:
    """How many such calls an untouched run makes."""
    with staged(folder / "unhurt", forks, count=_RECIPIENTS) as stage:
        strike = _strike(trouble, stage, at=1, onwards=True, blow=Blow.COUNT)
        return stage.run(strike).answer["blows"]


def fail_at(trouble: Trouble, folder: Path, forks: ForkServer, number: int) -> Finding:
    """One failure, and the resume after it."""
    with staged(folder, forks, count=_RECIPIENTS) as stage:
        struck = struck_by(trouble, stage, number)
        wrong = [*_bad_ending(struck), *_sent_afterwards(stage, struck)]
        return judged(stage, f"{trouble.name}: {number}", struck, wrong=wrong)


def struck_by(trouble: Trouble, stage: Stage, number: int) -> Ran:
    """A run with that failure in it."""
    return stage.run(_strike(trouble, stage, at=number, onwards=trouble.onwards, blow=Blow.FAIL))


def _strike(trouble: Trouble, stage: Stage, *, at: int, onwards: bool, blow: Blow) -> Strike:
    return Strike(
        blow=blow,
        at=at,
        onwards=onwards,
        error=trouble.error,
        calls=trouble.calls,
        within=f"{stage.journal.parent}" if trouble.inside else "",
    )


def _bad_ending(struck: Ran) -> list[str]:
    """A traceback, or an exit code without a meaning."""
    found = []
    if struck.code not in _EXPECTED:
        found.append(f"exit {struck.code}: {struck.err[-400:]}")
    elif "Traceback" in struck.err:
        found.append(f"a traceback: {struck.err[-400:]}")
    return found


def _sent_afterwards(stage: Stage, struck: Ran) -> list[str]:
    """With exit 74 no request may have begun after the first error."""
    at_s = struck.answer["struck_at_s"]
    if struck.code != Exit.JOURNAL or at_s is None:
        return []
    late = sum(begun_s > at_s + _ON_ITS_WAY_S for begun_s in stage.sends_begun_s)
    return [f"{late} requests after the first journal error"] if late else []


_ON_ITS_WAY_S = 0.05
"""A request that was on its way when the disk failed may reach the gateway so much later."""
