"""Freeze a campaign into the journal, or find that it is frozen there already."""

from collections.abc import Iterable
from dataclasses import dataclass

from campaign.model import CheckedRow, RunInfo, RunPlan
from campaign.ports import PlanJournal


@dataclass(frozen=True, slots=True)
class Planned:
    """A run that is in the journal.

    Attributes:
        found: It was planned before, from the same file and settings; nothing was read again.
    """

    info: RunInfo
    found: bool


def find(journal: PlanJournal, digest: str) -> Planned | None:
    """The run that the same file and settings made before, if any."""
    info = journal.find_run(digest)
    return None if info is None else Planned(info, found=True)


def freeze(journal: PlanJournal, plan: RunPlan, rows: Iterable[CheckedRow]) -> Planned:
    """Write rows, texts and chunks in one commit; from then on the file is never read again."""
    return Planned(journal.plan(plan, rows), found=False)
