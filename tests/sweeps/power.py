"""A power cut at every effect: what the disk surely has, and what else it may have.

The process is followed while it writes; at the k-th effect it is killed, and the journal's files
are replaced by what the disk would hold: each file as of its last sync ("synced"), or with some
of the later sectors in any order, torn, cut and with names that came back (a seed). Then `resume`
must work as after any crash: what the gateway was sent is known after the cut.

The control is the same with `synchronous=NORMAL`: there a commit returns before it is on disk,
and the sweep must find duplicates.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.sweeps.child import MUTANT_NORMAL
from tests.sweeps.ptrace import Blow, Strike
from tests.sweeps.stage import (
    ALL,
    Figures,
    Finding,
    ForkServer,
    Sample,
    Stage,
    fork_servers,
    judged,
    staged,
    swept,
)

SYNCED = "synced"
_RECIPIENTS = 201


@dataclass(frozen=True, slots=True)
class Cut:
    """Where, and which image of the disk is left."""

    number: int
    image: str


def power_sweep(
    folder: Path, sample: Sample = ALL, *, images: tuple[str, ...] = (SYNCED, "1", "2"), mutant: str = ""
) -> Figures:
    """Cut the power at every effect of a run of two chunks, once for each image."""
    with fork_servers(1) as (forks,), _stage(folder / "unhurt", forks, mutant) as stage:
        last = stage.run(Strike()).answer["effects"]
    cuts = [Cut(number, image) for number in sample.numbers(last) for image in images]
    seed = f"{sample.seed(last)}, images {', '.join(images)}"
    name = f"power cut{', ' if mutant else ''}{mutant}"
    return swept(
        name, seed, sample, cuts,
        lambda own, cut: cut_at(folder / f"{cut.number}-{cut.image}", own, cut, mutant=mutant),
    )  # fmt: skip


def cut_at(folder: Path, forks: ForkServer, cut: Cut, *, mutant: str = "") -> Finding:
    """One cut, and the resume after it."""
    with _stage(folder, forks, mutant) as stage:
        within = f"{stage.journal.parent}"
        struck = stage.run(Strike(Blow.KILL, at=cut.number, within=within, image=cut.image))
        return judged(stage, f"power cut at {cut.number}, image {cut.image}", struck)


def control_sweep(folder: Path, sample: Sample = ALL) -> Figures:
    """The same cuts with a journal that does not wait: must find duplicates."""
    return power_sweep(folder, sample, images=(SYNCED,), mutant=MUTANT_NORMAL)


def _stage(folder: Path, forks: ForkServer, mutant: str) -> AbstractContextManager[Stage]:
    return staged(folder, forks, count=_RECIPIENTS, mutant=mutant)
