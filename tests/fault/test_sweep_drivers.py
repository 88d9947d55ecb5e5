"""Eight drivers at once, one that froze and wakes, Ctrl-C three times, and the password."""

import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.sweeps.canary import canary_sweep, processes_of_a_run
from tests.sweeps.drivers import (
    DriverFinding,
    frozen_before_commit_point,
    frozen_before_commit_point_and_status,
    frozen_between_chunks,
    frozen_in_flight,
    killed_holder,
    many_at_once,
    report_path_gone,
    signalled,
)
from tests.sweeps.ptrace import usable

ONCE, TWICE, THRICE = [signal.SIGINT], [signal.SIGINT] * 2, [signal.SIGINT] * 3
STORIES: dict[str, Callable[[Path], DriverFinding]] = {
    "eight at once": many_at_once,
    "holder killed": killed_holder,
    "frozen before ARM": frozen_before_commit_point,
    "frozen before ARM and looked at": frozen_before_commit_point_and_status,
    "frozen in flight": frozen_in_flight,
    "frozen between chunks": frozen_between_chunks,  # only the epoch sees this one
    "report's place gone": report_path_gone,
    "SIGINT": partial(signalled, signals=ONCE),
    "SIGTERM": partial(signalled, signals=[signal.SIGTERM]),
    "SIGINT twice": partial(signalled, signals=TWICE),
    "SIGINT thrice": partial(signalled, signals=THRICE),
    "SIGTERM, SIGINT, SIGTERM": partial(signalled, signals=[signal.SIGTERM, signal.SIGINT, signal.SIGTERM]),
}
QUICK = ("eight at once", "frozen between chunks", "report's place gone")


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=() if one in QUICK else pytest.mark.sweep, id=one) for one in STORIES]
)
def test_one_process_drives_and_nobody_gets_it_twice(tmp_path: Path, name: str) -> None:
    found = STORIES[name](tmp_path)

    assert found.wrong == ()
    assert (found.duplicates, found.missing, found.pending, found.late_sends) == (0, 0, 0, 0)
    assert found.held == 0  # each request in flight was taken, and its queue proves it


def test_the_programs_that_a_run_starts_do_not_know_the_password(tmp_path: Path) -> None:
    seen, hits = processes_of_a_run(tmp_path / "run")

    assert hits == []
    assert seen == {"campaign.sandbox", "campaign.tables.child", "campaign.reports.xlsx.original"}


@pytest.mark.sweep
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not usable(), reason="the registers are known for x86-64 Linux")
def test_the_password_is_nowhere_whatever_happens(tmp_path: Path) -> None:
    figures = canary_sweep(tmp_path)

    assert figures.hits == ()
    assert figures.stories > 40
