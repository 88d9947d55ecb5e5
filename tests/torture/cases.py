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

_MODULES = (
    cases_encodings,
    cases_delimiters,
    cases_layouts,
    cases_sheets,
    cases_cells,
    cases_recipients,
    cases_texts,
    cases_mojibake,
    cases_formats,
    cases_systems,
    cases_ods,
    cases_traps,
    cases_hostile,
)


@cache
def all_cases() -> tuple[Case, ...]:
    """Every case, in the order of issue 4; names are unique."""
    found = tuple(case for module in _MODULES for case in module.cases())
    names = [case.name for case in found]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise ValueError(f"two cases have one name: {sorted(doubled)}")
    return found
