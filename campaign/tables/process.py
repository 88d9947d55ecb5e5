"""The half of the reading process that stays with the parent; `child` describes the protocol.

A child that was ended by a limit, or that breaks off, is reported as an unreadable workbook, never
as a shorter table.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from campaign.domain import FileOptions, RawRow, Table, TableInfo
from campaign.errors import InputError
from campaign.secret import child_environment
from campaign.tables.limits import hostile
from campaign.tables.sheet_properties import SheetProperties, SheetView
from campaign.tables.sheets import HEAD_COUNT, choose_sheet, opened_table, property_notes
from campaign.text import from_json, tr

_TOO_MUCH = tr(
    "reading it was ended, because it takes more memory or time than a table of recipients can need"
)
_BASE_S = 14.0
_MOST_MEMORY = 4 << 30


def seconds_for(size: int) -> float:
    """Time for one answer about so many bytes of XML or records: a slow machine reads 2 MB/s."""
    return _BASE_S + size / (2 << 20)


def memory_for(size: int, *, factor: int, base: int = 512 << 20) -> int:
    """Bytes that a child may use for so many of XML or records: a small file stays small."""
    return min(_MOST_MEMORY, base + factor * size)


class Child:
    """A process that has one workbook open; every question may raise `InputError`."""

    def __init__(self, path: Path, process: subprocess.Popen[bytes]) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError(process)
        self._path = path
        self._in: IO[bytes] = process.stdin
        self._out: IO[bytes] = process.stdout

    def sheets(self) -> list[tuple[SheetView, SheetProperties]]:
        """Ask for all sheets, in the order of their tabs."""
        self._ask("sheets")
        return [(SheetView(**view), SheetProperties(**known)) for view, known in self._answer()]

    def head(self, sheet: str, count: int = HEAD_COUNT) -> list[RawRow]:
        """Ask for the first rows of a sheet that are not blank."""
        self._ask("head", sheet, count)
        return [RawRow(number, tuple(cells)) for number, cells in self._answer()]

    def rows(self, sheet: str, *, include_hidden: bool = False) -> Iterator[tuple[list[str], str]]:
        """Ask for all rows of a sheet, cells and problem; nothing can be asked after it."""
        self._ask("rows", sheet, include_hidden)
        count = 0
        while not isinstance(answer := self._answer(), int):
            rows, problems = answer
            count += len(rows)
            for at, cells in enumerate(rows):
                yield cells, (problems.get(str(at), "") if problems else "")
        if answer != count:
            raise hostile(self._path, _TOO_MUCH)

    def _ask(self, *question: object) -> None:
        try:
            self._in.write(json.dumps(question).encode() + b"\n")
            self._in.flush()
        except OSError:
            # It ended; its last answer is what counts.
            return

    def _answer(self) -> Any:  # noqa: ANN401  JSON
        line = self._out.readline()
        if not line.endswith(b"\n"):
            raise hostile(self._path, _TOO_MUCH)
        answer = json.loads(line)
        if isinstance(answer, dict) and "error" in answer:
            code, message, hint = answer["error"]
            raise InputError(from_json(message), hint=from_json(hint), code=code)
        return answer


@contextmanager
def child(kind: str, path: Path, *, memory: int, seconds: float) -> Iterator[Child]:
    """Run a child of that kind (a key of `child.WORKBOOKS`); it is gone when the context is left.

    `memory` is bytes, not bounded on Windows; `seconds` is the longest time to one answer.
    """
    command = [sys.executable, "-P", "-m", "campaign.tables.child", kind]
    limits = [str(path), str(memory), str(seconds)]
    with running(path, [*command, *limits], child_environment()) as process:
        yield process


@contextmanager
def running(path: Path, command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Child]:
    """Run a command that answers as `child` does, in an environment of its own."""
    process = subprocess.Popen(  # noqa: S603  our own interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        yield Child(path, process)
    finally:
        process.kill()
        for pipe in filter(None, (process.stdin, process.stdout)):
            with suppress(OSError):  # a question that nobody read any more
                pipe.close()
        process.wait()


@contextmanager
def open_in_child(
    path: Path, options: FileOptions, *, file_format: str, memory: int, seconds: float
) -> Iterator[Table]:
    """Open one sheet of a workbook whose sheets only the child knows; see `child` for the limits.

    Rows begin at row 1 and cells at column A, however far down the table begins. Problems:
    `row_hidden`, `formula_without_value`.

    Raises:
        InputError: `workbook_broken`, `workbook_hostile`, `workbook_password`, `sheet_unknown` or
            `file_empty`.
    """
    with child(file_format, path, memory=memory, seconds=seconds) as process:
        sheets = process.sheets()
        views = [view for view, _ in sheets]
        sheet, others = choose_sheet(path, views, options.sheet, head=process.head)
        properties = next(known for view, known in sheets if view is sheet)
        notes = property_notes(properties, include_hidden=options.include_hidden)
        info = TableInfo(file_format, sheet=sheet.name, notes=(*others, *notes))
        read = process.rows(sheet.name, include_hidden=options.include_hidden)
        rows = (RawRow(row_no, tuple(cells), problem) for row_no, (cells, problem) in enumerate(read, 1))
        hidden = [] if options.include_hidden else properties.hidden_columns
        with opened_table(info, rows, hidden, others) as table:
            yield table
