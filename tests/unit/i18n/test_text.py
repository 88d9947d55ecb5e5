"""A text is a string that remembers how it was made."""

import copy
import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.text import Text, fill, from_json, ntr, os_reason, to_json, tr

NAMES = st.sampled_from(["a", "b", "path"])
PARAMS = st.dictionaries(NAMES, st.text() | st.integers())


def texts() -> st.SearchStrategy[Text]:
    plain = st.builds(lambda params: Text("{a} of {b!r}: {path} {{}}", params), PARAMS)
    counts = st.builds(lambda n: ntr("{n} run", "{n} runs", n), st.integers(0, 10**6))
    return st.recursive(plain | counts, lambda inner: st.builds(lambda one: tr("<{path}>", path=one), inner))


@given(st.text(), PARAMS)
def test_filling_never_fails_and_fills_once(value: str, params: dict[str, object]) -> None:
    """What came from a file or the gateway is text, whatever braces it holds."""
    fill(value, params)

    assert fill("<{a}>", {"a": value}) == f"<{value}>"
    assert fill("<{a!r}>", {"a": value}) == f"<{value!r}>"


def test_a_doubled_brace_is_a_brace_and_a_missing_parameter_shows() -> None:
    assert fill("{{{a}|x}} {b}", {"a": "name"}) == "{name|x} …"


@given(texts())
def test_a_text_is_its_english(text: Text) -> None:
    assert text == fill(text.plural if text.plural and text.params["n"] != 1 else text.template, text.params)


@given(texts())
def test_a_text_survives_copy_pickle_and_json(text: Text) -> None:
    for made in (copy.deepcopy(text), pickle.loads(pickle.dumps(text)), from_json(to_json(text))):  # noqa: S301
        assert isinstance(made, Text)
        assert made == text
        assert (made.template, made.plural, made.context) == (
            text.template, text.plural, text.context,
        )  # fmt: skip
        assert dict(made.params) == dict(text.params)


@given(st.text())
def test_a_plain_string_is_stored_as_json_string(text: str) -> None:
    assert json.loads(to_json(text)) == text
    assert from_json(to_json(text)) == text


def test_an_error_of_the_operating_system_is_a_text_without_its_path(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as refused:
        (tmp_path / "none.txt").read_text("utf-8")

    text = tr("none.txt cannot be read: {error}", error=refused.value)

    assert text == "none.txt cannot be read: there is no such file or folder"
    assert isinstance(text.params["error"], Text)
    assert os_reason(OSError(9_999, "strange")) == "strange"
