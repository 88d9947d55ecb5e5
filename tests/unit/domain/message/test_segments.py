"""Parts are money: the count is exact at every edge of GSM 03.38."""

import pytest

from campaign.domain.message.segments import Segments, count_segments


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("", 0, 1),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("a" * 152 + "€" + "a" * 152, 306, 3),  # the cut would split the euro sign
        ("a" * 151 + "€" + "a" * 153, 306, 2),
        ("ÄÖÜßñ£@_Δ\n\r", 11, 1),
        ("^{}\\[~]|€\f", 20, 1),
    ],
)
def test_septets(text: str, units: int, parts: int) -> None:
    assert count_segments(text) == Segments("GSM-7", units, parts)


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("ё" * 70, 70, 1),
        ("ё" * 71, 71, 2),
        ("ё" * 134, 134, 2),
        ("ё" * 135, 135, 3),
        ("😀" * 35, 70, 1),
        ("ё" * 66 + "😀" + "ё" * 66, 134, 3),  # the cut would split the pair
        ("ё" * 65 + "😀" + "ё" * 67, 134, 2),
        ("a" * 69 + "—", 70, 1),
        ("a" * 70 + "—", 71, 2),
        ("\ud83d" + "ё" * 70, 71, 2),
    ],
)
def test_utf16_units(text: str, units: int, parts: int) -> None:
    assert count_segments(text) == Segments("UCS-2", units, parts)


@pytest.mark.parametrize("sign", list("`ç«»—№ёЁ₽\u00a0\t\x1b“я"))
def test_one_foreign_sign_makes_the_whole_text_ucs2(sign: str) -> None:
    assert count_segments("a" * 99 + sign).encoding == "UCS-2"
    assert count_segments("a" * 99 + sign).parts == 2
