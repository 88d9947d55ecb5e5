"""Formats: xlsm, ods, xls, and everything that is named as what it is not."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from tests.torture.cases_sheets import NOTES, TABLE, plain_book
from tests.torture.expect import RECIPIENTS, Case, Expect, Refused, Sent
from tests.torture.make_fixtures import fixture
from tests.torture.recipients import error, everybody, file_case, lines, read, refused, table
from tests.torture.workbooks import MAIN, Sheet, archive, unpacked, xlsx

_SECRET = error("file_password", "workbook_password", "password", says=("password",))
_KIND = ("file_kind", "file_binary", "workbook_broken")


_TEXT = lines(table())


def _true_names() -> Iterator[Case]:
    project = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"macro" * 100}
    yield from (
        file_case("xlsx-plain", "a workbook", "table.xlsx", plain_book),
        file_case("xlsm", "with macros, which are never run", "table.xlsm",
                  lambda: xlsx(Sheet(rows=TABLE), macros=True, extra=project)),
        file_case("xlsm-named-xlsx", "renamed", "t.xlsx",
                  lambda: xlsx(Sheet(rows=TABLE), macros=True)),
        file_case("upper-case-name", "TABLE.XLSX", "TABLE.XLSX", plain_book),
        file_case("csv-upper-case-name", "TABLE.CSV", "TABLE.CSV", _TEXT),
        file_case("txt", "a text file", "table.txt", _TEXT),
    )  # fmt: skip


def _xls() -> Iterator[Case]:
    text = "{Имя}: {Дата}, {Карта}"
    rows: dict[int, Sent | Refused] = {
        n: Sent(p[0], f"{p[1]}: 0{n - 1}.03.2026, {5 + n:06}", p[2]) for n, p in enumerate(RECIPIENTS, 2)
    }
    hidden = {**rows, 4: refused("row_hidden")}
    for name in ("xlwt.xls", "libreoffice.xls", "libreoffice.ods"):
        writer, ending = name.split(".")
        yield file_case(
            f"{ending}-by-{writer}",
            "numbers, dates, zeros, a hidden row",
            f"table.{ending}",
            partial(fixture, name),
            read(hidden, says=("hidden",)),
            settings={"text": text},
        )
    flat = partial(fixture, "libreoffice.fods")
    yield file_case("fods", "flat OpenDocument", "t.fods", flat, error("file_kind"))


def _false_names() -> Iterator[Case]:
    may = ("file_kind", "workbook_broken", "file_misnamed")
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in table())
    page = f'<html><head><meta charset="utf-8"></head><body><table>{body}</table></body></html>'
    says = ("HTML|web page",)
    html = Expect(rows=everybody(), errors=frozenset({*may, "file_html"}), may_read=True)
    xml = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
        '<Worksheet Name="1"><Table><Row><Cell><Data>Телефон</Data></Cell></Row></Table>'
        "</Worksheet></Workbook>"
    )
    xls = partial(fixture, "xlwt.xls")
    old = read({**everybody(), 4: refused("row_hidden")}, or_errors=may)
    yield from (
        file_case("xlsx-named-csv", "renamed to please a form", "t.csv", plain_book,
                  read(or_errors=may)),
        file_case("xlsx-named-xls", "an exporter that lies", "t.xls", plain_book,
                  read(or_errors=may)),
        file_case("csv-named-xlsx", "renamed", "t.xlsx", _TEXT, read(or_errors=may)),
        file_case("text-named-xls", "1C and web back ends: a tab table called .xls", "t.xls",
                  lines(table(), "\t"), read(or_errors=may), codec="cp1251"),
        file_case("html-named-xls", "a web page called .xls", "t.xls", page, html),
        file_case("html-named-csv", "a login page saved as the export", "t.csv", page,
                  error(*may, "file_html", "no_phone_column", says=says)),
        file_case("xml-2003-named-xls", "Excel 2003 XML", "t.xls", xml, error(*may)),
        file_case("xls-named-xlsx", "renamed", "t.xlsx", xls, old),
        file_case("xls-named-csv", "renamed", "t.csv", xls, old),
        file_case("ods-named-xlsx", "renamed", "t.xlsx", partial(fixture, "libreoffice.ods"), old),
        file_case("no-ending", "a file without an ending", "table", _TEXT, read(or_errors=may)),
    )  # fmt: skip


def _no_tables() -> Iterator[Case]:
    empty = error("file_empty", "empty_file")
    for name, file, content in (
        ("empty-csv", "t.csv", b""),
        ("empty-xlsx", "t.xlsx", b""),
        ("empty-xls", "t.xls", b""),
        ("blank-lines", "t.csv", b"\r\n\r\n \r\n"),
        ("only-bom", "t.csv", b"\xef\xbb\xbf"),
    ):
        yield file_case(name, "an export that failed", file, content, empty)
    delimiters = b";;;\r\n" * 20
    nothing = error("file_empty", "empty_file", "no_phone_column")
    docx = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}
    picture = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(100)
    yield from (
        file_case("only-delimiters", "a cleared table", "t.csv", delimiters, nothing),
        file_case("sheet-empty", "a new workbook", "t.xlsx", lambda: xlsx(Sheet(rows=[])), empty),
        file_case("pdf", "a PDF", "t.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\x00\x01",
                  error(*_KIND, "no_phone_column")),
        file_case("docx", "a letter", "t.docx", archive(docx), error(*_KIND)),
        file_case("docx-named-xlsx", "a letter", "t.xlsx", archive(docx), error(*_KIND)),
        file_case("zip", "the folder as it was mailed", "t.zip", archive({"a.csv": _TEXT}),
                  error(*_KIND)),
        file_case("picture", "a screenshot of the table", "t.csv", picture, error(*_KIND)),
        file_case("json", "an API's answer", "t.csv", b'[{"phone": "+79000000101"}]',
                  error("no_phone_column", "file_kind", "file_json", "delimiter_unclear")),
    )  # fmt: skip


def _secret() -> Iterator[Case]:
    book = partial(fixture, "password.xlsx")
    yield from (
        file_case("password-xlsx", "Excel's password", "t.xlsx", book, _SECRET),
        file_case("password-xlsx-named-xls", "and renamed", "t.xls", book, _SECRET),
        file_case("password-xls", "a password of Excel 97", "t.xls", _locked_xls, _SECRET),
        file_case("password-ods", "a password of LibreOffice", "t.ods", _locked_ods, _SECRET),
        file_case("password-zip", "an encrypted archive", "t.xlsx", _locked_zip,
                  error("workbook_hostile", *_SECRET.errors)),
    )  # fmt: skip


def _locked_xls() -> bytes:
    """The record behind the first BOF made a FILEPASS (2.4.117 of MS-XLS)."""
    content = bytearray(fixture("xlwt.xls"))
    at = content.index(b"\x09\x08\x10\x00") + 20
    content[at : at + 2] = b"\x2f\x00"
    return bytes(content)


def _locked_ods() -> bytes:
    """Parts are noise; the manifest tells how they were encrypted."""
    parts = unpacked(fixture("libreoffice.ods"))
    name = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    mark = '<manifest:encryption-data manifest:checksum-type="SHA256/1K" manifest:checksum="AA=="/>'
    parts["content.xml"] = bytes(n * 7 % 251 for n in range(3000))
    parts["META-INF/manifest.xml"] = (
        f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{name}">'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml" '
        f'manifest:size="9000">{mark}</manifest:file-entry></manifest:manifest>'
    ).encode()
    return archive(parts)


def _locked_zip() -> bytes:
    """The flag of encryption on every part."""
    content = bytearray(plain_book())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def _edited(change: Callable[[str, bytes], bytes]) -> Callable[[], bytes]:
    def make() -> bytes:
        parts: Mapping[str, bytes] = unpacked(plain_book())
        return archive({name: change(name, part) for name, part in parts.items()})

    return make


def _prefixed(name: str, part: bytes) -> bytes:
    if not name.startswith("xl/w") or name.endswith(".rels"):
        return part
    text = part.decode().replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    return text.replace("<x:?", "<?").replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"').encode()


def _odd_writers() -> Iterator[Case]:
    broken = ("workbook_broken",)
    yield file_case("prefixed-xml", ".NET: <x:row>", "t.xlsx", _edited(_prefixed), read(or_errors=broken))

    def no_refs(name: str, part: bytes) -> bytes:
        return re.sub(rb'(<(?:c|row)) r="[A-Z0-9]+"', rb"\1", part) if "sheet1" in name else part

    yield file_case(
        "no-references",
        "rows and cells without r: allowed",
        "t.xlsx",
        _edited(no_refs),
        read(or_errors=broken),
    )

    def strict(_name: str, part: bytes) -> bytes:
        new = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
        relations = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
        old = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        return part.replace(MAIN.encode(), new).replace(old, relations)

    yield file_case("strict-xml", "Excel: Strict Open XML", "t.xlsx", _edited(strict), read(or_errors=broken))

    def dimension(_name: str, part: bytes) -> bytes:
        return part.replace(b"<sheetData>", b'<dimension ref="A1:A2"/><sheetData>')

    yield file_case("dimension-lies", "the sheet says it ends at A2", "t.xlsx", _edited(dimension))

    def lower() -> bytes:
        parts = unpacked(plain_book())
        return archive({name.replace("xl/", "XL/"): part for name, part in parts.items()})

    yield file_case("parts-in-capitals", "XL/workbook.xml", "t.xlsx", lower, read(or_errors=broken))
    both = lambda: xlsx(NOTES, Sheet(rows=TABLE, name="Лист &quot;1&quot; <'>"))  # noqa: E731
    yield file_case("sheet-name-odd", "signs in the sheet's name", "t.xlsx", both)


CASES = (*_true_names(), *_xls(), *_false_names(), *_no_tables(), *_secret(), *_odd_writers())
