"""A column of country codes beside the phones: web forms keep `996` and `9000000101` apart.

Without it such a number would pass for a Russian one, and somebody else would be texted.
"""

import re
from collections.abc import Sequence
from typing import Final

from campaign.rules.headings import heading_key

_HEADINGS: Final = frozenset({
    "кодстраны", "кодстранытелефона", "телефонныйкодстраны", "международныйкод", "countrycode",
    "phonecountrycode", "countrycallingcode", "callingcode", "dialcode", "dialingcode", "phonecode",
})  # fmt: skip
_CODE: Final = re.compile(r"\s*(?:\+|00)?([1-9]\d{0,3})\s*")
_RUSSIAN: Final = frozenset({"7", "8"})
_LONGEST_NATIONAL: Final = 10


def country_column(titles: Sequence[str]) -> int | None:
    """Index of the column with the countries' calling codes; None without one, or with several."""
    found = [i for i, title in enumerate(titles) if heading_key(title) in _HEADINGS]
    return found[0] if len(found) == 1 else None


def with_country(cell: str, code_cell: str) -> str:
    """The phone cell with the calling code that stands beside it.

    Args:
        cell: The phone.
        code_cell: `+996`, `996`; anything else, a name or a blank, says nothing.

    Returns:
        The cell as it is where it names its country itself, or the code is that of Russia.
    """
    found = _CODE.fullmatch(code_cell)
    if found is None or found[1] in _RUSSIAN or "+" in cell:
        return cell
    digits = "".join(filter(str.isdecimal, cell))
    if digits.startswith(found[1]) and len(digits) > _LONGEST_NATIONAL:
        return f"+{cell.strip()}"
    return f"+{found[1]} {cell.strip()}"
