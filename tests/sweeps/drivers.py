"""Several processes at one run, one that freezes and wakes too late, and Ctrl-C.

Real processes of the real command line, against an independent gateway.
"""

import fcntl
import os
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from campaign.errors import Exit
from tests.foreign.driver import Ended, Shell
from tests.foreign.gateway import ForeignGateway
from tests.foreign.recipients import recipients, write_csv
from tests.invariants import broken
from tests.sweeps.stage import ROOT

AT_ONCE = 8
RECIPIENTS = 401
"""Three chunks."""

_SOON_S = 60.0
_OUT_OF_COMMIT_S = 0.1
_TRIES = 5
_REPORTED_IN_S = 20.0
_OPEN = ("prepared", "in_flight")


class OurShell(Shell):
    """A shell whose `campaign` is the program next to these tests, installed or not."""

    def environment(self) -> dict[str, str]:
        return super().environment() | {"PYTHONPATH": f"{ROOT}"}


@dataclass(frozen=True, slots=True)
class DriverFinding:
    """What one story with several processes came to.

    Attributes:
        codes: Exit code to the number of processes that ended with it, before the last resume.
        held: Recipients unknown at the end; `pending` still to send.
        late_sends: Whole requests by a process that had lost the run; one that stops before its
            last byte can be taken by nobody.
        wrong: Sentences about what must not be.
    """

    story: str
    processes: int
    codes: tuple[tuple[int, int], ...]
    duplicates: int
    missing: int
    held: int
    pending: int
    late_sends: int
    takeover_s: float
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Begun:
    """A process that is running, and where it writes."""

    process: "subprocess.Popen[str]"
    out: Path
    err: Path

    @property
    def printed(self) -> str:
        return self.err.read_text("utf-8")

    def ended(self, timeout_s: float = _SOON_S) -> int:
        return self.process.wait(timeout=timeout_s)

    def end_it(self) -> None:
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()


@dataclass(slots=True)
class _Scene:
    """A planned run of three chunks that was not begun."""

    shell: Shell
    gateway: ForeignGateway
    begun: list[_Begun]

    def begin(self, *arguments: str) -> _Begun:
        number = len(list(self.shell.folder.glob("*.stdout")))
        made = _Begun(
            self.shell.start(*arguments),
            self.shell.folder / f"{number}.stdout",
            self.shell.folder / f"{number}.stderr",
        )
        self.begun.append(made)
        return made

    def resume(self) -> _Begun:
        return self.begin(*self.shell.resume_arguments())

    def states(self) -> Counter[str]:
        """States of the attempts."""
        with closing(sqlite3.connect(self.shell.store)) as journal:
            return Counter(state for (state,) in journal.execute("SELECT state FROM attempt"))

    def whole_requests(self) -> int:
        """Send requests whose last byte has come: only those can be taken."""
        return sum(seen.complete for seen in self.gateway.sends)

    def await_state(self, *names: str) -> None:
        _await(lambda: any(self.states()[name] for name in names), f"an attempt in {names}")

    def is_writing(self) -> bool:
        """Whether a process is inside a commit: frozen there, it blocks all others."""
        with Path(f"{self.shell.store}.write-lock").open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def free_the_lock(self) -> None:
        """What an impatient operator does: remove the lock file under a process that hangs."""
        for lock in (self.shell.store.parent / f"{self.shell.store.name}.locks").glob("*"):
            lock.unlink()


def _await(true: Callable[[], bool], what: str) -> None:
    deadline_s = time.monotonic() + _SOON_S
    while not true():
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"waited for {what}")
        time.sleep(0.005)


@contextmanager
def _scene(folder: Path, *options: str) -> Iterator[_Scene]:
    file = write_csv(folder / "people.csv", recipients(RECIPIENTS))
    with ForeignGateway(status_echo=True) as gateway:
        shell = OurShell.at(gateway, folder, "--concurrency", "1", *options, wait="3s")
        arguments = [one for one in shell.run_arguments(file) if one != "--yes"]
        planned = shell.call(*arguments)
        assert planned.code == Exit.GUARD, planned.tell()
        assert not gateway.sends
        scene = _Scene(shell, gateway, [])
        try:
            yield scene
        finally:
            gateway.gate.set()
            for one in scene.begun:
                one.end_it()


def _found(
    scene: _Scene, story: str, wrong: Sequence[str] = (), *, late_sends: int = 0, takeover_s: float = 0.0
) -> DriverFinding:
    """Resume until nobody is pending, and compare with the ledger."""
    codes = Counter(one.process.returncode for one in scene.begun)
    ended = scene.shell.resume_until_nobody_is_pending(_resumed(scene.shell))
    taken = Counter(scene.gateway.accepted_phones())
    problems = [*wrong, *broken(scene.shell.store, at_rest=True)]
    if late_sends:
        problems.append(f"{late_sends} whole requests by a process that had lost the run")
    return DriverFinding(
        story=story,
        processes=len(scene.begun),
        codes=tuple(sorted(codes.items())),
        duplicates=sum(count > 1 for count in taken.values()),
        missing=RECIPIENTS - len(taken),
        held=ended.statuses.get("unknown", 0),
        pending=ended.statuses.get("pending", 0),
        late_sends=late_sends,
        takeover_s=round(takeover_s, 2),
        wrong=tuple(problems),
    )


def _resumed(shell: Shell) -> Ended:
    ended = shell.resume()
    return shell.status() if ended.code == Exit.NOTHING_TO_DO else ended


# --- many at once ----------------------------------------------------------------------------


def many_at_once(folder: Path, *, processes: int = AT_ONCE) -> DriverFinding:
    """So many `resume` at once: one drives, the others end with 11 and name it."""
    with _scene(folder) as scene:
        scene.gateway.gate.clear()
        begun = [scene.resume() for _ in range(processes)]
        _await(
            lambda: sum(one.process.poll() is not None for one in begun) >= processes - 1,
            "all but one to end",
        )
        drivers = [one for one in begun if one.process.poll() is None]
        others = [one for one in begun if one not in drivers]
        wrong = [f"{len(drivers)} of {processes} processes drive"] if len(drivers) != 1 else []
        pids = {f"process {one.process.pid} on" for one in drivers}
        wrong += [
            f"exit {one.process.returncode}: {one.printed}"
            for one in others
            if one.process.returncode != Exit.LOCKED or not any(pid in one.printed for pid in pids)
        ]
        scene.gateway.gate.set()
        for one in drivers:
            one.ended()
        return _found(scene, f"{processes} at once", wrong)


def killed_holder(folder: Path) -> DriverFinding:
    """The driver dies with a request in flight: the next one takes over at once."""
    with _scene(folder) as scene:
        scene.gateway.gate.clear()
        first = scene.resume()
        scene.await_state("in_flight")
        first.process.kill()
        first.ended()
        scene.gateway.gate.set()
        began_s = time.monotonic()
        second = scene.resume()
        code = second.ended()
        wrong = [f"the second ended with {code}: {second.printed}"] if code == Exit.LOCKED else []
        return _found(scene, "holder killed", wrong, takeover_s=time.monotonic() - began_s)


# --- a report that cannot be written ---------------------------------------------------------------


def report_path_gone(folder: Path) -> DriverFinding:
    """The report's path is good at the start and a pipe at the end: an error, and no waiting."""
    with _scene(folder) as scene:
        scene.gateway.gate.clear()
        path = folder / "rows.jsonl"
        first = scene.begin(*scene.shell.resume_arguments("--format", "jsonl", "-o", f"{path}"))
        scene.await_state("in_flight")
        os.mkfifo(path)
        scene.gateway.gate.set()
        wrong = []
        try:
            if first.ended(_REPORTED_IN_S) != Exit.SOME_NOT_REACHED:
                wrong.append(f"exit {first.process.returncode}: {first.printed}")
        except subprocess.TimeoutExpired:
            wrong.append(f"no end {_REPORTED_IN_S} s after the last answer: {first.printed!r}")
            first.end_it()
        return _found(scene, "report's path gone", wrong)


# --- one that freezes ------------------------------------------------------------------------


def frozen_before_commit_point(folder: Path) -> DriverFinding:
    """SIGSTOP with the attempt prepared and the last byte held back; another drives meanwhile."""
    return _frozen(folder, "frozen before the commit point", "prepared", _driven)


def frozen_before_commit_point_and_status(folder: Path) -> DriverFinding:
    """The same, and a `status` takes the run over and leaves all recipients pending.

    The process that wakes finds no driver, and must see that it has lost the run all the same.
    """
    return _frozen(folder, "frozen before the commit point, status", "prepared", _status_read)


def frozen_in_flight(folder: Path) -> DriverFinding:
    """SIGSTOP with the last byte sent; it wakes with a reply that it may not store any more."""
    return _frozen(folder, "frozen in flight", "in_flight", _driven)


def frozen_between_chunks(folder: Path) -> DriverFinding:
    """SIGSTOP with no attempt open; meanwhile another sends the second chunk and is interrupted.

    No rule about single attempts helps here: the third chunk is free. Only the number of the
    take-over (the epoch) shows the process that wakes that it has lost the run.
    """
    with _scene(folder, "--rate", "150") as scene:
        first = scene.resume()
        scene.await_state("answered")
        time.sleep(_OUT_OF_COMMIT_S)
        first.process.send_signal(signal.SIGSTOP)
        found = scene.states()
        wrong = [] if dict(found) == {"answered": 1} else [f"the wrong moment: {dict(found)}"]
        scene.free_the_lock()
        scene.gateway.gate.clear()
        second = scene.resume()
        scene.await_state("in_flight")
        second.process.send_signal(signal.SIGINT)
        _await(lambda: bool(second.printed), "a line about the signal")
        scene.gateway.gate.set()
        if second.ended() != Exit.INTERRUPTED:
            wrong.append(f"the second ended with {second.process.returncode}: {second.printed}")
        before = scene.whole_requests()
        first.process.send_signal(signal.SIGCONT)
        woken = first.ended()
        if woken in {Exit.DONE, Exit.BUG, Exit.SOME_NOT_REACHED}:
            wrong.append(f"the one that woke ended with {woken}: {first.printed}")
        late = scene.whole_requests() - before
        return _found(scene, "frozen between chunks", wrong, late_sends=late)


def _driven(scene: _Scene) -> int:
    """Another process resumes the run to its end."""
    return scene.resume().ended()


def _status_read(scene: _Scene) -> int:
    """Another process only asks for the statuses."""
    shell = scene.shell
    return scene.begin(
        "status", "--store", f"{shell.store}", "--gateway", shell.dialect,
        "--gateway-url", shell.gateway_url, "--json",
    ).ended()  # fmt: skip


def _frozen(folder: Path, story: str, state: str, meanwhile: Callable[[_Scene], int]) -> DriverFinding:
    """Try until the freeze falls into the right moment: it is 10 ms long."""
    for number in range(_TRIES):
        place = folder / f"{number}"
        place.mkdir(parents=True)
        with _scene(place) as scene:
            first = _froze_in(scene, state)
            if scene.states()[state] == 1 and not scene.is_writing():
                return _woken(scene, first, story, meanwhile)
    raise TimeoutError(f"{story}: {_TRIES} freezes fell into other moments")


def _woken(scene: _Scene, first: _Begun, story: str, meanwhile: Callable[[_Scene], int]) -> DriverFinding:
    wrong = []
    scene.gateway.faults = lambda _number: None
    scene.free_the_lock()
    scene.gateway.gate.set()
    began_s = time.monotonic()
    code = meanwhile(scene)
    takeover_s = time.monotonic() - began_s
    if code in {Exit.LOCKED, Exit.BUG, Exit.JOURNAL}:
        wrong.append(f"the take-over ended with {code}: {scene.begun[-1].printed}")
    before = scene.whole_requests()
    first.process.send_signal(signal.SIGCONT)
    woken = first.ended()
    if woken in {Exit.DONE, Exit.BUG, Exit.SOME_NOT_REACHED}:
        wrong.append(f"the one that woke ended with {woken}: {first.printed}")
    late = scene.whole_requests() - before
    return _found(scene, story, wrong, late_sends=late, takeover_s=takeover_s)


def _froze_in(scene: _Scene, state: str) -> _Begun:
    """A driver that is stopped with its first attempt in that state."""
    pids: list[int] = []

    def freeze(_number: int) -> None:
        """The headers have come: the client waits 10 ms for an early reply."""
        os.kill(pids[0], signal.SIGSTOP)

    if state == "prepared":
        scene.gateway.faults = freeze
    else:
        scene.gateway.gate.clear()
    first = scene.resume()
    pids.append(first.process.pid)
    if state == "prepared":
        assert scene.gateway.await_send(1, timeout_s=_SOON_S)
        time.sleep(0.1)
    else:
        scene.await_state("in_flight")
        time.sleep(_OUT_OF_COMMIT_S)
        first.process.send_signal(signal.SIGSTOP)
    return first


def _printed_more(begun: _Begun, before: str) -> bool:
    return begun.printed != before


# --- Ctrl-C ----------------------------------------------------------------------------------


def signalled(folder: Path, signals: Sequence[signal.Signals]) -> DriverFinding:
    """Signals while a request is in flight: finish it, then warn, then abandon."""
    with _scene(folder) as scene:
        scene.gateway.gate.clear()
        first = scene.resume()
        scene.await_state("in_flight")
        wrong = []
        for number, sign in enumerate(signals, start=1):
            before = first.printed
            first.process.send_signal(sign)
            _await(partial(_printed_more, first, before), f"a line about signal {number}")
            if _PRINTED[number - 1] not in first.printed.removeprefix(before):
                wrong.append(f"signal {number}: {first.printed.removeprefix(before)}")
        if len(signals) < _ABANDONS:
            time.sleep(0.3)
            if first.process.poll() is not None:
                wrong.append("it did not wait for the chunk in hand")
            scene.gateway.gate.set()
        code = first.ended()
        states = scene.states()
        scene.gateway.gate.set()
        if code != Exit.INTERRUPTED:
            wrong.append(f"exit {code}: {first.printed}")
        if len(signals) < _ABANDONS:
            if any(states[state] for state in (*_OPEN, "unknown")) or len(scene.gateway.sends) != 1:
                wrong.append(f"{dict(states)} after {len(scene.gateway.sends)} requests")
            if "campaign resume" not in first.printed:
                wrong.append(f"nothing about `campaign resume`: {first.printed}")
        names = ", ".join(sign.name for sign in signals)
        return _found(scene, f"signals {names}", wrong)


_PRINTED = ("campaign resume", "press again to quit", "stopped without waiting")
_ABANDONS = 3
