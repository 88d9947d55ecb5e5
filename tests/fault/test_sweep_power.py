"""Power cuts: what was not synced is gone or torn; and a control that must lose people.

The control has the same journal with `synchronous=NORMAL`. Were it green, the harness would be
blind and the other test worth nothing.
"""

from pathlib import Path

import pytest

from tests.sweeps.power import SYNCED, control_sweep, power_sweep
from tests.sweeps.ptrace import Disk, usable
from tests.sweeps.stage import Sample

pytestmark = pytest.mark.skipif(not usable(), reason="the registers are known for x86-64 Linux")


def test_a_power_cut_at_some_effects_costs_nobody_anything(tmp_path: Path) -> None:
    figures = power_sweep(tmp_path, Sample(131, first=30), images=(SYNCED, "1"))

    assert figures.offenders == ()
    assert figures.points >= 8


def test_the_harness_sees_a_journal_that_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    figures = control_sweep(tmp_path, Sample(140))

    assert figures.duplicates > 0


def test_a_cut_leaves_a_folder_that_nobody_touched_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"x" * 5000)
    disk = Disk(tmp_path)
    disk.leave("7")

    assert (tmp_path / "journal.db").read_bytes() == b"x" * 5000


@pytest.mark.sweep
@pytest.mark.timeout(3600)
def test_a_power_cut_at_every_effect_costs_nobody_anything(tmp_path: Path) -> None:
    figures = power_sweep(tmp_path)

    assert figures.offenders == ()
    assert figures.points > 1000


@pytest.mark.sweep
@pytest.mark.timeout(3600)
def test_without_syncs_recipients_get_it_twice(tmp_path: Path) -> None:
    figures = control_sweep(tmp_path, Sample(10))

    assert figures.duplicates > 100
