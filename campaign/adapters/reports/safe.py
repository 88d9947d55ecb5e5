"""Text from a file or from the gateway is data: never a formula, a link, an escape or a markup.

`put_text` is the only way by which a string enters a workbook; a test walks the finished XML. The
same text is made harmless for spreadsheet programs that open a CSV by `csv_guard`, and for
terminals and logs by `visible`.
"""

import re
import unicodedata

from campaign.adapters.reports.sheets import Book, Cells, Sheet, Style

CELL_LIMIT = 32_767
"""UTF-16 units that a cell holds at most. Source: Excel specifications and limits."""

_SHEET_NAME_LIMIT = 31
"""UTF-16 units of a sheet's name."""

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Everything but XML's Char. Source: XML 1.0, production 2."""

_USER_IN_URL = re.compile(r"(?<=://)[^/@\s]*@")

_STARTS_A_FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*[=+\-@\t\r\n\0＝＋－＠]")  # noqa: RUF001 - the full-width forms that Excel reads as operators
"""Source: OWASP, CSV Injection; white space before the sign does not disarm it."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories: control, format (bidi, zero-width), surrogate, private use, line ends."""


def cell_text(text: str) -> str:
    r"""Make a text fit for a cell of a workbook, changing nothing that can be kept.

    Characters that XML cannot carry are dropped, line ends become `\n`, what exceeds a cell is
    cut. `_x0041_` and its like are left alone: XlsxWriter escapes them on its way to the file.

    Args:
        text: Any string, lone surrogates included.

    Returns:
        At most 32,767 UTF-16 units.
    """
    if not text.isprintable():
        text = _NOT_XML.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > CELL_LIMIT // 2:
        text = text.encode("utf-16-le")[: 2 * CELL_LIMIT].decode("utf-16-le", errors="ignore")
    if text.startswith("<r>"):
        # XlsxWriter takes a string from <r> to </r> for ready-made rich text and copies it into
        # the sheet unescaped: a cell could close its own tag and open a formula.
        text = " " + text[: CELL_LIMIT - 1]
    return text


def put_text(sheet: Cells, row: int, col: int, text: str, style: Style = None) -> None:
    """Write a string into a cell: the only way to do so, whatever the text holds.

    Args:
        sheet: A worksheet of XlsxWriter.
        row: From 0.
        col: From 0.
        text: Shown as it stands, never interpreted; an empty one leaves the cell blank.
        style: A format of the workbook.
    """
    if text:
        sheet.write_string(row, col, cell_text(text), style)
    elif style is not None:
        sheet.write_blank(row, col, None, style)


def put_sheet(book: Book, wanted: str) -> Sheet:
    r"""Add a sheet: the only way to do so, whatever name is wanted.

    Args:
        book: The workbook.
        wanted: A name, maybe out of a file; what Excel does not take is left out, and one that is
            taken already gets its number.

    Source:
        Microsoft, "Rename a worksheet": at most 31 characters, none of ``/ \ ? * : [ ]``, no
        apostrophe at its ends, not "History".
    """
    taken = {sheet.name.casefold() for sheet in book.worksheets()} | {"history"}
    plain = "".join(c for c in cell_text(wanted) if c not in "[]:*?/\\" and c.isprintable())
    base = _cut_name(plain, _SHEET_NAME_LIMIT) or "Sheet"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        tail = f" {number}"
        name = _cut_name(base, _SHEET_NAME_LIMIT - len(tail)) + tail
    return book.add_worksheet(name)


def _cut_name(name: str, limit: int) -> str:
    """At most so many UTF-16 units, without apostrophes and blanks at its ends."""
    units = name.strip(" '").encode("utf-16-le")[: 2 * limit]
    return units.decode("utf-16-le", errors="ignore").strip(" '")


def visible(text: str) -> str:
    r"""Show what a terminal or a log line would hide or obey.

    Args:
        text: Anything: a file name, a heading, a word of the gateway.

    Returns:
        One line; control, bidi, zero-width and private characters as `\n`, `\x1b`, `\u202e`.
    """
    if text.isprintable():
        return text
    return "".join(
        char.encode("unicode_escape").decode("ascii")
        if unicodedata.category(char) in _INVISIBLE
        else char
        for char in text
    )


def without_user(text: str) -> str:
    """Leave user name and password out of the addresses in a text."""
    return _USER_IN_URL.sub("", text)


def csv_guard(text: str) -> str:
    """Keep a spreadsheet program from taking a CSV field for a formula.

    Args:
        text: One field as it stands.

    Returns:
        The same, with a leading apostrophe where the first sign, white space aside, is one of
        `= + - @`, their full-width forms, TAB, CR, LF or NUL.

    Source:
        OWASP, CSV Injection.
    """
    return "'" + text if _STARTS_A_FORMULA.match(text) else text
