"""Kill -9 before every effect of run, resume and report: some of them here, all as a sweep.

The numbers run over all threads and all system calls that touch a file or a socket
(`tests/sweeps/ptrace.py`); after each kill the gateway's ledger is compared with the report.
"""

from pathlib import Path

import pytest

from tests.sweeps.kill import STORIES, Story, kill_sweep
from tests.sweeps.ptrace import usable
from tests.sweeps.stage import Sample

pytestmark = pytest.mark.skipif(not usable(), reason="the registers are known for x86-64 Linux")


def named(story: Story) -> str:
    return story.name.replace(",", "").replace(" ", "-")


@pytest.mark.parametrize(("name", "step"), [("run, 3 chunks", 263), ("resume after a lost answer", 89)])
def test_a_kill_before_some_effects_costs_nobody_anything(tmp_path: Path, name: str, step: int) -> None:
    story = next(one for one in STORIES if one.name == name)
    figures = kill_sweep(story, tmp_path, Sample(step, first=step // 2))

    assert figures.offenders == ()
    assert figures.points >= 3


@pytest.mark.sweep
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("story", STORIES, ids=named)
def test_a_kill_before_every_effect_costs_nobody_anything(tmp_path: Path, story: Story) -> None:
    figures = kill_sweep(story, tmp_path)

    assert figures.offenders == ()
    assert figures.points > 100
    # A second death while a queue is read loses up to ten of its rows for ever: a few are held.
    least = 0.95 if story.name.startswith("run") else 0.9
    assert figures.resolved >= least * figures.unknown_taken
