"""Kill -9 at every system call of a run that write, sync or lock the journal (strace injects it).

The sweep in `property/test_promise.py` dies between journal calls; this one dies inside them:
in the middle of a commit, between its writes, between the lock and the first page.
"""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from campaign.domain import Status
from tests.fakes import World, chunked, recipients
from tests.invariants import broken

ROOT = Path(__file__).resolve().parents[2]
RUNNER = textwrap.dedent(
    """
    import os, sys
    from pathlib import Path
    from tests.fakes import FakeGateway, World
    ledger = os.open(sys.argv[2], os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    class Lasting(FakeGateway):
        def _take(self, attempt, member):
            named = super()._take(attempt, member)
            os.write(ledger, (member.client_id + chr(10)).encode())
            return named
    world = World(Path(sys.argv[1]), Lasting())
    world.resume()
    """
)
_TRACEABLE = shutil.which("strace") is not None and sys.platform == "linux"


def run(path: Path, sent_before: Path, kill: str = "") -> int:
    command = [sys.executable, "-c", RUNNER, str(path), str(sent_before)]
    if kill:
        command = ["strace", "-f", "-qq", "-o", os.devnull, "-e", kill, *command]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode


def sweep(folder: Path, call: str, points: range) -> int:
    """Kill at the k-th such call for each k; returns at how many the process really died."""
    template = World(folder / "template.db")
    template.plan(chunked(recipients(6), 2))
    died = 0
    for point in points:
        path, sent_before = folder / f"{call}-{point}.db", folder / f"{call}-{point}.txt"
        shutil.copy(template.path, path)
        died += run(path, sent_before, f"inject={call}:signal=KILL:when={point}") != 0
        for _ in range(2):
            assert run(path, sent_before) == 0
        taken = sent_before.read_text().split()
        statuses = World(path).statuses()

        assert len(taken) == len(set(taken)), f"{call} {point}"
        assert broken(path, at_rest=True) == []
        assert Status.PENDING not in statuses.values()
        for client_id, status in statuses.items():
            assert status is Status.UNKNOWN or client_id in taken
    return died


@pytest.mark.skipif(not _TRACEABLE, reason="strace is not here")
@pytest.mark.parametrize("call", ["fdatasync", "pwrite64"])
def test_a_kill_at_some_system_calls_costs_nobody_anything(tmp_path: Path, call: str) -> None:
    assert sweep(tmp_path, call, range(3, 20, 8)) >= 2


@pytest.mark.sweep
@pytest.mark.skipif(not _TRACEABLE, reason="strace is not here")
@pytest.mark.parametrize("call", ["fdatasync", "pwrite64", "flock", "ftruncate", "fcntl"])
def test_a_kill_at_every_system_call_costs_nobody_anything(tmp_path: Path, call: str) -> None:
    assert sweep(tmp_path, call, range(1, 90)) > 2
