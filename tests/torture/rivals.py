"""What other programs make of the same files: only the reader differs, the checks are campaign's.

That is generous to them: `79161234567.0`, blanks and odd spaces are understood by our rules after
them. What a library says by raising an error counts as explained, however it is worded.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from campaign.errors import InputError
from tests.torture.expect import Outcome
from tests.torture.product import ask_campaign, check

_OURS = frozenset({"text", "map", "client_id", "countries", "allow_duplicates", "max_segments"})
_BOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
_SAYS_NOTHING = (AttributeError, AssertionError, IndexError, KeyError, MemoryError, RecursionError)
Table = Sequence[Sequence[str]]
Reader = Callable[[Path, Mapping[str, object]], Table]


def rivals() -> Mapping[str, Callable[[Path, Mapping[str, object]], Outcome]]:
    """Name to the way of asking."""
    return {
        "campaign": ask_campaign,
        "pandas, defaults": lambda path, settings: _ask(_pandas, path, settings),
        "pandas, dtype=str": lambda path, settings: _ask(partial(_pandas, dtype=str), path, settings),
        "frictionless": lambda path, settings: _ask(_by_frictionless, path, settings),
    }


def _ask(reader: Reader, path: Path, settings: Mapping[str, object]) -> Outcome:
    """Read with the library, then check by campaign's rules."""
    try:
        table = reader(path, settings)
    except _SAYS_NOTHING as error:
        return Outcome(crash=f"{type(error).__name__}: {error}")
    except Exception as error:  # noqa: BLE001  whatever the library raises is its answer
        return Outcome(error=type(error).__name__, output=str(error))
    return _checked(table, settings)


def _checked(table: Table, settings: Mapping[str, object]) -> Outcome:
    """Give the library's cells to campaign, in a text file that it certainly reads rightly."""
    ours = {name: value for name, value in settings.items() if name in _OURS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cells.csv")
        quoted = ('"' + '","'.join(c.replace('"', '""') for c in row) + '"\r\n' for row in table)
        path.write_text("".join(quoted), encoding="utf-8", newline="", errors="replace")
        try:
            return check(path, {**ours, "encoding": "utf-8", "delimiter": ","})
        except InputError as error:
            return Outcome(error=error.code, output=error.message)


def _pandas(path: Path, settings: Mapping[str, object], **more: object) -> Table:
    """`read_csv` or `read_excel` by the name; the separator is guessed by pandas itself."""
    pandas: Any = import_module("pandas")
    if path.suffix.lower() in _BOOKS:
        frame = pandas.read_excel(path, sheet_name=settings.get("sheet") or 0, **more)
    else:
        delimiter = settings.get("delimiter")
        frame = pandas.read_csv(
            path, sep=delimiter, engine="python", encoding=settings.get("encoding"), **more
        )
    return [
        [str(name) for name in frame.columns],
        *([_text(value) for value in row] for row in frame.itertuples(index=False)),
    ]


def _text(value: object) -> str:
    """The cell as the script a user writes first puts it into a text; missing ones are blank."""
    if isinstance(value, bool):
        return str(value).upper()
    return "" if value is None or value != value else str(value)  # noqa: PLR0124  NaN


def _by_frictionless(path: Path, settings: Mapping[str, object]) -> Table:
    """Validate, and read what was found valid; a report of errors refuses the file."""
    frictionless: Any = import_module("frictionless")
    with frictionless.system.use_context(trusted=True):
        form = {"format": "csv"} if path.suffix.lower() == ".txt" else {}
        make: Any = import_module("frictionless.resources").TableResource
        resource = make(path=str(path), **form)
        if settings.get("encoding"):
            resource.encoding = str(settings["encoding"])
        if settings.get("sheet"):
            control: Any = import_module("frictionless.formats").ExcelControl
            resource.dialect = frictionless.Dialect(controls=[control(sheet=settings["sheet"])])
        report = resource.validate()
        if not report.valid:
            errors = report.flatten(["rowNumber", "fieldName", "type", "note"])
            raise ValueError(f"{len(errors)} errors: {errors[0]}")
        again = make(path=str(path), encoding=resource.encoding, dialect=resource.dialect, **form)
        return list(_rows_of(again))


def _rows_of(resource: Any) -> Iterator[Sequence[str]]:  # noqa: ANN401  no types are shipped
    with resource:
        yield [str(name) for name in resource.header]
        for row in resource.row_stream:
            yield [_text(value) for value in row.to_list()]
