"""Whatever `csv.writer` writes comes back cell for cell, or is refused with a reason."""

import csv
import io
import string
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import assume, example, given
from hypothesis import strategies as st

from campaign.domain import FileOptions
from campaign.errors import InputError
from campaign.tables.text.reader import CsvReader

DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = (
    "utf-8", "utf-8-sig", "cp1251", "cp866", "koi8-r", "utf-16", "utf-16-le", "utf-16-be",
)  # fmt: skip
ENDS = ("\r\n", "\n", "\r")
LETTERS = string.ascii_letters + "абвгдежзийклмнопрстуфхцчшщъыьэюяёАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЭЮЯЁ"

# A quote, a delimiter or a line end in every few characters: where readers go wrong.
any_text = st.text(
    st.one_of(
        st.sampled_from("\"';,|\t\n\r =\u2028\x0b\x1a«№"),
        st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]),
    ),
    max_size=12,
)
words = st.text(st.sampled_from(LETTERS + " -.,;|\"'"), max_size=15)
phones = st.integers(0, 999_999).map(lambda n: f"7916{n:07}")


def _written(table: Sequence[Sequence[str]], *, delimiter: str, end: str, quoting: int) -> str:
    out = io.StringIO()
    csv.writer(
        out,
        delimiter=delimiter,
        lineterminator=end,
        quoting=quoting,  # type: ignore[arg-type]  # the stubs know literals only
    ).writerows(table)
    return out.getvalue()


def _outcome(content: bytes, options: FileOptions) -> list[tuple[str, ...]] | InputError:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.csv")
        path.write_bytes(content)
        try:
            with CsvReader().open(path, options) as table:
                rows = list(table.rows)
        except InputError as error:
            return error
    assert [row.row_no for row in rows] == list(range(1, len(rows) + 1))
    assert not any(row.problem for row in rows)
    return [row.cells for row in rows]


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        assume(False)  # noqa: FBT003  # hypothesis' own signature
        raise


def _same_or_refused(got: list[tuple[str, ...]] | InputError, table: Sequence[Sequence[str]]) -> None:
    if isinstance(got, InputError):
        assert got.code
        assert got.message
    else:
        assert got == [tuple(row) for row in table]


@given(
    table=st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(any_text, min_size=width, max_size=width), min_size=1)
    ),
    delimiter=st.sampled_from(DELIMITERS),
    encoding=st.sampled_from(ENCODINGS),
    end=st.sampled_from(ENDS),
)
@example(table=[["\r"]], delimiter=",", encoding="utf-8", end="\r\n")
@example(table=[["a", 'x"\n"'], ["b", ""]], delimiter=";", encoding="utf-16", end="\n")
def test_any_text_in_a_named_encoding_and_delimiter(
    table: list[list[str]], delimiter: str, encoding: str, end: str
) -> None:
    """Every cell is quoted: the writer of Python 3.11 leaves a lone CR bare, which ends a line."""
    assume(not table[0][0].lower().startswith("sep="))
    text = _written(table, delimiter=delimiter, end=end, quoting=csv.QUOTE_ALL)
    options = FileOptions(encoding=encoding, delimiter=delimiter)

    _same_or_refused(_outcome(_encoded(text, encoding), options), table)


@given(
    recipients=st.lists(st.tuples(phones, words, words), min_size=1, max_size=20),
    delimiter=st.sampled_from(DELIMITERS),
    encoding=st.sampled_from(ENCODINGS),
    end=st.sampled_from(ENDS),
    heading=st.sampled_from([("Телефон", "Имя", "Город"), ("phone", "name", "town")]),
)
def test_any_recipients_where_everything_is_guessed(
    recipients: list[tuple[str, str, str]],
    delimiter: str,
    encoding: str,
    end: str,
    heading: tuple[str, str, str],
) -> None:
    """A Russian heading proves the code page, so that a refusal would be a needless one."""
    table = [heading, *recipients]
    text = _written(table, delimiter=delimiter, end=end, quoting=csv.QUOTE_MINIMAL)
    outcome = _outcome(_encoded(text, encoding), FileOptions())

    assert isinstance(outcome, list) or heading[0] == "phone"
    _same_or_refused(outcome, table)
