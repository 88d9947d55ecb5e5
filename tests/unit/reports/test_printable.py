"""Text from outside stays text: in cells, in CSV, on a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.domain.printable import CELL_LIMIT, cell_text, csv_guard, visible


@pytest.mark.parametrize(
    "text", ["=1+1", "+7916", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1", "＋1", "－1", "＠a"]
)
@pytest.mark.parametrize("before", ["", " ", "\u00a0 ", "\u3000", "\ufeff", "\u200b"])
def test_a_formula_in_csv_is_guarded_also_behind_white_space(text: str, before: str) -> None:
    assert csv_guard(before + text) == "'" + before + text


@pytest.mark.parametrize("text", ["", "Анна", "7916", "a=1", " a", "'=1", "1-2", "_x0041_"])
def test_what_is_no_formula_is_left_as_it_is(text: str) -> None:
    assert csv_guard(text) == text


@given(st.text())
def test_a_guarded_field_never_begins_with_a_sign(text: str) -> None:
    assert not csv_guard(text).lstrip().startswith(tuple("=+-@＝＋－＠"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;pwn\x07\x1b[2J\r[green]OK", r"\x1b]0;pwn\x07\x1b[2J\r[green]OK"),
        ("a\u202egpj.exe", r"a\u202egpj.exe"),
        ("a\u200bb\u2066c\ufeff", r"a\u200bb\u2066c\ufeff"),
        ("two\nlines\tand\u2028more", r"two\nlines\tand\u2028more"),
        ("\x85\x7f\ud800", r"\x85\x7f\ud800"),
        ("Ёлка №1\u00a0– «да» 🎄", "Ёлка №1\u00a0– «да» 🎄"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_visible_text_is_one_harmless_line(text: str) -> None:
    shown = visible(text)

    assert len(shown.splitlines()) <= 1
    assert "\x1b" not in shown
    assert visible(shown) == shown


def test_characters_that_xml_cannot_carry_are_dropped() -> None:
    assert cell_text("a\x00b\x0bc\ud800d\uffffe\x1bf") == "abcdef"


def test_line_ends_become_one_kind() -> None:
    """XML readers would turn a carriage return into a line feed anyway."""
    assert cell_text("a\r\nb\rc\nd\te") == "a\nb\nc\nd\te"


@pytest.mark.parametrize("text", ["я" * 40_000, "🎄" * 20_000, "a" + "🎄" * 20_000])
def test_a_cell_is_cut_at_excels_limit_and_never_through_a_character(text: str) -> None:
    cut = cell_text(text)

    assert CELL_LIMIT - 1 <= len(cut.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert text.startswith(cut)


@given(st.text(alphabet=st.characters(), min_size=1))
def test_no_cell_text_is_taken_for_ready_made_rich_text(text: str) -> None:
    """XlsxWriter copies `<r>...</r>` into the sheet unescaped."""
    assert not cell_text("<r>" + text + "</r>").startswith("<r>")
