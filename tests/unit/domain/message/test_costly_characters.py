"""The character that makes an SMS dearer is named, with what it costs."""

import pytest

from campaign.domain.message.segments import ForcingLine, ForcingTally, forcing_characters, suggestion

PLAIN = "Hello, your order is ready. "
LONG = "x" * 159


@pytest.mark.parametrize(
    ("text", "characters", "parts", "without"),
    [
        (LONG + "—", "—", 3, 1),
        ("—" + LONG + "—", "—", 3, 2),
        (LONG[:130] + "«x»…", "«»…", 2, 1),
        ("Sale at B\u0410NK " + LONG[:100], "\u0410", 2, 1),
        ("Dzień dobry, łódź " + LONG[:100], "óńłź", 2, 1),
        ("Hi—", "—", 1, 1),
        ("Hi 😀" + LONG[:100], "😀", 2, 1),
    ],
)
def test_foreign_characters_are_named_with_the_parts_they_cost(
    text: str, characters: str, parts: int, without: int
) -> None:
    found = forcing_characters(text)

    assert found is not None
    assert (set(found.characters), found.parts, found.parts_without) == (
        set(characters), parts, without,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", PLAIN, "100€ [ok] ~", "Привет — «мир»", "Ваш заказ", "שלום —", "你好吗 —", "αβγδ — έήίό"]
)
def test_a_text_whose_language_needs_ucs2_has_nothing_to_gain(text: str) -> None:
    assert forcing_characters(text) is None


@pytest.mark.parametrize(
    ("character", "hint"),
    [("«", '"'), ("’", "'"), ("—", "-"), ("…", "..."), ("\u00a0", " "), ("№", "No."),
     ("\u0421", "C"), ("č", "c"), ("ł", "l"), ("😀", ""), ("\u200b", ""), ("½", "")],
)  # fmt: skip
def test_common_characters_have_a_usual_replacement(character: str, hint: str) -> None:
    assert suggestion(character) == hint


def test_a_list_is_added_up_by_the_characters_that_act_together() -> None:
    tally = ForcingTally()
    for text in (LONG + "—", LONG + "—", "«" + LONG[:60] + "»" + "x" * 20, PLAIN, "Привет — мир"):
        tally.note(text)

    assert tally.lines() == (
        ForcingLine("—", texts=2, parts=6, parts_without=2),
        ForcingLine("«»", texts=1, parts=2, parts_without=1),
    )
    assert [line.extra_parts for line in tally.lines()] == [4, 1]
    assert tally.extra_parts == 5


def test_a_character_that_costs_nothing_is_not_listed() -> None:
    tally = ForcingTally()
    tally.note("Hi — you")

    assert tally.lines() == ()
