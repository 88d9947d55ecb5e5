"""Find the character between the cells of a text table, judged by a sample.

A delimiter splits most records into one same number of cells, and under the right one are phones.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from campaign.domain import RawRow
from campaign.domain.recipients.heading_row import HOLDS_PHONES, recipients_rank
from campaign.errors import InputError
from campaign.tables.text.records import MAX_FIELD_CHARS, Dialect
from campaign.text import tr

DELIMITERS: Final = ("\t", ";", "|", ",")
"""In the order in which a tie is decided: commas also stand in amounts and addresses."""
_NAMES: Final = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "bar": "|"}
_RARE: Final = ("^", "~", "¦", "§", "\x1f", "#", "*", "/", ":", "!")
"""Never chosen, because they stand in cells too; named when there are phones between them."""
_MOST_RECORDS: Final = 500
_HEAD: Final = 60
_SEP: Final = "sep="


def parse(wanted: str) -> str:
    """Understand `--delimiter`: one character or its name; raises `delimiter_unknown`."""
    delimiter = _NAMES.get(wanted.strip().lower(), wanted)
    if len(delimiter) != 1 or delimiter in '"\r\n\x00' or delimiter.isalnum():
        raise InputError(
            tr("{wanted!r} cannot be a delimiter", wanted=wanted),
            hint=tr("Use tab, comma, semicolon, pipe, or one character."),
            code="delimiter_unknown",
        )
    return delimiter


def from_sep_line(sample: str) -> str | None:
    """Read the line `sep=;` that Excel understands at the top of a file."""
    first = re.split(r"[\r\n]", sample, maxsplit=1)[0].rstrip(" ").strip('"')
    names_one = first[: len(_SEP)].lower() == _SEP and len(first) == len(_SEP) + 1
    return first[-1] if names_one and not first[-1].isalnum() else None


def guess(sample: list[str]) -> str | None:
    """Choose what splits most records into one same number of cells; None: the file has one column.

    It must also split at least half of them, so that a comma in a few names does not cut up a file
    of one column. Where several do, phones in a column decide before numbers.
    """
    found: list[tuple[int, str]] = []
    for delimiter in DELIMITERS:
        lengths = Counter(len(r) for r in records(sample, delimiter) if any(r))
        split = Counter({length: count for length, count in lengths.items() if length > 1})
        if split and 2 * split.total() >= lengths.total():
            found.append((max(split.values()), delimiter))
    if len(found) > 1:
        ranks = {d: recipients_rank(_head(sample, d)) for _, d in found}
        found = [(count, d) for count, d in found if ranks[d] == max(ranks.values())]
    return max(found, key=lambda one: one[0])[1] if found else None


def dialect(sample: list[str], delimiter: str) -> Dialect:
    """How wide the records of the sample are, and whether blanks come before quotes."""
    text = "".join(sample)
    d = re.escape(delimiter)
    # In a table with correct quotes nothing matches the first: quotes inside cells are doubled.
    blanks = delimiter != " " and re.search(rf'{d} +"[^"{d}\r\n]', text) and not re.search(rf'{d}"[^"]', text)
    found = records(sample, delimiter, blank_before_quote=bool(blanks))
    lengths = Counter(len(r) for r in found if any(r))
    width = max(lengths, key=lambda length: (lengths[length], length), default=1)
    return Dialect(delimiter, width, bool(blanks))


def for_one_column(path: Path, sample: list[str]) -> str:
    """Something that cuts none of the cells of a file of one column; raises `delimiter_unclear`."""
    for delimiter in _RARE:
        if recipients_rank(_head(sample, delimiter)) >= HOLDS_PHONES and not _whole(sample):
            raise InputError(
                tr(
                    "{path}: no usual delimiter was found, but {delimiter!r} may be one",
                    path=path,
                    delimiter=delimiter,
                ),
                hint=f"--delimiter {delimiter!r}",
                code="delimiter_unclear",
            )
    text = "".join(sample)
    return next((d for d in DELIMITERS if d not in text), "\t")


def of_wrapped_lines(sample: list[str], delimiter: str) -> str | None:
    """The delimiter inside cells when every line of a table was put in quotes as one cell."""
    found = [r for r in records(sample, delimiter) if any(r)]
    if not found or any(len(r) > 1 for r in found) or _whole(sample):
        return None
    cells = [r[0] for r in found]
    for inner in DELIMITERS:
        if recipients_rank(_head(cells, inner)) >= HOLDS_PHONES:
            return inner
    return None


def records(sample: list[str], delimiter: str, *, blank_before_quote: bool = False) -> list[list[str]]:
    """The records of the sample, read leniently."""
    csv.field_size_limit(MAX_FIELD_CHARS)
    reader = csv.reader(sample, delimiter=delimiter, skipinitialspace=blank_before_quote)
    try:
        return list(islice(reader, _MOST_RECORDS))
    except csv.Error:
        # A field over the limit: whoever reads the rows will say where.
        return []


def _whole(sample: list[str]) -> bool:
    """Whether the lines themselves are phones, or lines with phones, as they stand."""
    return recipients_rank([RawRow(1, (line.strip('"\r\n'),)) for line in sample]) >= HOLDS_PHONES


def _head(sample: Sequence[str], delimiter: str) -> list[RawRow]:
    return [RawRow(1, tuple(cells)) for cells in records(list(sample[:_HEAD]), delimiter)]
