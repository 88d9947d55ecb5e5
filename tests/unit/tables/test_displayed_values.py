"""Number formats: what a user sees, never more than the value, never less than its digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.tables.values import ShownAs, ShownKind, ShownValues, render, shown_as


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("000000", "7", "000007"),
        ("000000", "1234567", "1234567"),
        ("000000", "Anna", "Anna"),
        ("0%", "0.125", "13%"),
        ("0.0%;[Red]-0.0%", "0.125", "12.5%"),
        ("0%", "7", "700%"),
        ("0%", "half", "half"),
        ("0%", "9" * 300, "9" * 300),
        ("0.00", "1990.5", "1990.50"),
        ("0.00", "1990", "1990"),
        ("#,##0.00", "1990.005", "1990.01"),
        ("# ##0.00 ₽", "-1990.5", "-1990.50"),
        ('#,##0.00"р."', "1990.5", "1990.50"),
        ("[$₽-419] #,##0.00", "1990.5", "1990.50"),
        ('_-* #,##0.00\\ "₽"_-;\\-* #,##0.00', "1990.5", "1990.50"),
        ("0", "1990.5", "1991"),
        ("#,##0", "79000000101", "79000000101"),
        ("General", "0.3333333333", "0.3333333333"),
        ("dd.mm.yyyy", "2026-03-02", "02.03.2026"),
        ("dd\\.mm\\.yyyy;@", "2026-03-02", "02.03.2026"),
        ("[$-419]dd.mm.yyyy", "2026-03-02 10:30:00", "02.03.2026"),
        ("d.m.yyyy h:mm", "2026-03-02 09:05:00", "2.3.2026 9:05"),
        ("dd.mm.yyyy hh:mm", "2026-03-02", "02.03.2026 00:00"),
        ("yyyy-mm-dd h:mm:ss", "2026-03-02 09:05:00", "2026-03-02 9:05:00"),
        ("hh:mm", "10:30:59", "10:30"),
        ("hh:mm", "2026-03-02 10:30:00", "10:30"),
        ("dd.mm.yyyy", "10:30:00", "10:30:00"),
        ("dd.mm.yyyy", "Anna", "Anna"),
        ("DD.MM.YYYY", "2026-03-02", "02.03.2026"),
    ],
)
def test_what_is_shown(code: str, value: str, shown: str) -> None:
    format_ = shown_as(code)

    assert (value if format_ is None else render(value, format_.kind, format_.digits)) == shown


@pytest.mark.parametrize(
    "code",
    [
        *("General", "@", "", "mm-dd-yy", "m/d/yyyy", "dd/mm/yyyy", "dd.mm.yy", "d mmmm yyyy"),
        *("[$-F800]dddd, mmmm dd, yyyy", "[$-F400]h:mm:ss", "[h]:mm", "mm:ss", "0.00E+00", "# ?/?"),
        *("0,", "0.00,,", "+7(000)000-00-00", "[<=9999999]###-####;(###) ###-####"),
        "0" * 300 + "x",
    ],
)
def test_a_format_that_depends_on_the_machine_or_only_decorates_is_none(code: str) -> None:
    assert shown_as(code) is None


@given(code=st.text('0#,.%dmyhs:;\\"[$-] @_*', max_size=12), value=st.text(max_size=8))
def test_no_format_makes_a_text_another_text(code: str, value: str) -> None:
    """Whatever the format: what is no number and no date stays as it is."""
    format_ = shown_as(code)
    if format_ and not any(sign.isdecimal() for sign in value):
        assert render(value, format_.kind, format_.digits) == value


@given(cells=st.lists(st.tuples(st.integers(1, 30), st.integers(0, 3), st.integers(2, 4)), max_size=60))
def test_runs_render_exactly_the_cells_that_were_added(cells: list[tuple[int, int, int]]) -> None:
    added = {(row, column): width for row, column, width in sorted(cells)}
    displayed = ShownValues()
    for (row, column), width in sorted(added.items()):
        displayed.add(row, column, ShownAs(ShownKind.PADDED, width))

    rows = list(displayed.render(["7"] * 4 for _ in range(30)))

    assert rows == [["7".zfill(added.get((row, column), 1)) for column in range(4)] for row in range(1, 31)]
