"""What a file is, by its content; the name only decides where the content does not.

Shops and accounting programs name web pages and text `.xls`, people rename workbooks to `.csv`. A
guess that is wrong here would read rubbish as people, so what is not surely known is refused, with
a sentence that says what it is and how to make a table of it.
"""

import codecs
import re
from enum import StrEnum
from pathlib import Path

from campaign.errors import InputError
from campaign.tables.limits import broken, member_names, password_needed
from campaign.text import tr

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
XLSX_SUFFIXES = frozenset({".xlsx", ".xlsm"})
WORKBOOK_SUFFIXES = XLSX_SUFFIXES | {".ods", ".xls"}
HEAD_BYTES = 4096
"""How much of a file's start `kind_of` wants to see."""
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_OLE2_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BARE_XLS = (b"\x09\x08", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
"""Excel until 5.0 wrote its records without an OLE2 file around. Source: [MS-XLS] 2.4.21 BOF."""
_SAVE_AS = "Open it in a spreadsheet program and save it as .xlsx or as CSV (UTF-8)."
_PAGE_STARTS = ("<!doctype html", "<html", "<head", "<meta", "<body", "<table", "<style", "<div")
_WHAT = {
    ".gsheet": "a link to a Google table, not the table itself",
    ".numbers": "an Apple Numbers document",
}
_PAGE_INSIDE = re.compile(r"<(?:table|t[dr]|html|br)[ >/]")
_MAIL_HEAD = 1000
_JSON_START = re.compile(r"\[?\s*\{\s*\"[^\"{}]{1,80}\"\s*:")
_STARTS = {
    "id;p": "a SYLK table",
    "table\r\n0,1": "a DIF table",
    "table\n0,1": "a DIF table",
    "{\\rtf": "a text document (RTF)",
    "%pdf-": "a PDF document",
    "moxcel": "a table of 1C (.mxl)",
    "rar!\x1a": "an archive (RAR)",
    "7z\xbc\xaf": "an archive (7z)",
    "\x1f\x8b\x08": "an archive (gzip)",
    "begin:vcard": "a list of contacts (vCard), not a table",
    "insert into ": "a file of SQL commands, not a table",
    "create table ": "a file of SQL commands, not a table",
    "-- mysql dump": "a file of SQL commands, not a table",
}
_HOW = {
    "Excel 2003": "Excel and LibreOffice open it: open it in one and save it as .xlsx.",
    "JSON": "Excel opens it (Data, From JSON); or export the table as .xlsx or as CSV (UTF-8).",
    "SQL": "Load it into its database and export the table as CSV (UTF-8).",
    "vCard": "Import it into an address book and export that as CSV (UTF-8).",
    "1C": "In 1C: save it as an Excel workbook (.xlsx).",
    "Numbers": "In Numbers: File, Export To, Excel.",
    "archive": "Unpack it and name the table inside.",
    "Google": "In Google Sheets: File, Download, Microsoft Excel (.xlsx); name that file here.",
    "PDF": "Ask for the table it was made of, as .xlsx or as CSV (UTF-8).",
}
_XML = {
    "urn:schemas-microsoft-com:office:spreadsheet": "an XML table of Excel 2003, which this "
    "program does not read",
    "urn:oasis:names:tc:opendocument": "a flat OpenDocument file (.fods), which this program does "
    "not read",
}
_OTHER_XML = "an XML file, not a table"
_PIECE = 1 << 20
_ENTRY_BYTES = 128
_OLE2_STREAMS = {
    "EncryptedPackage": "password",
    "Workbook": "xls",
    "Book": "xls",
    "WordDocument": "a Word document",
    "PowerPoint Document": "a PowerPoint presentation",
    "__substg1.0_0037001F": "an Outlook message",
}
"""A stream that only one kind of OLE2 file has. Source: [MS-OFFCRYPTO] 2.3.4, [MS-XLS] 2.1.2."""
_ZIP_PARTS = {
    "xl/workbook.bin": "a binary workbook (.xlsb), which this program does not read",
    "index/document.iwa": "an Apple Numbers document",
    "word/document.xml": "a Word document, not a workbook",
    "ppt/presentation.xml": "a PowerPoint presentation, not a workbook",
}


class Kind(StrEnum):
    """Which reader a file is for."""

    TEXT = "text"
    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"


def kind_of(path: Path, head: bytes) -> Kind:
    """Tell what a file is.

    Args:
        path: The file; not empty.
        head: Its first `HEAD_BYTES`.

    Raises:
        InputError: `file_kind` (nothing that can be read), `workbook_broken` or
            `workbook_password`.
    """
    suffix = path.suffix.lower()
    if head.startswith(_OLE2_MAGIC):
        return _ole2_kind(path)
    if head.startswith(_ZIP_MAGIC):
        return _zip_kind(path)
    if suffix == ".xls" and head.startswith(_BARE_XLS):
        return Kind.XLS
    if what := _WHAT.get(suffix) or _markup(head):
        raise _unusable(f"{path} is {what}", _how_to_save(what, suffix))
    if suffix in TEXT_SUFFIXES or (suffix == ".xls" and _is_text(head)):
        return Kind.TEXT
    if suffix in WORKBOOK_SUFFIXES:
        raise InputError(
            tr("{path} is named {suffix}, but it is not a workbook", path=path, suffix=suffix),
            hint=tr("If it is a text table, rename it to .csv; otherwise save it again as .xlsx."),
            code="workbook_broken",
        )
    named = f"Files named {suffix}" if suffix else "Files without an ending in their name"
    readable = "Readable are .csv .tsv .txt .xlsx .xlsm .ods .xls."
    raise _unusable(f"{named} cannot be read: {path}", f"{readable} {_SAVE_AS}")


def naming_note(path: Path, kind: Kind) -> str:
    """A sentence when the name says something else than the content; "" when it does not."""
    suffix = path.suffix.lower()
    fitting = {
        Kind.TEXT: TEXT_SUFFIXES,
        Kind.XLSX: XLSX_SUFFIXES,
        Kind.ODS: {".ods"},
        Kind.XLS: {".xls"},
    }[kind]
    if suffix in fitting:
        return ""
    what = "a text table" if kind is Kind.TEXT else f"a workbook ({kind})"
    return f"The file is named {suffix or 'without an ending'}, but it is {what} and read as such."


def _unusable(message: str, hint: str) -> InputError:
    return InputError(message, hint=hint, code="file_kind")


def _how_to_save(what: str, suffix: str) -> str:
    if "web page" in what:
        # Not as CSV: Excel would write the phones of a web page as 7,91612E+10.
        return (
            f"Spreadsheet programs open it, with a warning if it is named {suffix}: open it in one "
            "and save it as .xlsx. Then look whether the phones kept all their digits."
        )
    return next((how for kind, how in _HOW.items() if kind in what), _SAVE_AS)


def _markup(head: bytes) -> str:
    """What a file with a telling start is; "" for anything else."""
    text = _decoded(head).lstrip("\ufeff \t\r\n").lower()
    if text.startswith(_PAGE_STARTS) or (text.startswith(("<?xml", "<!--")) and "<html" in text):
        return "a web page (HTML), not a workbook"
    if text.startswith("<") and _PAGE_INSIDE.search(text):
        return "a web page (HTML), not a workbook"
    if "mime-version:" in text[:_MAIL_HEAD] and "multipart/related" in text:
        return "a web page with its parts in one file (MHTML), not a workbook"
    if text.startswith("<?xml"):
        return next((what for sign, what in _XML.items() if sign in text), _OTHER_XML)
    if _JSON_START.match(text):
        return "a JSON file, not a table"
    return next((what for start, what in _STARTS.items() if text.startswith(start)), "")


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
    """Tell an .xls from other things in such a file: a protected .xlsx, a Word document.

    The names of the streams stand in entries of 128 bytes, wherever the file keeps its directory;
    they are looked for without following its chains, which may run in circles.
    """
    names = {name.encode("utf-16-le") + b"\0\0": kind for name, kind in _OLE2_STREAMS.items()}
    longest = max(map(len, names))
    found = set()
    with path.open("rb") as file:
        before, place = b"", 0
        while piece := file.read(_PIECE):
            slow_start = before + piece
            for name, kind in names.items():
                at = slow_start.find(name)
                while at >= 0:
                    if (place - len(before) + at) % _ENTRY_BYTES == 0:
                        found.add(kind)
                        break
                    at = slow_start.find(name, at + 1)
            place += len(piece)
            before = slow_start[-longest:]
    if "password" in found:
        raise password_needed(path)
    if "xls" in found:
        return Kind.XLS
    if found:
        raise _unusable(f"{path} is {min(found)}, not a workbook", _SAVE_AS)
    raise broken(path, "the file ends too early, or is no workbook")


def _zip_kind(path: Path) -> Kind:
    """Tell a workbook from the other things that are ZIP archives."""
    names = member_names(path)
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if "content.xml" in names or "encrypted-package" in names:
        return Kind.ODS
    what = next((what for part, what in _ZIP_PARTS.items() if part in names), "")
    if not what and any(name.startswith("xl/") for name in names):
        # A workbook part under a name of its own: legal, so let the reader find it.
        return Kind.XLSX
    suffix = path.suffix.lower()
    what = what or _WHAT.get(suffix, "a ZIP archive, not a workbook")
    raise _unusable(f"{path} is {what}", _how_to_save(what, suffix))
