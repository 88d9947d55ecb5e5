"""Text from a file or from the gateway is data: never a formula, a link, an escape or a markup."""

import re
import unicodedata

CELL_LIMIT = 32_767
"""UTF-16 units that a cell holds at most. Source: Excel specifications and limits."""
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Everything but XML's Char. Source: XML 1.0, production 2."""
_USER_IN_URL = re.compile(r"(?<=://)[^/@\s]*@")
_STARTS_A_FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*[=+\-@\t\r\n\0＝＋－＠]")  # noqa: RUF001 - the full-width forms that Excel reads as operators
"""Source: OWASP, CSV Injection; white space before the sign does not disarm it."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories: control, format (bidi, zero-width), surrogate, private use, line ends."""


def cell_text(text: str) -> str:
    r"""Make a text fit for a cell of a workbook: at most 32,767 UTF-16 units, all else kept.

    Characters that XML cannot carry are dropped, line ends become `\n`. `_x0041_` and its like are
    left alone: XlsxWriter escapes them on its way to the file.
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


def visible(text: str) -> str:
    r"""One line in which control, bidi, zero-width and private characters are `\x1b`, `\u202e`."""
    if text.isprintable():
        return text
    return "".join(
        char.encode("unicode_escape").decode("ascii") if unicodedata.category(char) in _INVISIBLE else char
        for char in text
    )


def without_user(text: str) -> str:
    """Leave user name and password out of the addresses in a text."""
    return _USER_IN_URL.sub("", text)


def csv_guard(text: str) -> str:
    """Keep a spreadsheet program from taking a CSV field for a formula: an apostrophe in front.

    Source:
        OWASP, CSV Injection.
    """
    return "'" + text if _STARTS_A_FORMULA.match(text) else text
