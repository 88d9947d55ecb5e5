"""Every code has a text in each language, and no text can break a report."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import campaign
from campaign.domain import RunState, Status
from campaign.i18n import (
    Lang,
    Sentence,
    label,
    languages,
    reason,
    reason_text,
    status_name,
    status_sentence,
    translated,
)
from campaign.i18n.code_texts import ALARMS, CODES, STATUS_SENTENCES, STATUSES
from campaign.i18n.labels import LABELS
from campaign.text import Text

LANGS = languages()
HOUSE = Path(campaign.__file__).parent
UNKNOWN_CODES = (
    "unknown_word", "missing_in_reply", "named_twice", "id_repeated", "no_messages", "no_answer",
    "http_status", "not_json", "empty_answer", "truncated", "status_error", "killed", "http_502",
)  # fmt: skip


def codes_raised() -> Iterator[str]:
    """Codes of rows in `domain` and `app.check`, read from the source.

    An `InputError` is about the file or an option and brings its own text.
    """
    for path in (*HOUSE.glob("domain/**/*.py"), HOUSE / "app" / "check.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        of_files = {
            id(keyword)
            for node in nodes
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "InputError"
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


def test_every_code_that_the_rules_raise_has_a_text() -> None:
    raised = set(codes_raised())

    assert len(raised) > 30
    assert raised <= set(CODES)


@pytest.mark.parametrize("code", UNKNOWN_CODES)
def test_an_unknown_status_is_never_called_sent_or_failed(code: str) -> None:
    """The recipient may have got it, and nothing is repeated automatically."""
    english, russian = (reason(code, {}, lang).hint for lang in ("en", "ru"))

    assert "may or may not have received" in english
    assert "never sent again automatically" in english
    assert "мог получить" in russian
    assert "автоматически повторно не отправляется" in russian


def test_details_are_filled_in_once() -> None:
    """What came from a file or the gateway is text, whatever braces it holds."""
    said = reason("phone_foreign", {"value": "{country}{{", "country": "+375"}, "en")

    assert said.reason.startswith("{country}{{ has country code +375;")


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
    assert "nothing was sent" in reason("http_404", {}, "en").reason
    assert "nothing was sent" in reason("http_302", {}, "en").reason
    assert "busy" in reason("http_429", {}, "en").reason
    assert reason("http_999", {}, "en") == Sentence("http_999", "")


@pytest.mark.parametrize("lang", LANGS)
def test_every_status_and_state_has_a_name(lang: Lang) -> None:
    assert set(STATUSES) == set(STATUS_SENTENCES) == set(Status)
    assert len({status_name(status, lang) for status in Status}) == len(Status)
    assert all(status_sentence(status, lang) for status in Status)
    assert all(f"state_{state}" in LABELS for state in RunState)
    assert all(label(key, lang) for key in LABELS)


@pytest.mark.parametrize("code", ["phone_foreign", "already_sent", "http_status"])
def test_a_code_as_a_text_says_the_same_as_the_code(code: str) -> None:
    details = {"value": "5", "country": "+375", "run": "a-1", "status": "502"}
    cause, hint = reason_text(code, details)

    for lang in LANGS:
        assert (translated(cause, lang), translated(hint, lang)) == (
            reason(code, details, lang).reason, reason(code, details, lang).hint,
        )  # fmt: skip


@pytest.mark.parametrize("code", ALARMS)
def test_every_alarm_is_a_text_of_the_catalogue(code: str) -> None:
    """They are stored as a code, so nothing else would show that one of them stays English."""
    english = Text(ALARMS[code], {})

    assert translated(english, "en") == english
    assert re.search("[а-я]{3}", translated(english, "ru"))
