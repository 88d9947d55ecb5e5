"""Which sheets a workbook has, and which styles change what is shown; see `values`."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from campaign.tables.limits import Workbook, broken
from campaign.tables.values import ShownAs, shown_as
from campaign.text import tr

_STRINGS = "xl/sharedStrings.xml"
_WORKSHEET_TYPE = "/worksheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: its name, its part in the archive, whether its tab is visible."""

    name: str
    part: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """What the small parts hold.

    Attributes:
        sheets: Worksheets in the order of their tabs; charts and macros are left out.
        shown_as: Style number (the `s` of a cell) to a format that changes digits.
        struck: Styles whose text is struck out: recipients who are not meant any more.
        strings: Parts with shared texts, which calamine reads whole.
        recalculates: The workbook asks to be calculated anew when opened, so the results stored in
            its formulas may be wrong.
    """

    sheets: tuple[Sheet, ...]
    shown_as: Mapping[int, ShownAs]
    struck: frozenset[int]
    strings: tuple[str, ...]
    recalculates: bool


def read_parts(book: Workbook) -> Parts:
    """Read the list of sheets and the styles."""
    root_relations = _relations(book, "_rels/.rels", "")
    main = next((to for kind, to in root_relations.values() if kind == "/officeDocument"), None)
    main = main or "xl/workbook.xml"
    folder, name = posixpath.split(main)
    relations = _relations(book, f"{folder}/_rels/{name}.rels", folder)
    root = _parse(book, main)
    sheets = []
    for element in _all(root, "sheet"):
        kind, part = relations.get(_attribute(element, "id"), ("", ""))
        if kind == _WORKSHEET_TYPE:
            visible = element.get("state", "visible") == "visible"
            sheets.append(Sheet(element.get("name", ""), part, visible))
    styles = next((to for kind, to in relations.values() if kind == "/styles"), None)
    recalculates = any(calc.get("fullCalcOnLoad") in {"1", "true"} for calc in _all(root, "calcPr"))
    formats = _parse(book, styles) if styles and book.has(styles) else ET.Element("styleSheet")
    # By its usual name as well: a reader may not ask the relations.
    named = {to for kind, to in relations.values() if kind == "/sharedStrings"}
    strings = tuple(part for part in sorted(named | {_STRINGS}) if book.has(part))
    return Parts(tuple(sheets), _shown_as(formats), _struck(formats), strings, recalculates)


def _parse(book: Workbook, part: str) -> ET.Element:
    try:
        # No DTD can be in it: `Workbook.chunks` refuses them, so expat has nothing to expand.
        return ET.fromstring(book.small_part(part))  # noqa: S314
    except ET.ParseError as error:
        raise broken(book.path, tr("{part} is not XML: {error}", part=part, error=error)) from error


def _all(root: ET.Element, name: str) -> Iterator[ET.Element]:
    """Every element of that name in whatever namespace: two are in use for the same format."""
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def _attribute(element: ET.Element, name: str) -> str:
    return next((v for k, v in element.items() if k.rpartition("}")[2] == name and "}" in k), "")


def _relations(book: Workbook, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Map relation ids to the end of their type and the part that they point to."""
    if not book.has(part):
        raise broken(book.path, tr("{part} is missing", part=part))
    found = {}
    for element in _all(_parse(book, part), "Relationship"):
        target = element.get("Target", "").replace("\\", "/")
        to = target[1:] if target.startswith("/") else posixpath.join(folder, target)
        kind = "/" + element.get("Type", "").rpartition("/")[2]
        found[element.get("Id", "")] = (kind, posixpath.normpath(to))
    return found


def _struck(root: ET.Element) -> frozenset[int]:
    fonts = [
        any(mark.get("val", "1") not in {"0", "false"} for mark in _all(font, "strike"))
        for table in _all(root, "fonts")
        for font in _all(table, "font")
    ]
    struck = {str(number) for number, is_struck in enumerate(fonts) if is_struck}
    return frozenset(
        number
        for table in _all(root, "cellXfs")
        for number, style in enumerate(_all(table, "xf"))
        if style.get("fontId") in struck
    )


def _shown_as(root: ET.Element) -> dict[int, ShownAs]:
    # openpyxl keeps the list of built-in formats (ECMA-376 part 1, 18.8.30); its own reader of
    # styles is not used, because it refuses files whose colours or fonts are slightly wrong.
    from openpyxl.styles.numbers import BUILTIN_FORMATS  # noqa: PLC0415  start-up time

    codes = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    codes |= {e.get("numFmtId", ""): e.get("formatCode", "") for e in _all(root, "numFmt")}
    styles: dict[int, ShownAs] = {}
    for table in _all(root, "cellXfs"):
        for number, style in enumerate(_all(table, "xf")):
            shown = shown_as(codes.get(style.get("numFmtId", "0"), ""))
            if shown is not None:
                styles[number] = shown
    return styles
