"""Every text of the program is in every catalogue, whole, with the same placeholders."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from hypothesis import given
from hypothesis import strategies as st

from campaign.i18n import label, languages, moment, money, say, technical_last, translated
from campaign.text import ntr, tr
from tests import catalogue
from tests.catalogue import PLACEHOLDER, Id

AMOUNT, AT = Decimal("2410.5"), datetime(2026, 12, 5, 10, 30, tzinfo=UTC)
CATALOGUES = catalogue.catalogues()
PERCENT = re.compile(r"%(?:\([a-z]+\)s|[A-Za-z%])")


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def placeholders(text: str) -> set[str]:
    return {match[0] for match in PLACEHOLDER.finditer(text) if match[1]}


def messages(path: Path) -> list[Message]:
    return [one for one in catalogue.read(path) if one.id]


def test_the_walk_finds_ids_of_every_kind() -> None:
    """A walk that found nothing would be content with everything."""
    ids = catalogue.ids()

    assert len(ids) > 700
    assert Id("run", "runs", "noun:run") in ids
    assert Id("Error [{code}]: {message}") in ids
    assert Id("No such option {name!r}.") in ids
    assert len(CATALOGUES) == len(languages()) - 1


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
class TestEveryCatalogue:  # noqa: D101
    def test_has_every_text_and_no_other(self, path: Path) -> None:
        """`python -m tests.catalogue` adds what is new and drops what is gone."""
        assert catalogue.as_po(catalogue.updated(path)) == path.read_bytes()
        assert not catalogue.read(path).obsolete

    def test_has_every_translation(self, path: Path) -> None:
        assert [one.id for one in messages(path) if not catalogue.is_whole(one)] == []

    def test_has_all_plural_forms(self, path: Path) -> None:
        count = catalogue.read(path).num_plurals

        for one in messages(path):
            assert not one.pluralizable or len(forms(one.string)) == count, one.id

    def test_keeps_the_placeholders(self, path: Path) -> None:
        for one in messages(path):
            wanted = [placeholders(form) for form in forms(one.id)]
            for string in forms(one.string):
                assert placeholders(string) in wanted, string
                if "{" not in string and not string.endswith("%M"):
                    assert sorted(PERCENT.findall(string)) == sorted(PERCENT.findall(forms(one.id)[0])), (
                        string
                    )

    def test_is_compiled(self, path: Path) -> None:
        compiled = catalogue.as_mo(catalogue.read(path))

        assert path.with_suffix(".mo").read_bytes() == compiled


def test_a_text_is_translated_with_all_that_fills_it() -> None:
    inner = tr("There is no file {path}", path="a.csv")

    said = translated(tr("Hint: {hint}", hint=inner), "ru")

    assert said == "Подсказка: Файла a.csv нет"
    assert translated("as it came", "ru") == "as it came"


def test_a_count_takes_the_form_of_its_language() -> None:
    texts = [ntr("{n} run", "{n} runs", n) for n in (1, 2)]

    assert [str(one) for one in texts] == ["1 run", "2 runs"]
    assert [translated(one, "en") for one in texts] == ["1 run", "2 runs"]


def test_a_context_chooses_between_equal_texts() -> None:
    assert (label("refused", "ru"), label("attempts_refused", "ru")) == ("Отказ шлюза", "отклонены")
    assert label("rows_sheet", "ru") == "Получатели"


def test_what_no_catalogue_knows_is_english() -> None:
    assert say("ru", "nobody has written {what} yet", what="this") == "nobody has written this yet"


def test_numbers_dates_and_money_are_written_as_the_language_does() -> None:
    assert money(AMOUNT, "RUB", "ru") == "2\N{NO-BREAK SPACE}410,50\N{NO-BREAK SPACE}₽"
    assert money(AMOUNT, "RUB", "en") == "2,410.50 RUB"
    assert (moment(AT, "ru"), moment(AT, "en")) == ("05.12.2026 10:30", "2026-12-05 10:30")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("h gave no answer: A < ProtocolError; trying", "h gave no answer; trying (A < ProtocolError)"),
        ("h gave no answer: ReadTimeout", "h gave no answer (ReadTimeout)"),
        ("no answer (SSLError < X); held", "no answer; held (SSLError < X)"),
        ("'a.csv' cannot be read: No such file", "'a.csv' cannot be read: No such file"),
        ("column 'a < b' is blank", "column 'a < b' is blank"),
    ],
)
def test_names_of_exceptions_come_last_and_in_brackets(text: str, plain: str) -> None:
    assert technical_last(text) == plain


@given(st.from_regex(r"(a|: |\(|\)|OSError|Xy < Zz|;|\.){0,8}", fullmatch=True))
def test_nothing_is_lost_by_it(text: str) -> None:
    def letters(some: str) -> list[str]:
        return sorted(filter(str.isalnum, some))

    assert letters(technical_last(text)) == letters(text)
