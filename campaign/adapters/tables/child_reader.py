"""Read a workbook of which a child process finds out everything: .ods and .xls."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from campaign.adapters.tables.child_process import child
from campaign.adapters.tables.child_side import SheetAnswer
from campaign.adapters.tables.choice import (
    HEAD_COUNT,
    SheetView,
    blank_columns,
    choose_sheet,
    fact_notes,
    left_out_told,
)
from campaign.adapters.tables.marks import SheetFacts
from campaign.model import FileOptions, RawRow, Table, TableInfo


@contextmanager
def open_in_child(  # noqa: PLR0913  what differs between two formats
    path: Path,
    options: FileOptions,
    *,
    file_format: str,
    module: str,
    memory: int,
    seconds: float,
    notes: tuple[str, ...] = (),
) -> Iterator[Table]:
    """Open one sheet of a workbook.

    Args:
        path: The workbook.
        options: `sheet` and `include_hidden`; a workbook has no encoding and no delimiter.
        file_format: As `TableInfo` says it.
        module: Of the child.
        memory: Bytes that the child may use.
        seconds: The longest time to one of its answers.
        notes: About the workbook as a whole.

    Yields:
        The table. Its rows begin at row 1 and their cells at column A, however far down the table
        begins. Problems: `row_hidden`, `formula_without_value`.

    Raises:
        InputError: `workbook_broken`, `workbook_hostile`, `workbook_password`, `sheet_unknown` or
            `file_empty`.
    """
    with child(module, path, memory=memory, seconds=seconds) as process:
        answers = {answer["name"]: answer for answer in process.sheets()}
        views = [SheetView(a["name"], a["visible"], a["filled"]) for a in answers.values()]
        sheet, others = choose_sheet(
            path, views, options.sheet, head=lambda name: process.head(name, HEAD_COUNT)
        )
        facts = _facts(answers[sheet.name])
        told = fact_notes(facts, include_hidden=options.include_hidden)
        info = TableInfo(file_format, sheet=sheet.name, notes=(*notes, *others, *told))
        read = process.rows(sheet.name, include_hidden=options.include_hidden)
        rows = (
            RawRow(row_no, tuple(cells), problem) for row_no, (cells, problem) in enumerate(read, 1)
        )
        hidden = [] if options.include_hidden else facts.hidden_columns
        with left_out_told(hidden, others):
            yield Table(info, blank_columns(rows, hidden) if hidden else rows)


def _facts(answer: SheetAnswer) -> SheetFacts:
    return SheetFacts(
        hidden_rows=answer["hidden_rows"],
        hidden_row_count=answer["hidden_row_count"],
        hidden_columns=answer["hidden_columns"],
        merges=answer["merges"],
        merge_count=answer["merge_count"],
    )
