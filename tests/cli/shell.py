"""A folder with a journal, in which commands are typed."""

import io
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, chdir, closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import openpyxl

from campaign.cli.errors import guarded
from campaign.cli.main import root
from campaign.errors import CampaignError, Exit


def arguments(words: tuple[str, ...]) -> list[str]:
    """The command line; every verb but `docs` has a journal."""
    return [*words] if words[0] == "docs" else [*words, "--store", "journal.db"]


@dataclass(frozen=True, slots=True)
class Typed:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str
    error: CampaignError | None = None

    @property
    def json(self) -> Any:  # noqa: ANN401  # whatever the command printed
        return json.loads(self.stdout)

    @property
    def failure(self) -> CampaignError:
        """The error that ended it; it must have failed."""
        assert self.error is not None, self.stdout
        return self.error


class _Recorded(click.Command):
    """The command line, with the error that ends it at hand."""

    error: BaseException | None = None

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # as click declares it
        try:
            return root.main(*args, **kwargs)
        except BaseException as error:
            self.error = error
            raise


class Shell:
    """Types commands and makes files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = folder / "journal.db"

    # --- commands ---

    def type(self, *words: str, **environment: str) -> Typed:
        """In this process, as `python -m campaign` would: a second of start-up saved."""
        out, err, command, umask = io.StringIO(), io.StringIO(), _Recorded("campaign"), os.umask(0)
        try:
            with ExitStack() as stack:
                stack.enter_context(redirect_stdout(out))
                stack.enter_context(redirect_stderr(err))
                stack.enter_context(chdir(self.folder))
                stack.enter_context(patch.dict(os.environ, environment))
                stack.enter_context(patch.object(sys, "argv", ["campaign", *arguments(words)]))
                code = guarded(command)
        finally:
            os.umask(umask)
        error = command.error
        if code == Exit.BUG and error is not None:
            raise error
        failure = error if isinstance(error, CampaignError) else None
        return Typed(int(code), out.getvalue(), err.getvalue(), failure)

    def json(self, *words: str, **environment: str) -> Any:  # noqa: ANN401  # whatever was printed
        """What the command prints for programs."""
        done = self.type(*words, "--json", **environment)
        found = done.json
        if isinstance(found, dict) and "exit" in found:
            assert found["exit"] == done.code, done.stderr
        return found

    def start(
        self, *words: str, stdout: int | None = None, stderr: int | None = None, **environment: str
    ) -> "subprocess.Popen[bytes]":
        """In a process of its own, which goes on; what nobody wants goes to `output.txt`."""
        with (self.folder / "output.txt").open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "campaign", *arguments(words)],
                cwd=self.folder,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output if stdout is None else stdout,
                stderr=output if stderr is None else stderr,
            )

    # --- files ---

    def write(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return path

    def lines(self, name: str, *lines: str) -> str:
        """Write a text of these lines; returns its name."""
        return self.write(name, "\n".join(lines) + "\n").name

    def recipients(self, name: str, *tails: str) -> Path:
        rows = "".join(f"+7916000{tail},Имя{tail}\n" for tail in tails)
        return self.write(name, "phone,name\n" + rows)

    def many(self, count: int) -> str:
        """Write people.csv with so many recipients; returns its name."""
        return self.lines("people.csv", "phone,name", *(f"{phone(n)},Имя{n}" for n in range(count)))

    def workbook(self, name: str, *rows: tuple[str, ...], title: str = "Лист1") -> Path:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.title = title
        for row in rows:
            sheet.append(row)
        book.save(self.folder / name)
        return self.folder / name

    def report(self, *paths: str) -> list[dict[str, Any]]:
        """Rows of the JSON Lines report."""
        named = next(path for path in paths if path.endswith(".jsonl"))
        lines = (self.folder / named).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    # --- the journal ---

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.journal)) as connection:
            return connection.execute(sql).fetchall()

    def value(self, sql: str) -> Any:  # noqa: ANN401  # one value of any column
        return self.query(sql)[0][0]

    @contextmanager
    def tampering(self, table: str) -> Iterator[sqlite3.Connection]:
        """Change what the guards of a table let nobody change."""
        with closing(sqlite3.connect(self.journal)) as connection, connection:
            guards = connection.execute(
                "SELECT name,sql FROM sqlite_master "
                "WHERE type='trigger' AND tbl_name=? AND sql LIKE '%BEFORE%'",
                (table,),
            ).fetchall()
            for name, _ in guards:
                connection.execute(f"DROP TRIGGER {name}")
            yield connection
            for _, guard in guards:
                connection.execute(guard)


class ProcessShell(Shell):
    """Each command is a process of its own, as for a user."""

    def type(self, *words: str, **environment: str) -> Typed:
        process = self.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **environment)
        out, err = process.communicate(timeout=120)
        return Typed(process.returncode, out.decode(), err.decode())


def phone(number: int) -> str:
    return f"+7900{number:07d}"


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def wait_for(done: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.002)


def credentials(login: str = "me") -> Mapping[str, str]:
    return {"CAMPAIGN_LOGIN": login, "CAMPAIGN_PASSWORD": f"password of {login}"}
