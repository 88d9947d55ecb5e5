"""Text that another program read in a wrong encoding is recognised, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.domain.message.mojibake import letters_lost, mojibake, mojibake_hint

RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
WORDS = st.text(st.sampled_from(RUSSIAN), min_size=3, max_size=12).filter(
    lambda word: set(word.lower()) != {"ё"} and "лл" not in word.lower()
)
TYPED = st.text(st.sampled_from(RUSSIAN + '  -.,!?()"«»—–…№0123456789A zé€'), max_size=60)


@pytest.mark.parametrize(
    ("was", "taken"), [("utf-8", "cp1251"), ("utf-8", "latin-1"), ("utf-8", "cp866"), ("cp1251", "latin-1")]
)
@given(word=WORDS)
def test_a_word_in_a_wrong_encoding_is_found_and_read_back(was: str, taken: str, word: str) -> None:
    found = mojibake(word.encode(was).decode(taken, "replace"))

    assert found is not None
    assert all(sign in word or sign == "…" for sign in found[1])


@given(TYPED)
def test_what_users_type_is_never_called_garbled(text: str) -> None:
    assert mojibake(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("Müller", "François", "Çelik Öztürk", "Þórður", "Ñandú", "Côté d'été à", "Dvořák"),
        *("Ђоковић", "Љубиша ®", "Їжак Єва", "по\u00adдо\u00adбие", "мед®\u00a0мед", "„мед®“"),
        *("© 2026 ®™", "Цена 5€ — „Акция“", "╔═══╗ Скидки", "± 5° §7", "“Р”, “С”"),
        *("ООО ««Ромашка»»", "««", "«««а»»", "а««"),
    ],
)
def test_letters_of_other_languages_and_signs_are_right(text: str) -> None:
    assert mojibake(text) is None


@pytest.mark.parametrize("text", ["????", "?? ??????", "????????, ?????? ????????!", "5% ??? ????"])
def test_question_marks_in_place_of_letters_are_lost_letters(text: str) -> None:
    assert letters_lost(text)


@pytest.mark.parametrize("text", ["?", "Как дела????", "Really??", "Why?? Who??", "Что ?? ??", ""])
def test_question_marks_behind_words_are_meant(text: str) -> None:
    assert not letters_lost(text)


def test_garbled_headings_are_reported_with_what_they_were() -> None:
    garbled = [title.encode("cp1251").decode("latin-1") for title in ("Телефон", "Имя")]

    assert "Телефон" in mojibake_hint(garbled)
    assert "question marks" in mojibake_hint(["phone", "????"])
    assert mojibake_hint(["Телефон", "Имя", "E-mail?"]) == ""
