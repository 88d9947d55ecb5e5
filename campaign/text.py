"""Text for users that can be said in another language later.

`tr("There is no file {path}", path=path)` is an English string that also knows its template and
its parameters, so whoever shows it may look the template up in the catalogue (`i18n.translated`).
Raise it, store it as JSON, hand it through any number of layers; only joining it to another string
by hand (`+`, an f-string) loses the template: make it a parameter of another text instead.
"""

import errno
import json
import re
from collections.abc import Iterable, Mapping
from typing import Final, Self

_PLACEHOLDER: Final = re.compile(r"\{\{|\}\}|\{(\w+)(!r)?\}")
_MISSING: Final = "…"
_OS_TEXTS: Final = {
    errno.ENOENT: "there is no such file or folder",
    errno.EEXIST: "it exists already",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of the path is not a folder",
    errno.EACCES: "access is denied",
    errno.EPERM: "access is denied",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EIO: "the disk reports an error",
    errno.EMFILE: "too many files are open",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EADDRINUSE: "it is in use",
}


class Text(str):
    """English text with its template and parameters; equal to, and usable as, a plain `str`.

    Attributes:
        template: The message id: English, with `{name}` or `{name!r}` placeholders.
        plural: Its plural form, "" where there is none; `params["n"]` chooses.
        context: What tells two equal templates apart (gettext's msgctxt).
    """

    __slots__ = ("context", "params", "plural", "template")
    template: str
    params: Mapping[str, object]
    plural: str
    context: str

    def __new__(
        cls, template: str, params: Mapping[str, object], plural: str = "", context: str = ""
    ) -> Self:
        """Fill the English template."""
        chosen = plural if plural and params["n"] != 1 else template
        made = super().__new__(cls, fill(chosen, params))
        made.template, made.params = template, params
        made.plural, made.context = plural, context
        return made

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """For copy and pickle."""
        return Text, (self.template, self.params, self.plural, self.context)


def tr(template: str, /, **params: object) -> Text:
    """A text for users; `pybabel extract` finds its template by the name of this function."""
    return Text(template, {name: _parameter(value) for name, value in params.items()})


def ntr(one: str, many: str, n: int, /, **params: object) -> Text:
    """A text with a count, `{n}`."""
    return Text(one, {"n": n, **{name: _parameter(value) for name, value in params.items()}}, many)


def joined(*texts: str, separator: str = " ") -> Text:
    """Texts in a row, each still translated by itself; blank ones are left out."""
    params = {f"text{at}": text for at, text in enumerate(filter(None, texts))}
    return Text(separator.join(f"{{{name}}}" for name in params), params)


def os_reason(error: OSError) -> str:
    """Why the operating system refused, without the path, which the sentence around it names."""
    known = _OS_TEXTS.get(error.errno or 0)
    return tr(known) if known else error.strerror or str(error)


def some(names: Iterable[str], count: int | None = None, *, shown: int = 5) -> Text:
    """The first few names, and how many more there are.

    `count` is how many there are in all, where `names` may be fewer.
    """
    known = list(names)
    rest = (len(known) if count is None else count) - min(len(known), shown)
    if rest > 0:
        first = joined(*known[:shown], separator=", ")
        return tr("{names} and {count} more", names=first, count=rest)
    return joined(*known, separator=", ")


def fill(template: str, params: Mapping[str, object]) -> str:
    """Put parameters in, once, as text, whatever braces they hold; a missing one is "…"."""

    def value(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        found = params.get(match[1], _MISSING)
        return repr(str(found)) if match[2] else str(found)

    return _PLACEHOLDER.sub(value, template)


def to_json(text: str) -> str:
    """A text as it is stored: a JSON string, or an object where it knows its template."""
    return json.dumps(_as_json(text), ensure_ascii=False)


def from_json(stored: str) -> str:
    """The text that `to_json` stored."""
    value = _from_json(json.loads(stored))
    return value if isinstance(value, str) else str(value)


def _parameter(value: object) -> object:
    if isinstance(value, OSError):
        return os_reason(value)
    return value if isinstance(value, str | int) else str(value)


def _as_json(value: object) -> object:
    if not isinstance(value, Text):
        return value
    made: dict[str, object] = {"t": value.template}
    if value.params:
        made["p"] = {name: _as_json(one) for name, one in value.params.items()}
    if value.plural:
        made["n"] = value.plural
    if value.context:
        made["c"] = value.context
    return made


def _from_json(value: object) -> object:
    if not isinstance(value, dict):
        return value
    params = {name: _from_json(one) for name, one in value.get("p", {}).items()}
    return Text(value["t"], params, value.get("n", ""), value.get("c", ""))
