"""Full disks, broken disks, no more file handles: at some calls here, at every call as a sweep."""

from pathlib import Path

import pytest

from tests.sweeps.io_faults import TROUBLES, Trouble, io_sweep
from tests.sweeps.ptrace import usable
from tests.sweeps.stage import Sample

pytestmark = pytest.mark.skipif(not usable(), reason="the registers are known for x86-64 Linux")


def named(trouble: Trouble) -> str:
    return trouble.name.replace(" ", "-")


@pytest.mark.parametrize(
    ("name", "step"), [("disk full from the k-th write on", 113), ("EIO from the k-th sync on", 8)]
)
def test_a_disk_that_fails_at_some_calls_stops_the_sending_and_costs_nobody(
    tmp_path: Path, name: str, step: int
) -> None:
    trouble = next(one for one in TROUBLES if one.name == name)
    figures = io_sweep(trouble, tmp_path, Sample(step, first=step // 2))

    assert figures.offenders == ()
    assert figures.points >= 4


@pytest.mark.sweep
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("trouble", TROUBLES, ids=named)
def test_a_failure_of_every_call_stops_the_sending_and_costs_nobody(tmp_path: Path, trouble: Trouble) -> None:
    figures = io_sweep(trouble, tmp_path)

    assert figures.offenders == ()
    assert figures.points > 3
