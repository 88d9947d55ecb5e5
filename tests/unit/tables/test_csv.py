"""How text tables are read: encoding, delimiter, quotes, row numbers."""

import tracemalloc
from pathlib import Path

import pytest

from campaign.domain import FileOptions, RawRow, TableInfo
from campaign.errors import InputError
from campaign.tables.text.reader import CsvReader
from campaign.tables.text.records import MAX_FIELD_CHARS, MAX_LINE_CHARS

RECIPIENTS = "Телефон;Имя;Город\n79160000001;Пётр;Москва\n79160000002;Алёна;Тверь\n"


def _read(path: Path, content: bytes, **options: str) -> tuple[TableInfo, list[RawRow]]:
    path.write_bytes(content)
    with CsvReader().open(path, FileOptions(**options)) as table:  # type: ignore[arg-type]
        return table.info, list(table.rows)


def _error(path: Path, content: bytes, **options: str) -> InputError:
    with pytest.raises(InputError) as caught:
        _read(path, content, **options)
    return caught.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


@pytest.mark.parametrize(
    ("written", "reported"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp1251", "cp1251"),
        ("koi8-r", "koi8_r"),
        ("cp866", "cp866"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_the_encoding_is_found_and_reported(path: Path, written: str, reported: str) -> None:
    info, rows = _read(path, RECIPIENTS.encode(written))

    assert info.encoding == reported
    assert rows[0].cells == ("Телефон", "Имя", "Город")


def test_capitals_in_koi8_are_not_taken_for_cp1251(path: Path) -> None:
    """Between the two code pages the case of all letters is reversed."""
    info, _ = _read(path, (RECIPIENTS.upper() * 20).encode("koi8-r"))

    assert info.encoding == "koi8_r"


def test_names_far_down_decide(path: Path) -> None:
    """The sample is taken where the file stops to be ASCII, not at its start."""
    plain = "phone,name\n" + "79160000001,Ivan\n" * 40_000
    info, rows = _read(path, plain.encode() + "79160000002,Мария Петрова\n".encode("koi8-r") * 9)

    assert info.encoding == "koi8_r"
    assert rows[-1].cells[1] == "Мария Петрова"


def test_nearly_utf8_is_an_error_with_its_line(path: Path) -> None:
    """As cp1251 the whole file would be garbled silently."""
    content = RECIPIENTS.encode() * 10 + b"79160000003;\xcf;x\n"

    error = _error(path, content)

    assert error.code == "encoding_wrong"
    assert "line 31" in error.message


def test_a_named_encoding_is_used(path: Path) -> None:
    info, rows = _read(path, RECIPIENTS.encode("mac_cyrillic"), encoding="mac-cyrillic")

    assert rows[1].cells[1] == "Пётр"
    assert info.encoding == "mac-cyrillic"


def test_a_named_utf8_swallows_the_mark(path: Path) -> None:
    _, rows = _read(path, RECIPIENTS.encode("utf-8-sig"), encoding="UTF8")

    assert rows[0].cells[0] == "Телефон"


@pytest.mark.parametrize("name", ["klingon", "base64", ""])
def test_an_unknown_encoding_is_refused(path: Path, name: str) -> None:
    assert _error(path, b"a;b\n", encoding=name).code == "encoding_unknown"


@pytest.mark.parametrize("name", ["cp1251", "koi8-r", "latin-1"])
def test_utf8_is_not_garbled_by_another_named_encoding(path: Path, name: str) -> None:
    """A profile that says cp1251 must not spoil the one file that is not in it."""
    error = _error(path, RECIPIENTS.encode(), encoding=name)

    assert error.code == "encoding_wrong"
    assert "--encoding utf-8" in error.hint


@pytest.mark.parametrize("name", ["utf-8", "ascii", "utf-16"])
def test_a_wrong_encoding_is_refused_before_the_first_row(path: Path, name: str) -> None:
    content = b"phone;name\n79160000001;" + "Пётр".encode("cp1251") + b"\n"

    error = _error(path, content, encoding=name)

    assert error.code == "encoding_wrong"
    assert "line " in error.message


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b\n1;1,5\n2;2,5\n", ";"),
        ("a,b\n1,2\n", ","),
        ("a\tb\n1\t2,3\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("Клиенты\n\na;b;c\n1;2;3\n4;5;6\n", ";"),
        ('a,b\n"Тверь; центр; дом 1",2\n"Уфа; дом",3\n', ","),
    ],
)
def test_the_delimiter_is_found(path: Path, text: str, delimiter: str) -> None:
    info, rows = _read(path, text.encode())

    assert info.delimiter == delimiter
    assert {len(row.cells) for row in rows[-2:]} <= {2, 3}


def test_one_column_is_not_cut_at_a_few_commas(path: Path) -> None:
    info, rows = _read(path, ("name\n" + "Anna\n" * 9 + "Smith, John\n").encode())

    assert rows[-1].cells == ("Smith, John",)
    assert info.notes


@pytest.mark.parametrize(
    ("name", "delimiter"), [("tab", "\t"), ("comma", ","), ("Semicolon", ";"), ("~", "~")]
)
def test_a_named_delimiter_is_used(path: Path, name: str, delimiter: str) -> None:
    info, rows = _read(path, f"a{delimiter}b|c\n".encode(), delimiter=name)

    assert info.delimiter == delimiter
    assert rows[0].cells == ("a", "b|c")


@pytest.mark.parametrize("name", ["", ";;", '"', "\n", "a", "7"])
def test_an_impossible_delimiter_is_refused(path: Path, name: str) -> None:
    assert _error(path, b"a;b\n", delimiter=name).code == "delimiter_unknown"


def test_excels_first_line_names_the_delimiter_and_is_a_row(path: Path) -> None:
    info, rows = _read(path, b"sep=,\r\na,b;c\r\n1,2;3\r\n")

    assert info.delimiter == ","
    assert rows == [RawRow(1, ()), RawRow(2, ("a", "b;c")), RawRow(3, ("1", "2;3"))]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_row_numbers_are_those_of_a_spreadsheet_program(path: Path, newline: str) -> None:
    """A blank line is a row; a line feed inside quotes makes none."""
    text = f'a;b{newline}{newline}"two{newline}lines";2{newline}3;4'

    _, rows = _read(path, text.encode())

    assert [row.row_no for row in rows] == [1, 2, 3, 4]
    assert rows[1].cells == ()
    assert rows[2].cells == (f"two{newline}lines", "2")


def test_ragged_rows_come_as_they_are(path: Path) -> None:
    _, rows = _read(path, b"a;b\n1\n1;2;3\n")

    assert [len(row.cells) for row in rows] == [2, 1, 3]


@pytest.mark.parametrize(
    ("content", "last"),
    [
        ("a;b\n1\u2028\x0b\x85;2\n", ("1\u2028\x0b\x85", "2")),
        ("phone;name\n79160000001;A\x1a\n", ("79160000001", "A\x1a")),
        ("phone;name\n79160000001;A\n\x1a\n79160000002;B\n", ("79160000002", "B")),
    ],
    ids=["separators of lines", "ctrl-z in a cell", "ctrl-z before the end"],
)
def test_characters_that_end_no_line_end_no_row(path: Path, content: str, last: tuple[str, ...]) -> None:
    """`str.splitlines` would cut at the first ones, DOS programs end a file with Ctrl-Z."""
    _, rows = _read(path, content.encode())

    assert rows[-1].cells == last


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'a;b\n1;2\n3;"4\n5;6\n7;8\n', "line 3"),
        (b'sep=;\na;b\n3;"4\n', "line 3"),
        (b'a;b\n"1;2\n' + b"3;4\n" * MAX_FIELD_CHARS, "line 2"),
    ],
    ids=["small", "after a sep line", "big"],
)
def test_an_open_quote_is_reported_with_the_line_where_it_began(
    path: Path, content: bytes, line: str
) -> None:
    """The lenient parser would make one cell of everything that follows."""
    error = _error(path, content)

    assert error.code == "quote_open"
    assert line in error.message


def test_ctrl_z_at_the_end_is_no_row(path: Path) -> None:
    """DOS programs end a file with it."""
    _, rows = _read(path, RECIPIENTS.encode("cp866") + b"\x1a\r\n")

    assert len(rows) == 3
    assert rows[-1].cells == ("79160000002", "Алёна", "Тверь")


def test_a_first_line_with_a_letter_names_no_delimiter(path: Path) -> None:
    info, rows = _read(path, b"sep=a\nphone;name\n79160000001;Anna\n")

    assert info.delimiter == ";"
    assert rows[0].cells == ("sep=a",)


def test_line_ends_may_be_mixed(path: Path) -> None:
    _, rows = _read(path, b"phone;name\r\n79160000001;A\r79160000002;B\n\r\n79160000003;C")

    names = [(row.row_no, *row.cells[1:]) for row in rows]
    assert names == [(1, "name"), (2, "A"), (3, "B"), (4,), (5, "C")]


def test_a_line_end_between_two_blocks_is_one(path: Path) -> None:
    """CR and LF must not become two line ends where the file is cut for reading."""
    line = b"79160000001;" + b"x" * 51 + b"\r\n"
    _, rows = _read(path, b"phone;name\r\n" + line * 20_000)

    assert [row.row_no for row in rows if len(row.cells) != 2] == []
    assert rows[-1].row_no == 20_001


def test_blanks_before_quotes_are_not_read_and_that_is_noted(path: Path) -> None:
    info, rows = _read(path, b'phone; "name"\n79160000001; "A; B"\n')

    assert rows[1].cells == ("79160000001", "A; B")
    assert any("Blanks" in note for note in info.notes)


def test_lines_that_are_quoted_as_a_whole_are_unwrapped(path: Path) -> None:
    """Excel writes that when it had opened a comma file as one column."""
    info, rows = _read(path, '"Телефон,Имя"\n"79160000001,""Анна, Тверь"""\n"79160000002,Пётр"\n'.encode())

    assert [row.cells[1] for row in rows] == ["Имя", "Анна, Тверь", "Пётр"]
    assert any("quotes" in note for note in info.notes)


def test_phones_decide_between_delimiters_that_split_as_often(path: Path) -> None:
    text = "Телефон,Имя;Отчество\n79160000001,Анна;Ивановна\n79160000002,Пётр;Ильич\n"
    info, _ = _read(path, text.encode())

    assert info.delimiter == ","


def test_a_rare_delimiter_is_asked_for_and_not_guessed(path: Path) -> None:
    error = _error(path, b"phone^name\n79160000001^A\n79160000002^B\n")

    assert error.code == "delimiter_unclear"
    assert "--delimiter '^'" in error.hint


def test_a_line_without_end_is_refused(path: Path) -> None:
    assert _error(path, b"a;" * (MAX_LINE_CHARS // 2 + 9)).code == "line_too_long"


def test_memory_does_not_grow_with_the_file(path: Path) -> None:
    wide = RECIPIENTS.replace("Москва", "Москва" * 40)
    path.write_bytes(wide.encode("cp1251") * 60_000)
    tracemalloc.start()
    try:
        with CsvReader().open(path, FileOptions()) as table:
            count = sum(1 for _ in table.rows)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == 180_000
    assert path.stat().st_size > 16 << 20
    assert peak < 12 << 20
