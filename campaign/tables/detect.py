"""What a file is, by its content; the name only decides where the content does not.

Programs name web pages and text `.xls`, people rename workbooks to `.csv`. A wrong guess would read
rubbish as recipients, so what is not surely known is refused, with a sentence that says what it is
and how to make a table of it.
"""

import codecs
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from campaign.errors import InputError
from campaign.tables.limits import broken, member_names, password_needed
from campaign.text import Text, joined, tr


class Kind(StrEnum):
    """Which reader a file is for; `tables.READERS` names it."""

    TEXT = "text"
    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"


SUFFIXES: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.TEXT: (".csv", ".tsv", ".txt"),
    Kind.XLSX: (".xlsx", ".xlsm"),
    Kind.ODS: (".ods",),
    Kind.XLS: (".xls",),
}
TABLE_SUFFIXES: Final = frozenset(suffix for some in SUFFIXES.values() for suffix in some)
HEAD_BYTES = 4096
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_OLE2_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BARE_XLS = (b"\x09\x08", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
"""Excel until 5.0 wrote its records without an OLE2 file around. Source: [MS-XLS] 2.4.21 BOF."""
_SAVE_AS = tr("Open it in a spreadsheet program and save it as .xlsx or as CSV (UTF-8).")
_PAGE_STARTS = ("<!doctype html", "<html", "<head", "<meta", "<body", "<table", "<style", "<div")
_PAGE_INSIDE = re.compile(r"<(?:table|t[dr]|html|br)[ >/]")
_MAIL_HEAD = 1000
_JSON_START = re.compile(r"\[?\s*\{\s*\"[^\"{}]{1,80}\"\s*:")


class _Other(NamedTuple):
    what: Text
    how: Text = _SAVE_AS


# Not as CSV: Excel would write the phones of a web page as 7,91612E+10.
_PAGE_HOW = tr(
    "Spreadsheet programs open it, some with a warning: open it in one and save it as .xlsx. Then "
    "check that the phones kept all their digits."
)
_PAGE = _Other(tr("a web page (HTML), not a workbook"), _PAGE_HOW)
_MAIL = _Other(tr("a web page with its parts in one file (MHTML), not a workbook"), _PAGE_HOW)
_JSON = _Other(
    tr("a JSON file, not a table"),
    tr("Excel opens it (Data, From JSON); or export the table as .xlsx or as CSV (UTF-8)."),
)
_SQL = _Other(
    tr("a file of SQL commands, not a table"),
    tr("Load it into its database and export the table as CSV (UTF-8)."),
)
_POWERPOINT = _Other(tr("a PowerPoint presentation, not a workbook"))
_DOCUMENT = _Other(tr("a Word document, not a workbook"))
_NUMBERS = _Other(tr("an Apple Numbers document"), tr("In Numbers: File, Export To, Excel."))
_UNPACK = tr("Unpack it and name the table inside.")
_BY_SUFFIX = {
    ".gsheet": _Other(
        tr("a link to a Google table, not the table itself"),
        tr("In Google Sheets: File, Download, Microsoft Excel (.xlsx); name that file here."),
    ),
    ".numbers": _NUMBERS,
}
_STARTS = {
    "id;p": _Other(tr("a SYLK table")),
    "table\r\n0,1": _Other(tr("a DIF table")),
    "table\n0,1": _Other(tr("a DIF table")),
    "{\\rtf": _Other(tr("a text document (RTF)")),
    "%pdf-": _Other(
        tr("a PDF document"), tr("Ask for the table it was made of, as .xlsx or as CSV (UTF-8).")
    ),
    "moxcel": _Other(tr("a table of 1C (.mxl)"), tr("In 1C: save it as an Excel workbook (.xlsx).")),
    "rar!\x1a": _Other(tr("an archive (RAR)"), _UNPACK),
    "7z\xbc\xaf": _Other(tr("an archive (7z)"), _UNPACK),
    "\x1f\x8b\x08": _Other(tr("an archive (gzip)"), _UNPACK),
    "begin:vcard": _Other(
        tr("a list of contacts (vCard), not a table"),
        tr("Import it into an address book and export that as CSV (UTF-8)."),
    ),
    "insert into ": _SQL,
    "create table ": _SQL,
    "-- mysql dump": _SQL,
}
_XML = {
    "urn:schemas-microsoft-com:office:spreadsheet": _Other(
        tr("an XML table of Excel 2003, which this program does not read"),
        tr("Excel and LibreOffice open it: open it in one and save it as .xlsx."),
    ),
    "urn:oasis:names:tc:opendocument": _Other(
        tr("a flat OpenDocument file (.fods), which this program does not read")
    ),
}
_OTHER_XML = _Other(tr("an XML file, not a table"))
_PIECE = 1 << 20
_ENTRY_BYTES = 128
_OLE2_STREAMS = {"EncryptedPackage": "password", "Workbook": "xls", "Book": "xls"}
"""A stream that only one kind of OLE2 file has. Source: [MS-OFFCRYPTO] 2.3.4, [MS-XLS] 2.1.2."""
_OLE2_OTHERS = {
    "PowerPoint Document": _POWERPOINT,
    "WordDocument": _DOCUMENT,
    "__substg1.0_0037001F": _Other(tr("an Outlook message, not a workbook")),
}
_ZIP_PARTS = {
    "xl/workbook.bin": _Other(tr("a binary workbook (.xlsb), which this program does not read")),
    "index/document.iwa": _NUMBERS,
    "word/document.xml": _DOCUMENT,
    "ppt/presentation.xml": _POWERPOINT,
}
_OTHER_ZIP = _Other(tr("a ZIP archive, not a workbook"))


def kind_of(path: Path, head: bytes) -> Kind:
    """Recognise what a file is; raises `file_kind`, `workbook_broken` or `workbook_password`."""
    suffix = path.suffix.lower()
    if head.startswith(_OLE2_MAGIC):
        return _ole2_kind(path)
    if head.startswith(_ZIP_MAGIC):
        return _zip_kind(path)
    if suffix == ".xls" and head.startswith(_BARE_XLS):
        return Kind.XLS
    if other := _BY_SUFFIX.get(suffix) or _markup(head):
        raise _is_other(path, other)
    if suffix in SUFFIXES[Kind.TEXT] or (suffix == ".xls" and _is_text(head)):
        return Kind.TEXT
    if suffix in TABLE_SUFFIXES:
        raise InputError(
            tr("{path} is named {suffix}, but it is not a workbook", path=path, suffix=suffix),
            hint=tr("If it is a text table, rename it to .csv; otherwise save it again as .xlsx."),
            code="workbook_broken",
        )
    if suffix:
        message = tr("Files named {suffix} cannot be read: {path}", suffix=suffix, path=path)
    else:
        message = tr("Files without an ending in their name cannot be read: {path}", path=path)
    readable = " ".join(suffix for some in SUFFIXES.values() for suffix in some)
    hint = joined(tr("Readable are {suffixes}.", suffixes=readable), _SAVE_AS)
    raise InputError(message, hint=hint, code="file_kind")


def naming_note(path: Path, kind: Kind) -> str:
    """A sentence when the name says something else than the content; "" when it does not."""
    suffix = path.suffix.lower()
    if suffix in SUFFIXES[kind]:
        return ""
    what = tr("a text table") if kind is Kind.TEXT else tr("a workbook ({kind})", kind=kind)
    if suffix:
        return tr("The file is named {suffix}, but it is {what} and read as such.", suffix=suffix, what=what)
    return tr("The name of the file has no ending, but it is {what} and read as such.", what=what)


def _is_other(path: Path, other: _Other) -> InputError:
    message = tr("{path} is {what}", path=path, what=other.what)
    return InputError(message, hint=other.how, code="file_kind")


def _markup(head: bytes) -> _Other | None:
    text = _decoded(head).lstrip("\ufeff \t\r\n").lower()
    if text.startswith(_PAGE_STARTS) or (text.startswith(("<?xml", "<!--")) and "<html" in text):
        return _PAGE
    if text.startswith("<") and _PAGE_INSIDE.search(text):
        return _PAGE
    if "mime-version:" in text[:_MAIL_HEAD] and "multipart/related" in text:
        return _MAIL
    if text.startswith("<?xml"):
        return next((other for sign, other in _XML.items() if sign in text), _OTHER_XML)
    if _JSON_START.match(text):
        return _JSON
    return next((other for start, other in _STARTS.items() if text.startswith(start)), None)


def _decoded(head: bytes) -> str:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head.decode(encoding, "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def _is_text(head: bytes) -> bool:
    """Whether a file may be text: no signs that no text has, but for UTF-16."""
    text = _decoded(head)
    return not any(sign < " " and sign not in "\t\r\n\f" for sign in text)


def _ole2_kind(path: Path) -> Kind:
    """Tell an .xls from other OLE2 files: a protected .xlsx, a Word document.

    The names of the streams are in entries of 128 bytes, wherever the file keeps its directory;
    they are searched for without following its chains, which may run in circles.
    """
    names = {name: name.encode("utf-16-le") + b"\0\0" for name in (*_OLE2_STREAMS, *_OLE2_OTHERS)}
    longest = max(map(len, names.values()))
    found = set()
    with path.open("rb") as file:
        before, position = b"", 0
        while piece := file.read(_PIECE):
            stretch = before + piece
            for name, written in names.items():
                at = stretch.find(written)
                while at >= 0:
                    if (position - len(before) + at) % _ENTRY_BYTES == 0:
                        found.add(name)
                        break
                    at = stretch.find(written, at + 1)
            position += len(piece)
            before = stretch[-longest:]
    kinds = {_OLE2_STREAMS.get(name) for name in found}
    if "password" in kinds:
        raise password_needed(path)
    if "xls" in kinds:
        return Kind.XLS
    if other := next((other for name, other in _OLE2_OTHERS.items() if name in found), None):
        raise _is_other(path, other)
    raise broken(path, tr("the file ends too early, or is not a workbook"))


def _zip_kind(path: Path) -> Kind:
    names = member_names(path)
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "content.xml" in names or "encrypted-package" in names:
        return Kind.ODS
    other = next((other for part, other in _ZIP_PARTS.items() if part in names), None)
    if other is None and any(name.startswith("xl/") for name in names):
        # A workbook part under a name of its own: legal, so let the reader find it.
        return Kind.XLSX
    raise _is_other(path, other or _BY_SUFFIX.get(path.suffix.lower(), _OTHER_ZIP))
