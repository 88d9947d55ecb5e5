"""OpenDocument spreadsheets written by hand: what LibreOffice and Google export, and worse."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from tests.torture.workbooks import HEAD, archive

_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
    )
)
_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True, slots=True)
class OdsCell:
    """A cell by its XML."""

    xml: str


def covered(times: int = 1) -> OdsCell:
    """What lies under a merged cell."""
    return OdsCell(f'<table:covered-table-cell table:number-columns-repeated="{times}"/>')


def empty(times: int) -> OdsCell:
    return OdsCell(f'<table:table-cell table:number-columns-repeated="{times}"/>')


def valued(kind: str, value: str, shown: str, more: str = "") -> OdsCell:
    """A cell with a value and what the user sees; kind: float, date, percentage, boolean."""
    name = {"date": "date-value", "boolean": "boolean-value", "time": "time-value"}.get(kind, "value")
    return OdsCell(
        f'<table:table-cell office:value-type="{kind}" office:{name}="{value}" {more}>'
        f"<text:p>{escape(shown)}</text:p></table:table-cell>"
    )


OdsValue = str | int | None | OdsCell


def row(values: Sequence[OdsValue], attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(map(_cell, values))}</table:table-row>"


def _cell(value: OdsValue) -> str:
    if isinstance(value, OdsCell):
        return value.xml
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int):
        return valued("float", str(value), str(value)).xml
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def sheet(rows: Sequence[str], name: str = "Лист1", *, columns: str = "", attributes: str = "") -> str:
    """A sheet of rows made by `row`."""
    begin = f"<table:table table:name={quoteattr(name)} {attributes}>"
    return f"{begin}{columns}{''.join(rows)}</table:table>"


def ods(*sheets: str, styles: str = "", dtd: str = "", behind: str = "") -> bytes:
    """The file; `styles` are automatic ones, `behind` comes after the sheets."""
    content = (
        f'{HEAD}{dtd}<office:document-content {_NAMES} office:version="1.3">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(sheets)}{behind}</office:spreadsheet>"
        "</office:body></office:document-content>"
    )
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return archive({
        "mimetype": _TYPE,
        "content.xml": content,
        "META-INF/manifest.xml": f'{HEAD}<manifest:manifest xmlns:manifest="{manifest}">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_TYPE}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>",
    })  # fmt: skip
