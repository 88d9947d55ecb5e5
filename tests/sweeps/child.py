"""A process that has imported everything and forks: one child a command, followed or not.

Starting Python costs a second under a tracer, and ten thousand calls that are none of the
program's. So this one starts once, forks for every order, and the fork runs the real command line:
`campaign.cli.main` with the arguments, the environment and the folder of the order.

Orders and answers are JSON lines on stdin and stdout.
"""

import importlib
import json
import os
import pkgutil
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import NoReturn, TypedDict

import campaign
from campaign.journal.sqlite import connection
from tests.sweeps.ptrace import Blow, Strike, Traced, be_followed, follow

TOO_LONG_S = 90
MUTANT_NORMAL = "synchronous=NORMAL"
"""The control of the power sweep: a journal that does not wait for the disk."""

_LIBRARIES = ("pandas", "requests", "openpyxl", "xlsxwriter", "python_calamine", "phonenumbers",
              "platformdirs", "tenacity", "charset_normalizer", "encodings.idna", "stringprep",
              "getpass", "zoneinfo", "rich.console", "rich.progress")  # fmt: skip
_NOT_FOR_IMPORT = frozenset({"__main__"})


class Order(TypedDict):
    """One command."""

    argv: list[str]
    folder: str
    env: dict[str, str]
    out: str
    err: str
    strike: dict[str, object] | None
    mutant: str


class Answer(TypedDict):
    """How it ended."""

    code: int
    effects: int
    calls: dict[str, int]
    struck: str
    struck_at_s: float | None
    blows: int
    seconds: float


def main() -> None:
    """Serve until stdin ends."""
    _import_everything()
    for line in sys.stdin:
        answer = _carry_out(json.loads(line))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _import_everything() -> None:
    for module in pkgutil.walk_packages(campaign.__path__, "campaign."):
        if module.name.rpartition(".")[2] not in _NOT_FOR_IMPORT:
            importlib.import_module(module.name)
    for name in _LIBRARIES:
        importlib.import_module(name)


def _carry_out(order: Order) -> Answer:
    began_s = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _be_the_command(order)

    def end_it(number: int, frame: FrameType | None) -> None:
        del number, frame
        os.kill(pid, signal.SIGKILL)

    signal.signal(signal.SIGALRM, end_it)
    signal.alarm(TOO_LONG_S)
    try:
        seen = _watched(pid, order)
    finally:
        signal.alarm(0)
    return Answer(
        code=seen.code,
        effects=seen.effects,
        calls=dict(seen.calls),
        struck=seen.struck,
        struck_at_s=seen.struck_at_s,
        blows=seen.blows,
        seconds=time.monotonic() - began_s,
    )


def _watched(pid: int, order: Order) -> Traced:
    asked = order["strike"]
    if asked is None:
        return Traced(code=os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    return follow(pid, strike_of(asked), Path(order["folder"]))


def strike_of(asked: dict[str, object]) -> Strike:
    """The strike of an order."""
    calls = asked["calls"]
    return Strike(
        blow=Blow(str(asked["blow"])),
        at=int(str(asked["at"])),
        onwards=bool(asked["onwards"]),
        error=int(str(asked["error"])),
        calls=frozenset(str(name) for name in calls) if isinstance(calls, list) else frozenset(),
        within=str(asked["within"]),
        image=str(asked["image"]),
    )


def _be_the_command(order: Order) -> NoReturn:
    code = 70
    try:
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["env"])
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(order["out"], flags, 0o600), 1)
        os.dup2(os.open(order["err"], flags, 0o600), 2)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - a fresh buffer over the new fd
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.argv = ["campaign", *order["argv"]]
        if order["mutant"] == MUTANT_NORMAL:
            _do_not_wait_for_the_disk()
        if order["strike"] is not None:
            be_followed()
        code = _the_command_line()
    except BaseException:  # noqa: BLE001 - nothing may return into the parent's loop
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _the_command_line() -> int:
    from campaign.cli import entry_point as command_line  # noqa: PLC0415 - named apart from ours

    try:
        command_line()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def _do_not_wait_for_the_disk() -> None:
    changed = tuple(
        ("synchronous", "NORMAL", "1") if name == "synchronous" else (name, value, expected)
        for name, value, expected in connection._PRAGMAS  # noqa: SLF001 - the mutant is inside
    )
    assert changed != connection._PRAGMAS  # noqa: SLF001
    connection._PRAGMAS = changed  # noqa: SLF001


if __name__ == "__main__":
    main()
