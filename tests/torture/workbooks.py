"""Workbooks written by hand, part by part, with any oddity; always the same bytes.

Values: str is a text, int and float are numbers, bool is a boolean, None is no cell; `Cell` is
whatever its XML says.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell by its XML; `{at}` in `attributes` and `content` is its reference, as `A1`."""

    content: str = ""
    attributes: str = ""

    def xml(self, at: str) -> str:
        return f'<c r="{at}" {self.attributes}>{self.content}</c>'.replace("{at}", at)


Value = str | int | float | bool | None | Cell
Grid = list[list[Value]]


def number(value: str | float, style: int = 0) -> Cell:
    """A number as it is in the file, with a style."""
    return Cell(f"<v>{value}</v>", f's="{style}"')


def formula(text: str, value: str | float | None, *, kind: str = "") -> Cell:
    """A formula; None: its result is not stored. Kind: `str` for a text, `e` for an error."""
    stored = "" if value is None else f"<v>{escape(str(value))}</v>"
    return Cell(f"<f>{escape(text)}</f>{stored}", f't="{kind}"' if kind else "")


def error(text: str) -> Cell:
    """An error cell, `#N/A`."""
    return Cell(f"<v>{text}</v>", 't="e"')


def rich(*runs: str) -> Cell:
    """A text of several fonts."""
    inner = "".join(f'<r><rPr><b/></rPr><t xml:space="preserve">{escape(run)}</t></r>' for run in runs)
    return Cell(f"<is>{inner}</is>", 't="inlineStr"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet of a workbook."""

    rows: Sequence[Sequence[Value]] | Mapping[int, Sequence[Value]]
    """From row 1, or by row number."""
    name: str = "Лист1"
    row_attributes: Mapping[int, str] = field(default_factory=dict)
    before: str = ""
    """XML in front of the rows (`<cols>…`); `behind` comes after them."""
    behind: str = ""
    state: str = "visible"

    def xml(self) -> str:
        numbered = self.rows if isinstance(self.rows, Mapping) else dict(enumerate(self.rows, 1))
        body = "".join(
            f'<row r="{no}" {self.row_attributes.get(no, "")}>{_cells(no, values)}</row>'
            for no, values in numbered.items()
        )
        return (
            f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{REL}">{self.before}'
            f"<sheetData>{body}</sheetData>{self.behind}</worksheet>"
        )


def column(index: int) -> str:
    """Letters of a column, from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cells(row: int, values: Iterable[Value]) -> str:
    return "".join(_cell(f"{column(at)}{row}", value) for at, value in enumerate(values) if value is not None)


def _cell(at: str, value: Value) -> str:
    if isinstance(value, Cell):
        return value.xml(at)
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        text = escape(value)
        return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c r="{at}"><v>{value!r}</v></c>'


def xlsx(
    *sheets: Sheet,
    formats: Sequence[str] = (),
    extra: Mapping[str, str | bytes] | None = None,
    macros: bool = False,
    defined: str = "",
) -> bytes:
    """A workbook; style n > 0 shows a number by `formats[n - 1]`."""
    parts = _parts(sheets, formats, macros=macros, defined=defined)
    return archive({**parts, **(extra or {})})


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive of parts, deflated, without dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name, content in parts.items():
            # A mimetype must lie there as it is.
            stored = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            zipped.writestr(zipfile.ZipInfo(name), content, stored)
    return out.getvalue()


def unpacked(book: bytes) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(book)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def _parts(
    sheets: Sequence[Sheet], formats: Sequence[str], *, macros: bool, defined: str
) -> dict[str, str | bytes]:
    numbers = range(1, len(sheets) + 1)
    kind = "application/vnd.ms-excel.sheet.macroEnabled" if macros else f"{SHEET_TYPE}.sheet"
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{SHEET_TYPE}.worksheet+xml"/>'
        for n in numbers
    )
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{n}" state="{sheet.state}" r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, 1)
    )
    relations = "".join(_relation(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    relations += _relation("rIdS", "styles", "styles.xml")
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{SHEET_TYPE}.styles+xml"/>'
        f"{types}</Types>",
        "_rels/.rels": _relations(_relation("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{REL}">'
        f"<sheets>{listed}</sheets>{defined}</workbook>",
        "xl/_rels/workbook.xml.rels": _relations(relations),
        "xl/styles.xml": _styles(formats),
        **{f"xl/worksheets/sheet{n}.xml": sheet.xml() for n, sheet in enumerate(sheets, 1)},
    }


def _relation(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{REL}/{kind}" Target="{target}"/>'


def _relations(inner: str) -> str:
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def _styles(formats: Sequence[str]) -> str:
    codes = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode={quoteattr(code)}/>' for n, code in enumerate(formats)
    )
    listed = f'<numFmts count="{len(formats)}">{codes}</numFmts>' if formats else ""
    styles = "".join(
        f'<xf numFmtId="{164 + n}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for n in range(len(formats))
    )
    plain = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    return (
        f'{HEAD}<styleSheet xmlns="{MAIN}">{listed}<fonts count="1"><font/></fonts>'
        '<fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders>'
        f'<cellStyleXfs count="1">{plain}</cellStyleXfs>'
        f'<cellXfs count="{len(formats) + 1}">{plain}{styles}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )
