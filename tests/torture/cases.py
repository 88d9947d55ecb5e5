"""The whole torture set."""

from functools import cache

from tests.torture import (
    cases_cells,
    cases_delimiters,
    cases_encodings,
    cases_formats,
    cases_hostile,
    cases_layouts,
    cases_mojibake,
    cases_ods,
    cases_recipients,
    cases_sheets,
    cases_systems,
    cases_texts,
    cases_traps,
)
from tests.torture.expect import Case


@cache
def all_cases() -> tuple[Case, ...]:
    """Every case; names are unique."""
    found = (
        *cases_encodings.CASES, *cases_delimiters.CASES, *cases_layouts.CASES, *cases_sheets.CASES,
        *cases_cells.CASES, *cases_recipients.CASES, *cases_texts.CASES, *cases_mojibake.CASES,
        *cases_formats.CASES, *cases_systems.CASES, *cases_ods.CASES, *cases_traps.CASES,
        *cases_hostile.CASES,
    )  # fmt: skip
    names = [case.name for case in found]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise ValueError(f"two cases have one name: {sorted(doubled)}")
    return found
