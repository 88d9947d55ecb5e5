"""Every error that a person can meet at the terminal has a sentence in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import campaign
from campaign import errors
from campaign.i18n import (
    CATALOGUE,
    error_sentence,
    error_texts,
    ru,
    technical_last,
)

HOUSE = Path(campaign.__file__).parent
EVERY_FILE = sorted(set(HOUSE.rglob("*.py")) - set(HOUSE.glob("sandbox/*")))


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Words given as `code=…` to a call, assigned to `.code`, or the default of an error class."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(keywords=keywords):
                given = [one.value for one in keywords if one.arg == "code"]
            case ast.Assign(targets=[ast.Attribute(attr="code")], value=value):
                given = [value]
            case ast.ClassDef(body=body):
                given = [
                    one.value
                    for one in body
                    if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "code"
                ]
            case _:
                continue
        for value in given:
            yield from texts(value)


def texts(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*texts(body), *texts(orelse))
        case ast.BoolOp(values=values):
            yield from (text for one in values for text in texts(one))
        case _:
            pass


@pytest.mark.parametrize("path", EVERY_FILE, ids=lambda path: str(path.relative_to(HOUSE)))
def test_every_code_of_the_source_is_in_both_catalogues(path: Path) -> None:
    found = set(codes_in(ast.parse(path.read_text(encoding="utf-8"))))

    assert found <= set(CATALOGUE["en"])
    assert found <= set(CATALOGUE["ru"])


def test_the_walk_finds_codes_of_every_kind() -> None:
    """A walk that found nothing would be content with everything."""
    found = {
        code
        for path in EVERY_FILE
        for code in codes_in(ast.parse(path.read_text(encoding="utf-8")))
    }

    assert {"file_missing", "not_reached", "locked", "map_ambiguous_column"} <= found
    assert len(found) > 80


def test_every_class_of_error_has_a_sentence() -> None:
    classes = [one for one in vars(errors).values() if hasattr(one, "exit_code")]

    assert len(classes) > 12
    assert {one.code for one in classes} <= set(CATALOGUE["ru"])


def test_an_error_is_about_the_whole_run_where_a_row_has_the_same_code() -> None:
    assert "30 days; nothing was sent to them" in error_sentence("already_sent", {}, "en").reason
    assert "ничего не отправлено" in error_sentence("already_sent", {}, "ru").reason
    assert "Ячейка" in error_sentence("phone_empty", {}, "ru").reason


def test_sentences_of_errors_need_nothing_but_a_command() -> None:
    for table in (error_texts.ERRORS, ru.ERRORS):
        for said, hint in table.values():
            assert "{" not in said
            assert "{" not in hint.replace("{command}", "").replace("{option}", "")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (
            "sms.example could not be reached: ConnectionError < ProtocolError; given up for now",
            "sms.example could not be reached; given up for now (ConnectionError < ProtocolError)",
        ),
        ("h gave no answer: ReadTimeout", "h gave no answer (ReadTimeout)"),
        (
            "no answer for 5 people (SSLError < X); held",
            "no answer for 5 people; held (SSLError < X)",
        ),
        ("'a.csv' cannot be read: No such file", "'a.csv' cannot be read: No such file"),
        ("column 'a < b' is blank", "column 'a < b' is blank"),
    ],
)
def test_names_of_exceptions_stand_last_and_in_brackets(text: str, plain: str) -> None:
    assert technical_last(text) == plain


@given(st.from_regex(r"(a|: |\(|\)|OSError|Xy < Zz|;|\.){0,8}", fullmatch=True))
def test_nothing_is_lost_by_it(text: str) -> None:
    def letters(some: str) -> list[str]:
        return sorted(filter(str.isalnum, some))

    assert letters(technical_last(text)) == letters(text)
