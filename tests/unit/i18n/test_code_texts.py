"""Every code has a sentence in both languages, and no sentence can break a report."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import campaign
from campaign.domain import (
    RunState,
    Status,
)
from campaign.i18n import (
    CATALOGUE,
    Lang,
    Sentence,
    label,
    reason,
    status_name,
    status_sentence,
)
from campaign.i18n.code_texts import (
    LABELS,
    STATUS_SENTENCES,
    STATUSES,
)

LANGS: tuple[Lang, ...] = get_args(Lang)
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(\w+)\}")
HOUSE = Path(campaign.__file__).parent
UNKNOWN_CODES = (
    "unknown_word", "missing_in_reply", "named_twice", "id_repeated", "no_messages", "no_answer",
    "http_status", "not_json", "empty_answer", "truncated", "status_error", "killed", "http_502",
)  # fmt: skip


def placeholders(sentence: str) -> set[str]:
    return {name for name in PLACEHOLDER.findall(sentence) if name}


def codes_raised() -> Iterator[str]:
    """Codes of rows written in `rules` and `steps.check`, read from the source.

    An `InputError` speaks of the file or of an option, in a sentence of its own.
    """
    for path in (*HOUSE.glob("domain/**/*.py"), HOUSE / "app" / "check.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        of_files = {
            id(keyword)
            for node in nodes
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "InputError"
            for keyword in node.keywords
        }
        for node in nodes:
            match node:
                case ast.keyword(arg="code") if id(node) in of_files:
                    pass
                case ast.keyword(arg="code"):
                    yield from texts(node.value)
                case ast.Call(func=ast.Name(id="UnusableCell" | "BadCell" | "Rejection")):
                    yield from (text for argument in node.args for text in texts(argument))
                case ast.Call(func=ast.Attribute(attr="_bad")):
                    yield from (text for argument in node.args for text in texts(argument))
                case ast.Assign(targets=[ast.Name(id="code")]):
                    yield from texts(node.value)
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict() as table):
                    yield from (t for v in table.values for t in texts(v) if "CODES" in name)
                case _:
                    pass


def texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))


def test_both_languages_know_the_same_codes() -> None:
    assert set(CATALOGUE["en"]) == set(CATALOGUE["ru"])


@pytest.mark.parametrize("code", CATALOGUE["en"])
def test_both_languages_fill_in_the_same_details(code: str) -> None:
    english, russian = CATALOGUE["en"][code], CATALOGUE["ru"][code]

    for side in (0, 1):
        assert placeholders(english[side]) == placeholders(russian[side])
        assert bool(english[side]) == bool(russian[side])


def test_every_code_that_the_rules_raise_has_a_sentence() -> None:
    raised = set(codes_raised())

    assert len(raised) > 30
    assert raised <= set(CATALOGUE["en"])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("code", UNKNOWN_CODES)
def test_an_unknown_outcome_is_never_called_sent_or_failed(code: str, lang: Lang) -> None:
    """The person may have got it, and nothing is repeated by itself."""
    hint = reason(code, {}, lang).hint

    perhaps = {"en": "may or may not have got", "ru": "мог получить"}
    never = {"en": "never sent again by itself", "ru": "само оно не повторяется"}
    assert perhaps[lang] in hint
    assert never[lang] in hint


def test_details_are_filled_in_once() -> None:
    """What came from a file or the gateway is text, whatever braces it holds."""
    said = reason("phone_foreign", {"value": "{country}{{", "country": "+375"}, "en")

    assert said.reason.startswith("{country}{{ belongs to country code +375,")


def test_a_brace_of_the_catalogue_is_a_brace() -> None:
    said = reason("placeholder_empty", {"column": "Имя"}, "ru")

    assert said.hint.endswith("{Имя|замена}.")


@pytest.mark.parametrize("lang", LANGS)
def test_a_missing_detail_shows_as_missing(lang: Lang) -> None:
    assert "…" in reason("duplicate", {}, lang).reason


@pytest.mark.parametrize("lang", LANGS)
def test_an_unknown_code_is_its_own_sentence(lang: Lang) -> None:
    assert reason("from_tomorrow", {"a": "b"}, lang) == Sentence("from_tomorrow", "")
    assert label("from_tomorrow", lang) == "from_tomorrow"


def test_http_codes_need_no_entry_of_their_own() -> None:
    assert "HTTP 502" in reason("http_502", {}, "en").reason
    assert "nobody was texted" in reason("http_404", {}, "en").reason
    assert "nobody was texted" in reason("http_302", {}, "en").reason
    assert "busy" in reason("http_429", {}, "en").reason
    assert reason("http_999", {}, "en") == Sentence("http_999", "")


@pytest.mark.parametrize("lang", LANGS)
def test_every_status_and_state_has_a_name(lang: Lang) -> None:
    assert set(STATUSES) == set(STATUS_SENTENCES) == set(Status)
    assert len({status_name(status, lang) for status in Status}) == len(Status)
    assert all(status_sentence(status, lang) for status in Status)
    assert all(f"state_{state}" in LABELS for state in RunState)
    assert all(label(key, lang) for key in LABELS)


def test_the_two_languages_of_the_report_differ() -> None:
    assert (label("rows_sheet", "en"), label("rows_sheet", "ru")) == ("Recipients", "Получатели")
    assert (label("summary_sheet", "en"), label("summary_sheet", "ru")) == ("Summary", "Сводка")
