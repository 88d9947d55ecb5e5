"""The password as a type that cannot be printed, and the mask for everything that is stored."""

import base64
import json
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

MASK = "•••"


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


def mask(body: bytes, secret: Secret) -> bytes:
    """Replace the secret in every form in which an answer may echo it."""
    value = secret.reveal()
    if not value:
        return body
    raw = value.encode("utf-8")
    forms = {
        raw,
        json.dumps(value)[1:-1].encode(),
        json.dumps(value, ensure_ascii=False)[1:-1].encode(),
        quote(value, safe="").encode(),
        quote_plus(value).encode(),
        base64.b64encode(raw).rstrip(b"="),
    }
    for form in sorted(forms, key=len, reverse=True):
        body = body.replace(form, MASK.encode())
    return body
