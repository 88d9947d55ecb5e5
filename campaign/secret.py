"""The password as a type that cannot be printed, how it is redacted, what child processes may see."""

import base64
import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, quote_plus

REDACTED = "•••"
_REVEALING = 4
"""Fewer characters of a password reveal nothing; redacting them would spoil honest answers."""
_SHORT = 8
"""Shorter ones stand in honest numbers and names by chance (1234 in 7712340001, sms in smscId)."""

_PERCENT = re.compile("%[0-9A-F]{2}")
_BEFORE = rb"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[bfnrt])|(?<=\\u[0-9A-Fa-f]{4}))"
"""No letter or digit; the last one of an escape is none."""


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A value that only `reveal()` gives away."""

    _value: str

    def reveal(self) -> str:
        """The value itself: for the request body, and nowhere else."""
        return self._value

    def __repr__(self) -> str:
        """Never the value."""
        return "Secret(•••)"

    __str__ = __repr__

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self._value)


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """Login and password of one account."""

    login: str
    password: Secret

    def __repr__(self) -> str:
        """The login only."""
        return f"Credentials({self.login!r}, •••)"


_CHILD_NAMES = frozenset({
    "PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "VIRTUAL_ENV",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA",
    "LOCALAPPDATA",
})  # fmt: skip
_CHILD_PREFIXES = ("LC_", "LD_", "DYLD_", "PYTHON", "OMP_", "OPENBLAS_", "MKL_", "COVERAGE_")
_SECRET_NAMES = ("CAMPAIGN_PASSWORD", "CAMPAIGN_LOGIN", "CAMPAIGN_SANDBOX_PASSWORD")


def child_environment() -> dict[str, str]:
    """All that a child process needs of our environment, and none of its secrets.

    Names are allowed one by one: a password may stand under any name, or in the URL of a proxy. The
    child finds this package where the parent did, but takes no module from the current folder.
    """
    secrets = {os.environ.get(name) for name in _SECRET_NAMES} - {None, ""}
    allowed = {
        name: value
        for name, value in os.environ.items()
        if (name in _CHILD_NAMES or name.startswith(_CHILD_PREFIXES)) and value not in secrets
    }
    search_path = os.pathsep.join(filter(None, sys.path))
    return {**allowed, "PYTHONPATH": search_path, "PYTHONSAFEPATH": "1"}


def redact(body: bytes, secret: Secret) -> bytes:
    """Replace the secret in every form in which an answer may echo it.

    Also a piece of it at the end, where the answer broke off. One of fewer than eight characters
    is replaced only where it stands by itself: elsewhere it would spoil ids, and a recipient
    without an id cannot be followed.
    """
    value = secret.reveal()
    if not value:
        return body
    written, coded = _forms(value)
    forms = sorted(written | coded, key=len, reverse=True)
    alone = {form for form in coded if len(form) < _REVEALING}
    alone |= written if len(value) < _SHORT else set()
    redacted = REDACTED.encode()
    for form in forms:
        body = _by_itself(form).sub(redacted, body) if form in alone else body.replace(form, redacted)
    for form in forms:
        for length in range(len(form) - 1, _REVEALING - 1, -1):
            if body.endswith(form[:length]):
                return body[:-length] + redacted
    return body


def _by_itself(form: bytes) -> re.Pattern[bytes]:
    before = _BEFORE if form[:1].isalnum() else b""
    behind = rb"(?![0-9A-Za-z])" if form[-1:].isalnum() else b""
    return re.compile(before + re.escape(form) + behind)


def _forms(value: str) -> tuple[set[bytes], set[bytes]]:
    """The value, or the request in which it stands as JSON: in every writing, and in base64."""
    plain = {value} | _json_forms(value)
    coded = {form for one in plain for form in _base64_forms(one.encode())}
    return {form.encode() for one in plain for form in _text_forms(one)}, coded


def _json_forms(value: str) -> set[str]:
    """Inside a JSON string: escaped or in UTF-8, also with the slashes that PHP escapes."""
    forms = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    return forms | {form.replace("/", "\\/") for form in forms}


def _text_forms(plain: str) -> Iterator[str]:
    """As it stands, and inside JSON, a URL or HTML."""
    yield plain
    yield from _json_forms(plain)
    for form in (quote(plain, safe=""), quote(plain), quote_plus(plain)):
        yield form
        yield _PERCENT.sub(lambda found: found[0].lower(), form)
    for form in (escape(plain, quote=False), escape(plain)):
        yield form
        yield form.replace("&#x27;", "&#039;")


def _base64_forms(raw: bytes) -> Iterator[bytes]:
    """By itself, and inside something longer (`login:password`): what does not depend on it."""
    for altchars in (b"+/", b"-_"):
        yield base64.b64encode(raw, altchars).rstrip(b"=")
        for shift, first in ((0, 0), (1, 2), (2, 3)):
            coded = base64.b64encode(bytes(shift) + raw, altchars)
            steady = coded[first : (shift + len(raw)) * 8 // 6]
            if len(steady) >= _REVEALING:
                yield steady
