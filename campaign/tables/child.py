"""The half of the reading process that runs in the child: limits, questions, answers.

A workbook of unknown origin may ask for terabytes or never end. Here the system bounds memory, time
and files, a watchdog bounds the time between two answers, and whatever happens the parent sees an
error line or a process that ended.

The child answers each line on its standard input (a JSON list) with lines on its standard output
(one JSON value each, UTF-8):

    ["sheets"]               a list of [`SheetView`, `SheetProperties`]
    ["head", NAME, N]        the first N rows that are not blank, as [row number, cells]
    ["rows", NAME, HIDDEN]   lists [rows, {index in rows: problem}] from the first row of the sheet,
                             then the number of rows as proof that all were written

An object with the key `error` may come instead of any of them: code and what is wrong.
"""

import faulthandler
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib import import_module
from itertools import islice
from typing import Final, Protocol, runtime_checkable

from campaign.errors import InputError
from campaign.tables.sheet_properties import SheetProperties, SheetView
from campaign.text import to_json

ROWS_IN_LINE = 256
HEAD_SEARCH_ROWS = 2_000
"""Rows in which the first ones that are not blank are looked for."""
_CPU_S = 600
_FILES = 32


Row = tuple[list[str], str]
"""Cells from the first column, and the code of a problem or ""."""


class OpenBook(Protocol):
    """A workbook as a library of the child opened it."""

    def rows(self, name: str, *, include_hidden: bool) -> Iterator[Row]:
        """Every row of a sheet from its first, blank ones included; may raise `InputError`."""
        ...


@runtime_checkable
class KnowsSheets(OpenBook, Protocol):
    """One whose sheets only the child can list; those of an .xlsx are read by the parent."""

    def sheets(self) -> list[tuple[SheetView, SheetProperties]]:
        """All sheets in the order of their tabs; raises as `rows` does."""
        ...


WORKBOOKS: Final = {"xlsx": "CalamineBook", "xls": "XlsBook", "ods": "OdsBook"}
"""Kind of workbook to the class in `tables.KIND.reader` that opens one."""


def child_main(arguments: list[str], open_book: Callable[[str], OpenBook]) -> int:
    """Answer questions about one workbook until the standard input ends.

    `arguments` are path, bytes of memory, seconds between two answers; the limits are set before
    `open_book` is called. When the workbook cannot be read, the last line is the error.
    """
    path, memory, seconds = arguments
    limit(int(memory))
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123  no path, a device
        watchdog = _Watchdog(float(seconds), nowhere.fileno())
        try:
            with watchdog:
                book = open_book(path)
            for line in sys.stdin:
                for answer in watchdog.watched(_answers(book, json.loads(line))):
                    _write(answer)
                sys.stdout.flush()
        except InputError as error:
            _write({"error": [error.code, to_json(error.message), to_json(error.hint)]})
        sys.stdout.flush()
    return 0


def _answers(book: OpenBook, question: list[str | int | bool]) -> Iterator[object]:
    match question:
        case ["sheets"] if isinstance(book, KnowsSheets):
            yield [[asdict(view), asdict(known)] for view, known in book.sheets()]
        case ["head", str(name), int(count)]:
            rows = enumerate(book.rows(name, include_hidden=True), 1)
            near = islice(rows, HEAD_SEARCH_ROWS)
            filled = ([number, cells] for number, (cells, _) in near if any(cells))
            yield list(islice(filled, count))
        case ["rows", str(name), bool(include_hidden)]:
            yield from _batches(book.rows(name, include_hidden=include_hidden))
        case _:
            raise ValueError(question)


def _batches(rows: Iterator[Row]) -> Iterator[object]:
    count = 0
    while batch := list(islice(rows, ROWS_IN_LINE)):
        count += len(batch)
        problems = {at: problem for at, (_, problem) in enumerate(batch) if problem}
        yield [[cells for cells, _ in batch], problems]
    yield count


def _write(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # A damaged .xls can hold a lone surrogate: no text, but no reason to fail here.
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")


class _Watchdog:
    """Ends this process when one answer takes too long; the parent's pauses do not count.

    It is a thread of the interpreter in C, so it also ends a library that never comes back.
    """

    def __init__(self, seconds: float, out: int) -> None:
        self._seconds = seconds
        self._out = out

    def __enter__(self) -> None:
        faulthandler.dump_traceback_later(self._seconds, exit=True, file=self._out)

    def __exit__(self, *_: object) -> None:
        faulthandler.cancel_dump_traceback_later()

    def watched(self, answers: Iterator[object]) -> Iterator[object]:
        while True:
            with self:
                answer = next(answers, self)
            if answer is self:
                return
            yield answer


def limit(memory: int) -> None:
    """Bound memory in bytes, time and files where the system can; Windows cannot."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return
    wanted = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: _CPU_S,
        resource.RLIMIT_NOFILE: _FILES,
        # It only reads: a hole in a library must not write.
        resource.RLIMIT_FSIZE: 0,
        # A core dump would hold the customers of whoever uses this.
        resource.RLIMIT_CORE: 0,
    }
    for kind, amount in wanted.items():
        _, hard = resource.getrlimit(kind)
        amount_allowed = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (amount_allowed, amount_allowed))


if __name__ == "__main__":
    kind = sys.argv[1]
    reader = import_module(f"campaign.tables.{kind}.reader")
    sys.exit(child_main(sys.argv[2:], getattr(reader, WORKBOOKS[kind])))
