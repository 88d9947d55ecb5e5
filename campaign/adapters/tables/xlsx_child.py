"""The process that lets calamine read a workbook, so that a bad one can hurt nobody but it.

calamine holds a sheet in memory and ends the process when memory ends; a workbook of a few
kilobytes can make it want terabytes. Here the system bounds memory and time, and whatever happens
the parent sees an exit code. A second gain: the next rows are read while these are being checked.

Run as `python -m campaign.adapters.tables.xlsx_child PATH SHEET MEMORY`, the last in bytes. Writes
one JSON value a line, in UTF-8: the number of empty columns before the first, then lists of rows
(each a list of texts) from the first row of the sheet, then the number of rows as proof that all
were written.
"""

import json
import sys
from itertools import islice

from campaign.adapters.tables.cell_text import cell_text

EXIT_UNREADABLE = 3
ROWS_IN_LINE = 256

_CPU_S = 300
_FILES = 32


def main(path: str, sheet_name: str) -> int:
    """Read one sheet and write its rows to the standard output.

    Returns:
        Exit code: 0, or `EXIT_UNREADABLE` when calamine refuses the workbook.
    """
    import python_calamine  # noqa: PLC0415  after the limits are set

    try:
        sheet = python_calamine.load_workbook(path).get_sheet_by_name(sheet_name)
    except (python_calamine.CalamineError, OSError):
        return EXIT_UNREADABLE
    first_column = sheet.start[1] if sheet.start else 0
    _write(first_column)
    count = 0
    # Both ends are cut off: rows before the first value are given, columns before it are not.
    rows = iter(sheet.iter_rows()) if sheet.start else iter(())
    while batch := [
        [cell if isinstance(cell, str) else cell_text(cell) for cell in row]
        for row in islice(rows, ROWS_IN_LINE)
    ]:
        count += len(batch)
        _write(batch)
    _write(count)
    sys.stdout.flush()
    return 0


def _write(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(text.encode() + b"\n")


def _limit(memory: int) -> None:
    """Bound memory in bytes, time and files where the system can; Windows cannot."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return
    wanted = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: _CPU_S,
        resource.RLIMIT_NOFILE: _FILES,
        # A core dump would hold the customers of whoever uses this.
        resource.RLIMIT_CORE: 0,
    }
    for kind, amount in wanted.items():
        _, hard = resource.getrlimit(kind)
        amount_allowed = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (amount_allowed, amount_allowed))


if __name__ == "__main__":
    _limit(int(sys.argv[3]))
    sys.exit(main(sys.argv[1], sys.argv[2]))
