"""A user at the command line: starts `campaign` as a process and reads what it prints.

Nothing of the program is imported here, and no setting of the developer's machine gets through.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict, cast

from tests.foreign.gateway import LOGIN, PASSWORD, ForeignGateway
from tests.foreign.recipients import TEMPLATE

TOO_LONG_S = 120.0
"""A command that takes longer hangs."""

_CONFINE = """
import os, resource, sys
size = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
os.execv(sys.argv[2], sys.argv[2:])
"""
"""Limits itself and becomes the command; Python ignores SIGXFSZ, so that a write fails instead."""


class ReportRow(TypedDict):
    """A line of the JSON lines report."""

    row: int
    client_id: str | None
    phone: str | None
    status: str
    reason: str | None
    gateway_status: str | None
    smsc_id: str | None
    sms_count: int | None
    cost: str | None
    send_at: str | None
    handed_over_at: str | None
    final_at: str | None


class Summary(TypedDict):
    """The object that --json prints."""

    schema: int
    run: str
    state: str
    rows: int
    statuses: dict[str, int]
    attempts: dict[str, int]
    cost: dict[str, str]
    segments: dict[str, int]
    reports: list[str]
    exit: int
    next: str | None


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that came to its end."""

    argv: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def summary(self) -> Summary:
        """The JSON object on stdout; it must be the only thing there."""
        return cast("Summary", json.loads(self.out))

    @property
    def statuses(self) -> dict[str, int]:
        """Status to number of rows, without the zeros."""
        return {status: count for status, count in self.summary["statuses"].items() if count}

    def tell(self) -> str:
        """What to show when an expectation fails."""
        return f"$ campaign {' '.join(self.argv)}\nexit {self.code}\n{self.out}\n{self.err}"


@dataclass(frozen=True, slots=True)
class Shell:
    """One user with one journal, one folder and one gateway."""

    folder: Path
    gateway_url: str
    dialect: str
    password: str = PASSWORD
    wait: str = "20s"
    extra: Sequence[str] = field(default=())
    """Options for every run and resume."""

    @classmethod
    def at(cls, gateway: ForeignGateway, folder: Path, *extra: str, wait: str = "20s") -> "Shell":
        return cls(folder, gateway.url, gateway.dialect.value, wait=wait, extra=extra)

    @property
    def store(self) -> Path:
        return self.folder / "journal" / "campaign.db"

    def environment(self) -> dict[str, str]:
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        self.store.parent.mkdir(exist_ok=True)
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "CAMPAIGN_LOGIN": LOGIN,
            "CAMPAIGN_PASSWORD": self.password,
        }

    def start(self, *arguments: str, largest_file: int | None = None) -> "subprocess.Popen[str]":
        """Start a command and come back at once; its output goes to files in the folder.

        Files and not pipes: a killed process leaves nothing waiting, and the canary test can read
        its output. `largest_file` is how many bytes it may write into one file: beyond that, the
        disk is full for the program.
        """
        confinement = () if largest_file is None else (sys.executable, "-c", _CONFINE, f"{largest_file}")
        number = len(list(self.folder.glob("*.stdout")))
        with (
            (self.folder / f"{number}.stdout").open("w") as out,
            (self.folder / f"{number}.stderr").open("w") as err,
        ):
            return subprocess.Popen(
                [*confinement, sys.executable, "-m", "campaign", *arguments],
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                text=True,
            )

    def call(self, *arguments: str, largest_file: int | None = None) -> Ended:
        number = len(list(self.folder.glob("*.stdout")))
        process = self.start(*arguments, largest_file=largest_file)
        try:
            code = process.wait(timeout=TOO_LONG_S)
        finally:
            process.kill()
            process.wait()
        return Ended(
            argv=arguments,
            code=code,
            out=(self.folder / f"{number}.stdout").read_text("utf-8"),
            err=(self.folder / f"{number}.stderr").read_text("utf-8"),
        )

    def run_arguments(self, file: Path, *more: str) -> tuple[str, ...]:
        """`campaign run FILE` with all that a script gives."""
        return ("run", str(file), "--text", TEMPLATE, *self._sending(), *more)

    def run(self, file: Path, *more: str) -> Ended:
        return self.call(*self.run_arguments(file, *more))

    def resume_arguments(self, *more: str) -> tuple[str, ...]:
        return ("resume", *self._sending(), *more)

    def resume(self, *more: str) -> Ended:
        """`campaign resume` of the latest unfinished run."""
        return self.call(*self.resume_arguments(*more))

    def status(self, *more: str) -> Ended:
        return self.call("status", *self._options(), "--wait", self.wait, *more)

    def resume_until_nobody_is_pending(self, ended: Ended, *, at_most: int = 6) -> Ended:
        """As an operator does after exit 7 or a crash."""
        for _ in range(at_most):
            if not ended.statuses.get("pending"):
                return ended
            ended = self.resume()
        return ended

    def report(self) -> list[ReportRow]:
        """The JSON lines of the latest run, from the journal alone."""
        path = self.folder / "out" / "rows.jsonl"
        path.parent.mkdir(exist_ok=True)
        options = ("--offline", *self._options(), "--format", "jsonl", "-o", str(path))
        ended = self.call("report", *options)
        assert path.exists(), ended.tell()
        return read_rows(path)

    def _options(self) -> tuple[str, ...]:
        store, dialect, url = str(self.store), self.dialect, self.gateway_url
        return ("--store", store, "--gateway", dialect, "--gateway-url", url, "--json")

    def _sending(self) -> tuple[str, ...]:
        return (*self._options(), "--yes", "--wait", self.wait, *self.extra)


def read_rows(path: Path) -> list[ReportRow]:
    with path.open(encoding="utf-8") as lines:
        return [cast("ReportRow", json.loads(line)) for line in lines]
