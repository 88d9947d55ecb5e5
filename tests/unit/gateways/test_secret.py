"""The password is shown nowhere and stored nowhere, whatever form an answer echoes it in."""

import base64
import json
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.secret import REDACTED, Credentials, Secret, redact

PASSWORD = "p/a&s\"s<w>ö\\r d'1+="  # noqa: S105  # a canary, not a password
RAW = PASSWORD.encode()


def test_a_secret_cannot_be_printed() -> None:
    secret = Secret(PASSWORD)
    login = Credentials("me", secret)

    shown = f"{secret}{secret!r}{login}{login!r}{[secret]}{login!s}{(login,)}"

    assert PASSWORD not in shown
    assert "me" in repr(login)
    assert secret.reveal() == PASSWORD


def test_an_empty_secret_is_false_and_redacts_nothing() -> None:
    assert not Secret("")
    assert redact(b"body", Secret("")) == b"body"


FORMS = {
    "raw": RAW,
    "json, escaped": json.dumps(PASSWORD)[1:-1].encode(),
    "json, UTF-8": json.dumps(PASSWORD, ensure_ascii=False)[1:-1].encode(),
    "json of PHP": json.dumps(PASSWORD)[1:-1].replace("/", "\\/").encode(),
    "url": quote(PASSWORD, safe="").encode(),
    "url, slash kept": quote(PASSWORD).encode(),
    "url, plus for blank": quote_plus(PASSWORD).encode(),
    "url, small hex": quote(PASSWORD, safe="").replace("%2F", "%2f").replace("%C3", "%c3")
    .replace("%3C", "%3c").replace("%3E", "%3e").replace("%5C", "%5c").replace("%B6", "%b6")
    .replace("%2B", "%2b").replace("%3D", "%3d").encode(),
    "html": escape(PASSWORD, quote=False).encode(),
    "html, quotes": escape(PASSWORD).encode(),
    "html of PHP": escape(PASSWORD).replace("&#x27;", "&#039;").encode(),
    "base64": base64.b64encode(RAW),
    "base64 for URLs": base64.urlsafe_b64encode(RAW),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_every_form_of_an_echo_is_redacted(form: bytes) -> None:
    redacted = redact(b'<p>{"password":"' + form + b'"}</p>' + form, Secret(PASSWORD))

    assert form.rstrip(b"=") not in redacted
    assert redacted.count(REDACTED.encode()) == 2


@pytest.mark.parametrize("login", ["a", "ab", "abc", "abcd"])
@pytest.mark.parametrize("behind", ["", "x", "xy"])
def test_the_password_inside_something_in_base64_is_redacted(login: str, behind: str) -> None:
    """`Authorization: Basic` holds login:password; the coding shifts with the login's length."""
    coded = base64.b64encode(f"{login}:{PASSWORD}{behind}".encode())
    redacted = redact(coded, Secret(PASSWORD))

    assert REDACTED.encode() in redacted
    left = redacted.replace(REDACTED.encode(), b"")
    assert len(left) <= len(login) * 2 + 10


@pytest.mark.parametrize("length", range(4, len(RAW)))
def test_an_answer_that_breaks_off_inside_the_password_does_not_keep_the_piece(length: int) -> None:
    redacted = redact(b'{"password":"' + RAW[:length], Secret(PASSWORD))

    assert redacted == b'{"password":"' + REDACTED.encode()


def test_an_honest_answer_is_unchanged() -> None:
    """Redacting more than the secret would lose ids, and with them recipients."""
    body = b'{"status":"ok","messages":[{"status":"accepted","smscId":"12345","clientId":"1"}]}'

    assert redact(body, Secret(PASSWORD)) == body


SHORT = ["1234", "12345", "123456", "sms", "ok", "kod1234"]


@pytest.mark.parametrize("password", SHORT)
def test_a_short_password_changes_no_id_that_holds_it_by_chance(password: str) -> None:
    """`1234` was found in every fiftieth smscId, and `sms` in every `smscId`."""
    names = [f"{password}7", f"7{password}", f"c{password}c", f"4f{password}e"]
    body = json.dumps({"messages": [{"clientId": name, "smscId": name} for name in names]}).encode()

    assert redact(body, Secret(password)) == body


@pytest.mark.parametrize("password", SHORT)
@pytest.mark.parametrize(
    "around",
    [
        '{{"login":"me","password":"{}"}}', "login=me&password={}&x=1", "me:{}", "{}", "<b>{}</b>",
        "password%3D{}%26x", "password%3d{}",
        '\\"password\\":\\"{}\\"', "line\\n{}\\n", "\\u0022{}\\u0022",
        "ö{}ö", "_{}_",
    ],
)  # fmt: skip
def test_a_short_password_is_redacted_wherever_it_is_by_itself(around: str, password: str) -> None:
    """Also behind an escape that ends in a letter or a digit."""
    body = around.format(password).encode()

    assert redact(body, Secret(password)) == around.format(REDACTED).encode()


@pytest.mark.parametrize("password", ["123456", "kod1234"])
@pytest.mark.parametrize("login", ["a", "ab", "abc"])
def test_a_short_password_in_base64_is_redacted_too(login: str, password: str) -> None:
    coded = base64.b64encode(f"{login}:{password}".encode())

    assert REDACTED.encode() in redact(coded, Secret(password))


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=8),
    st.binary(max_size=20),
    st.binary(max_size=20),
)
def test_the_password_itself_is_in_no_redacted_body(password: str, before: bytes, after: bytes) -> None:
    redacted = redact(before + password.encode() + after, Secret(password))

    assert password.encode() not in redacted.replace(REDACTED.encode(), b"")
    assert redacted != before + password.encode() + after
