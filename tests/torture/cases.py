"""The whole torture set."""

from functools import cache
from itertools import chain

from tests.torture import (
    cases_cells,
    cases_encodings,
    cases_formats,
    cases_hostile,
    cases_layouts,
    cases_ods,
    cases_rows,
    cases_sheets,
    cases_systems,
    cases_traps,
)
from tests.torture.expect import Case


@cache
def all_cases() -> tuple[Case, ...]:
    """Every case; names are unique."""
    modules = (
        cases_encodings, cases_layouts, cases_sheets, cases_cells, cases_rows, cases_formats,
        cases_systems, cases_ods, cases_traps, cases_hostile,
    )  # fmt: skip
    found = tuple(chain.from_iterable(module.CASES for module in modules))
    names = [case.name for case in found]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise ValueError(f"two cases have one name: {sorted(doubled)}")
    return found
