"""Say where a row or a cell stands, as people write it."""

from campaign.model import Source
from campaign.rules.headings import column_letter, columns_named, heading_of, letter_index


def place_of(source: Source, row_no: int, field: str, *, several: bool) -> str:
    """Where a cell stands: `Sheet1!C17`, `customers.csv!C17`, `[b.xlsx]Sheet1!C17`.

    Args:
        source: The file.
        row_no: As the person sees it.
        field: Heading of the column; "" for the row as a whole, which is `Sheet1!17`.
        several: Whether the run has several files; then a sheet needs its file's name.
    """
    sheet = source.info.sheet
    name = source.name
    if sheet is not None:
        name = f"[{name}]{sheet}" if several else sheet
    return f"{name}!{_column(source, field)}{row_no}"


def _column(source: Source, field: str) -> str:
    """Letter of the column with that heading, "" when it cannot be told."""
    if not field:
        return ""
    layout = source.layout
    for role, index in layout.roles.items():
        if heading_of(layout, role) == field:
            return column_letter(index)
    found = columns_named(layout.heading, field)
    if found:
        return column_letter(found[0])
    index_of_letter = letter_index(field, len(layout.heading))
    return "" if index_of_letter is None else column_letter(index_of_letter)
