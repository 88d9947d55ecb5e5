"""The process that reads a foreign workbook: bounded, and an error when it ends too early."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from campaign.errors import InputError
from campaign.tables.process import Child, running
from tests.conftest import raises_code

BOOK = """
import sys, time
from campaign.tables.child import child_main
from campaign.tables.limits import broken
from campaign.tables.sheet_properties import SheetProperties, SheetView

class Book:
    def __init__(self, path):
        {on_open}
    def sheets(self):
        return [(SheetView("x", True, True), SheetProperties())]
    def rows(self, name, *, include_hidden):
        {rows}

sys.exit(child_main(sys.argv[1:], Book))
"""


@contextmanager
def _started(tmp_path: Path, *, on_open: str = "pass", rows: str = "yield ['1'], ''") -> Iterator[Child]:
    """A child with such a library; two seconds for an answer, 512 MB."""
    script = BOOK.format(on_open=on_open, rows=rows)
    path = tmp_path / "a.xlsx"
    command = [sys.executable, "-c", script, str(path), str(512 << 20), "2"]
    with running(path, command, os.environ) as process:
        yield process


def test_what_a_child_reads_comes_through(tmp_path: Path) -> None:
    rows = "yield ['1', 'Ёлка'], ''\n        yield [], ''\n        yield ['3'], 'row_hidden'"
    with _started(tmp_path, rows=rows) as process:
        assert [view.name for view, _ in process.sheets()] == ["x"]
        assert [row.cells for row in process.head("x", 5)] == [("1", "Ёлка"), ("3",)]
        assert list(process.rows("x")) == [(["1", "Ёлка"], ""), ([], ""), (["3"], "row_hidden")]


@pytest.mark.parametrize(
    "done",
    [
        {"on_open": "time.sleep(60)"},
        {"rows": "yield ['1'], ''; time.sleep(60); yield ['2'], ''"},
        {"on_open": "[0] * (1 << 40)"},
        {"on_open": "import os; os._exit(0)"},
        {"rows": "yield ['1'], ''; import os; sys.stdout.flush(); os._exit(0)"},
        {"rows": "yield ['1'], ''; raise ValueError"},
    ],
    ids=["hangs", "hangs in the middle", "memory", "dies", "dies in the middle", "bug"],
)
def test_a_child_that_ends_too_early_is_no_shorter_table(tmp_path: Path, done: dict[str, str]) -> None:
    began = time.monotonic()

    with _started(tmp_path, **done) as process, raises_code(InputError, "workbook_hostile"):
        list(process.rows("x"))

    assert time.monotonic() - began < 30


def test_what_a_child_refuses_keeps_its_message(tmp_path: Path) -> None:
    refusal = "raise broken(path, 'its leg')"

    with _started(tmp_path, on_open=refusal) as process, pytest.raises(InputError) as caught:
        process.sheets()

    assert caught.value.code == "workbook_broken"
    assert "damaged: its leg" in caught.value.message
    assert caught.value.hint


def test_a_pause_of_the_parent_is_not_held_against_the_child(tmp_path: Path) -> None:
    """Operators are asked, chunks are sent: rows may be fetched much later."""
    rows = "yield from ((['x' * 50], '') for _ in range(20_000))"
    with _started(tmp_path, rows=rows) as process:
        read = process.rows("x")
        next(read)
        time.sleep(2.5)  # the limit is a real thread's in another process: no fake clock reaches it

        assert sum(1 for _ in read) == 19_999


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
def test_nothing_of_a_child_is_left_when_the_reader_leaves(tmp_path: Path) -> None:
    with _started(tmp_path, rows="import os; yield [str(os.getpid())], ''") as process:
        pid = int(process.head("x", 1)[0].cells[0])

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
def test_a_child_that_was_killed_is_an_error(tmp_path: Path) -> None:
    death = f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"

    with _started(tmp_path, rows=death) as process, raises_code(InputError, "workbook_hostile"):
        list(process.rows("x"))
