"""Files that hurt the program that reads them: each in a process of its own, memory and time measured."""

import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from tests.torture import odf
from tests.torture.cases_sheets import TABLE, plain_book
from tests.torture.expect import HEADING, RECIPIENTS, Case, Expect
from tests.torture.make_fixtures import fixture
from tests.torture.recipients import error, everybody, file_case, lines, table
from tests.torture.workbooks import Cell, Sheet, archive, unpacked, xlsx

_REFUSED = ("workbook_hostile", "workbook_broken")
_SHEET = "xl/worksheets/sheet1.xml"
_LAUGHS = "<!DOCTYPE r [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
)
_HARMLESS = Expect(rows=everybody(), errors=frozenset(_REFUSED), may_read=True)
_FILE = "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"


def _case(  # noqa: PLR0913  what makes a file, by name
    name: str,
    why: str,
    file: str,
    content: str | bytes | Callable[[], bytes],
    expect: Expect | None = None,
    *,
    slow: bool = False,
) -> Case:
    wanted = expect or error(*_REFUSED)
    return file_case(f"hostile-{name}", why, file, content, wanted, hostile=True, slow=slow)


def _book(**parts: bytes) -> Callable[[], bytes]:
    """The good workbook with parts replaced; `_` ends at the last part of the name."""

    def make() -> bytes:
        good = unpacked(plain_book())
        changed = {name: parts.get(name.rpartition("/")[2].partition(".")[0], p) for name, p in good.items()}
        return archive(changed)

    return make


def _long_text(megabytes: int) -> Callable[[], bytes]:
    text = "a" * (megabytes << 20)
    return lambda: xlsx(Sheet(rows=[*TABLE, [text]]))


def _bombs() -> Iterator[Case]:
    yield _case("string-20mb", "one text of 20 MB", "t.xlsx", _long_text(20))
    yield _case("string-300mb", "one text of 300 MB", "t.xlsx", _long_text(300), slow=True)
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{}</t></si></sst>'
    )
    for name, size, slow in (("24mb", 24, False), ("1gb", 1024, True)):
        yield _case(
            f"zip-bomb-{name}",
            "shared strings that inflate a thousandfold",
            "t.xlsx",
            lambda size=size: _with_strings(strings.format("a" * (size << 20))),  # type: ignore[misc]
            slow=slow,
        )
    styles = b"<styleSheet>" + b" " * (40 << 20) + b"</styleSheet>"
    text = "a" * (20 << 20)
    many = {f"xl/media/{n}.bin": b"" for n in range(20_000)}
    yield from (
        _case("styles-bomb", "styles of 40 MB", "t.xlsx", _book(styles=styles)),
        _case("ods-string", "one text of 20 MB", "t.ods",
              lambda: odf.ods(odf.sheet([*_ods_rows(), odf.row([text])]))),
        _case("many-parts", "twenty thousand parts", "t.xlsx",
              lambda: xlsx(Sheet(rows=TABLE), extra=many)),
    )  # fmt: skip


def _with_strings(strings: str) -> bytes:
    parts = unpacked(plain_book())
    kind = b'Target="styles.xml"/>'
    relation = kind + (
        b'<Relationship Id="rIdT" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/sharedStrings" Target="sharedStrings.xml"/>'
    )
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace(kind, relation)
    return archive({**parts, "xl/sharedStrings.xml": strings})


def _ods_rows() -> Sequence[str]:
    return [odf.row(HEADING), *(odf.row(p) for p in RECIPIENTS)]


def _far_cells() -> Iterator[Case]:
    for at in ("XFD1048576", "ZZ60000"):
        row = int("".join(filter(str.isdigit, at)))
        far = {**dict(enumerate(TABLE, 1)), row: [Cell()]}
        sheet = Sheet(rows=far).xml().replace(f'<c r="A{row}" ></c>', f'<c r="{at}"><v>1</v></c>')
        yield _case(f"far-cell-{at}", "two cells, terabytes between", "t.xlsx", _book(sheet1=sheet.encode()))
    filled = odf.OdsCell(
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="string">'
        "<text:p>1</text:p></table:table-cell>"
    )
    bomb = odf.row([filled], 'table:number-rows-repeated="1048576"')
    codes = error(*_REFUSED, "empty_file", "no_phone_column")
    yield _case(
        "ods-repeats",
        "one cell, 17 billion times",
        "t.ods",
        lambda: odf.ods(odf.sheet([*_ods_rows(), bomb])),
        codes,
    )


def _markup() -> Iterator[Case]:
    good = unpacked(plain_book())[_SHEET]
    for name, dtd, entity in (("laughs", _LAUGHS, "&a9;"), ("external", _FILE, "&x;")):
        mark = good.replace(b"<worksheet", dtd.encode() + b"<worksheet", 1)
        mark = mark.replace("Анна".encode(), entity.encode())
        yield _case(f"dtd-{name}", "a DTD in the sheet", "t.xlsx", _book(sheet1=mark))
        rows = [*_ods_rows()[:1], _ods_rows()[1].replace("Анна", entity)]
        yield _case(
            f"ods-dtd-{name}", "a DTD in content.xml", "t.ods", partial(odf.ods, odf.sheet(rows), dtd=dtd)
        )
    deep = b"<x>" * 200_000 + b"</x>" * 200_000
    for name, mark in (("deep-nesting", b"<sheetData>"), ("deep-nesting-in-cell", b"<t xml")):
        nested = good.replace(mark, deep + mark, 1)
        why = "200,000 elements in one another"
        yield _case(name, why, "t.xlsx", _book(sheet1=nested), _HARMLESS)
    span = "<text:span>" * 100_000 + "x" + "</text:span>" * 100_000
    inner = odf.OdsCell(
        f'<table:table-cell office:value-type="string"><text:p>{span}</text:p></table:table-cell>'
    )
    attributes = " ".join(f'a{n}="1"' for n in range(100_000)).encode()
    yield from (
        _case("ods-deep-nesting", "100,000 spans in one another", "t.ods",
              lambda: odf.ods(odf.sheet([*_ods_rows(), odf.row([inner])]))),
        _case("attributes", "an element of 100,000 attributes", "t.xlsx",
              _book(sheet1=good.replace(b"<sheetData>", b"<sheetData " + attributes + b">")),
              _HARMLESS),
    )  # fmt: skip


def _cut() -> Iterator[Case]:
    for ending, whole in (
        ("xlsx", plain_book()),
        ("ods", fixture("libreoffice.ods")),
        ("xls", fixture("libreoffice.xls")),
    ):
        for share in (50, 95):
            cut = whole[: len(whole) * share // 100]
            yield _case(f"cut-{ending}-{share}", "the download broke off", f"t.{ending}", cut)
    yield _case("xls-loop", "sectors that follow themselves", "t.xls", _looping_xls())
    yield _case("xls-noise", "a signature and noise", "t.xls", fixture("xlwt.xls")[:512] + _noise(20_000))
    yield _case("xlsx-damaged", "a damaged byte", "t.xlsx", _damaged())


def _noise(size: int) -> bytes:
    """The same each time."""
    return random.Random(5).randbytes(size)  # noqa: S311  no secret


def _looping_xls() -> bytes:
    """Every entry of the sector table names the first sector."""
    content = bytearray(fixture("libreoffice.xls"))
    first = int.from_bytes(content[76:80], "little")
    at = 512 * (first + 1)
    content[at : at + 512] = bytes(512)
    return bytes(content)


def _damaged() -> bytes:
    content = bytearray(plain_book())
    at = content.index(_SHEET.encode()) + len(_SHEET) + 60
    content[at] ^= 0xFF
    return bytes(content)


def _texts() -> Iterator[Case]:
    good = lines(table()).encode()
    for megabytes, slow in ((20, False), (300, True)):
        yield _case(
            f"csv-line-{megabytes}mb",
            "one line without an end",
            "t.csv",
            lambda megabytes=megabytes: good + b"a" * (megabytes << 20),  # type: ignore[misc]
            error("line_too_long", "quote_open", "cell_too_long"),
            slow=slow,
        )
    yield from (
        _case("csv-open-quote", "a quote that swallows 20 MB", "t.csv",
              lambda: good + b'"' + b"a;b;c\r\n" * (3 << 20),
              error("quote_open", "line_too_long", "cell_too_long")),
        _case("csv-columns", "a million delimiters", "t.csv", b";" * 1_000_000 + b"\r\n" + good,
              error("too_many_columns", "quote_open", "line_too_long", "file_hostile",
                    "no_phone_column", "empty_file")),
        _case("csv-noise", "random bytes", "t.csv", _noise(1 << 20),
              error("file_binary", "encoding_unclear")),
        _case("csv-zeros", "a disk that lost its blocks", "t.csv", bytes(1 << 20),
              error("file_binary", "encoding_unclear", "file_empty")),
    )  # fmt: skip


CASES = (*_bombs(), *_far_cells(), *_markup(), *_cut(), *_texts())
