"""One password, put where every fault can leak it, and searched for in all that was written.

The search and its disguises (raw, JSON, URL, base64, digests, inside compressed values) are those
of `tests/fault/test_acceptance_secret.py`; here they meet kills, full disks, an echoing gateway
and every process that the program starts.
"""

import os
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from tests.fault.test_acceptance_secret import disguises, leaks
from tests.foreign import faults
from tests.foreign.gateway import PASSWORD, Fault
from tests.foreign.recipients import recipients, table
from tests.sweeps.drivers import OurShell
from tests.sweeps.io_faults import TROUBLES, struck_by
from tests.sweeps.ptrace import Blow, Strike
from tests.sweeps.stage import ForkServer, Stage, fork_servers, staged

LEAKS_BY: dict[str, Fault | None] = {
    "honest": None,
    "echo with 200, taken": faults.echo(200, accepted=True),
    "echo with 400": faults.echo(400, accepted=False),
    "echo with 502, taken": faults.echo(502, accepted=True),
    "reset, taken": faults.lost(reset=True),
}
"""What the gateway does with every send, and with every second read."""

_RECIPIENTS = 12
_SAMPLED_EVERY_S = 0.002


@dataclass(frozen=True, slots=True)
class CanaryFigures:
    """What the search found.

    Attributes:
        stories: Commands that were interrupted with the password in their memory.
        artefacts: Files that were searched, each once before and once after `resume`.
        processes: Programs started by ours whose command line and environment were read.
        hits: Where it was, and in which disguise.
    """

    stories: int
    artefacts: int
    processes: tuple[str, ...]
    hits: tuple[str, ...]
    seconds: float


def canary_sweep(
    folder: Path, *, faults_tried: Collection[str] = tuple(LEAKS_BY), step: int = 30
) -> CanaryFigures:
    """A kill at each `step`-th effect under each fault, full disks, and the child processes."""
    began_s = time.monotonic()
    artefacts = 0
    hits: list[str] = []
    with fork_servers(1) as (forks,):
        stories = [*_killed(folder, forks, faults_tried, step), *_full_disks(folder, forks, step)]
    for name, found, files in stories:
        hits += [f"{name}: {hit}" for hit in found]
        artefacts += files
    processes, shown = processes_of_a_run(folder / "processes")
    return CanaryFigures(
        stories=len(stories),
        artefacts=artefacts,
        processes=tuple(sorted(processes)),
        hits=(*hits, *shown),
        seconds=round(time.monotonic() - began_s, 1),
    )


_Searched = tuple[str, Sequence[str], int]
"""Name of the story, hits, files."""


def _killed(folder: Path, forks: ForkServer, faults_tried: Collection[str], step: int) -> Iterator[_Searched]:
    for number, name in enumerate(faults_tried):
        at, hit_home = 1, True
        while hit_home:
            path = folder / f"kill-{number}-{at}"
            with staged(path, forks, count=_RECIPIENTS) as stage:
                _set_faults(stage, LEAKS_BY[name])
                struck = stage.run(Strike(Blow.KILL, at=at), "-v")
                yield _searched(stage, f"{name}, kill at {at}")
            hit_home = bool(struck.answer["struck"])
            at += step


def _full_disks(folder: Path, forks: ForkServer, step: int) -> Iterator[_Searched]:
    """Where a journal cannot be written, something else might be: a fallback file, a traceback."""
    trouble = TROUBLES[0]
    at, hit_home = 1, True
    while hit_home:
        with staged(folder / f"full-{at}", forks, count=_RECIPIENTS) as stage:
            _set_faults(stage, LEAKS_BY["echo with 200, taken"])
            hit_home = bool(struck_by(trouble, stage, at).answer["struck"])
            yield _searched(stage, f"{trouble.name}: {at}")
        at += step


def _set_faults(stage: Stage, fault: Fault | None) -> None:
    stage.gateway.faults = lambda _number: fault
    if fault is not None:
        stage.gateway.read_faults = faults.reading("statusQueue", "balance", step=2, fault=fault)


def _searched(stage: Stage, name: str) -> _Searched:
    """Everything in the folder, as the blow left it and as `resume` left it."""
    stage.await_open_requests()
    found = leaks(stage.folder, PASSWORD)
    stage.resume(None, "-v")
    stage.report(None, "--offline")
    found += leaks(stage.folder, PASSWORD)
    return name, found, sum(path.is_file() for path in stage.folder.rglob("*"))


def processes_of_a_run(folder: Path) -> tuple[set[str], list[str]]:
    """The programs that a run from a workbook starts, and where the password was.

    The environment of the run itself belongs to the user; what it passes on is ours.
    """
    folder.mkdir(parents=True)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in table(recipients(_RECIPIENTS), with_client_id=False):
        sheet.append(row)
    book.save(folder / "people.xlsx")
    shell = OurShell(folder, "", "sandbox", wait="5s")
    process = shell.start(
        "run", "people.xlsx", "--text", "Здравствуйте, {Имя}!", "--store", f"{shell.store}",
        "--gateway", "sandbox", "--json", "--yes", "--wait", "5s", "-v",
    )  # fmt: skip
    seen: set[str] = set()
    hits: set[str] = set()
    try:
        while process.poll() is None:
            for name, place, content in _shown_by(process.pid):
                seen |= {name} if name else set()
                hits |= {
                    f"{place} of {name or 'campaign'}: {form}"
                    for form, needle in disguises(PASSWORD).items()
                    if needle in content
                }
            time.sleep(_SAMPLED_EVERY_S)
    finally:
        process.kill()
        process.wait()
    return seen, [*sorted(hits), *leaks(folder, PASSWORD)]


def _shown_by(parent: int) -> Iterator[tuple[str, str, bytes]]:
    """What `ps` shows of a process and its children: (program, file of /proc, content)."""
    with suppress(OSError):
        yield "", "cmdline", Path(f"/proc/{parent}/cmdline").read_bytes()
    for child in _children(parent):
        with suppress(OSError):
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            name = os.fsdecode(command.replace(b"\0", b" ").strip())
            if _is_still_us(parent, command):
                continue
            yield _short(name), "cmdline", command
            yield _short(name), "environ", Path(f"/proc/{child}/environ").read_bytes()


def _is_still_us(parent: int, command: bytes) -> bool:
    """Between fork and exec a child shows its parent's memory."""
    return not command or command == Path(f"/proc/{parent}/cmdline").read_bytes()


def _children(parent: int) -> list[str]:
    found: list[str] = []
    with suppress(OSError):
        for tasks in Path(f"/proc/{parent}/task").glob("*/children"):
            found += tasks.read_text("ascii").split()
    return found


def _short(name: str) -> str:
    """The module of a Python command line."""
    words = name.split()
    return next((word for word in words if "campaign" in word and not word.startswith("/")),
                words[-1] if words else "")  # fmt: skip
