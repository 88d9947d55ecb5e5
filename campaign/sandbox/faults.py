"""The table of faults: a function each, registered with where it strikes and its description.

The function's name is the name in a script, and its keyword parameters are those of the rule, with
their types and defaults (`as_` is called `as`). `campaign docs sandbox` lists the table.
"""

import copy
import gzip
import inspect
import io
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, Literal, TypeVar, cast, get_args, get_type_hints

from campaign.errors import InputError
from campaign.sandbox.calls import error
from campaign.sandbox.exchange import Answer, Ending, Exchange, Scene
from campaign.sandbox.messages import Document
from campaign.text import tr

Rows = list[Document]
At = Sequence[int] | Literal["all"] | None
"""Rows of an answer: positions from 0, negative ones from the end; None: the default ones."""

Function = TypeVar("Function", bound=Callable[..., object])


class Where(Enum):
    """Where a fault strikes, and so what its function is given before its parameters."""

    CONNECTION = "the connection: (exchange)"
    CALL = "the call: (exchange)"
    ROWS = "the list of rows: (rows, scene), returns the rows, None for no list"
    ROW = "single rows: (row)"
    ANSWER = "the JSON answer: (document, scene), returns the document"
    HTTP = "the HTTP answer: (answer)"


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of the table."""

    name: str
    where: Where
    description: str
    function: Callable[..., Any]
    parameters: Mapping[str, tuple[object, object]]
    """Type and default of each, by the name that a rule uses."""
    default_rows: At = (0,)

    @property
    def needs_call(self) -> bool:
        """Whether it changes what a call does or answers, so that the call has to be made."""
        return self.where in {Where.CALL, Where.ROWS, Where.ROW}

    def read(self, values: Mapping[str, object]) -> dict[str, Any]:
        """Check the parameters of a rule: InputError for an unknown one or a wrong type."""
        if unknown := sorted(set(values) - set(self.parameters)):
            raise InputError(tr("{name} has no parameter {names}", name=self.name, names=", ".join(unknown)))
        return read(self.parameters, values)

    def apply(self, exchange: Exchange, values: Mapping[str, Any]) -> None:
        """Change an exchange by `values` from `read`."""
        own = {"as_" if name == "as" else name: value for name, value in values.items()}
        function = self.function
        match self.where:
            case Where.HTTP:
                exchange.rewrites.append(lambda answer: function(answer, **own))
            case Where.ANSWER:
                exchange.edits.append(lambda document, scene: function(document, scene, **own))
            case Where.ROWS:
                exchange.edits.append(
                    lambda document, scene: _edit_list(document, scene, partial(function, **own))
                )
            case Where.ROW:
                at, count = own.pop("at"), own.pop("count")
                chosen = partial(_chosen, at=at, count=count, default=self.default_rows)
                exchange.edits.append(
                    lambda document, _: _edit_rows(document, chosen, partial(function, **own))
                )
            case _:
                function(exchange, **own)


FAULTS: dict[str, Fault] = {}
"""Every fault by the name that a script uses."""


def read(parameters: Mapping[str, tuple[object, object]], values: Mapping[str, object]) -> dict[str, Any]:
    """Check values by type (InputError if wrong); missing ones get their default."""
    found = {}
    for name, (kind, default) in parameters.items():
        value = values.get(name, default)
        if name in values and (wanted := _wanted(kind, value)):
            raise InputError(
                tr("{name} must be {wanted}, not {value!r}", name=name, wanted=wanted, value=value)
            )
        found[name] = [value] if kind in _LISTS and isinstance(value, int) else value
    return found


_TYPES: Mapping[object, tuple[type | tuple[type, ...], str]] = {
    str: (str, "text"),
    bool: (bool, "true or false"),
    int: (int, "a whole number"),
    float: ((int, float), "a number"),
    Mapping[str, object]: (Mapping, "a table"),
    Sequence[str]: (list, "a list of names"),
}
_LISTS = (At, Sequence[int])


def _wanted(kind: object, value: object) -> str:
    """What the value ought to be, "" when it is."""
    if kind in _LISTS:
        listed = value if isinstance(value, list | tuple) else [value]
        right = all(isinstance(one, int) for one in listed) or (kind == At and value == "all")
        return "" if right else "a list of whole numbers"
    if kind in _TYPES:
        types, wanted = _TYPES[kind]
        right = isinstance(value, types) and (kind is bool or not isinstance(value, bool))
        negative = kind is float and isinstance(value, int | float) and value < 0
        return wanted if negative or not right else ""
    options = get_args(kind)
    return "" if not options or value in options else f"one of {', '.join(options)}"


def _fault(where: Where, description: str, *, default_rows: At = (0,)) -> Callable[[Function], Function]:
    """Put a function into the table."""

    def register(function: Function) -> Function:
        name = function.__name__.removeprefix("_")
        kinds = get_type_hints(function)
        parameters: dict[str, tuple[object, object]] = {
            name.removesuffix("_"): (kinds[name], parameter.default)
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.kind is parameter.KEYWORD_ONLY
        }
        if where is Where.ROW:
            parameters = {"at": (At, None), "count": (int, 0), **parameters}
        FAULTS[name] = Fault(name, where, description, function, parameters, default_rows)
        return function

    return register


def _rows(document: Document) -> Rows:
    return cast("Rows", document.get("messages") or [])


def _chosen(rows: Rows, at: At, count: int, default: At = (0,)) -> list[int]:
    """Positions of the rows that a rule means: `at`, else the first `count`, else the default."""
    size = len(rows)
    named = at if at is not None else range(count) if count else default
    if named is None or isinstance(named, str):
        return list(range(size))
    return sorted({one % size for one in named if -size <= one < size})


def _edit_list(document: Document, scene: Scene, change: Callable[[Rows, Scene], Rows | None]) -> Document:
    if not (rows := _rows(document)):
        return document
    changed = change(rows, scene)
    return _without(document, "messages") if changed is None else document | {"messages": changed}


def _edit_rows(
    document: Document, chosen: Callable[[Rows], list[int]], change: Callable[[Document], object]
) -> Document:
    rows = _rows(document)
    for position in chosen(rows):
        change(rows[position])
    return document


def _without(document: Document, *names: str) -> Document:
    return {name: value for name, value in document.items() if name not in names}


# --- the connection ----------------------------------------------------------------------------

BreakAt = Literal["headers", "body", "end", "reply"]


@_fault(
    Where.CONNECTION,
    "The connection is reset after the headers, `bytes` of the body, the call, or of the reply.",
)
def _reset(exchange: Exchange, *, at: BreakAt = "end", bytes: int = 0) -> None:  # noqa: A002
    _break_off(exchange, Ending.RESET, at, bytes)


@_fault(Where.CONNECTION, "The connection is closed, at the same points as with `reset`.")
def _close(exchange: Exchange, *, at: BreakAt = "end", bytes: int = 0) -> None:  # noqa: A002
    _break_off(exchange, Ending.CLOSE, at, bytes)


def _break_off(exchange: Exchange, ending: Ending, at: BreakAt, size: int) -> None:
    exchange.ending = ending
    if at in {"headers", "body"}:
        exchange.stop_after = size if at == "body" else 0
        exchange.execute = False
    elif at == "reply":
        exchange.cut = size
    else:
        exchange.silent = True


@_fault(Where.CONNECTION, "An answer comes before the body was read.")
def _early(exchange: Exchange, *, code: int = 413) -> None:
    exchange.early = code
    exchange.execute = False


@_fault(Where.CONNECTION, "The answer comes late.")
def _stall(exchange: Exchange, *, seconds: float = 30) -> None:
    exchange.stall_s += seconds


@_fault(Where.CONNECTION, "The answer comes in pieces of `bytes`, with a pause after each.")
def _slow(exchange: Exchange, *, bytes: int = 16, seconds: float = 0.05) -> None:  # noqa: A002
    exchange.piece_bytes = max(1, bytes)
    exchange.gap_s = seconds


@_fault(Where.CONNECTION, "The answer ends after `bytes` of its body.")
def _truncate(exchange: Exchange, *, bytes: int = 40) -> None:  # noqa: A002
    exchange.cut = bytes
    exchange.ending = Ending.CLOSE


# --- the call ----------------------------------------------------------------------------------


@_fault(Where.CALL, "Every message is accepted that often; the first answer is sent.")
def _accept_twice(exchange: Exchange, *, copies: int = 2) -> None:
    exchange.copies = max(1, copies)


@_fault(Where.CALL, "The connection ends without an answer; the messages are accepted after that.")
def _accept_late(exchange: Exchange, *, seconds: float = 1) -> None:
    exchange.late_s = seconds
    exchange.silent = True
    if exchange.ending is Ending.KEEP:
        exchange.ending = Ending.CLOSE


@_fault(Where.CALL, "The money ends after so many messages of the request.")
def _partial_money(exchange: Exchange, *, after: int = 1) -> None:
    exchange.call_fault.money_after = after


@_fault(Where.CALL, "A status queue does not forget what it answers, and so answers it again.")
def _repeat(exchange: Exchange) -> None:
    exchange.call_fault.peek = True


@_fault(Where.CALL, "Nothing gets a final status: the queue stays empty, status.json says `smsc submit`.")
def _never(exchange: Exchange, *, at: At = None, count: int = 0) -> None:
    exchange.call_fault.peek = True

    def edit(document: Document, scene: Scene) -> Document:
        if scene.call == "statusQueue":
            return {"status": "ok", "description": "queue is empty"}
        chosen = partial(_chosen, at=at, count=count, default="all")
        return _edit_rows(document, chosen, lambda row: row.update(status="smsc submit"))

    exchange.edits.append(edit)


# --- the list of rows --------------------------------------------------------------------------


@_fault(Where.ROWS, "Rows are left out; with `key` the whole list.")
def _missing(rows: Rows, _scene: Scene, *, at: At = None, count: int = 0, key: bool = False) -> Rows | None:
    out = _chosen(rows, at, count)
    return None if key else [row for position, row in enumerate(rows) if position not in out]


@_fault(Where.ROWS, "Rows of messages that were not in the request are added.")
def _foreign(rows: Rows, scene: Scene, *, count: int = 1, status_text: str = "accepted") -> Rows:
    for number in range(count):
        row: Document = {"status": status_text, "smscId": f"F0E1D2C3{number:04X}"}
        if scene.call != "statusQueue":
            row["clientId"] = f"FOREIGN{number}"
        rows = [*rows, row]
    return rows


@_fault(
    Where.ROWS, "Rows come twice; the copy has another smscId (`new_id`) and perhaps another `status_text`."
)
def _duplicate(  # one argument per parameter
    rows: Rows, _scene: Scene, *, at: At = None, count: int = 0, status_text: str = "", new_id: bool = True
) -> Rows:
    copies = []
    for position in _chosen(rows, at, count):
        row = copy.deepcopy(rows[position])
        if status_text:
            row["status"] = status_text
        if new_id and "smscId" in row:
            number = row["smscId"]
            row["smscId"] = number + 2**30 if isinstance(number, int) else f"{number}D"
        copies.append(row)
    return rows + copies


@_fault(Where.ROWS, "The rows come in reverse order.")
def _reorder(rows: Rows, _scene: Scene) -> Rows:
    return rows[::-1]


@_fault(Where.ROWS, "The rows come in random order.")
def _shuffle(rows: Rows, scene: Scene) -> Rows:
    return scene.rng.sample(rows, len(rows))


# --- single rows -------------------------------------------------------------------------------


@_fault(Where.ROW, "The clientId comes in another form, or not at all.")
def _client_id(row: Document, *, as_: Literal["int", "none", "lower", "upper", "absent"] = "absent") -> None:
    value = str(row.get("clientId"))
    _set(row, "clientId", {
        "int": _as_number(value), "none": "None", "lower": value.lower(), "upper": value.upper(),
    }.get(as_))  # fmt: skip


_HOSTILE_ID = "=cmd|' /C calc'!A1\x1b[2J"


@_fault(Where.ROWS, "The smscId comes in another form, not at all, the same in all rows, or as `value`.")
def _smsc_id(  # one argument per parameter
    rows: Rows,
    _scene: Scene,
    *,
    at: At = None,
    count: int = 0,
    as_: Literal["int", "absent", "repeated", "hostile"] = "absent",
    value: object = _HOSTILE_ID,
) -> Rows:
    first = rows[0].get("smscId")
    for position in range(1, len(rows)) if as_ == "repeated" else _chosen(rows, at, count):
        row = rows[position]
        number = _as_number(row.get("smscId"))
        _set(row, "smscId", {"int": number, "repeated": first, "hostile": value}.get(as_))
    return rows


@_fault(Where.ROW, "The status is one that no document knows; without `with_id` there is no smscId either.")
def _status_text(row: Document, *, status_text: str = "frobnicated", with_id: bool = True) -> None:
    row["status"] = status_text
    if not with_id:
        row.pop("smscId", None)


_FINAL = ("delivered", "delivery error", "smsc reject")


@_fault(Where.ROW, "Final statuses step back to `queued` (status calls).", default_rows="all")
def _regress(row: Document) -> None:
    if row.get("status") in _FINAL:
        row["status"] = "queued"


@_fault(Where.ROW, "A final status becomes another one (status calls).", default_rows="all")
def _conflict(row: Document) -> None:
    if row.get("status") in _FINAL:
        row["status"] = "delivery error" if row["status"] == "delivered" else "delivered"


def _set(row: Document, name: str, value: object) -> None:
    if value is None:
        row.pop(name, None)
    else:
        row[name] = value


def _as_number(value: object) -> int:
    """Read an id as a careless gateway would print it: digits, else hex digits, else 1."""
    text = str(value)
    if text.isdecimal():
        return int(text)
    return int(text, 16) if text and set(text) <= set(string.hexdigits) else 1


# --- the JSON answer ---------------------------------------------------------------------------


@_fault(Where.ANSWER, "The answer is an error and names no message.")
def _status_error(_document: Document, _scene: Scene, *, description: object = None) -> Document:
    return error(description)


@_fault(Where.ANSWER, "The answer to another request comes: the previous one of this call, or a made-up one.")
def _swapped(_document: Document, scene: Scene) -> Document:
    unmatched: Document = {
        "status": "ok",
        "balance": [],
        "messages": [{"status": "accepted", "smscId": "F0E1D2C3B4", "clientId": "FOREIGN0"}],
    }
    return copy.deepcopy(scene.previous or unmatched)


_NOTHING: Mapping[str, object] = {}


@_fault(Where.ANSWER, "Top-level keys are set, or removed.")
def _patch(
    document: Document,
    _scene: Scene,
    *,
    set: Mapping[str, object] = _NOTHING,  # noqa: A002
    remove: Sequence[str] = (),
) -> Document:
    return _without(document | dict(set), *remove)


# --- the HTTP answer ---------------------------------------------------------------------------

_HTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>\n"
_MEGABYTE = 1_000_000


@_fault(Where.HTTP, "The answer has another HTTP code, and a body of that kind.")
def _status(
    answer: Answer,
    *,
    code: int = 502,
    body: Literal["html", "plain", "json", "empty", "keep"] = "html",
    text: str = "",
    headers: Mapping[str, object] = _NOTHING,
) -> None:
    answer.status = code
    answer.headers |= {name: str(value) for name, value in headers.items()}
    text = text or f"{code} Error"
    if body == "html":
        _html200(answer, text=text)
    elif body == "plain":
        _plain(answer, text=text)
    elif body == "json":
        answer.body = b'{"status":"error","description":"%s"}' % text.encode()
    elif body == "empty":
        answer.body = b""


@_fault(Where.HTTP, "The body is a page of HTML.")
def _html200(answer: Answer, *, text: str = "Sign in to the network") -> None:
    answer.body, answer.content_type = _HTML.format(text).encode(), "text/html"


@_fault(Where.HTTP, "The body is empty.")
def _empty(answer: Answer) -> None:
    answer.body, answer.content_type = b"", ""


@_fault(Where.HTTP, "The body is plain text.")
def _plain(answer: Answer, *, text: str = "error authorization") -> None:
    answer.body, answer.content_type = text.encode(), "text/plain"


@_fault(Where.HTTP, "The answer is a redirect.")
def _redirect(answer: Answer, *, code: int = 307, to: str = "http://127.0.0.1:9/") -> None:
    answer.status, answer.body = code, b""
    answer.headers["Location"] = to


@_fault(Where.HTTP, "Interim answers (1xx) come first.")
def _interim(answer: Answer, *, codes: Sequence[int] = (100, 103)) -> None:
    answer.interim = b"".join(b"HTTP/1.1 %d Interim\r\n\r\n" % code for code in codes)


@_fault(Where.HTTP, "Content-Length is wrong by so many bytes.")
def _wrong_length(answer: Answer, *, delta: int = 10) -> None:
    answer.close = True
    answer.content_length = max(0, len(answer.body) + answer.padding + delta)


@_fault(Where.HTTP, "The chunked encoding breaks in the middle.")
def _bad_chunking(answer: Answer) -> None:
    half = len(answer.body) // 2
    answer.close = True
    answer.headers["Transfer-Encoding"] = "chunked"
    answer.body = b"%x\r\n%b\r\nzz\r\n%b" % (half, answer.body[:half], answer.body[half:])


@_fault(Where.HTTP, "After so many bytes the body is no UTF-8.")
def _invalid_utf8(answer: Answer, *, bytes: int = 12) -> None:  # noqa: A002
    answer.body = answer.body[:bytes] + b"\xff\xfe" + answer.body[bytes:]


@_fault(Where.HTTP, "The JSON object has keys twice.")
def _duplicate_keys(answer: Answer, *, pairs: str = '"status": "error", "messages": []') -> None:
    answer.body = b"{" + pairs.encode() + b", " + answer.body[1:]


@_fault(Where.HTTP, "The body is JSON arrays inside one another.")
def _deep_nesting(answer: Answer, *, depth: int = 100_000) -> None:
    answer.body, answer.content_type = b"[" * depth + b"]" * depth, "application/json"


@_fault(Where.HTTP, "So much white space comes before the body.")
def _huge(answer: Answer, *, megabytes: float = 16) -> None:
    answer.padding = int(megabytes * _MEGABYTE)


@_fault(Where.HTTP, "The body is garbage labelled as gzip; with `bomb_megabytes`, a real archive of zeros.")
def _gzip(answer: Answer, *, bomb_megabytes: int = 0) -> None:
    answer.headers["Content-Encoding"] = "gzip"
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as archive:
        for _ in range(bomb_megabytes):
            archive.write(bytes(_MEGABYTE))
    garbage = b"\x1f\x8b\x08\x00garbage" + answer.body
    answer.body = packed.getvalue() if bomb_megabytes else garbage
