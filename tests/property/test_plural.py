"""The form of a word fits its number, in English and Russian."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.i18n import catalogue, count_of, counted, form, translated
from campaign.i18n.code_texts import NOUNS

COUNTS = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("count", "russian"),
    [
        (0, "0 запусков"), (1, "1 запуск"), (2, "2 запуска"), (4, "4 запуска"), (5, "5 запусков"),
        (11, "11 запусков"), (12, "12 запусков"), (14, "14 запусков"), (20, "20 запусков"),
        (21, "21 запуск"), (22, "22 запуска"), (111, "111 запусков"), (1011, "1011 запусков"),
        (1021, "1021 запуск"),
    ],
)  # fmt: skip
def test_russian_has_three_forms(count: int, russian: str) -> None:
    assert counted(count, "run", "ru") == russian


@pytest.mark.parametrize(
    ("count", "english", "russian"),
    [
        (1, "1 recipient", "1 получатель"),
        (2, "2 recipients", "2 получателя"),
        (5, "5 recipients", "5 получателей"),
    ],
)
def test_recipients_are_counted_as_recipients(count: int, english: str, russian: str) -> None:
    assert counted(count, "recipient", "en") == english
    assert counted(count, "recipient", "ru") == russian
    assert translated(count_of(count, "recipient"), "ru") == russian


@given(count=COUNTS, noun=st.sampled_from(sorted(NOUNS)))
def test_english_has_one_form_for_one_and_another_for_all_else(count: int, noun: str) -> None:
    one, other = NOUNS[noun]

    assert form(count, "en", noun) == (one if count == 1 else other)


@given(count=COUNTS, noun=st.sampled_from(sorted(NOUNS)))
def test_russian_looks_at_the_last_two_digits_only(count: int, noun: str) -> None:
    assert form(count, "ru", noun) == form(count % 100, "ru", noun)


@given(tens=st.integers(0, 10**7).filter(lambda n: n % 10 != 1), noun=st.sampled_from(sorted(NOUNS)))
def test_russian_teens_are_many_and_other_tens_go_by_their_last_digit(tens: int, noun: str) -> None:
    """CLDR: one for 1, few for 2 to 4, many for the rest; 11 to 14 are many."""
    known = catalogue("ru")
    one, few, many = (known.npgettext(f"noun:{noun}", *NOUNS[noun], count) for count in (1, 2, 5))
    wanted = [many, one, few, few, few, many, many, many, many, many]

    assert [form(10 * tens + ones, "ru", noun) for ones in range(10)] == wanted
    teens = 100 * tens + 10
    assert {form(teens + ones, "ru", noun) for ones in range(10)} == {many}
