"""Faults of the connection, of HTTP and of the call itself; faults of the JSON are in `lies.py`.

Each fault is a small function that changes the plan of one exchange. Its parameters are read by
name with their defaults, so the function is also the reference of what a script may say.
"""

import copy
import gzip
import io
import string
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from campaign.errors import InputError
from campaign.sandbox.exchange import (
    Answer,
    Ending,
    Params,
    Plan,
    Scene,
)
from campaign.sandbox.messages import Document

_HOSTILE_ID = "=cmd|' /C calc'!A1\x1b[2J"

_FINAL_WORDS = ("delivered", "delivery error", "smsc reject")

RowChange = Callable[[Document], None]

Positions = Callable[[int], set[int]]


def _rows(document: Document) -> list[Document]:
    """Return the answer's rows, [] when it has none."""
    return cast("list[Document]", document.get("messages") or [])


def _positions(params: Params, default: list[int]) -> Positions:
    count = params.integer("count", 0)
    place = params.value("at", list(range(count)) or default)
    if place == "all":
        return lambda size: set(range(size))
    places = params.integers("at", cast("list[int]", place))
    return lambda size: {one % size for one in places if -size <= one < size}


def _change_rows(plan: Plan, positions: Positions, change: RowChange) -> None:
    def edit(document: Document, _scene: Scene) -> Document:
        rows = _rows(document)
        for position in positions(len(rows)):
            change(rows[position])
        return document

    plan.edits.append(edit)


def _change_list(plan: Plan, change: Callable[[list[Document], Scene], list[Document]]) -> None:
    def edit(document: Document, scene: Scene) -> Document:
        if _rows(document):
            document["messages"] = change(_rows(document), scene)
        return document

    plan.edits.append(edit)


# --- which rows there are ----------------------------------------------------------------------


def _missing(plan: Plan, params: Params) -> None:
    """Leave rows out; `key` = true leaves out the whole list."""
    positions = _positions(params, [0])
    if params.flag("key", default=False):
        plan.edits.append(lambda document, _scene: _without(document, "messages"))
        return
    _change_list(
        plan,
        lambda rows, _scene: [
            row for place, row in enumerate(rows) if place not in positions(len(rows))
        ],
    )


def _foreign(plan: Plan, params: Params) -> None:
    count = params.integer("count", 1)
    word = params.text("word", "accepted")

    def add(rows: list[Document], scene: Scene) -> list[Document]:
        unmatched_ids: list[Document] = []
        for number in range(count):
            row: Document = {"status": word, "smscId": f"F0E1D2C3{number:04X}"}
            if scene.call != "statusQueue":
                row["clientId"] = f"FOREIGN{number}"
            unmatched_ids.append(row)
        return rows + unmatched_ids

    _change_list(plan, add)


def _duplicate(plan: Plan, params: Params) -> None:
    """Tell rows twice; the copy has another smscId (`new_id`) and perhaps another `word`."""
    positions = _positions(params, [0])
    word = params.text("word", "")
    new_id = params.flag("new_id", default=True)

    def double(rows: list[Document], _scene: Scene) -> list[Document]:
        copies = []
        for position in sorted(positions(len(rows))):
            row = copy.deepcopy(rows[position])
            if word:
                row["status"] = word
            if new_id and "smscId" in row:
                number = row["smscId"]
                row["smscId"] = number + 2**30 if isinstance(number, int) else f"{number}D"
            copies.append(row)
        return rows + copies

    _change_list(plan, double)


def _reorder(plan: Plan, _params: Params) -> None:
    _change_list(plan, lambda rows, _scene: rows[::-1])


def _shuffle(plan: Plan, _params: Params) -> None:
    _change_list(plan, lambda rows, scene: scene.rng.sample(rows, len(rows)))


# --- what a row says ---------------------------------------------------------------------------


def _client_id(plan: Plan, params: Params) -> None:
    """Parameter as: int | none | lower | upper | absent."""
    changes: Mapping[str, RowChange] = {
        "int": lambda row: _set(row, "clientId", _as_number(row.get("clientId"))),
        "none": lambda row: _set(row, "clientId", "None"),
        "lower": lambda row: _set(row, "clientId", str(row.get("clientId")).lower()),
        "upper": lambda row: _set(row, "clientId", str(row.get("clientId")).upper()),
        "absent": lambda row: _set(row, "clientId", None),
    }
    form = params.choice("as", tuple(changes), "absent")
    _change_rows(plan, _positions(params, [0]), changes[form])


def _smsc_id(plan: Plan, params: Params) -> None:
    """Parameter as: int | absent | repeated | hostile (`value` says what stands there)."""
    form = params.choice("as", ("int", "absent", "repeated", "hostile"), "absent")
    value = params.value("value", _HOSTILE_ID)
    positions = _positions(params, [0])
    if form == "repeated":
        _repeat_first_id(plan)
        return
    changes: Mapping[str, RowChange] = {
        "int": lambda row: _set(row, "smscId", _as_number(row.get("smscId"))),
        "absent": lambda row: _set(row, "smscId", None),
        "hostile": lambda row: _set(row, "smscId", value),
    }
    _change_rows(plan, positions, changes[form])


def _repeat_first_id(plan: Plan) -> None:
    def repeat(rows: list[Document], _scene: Scene) -> list[Document]:
        for row in rows[1:]:
            row["smscId"] = rows[0].get("smscId")
        return rows

    _change_list(plan, repeat)


def _word(plan: Plan, params: Params) -> None:
    word, with_id = params.text("word", "frobnicated"), params.flag("with_id", default=True)

    def change(row: Document) -> None:
        row["status"] = word
        if not with_id:
            row.pop("smscId", None)

    _change_rows(plan, _positions(params, [0]), change)


def _regress(plan: Plan, params: Params) -> None:
    """Final words step back to `queued`."""

    def change(row: Document) -> None:
        if row.get("status") in _FINAL_WORDS:
            row["status"] = "queued"

    _change_rows(plan, _all_unless_said(params), change)


def _conflict(plan: Plan, params: Params) -> None:
    """A final word becomes another final word."""

    def change(row: Document) -> None:
        if row.get("status") in _FINAL_WORDS:
            row["status"] = "delivery error" if row["status"] == "delivered" else "delivered"

    _change_rows(plan, _all_unless_said(params), change)


def _never(plan: Plan, params: Params) -> None:
    """Nothing ever ends: the queue stays empty, status.json says `smsc submit`."""
    plan.twist = replace(plan.twist, peek=True)

    def change(row: Document) -> None:
        row["status"] = "smsc submit"

    def edit(document: Document, scene: Scene) -> Document:
        if scene.call == "statusQueue":
            return {"status": "ok", "description": "queue is empty"}
        return document

    plan.edits.append(edit)
    _change_rows(plan, _all_unless_said(params), change)


# --- the answer as a whole ---------------------------------------------------------------------


def _status_error(plan: Plan, params: Params) -> None:
    description = params.value("description")

    def edit(_document: Document, _scene: Scene) -> Document:
        refused: Document = {"status": "error"}
        return refused if description is None else refused | {"description": description}

    plan.edits.append(edit)


def _swapped(plan: Plan, _params: Params) -> None:
    """The answer to another request: the previous one of this call, or a stranger's."""
    unmatched_id: Document = {
        "status": "ok",
        "balance": [],
        "messages": [{"status": "accepted", "smscId": "F0E1D2C3B4", "clientId": "FOREIGN0"}],
    }
    plan.edits.append(lambda _document, scene: copy.deepcopy(scene.previous or unmatched_id))


def _patch(plan: Plan, params: Params) -> None:
    """Top-level keys: those of `set` are set, those listed in `remove` are dropped."""
    wanted = dict(params.mapping("set"))
    dropped = params.value("remove", [])
    if not isinstance(dropped, list):
        raise InputError(f"remove must be a list of names, not {dropped!r}")
    plan.edits.append(lambda document, _scene: _without(document | wanted, *dropped))


def _all_unless_said(params: Params) -> Positions:
    given = params.value("at") is not None or params.value("count") is not None
    return _positions(params, [0]) if given else lambda size: set(range(size))


def _without(document: Document, *names: str) -> Document:
    return {name: value for name, value in document.items() if name not in names}


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


BODY_FAULTS: dict[str, Callable[[Plan, Params], None]] = {
    "missing": _missing,
    "foreign": _foreign,
    "duplicate": _duplicate,
    "reorder": _reorder,
    "shuffle": _shuffle,
    "client_id": _client_id,
    "smsc_id": _smsc_id,
    "word": _word,
    "regress": _regress,
    "conflict": _conflict,
    "never": _never,
    "status_error": _status_error,
    "swapped": _swapped,
    "patch": _patch,
}

Fault = Callable[[Plan, Params], None]

_HTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>\n"

_MEGABYTE = 1_000_000


# --- the connection ----------------------------------------------------------------------------


def _reset(plan: Plan, params: Params) -> None:
    _break_off(plan, params, Ending.RESET)


def _close(plan: Plan, params: Params) -> None:
    _break_off(plan, params, Ending.CLOSE)


def _break_off(plan: Plan, params: Params, ending: Ending) -> None:
    """Parameter at: headers | body (after `bytes`) | end | reply (after `bytes` of its body)."""
    place = params.choice("at", ("headers", "body", "end", "reply"), "end")
    size = params.integer("bytes", 0)
    plan.ending = ending
    if place in ("headers", "body"):
        plan.stop_after = size if place == "body" else 0
        plan.execute = False
    elif place == "reply":
        plan.cut = size
    else:
        plan.silent = True


def _early(plan: Plan, params: Params) -> None:
    plan.early = params.integer("code", 413)
    plan.execute = False


def _stall(plan: Plan, params: Params) -> None:
    plan.stall_s += params.number("seconds", 30)


def _slow(plan: Plan, params: Params) -> None:
    plan.piece_bytes = max(1, params.integer("bytes", 16))
    plan.gap_s = params.number("seconds", 0.05)


# --- the call ----------------------------------------------------------------------------------


def _accept_twice(plan: Plan, params: Params) -> None:
    plan.copies = max(1, params.integer("copies", 2))


def _accept_late(plan: Plan, params: Params) -> None:
    plan.late_s = params.number("seconds", 1)
    plan.silent = True
    if plan.ending is Ending.KEEP:
        plan.ending = Ending.CLOSE


def _partial_money(plan: Plan, params: Params) -> None:
    plan.twist = replace(plan.twist, money_after=params.integer("after", 1))


def _repeat(plan: Plan, _params: Params) -> None:
    plan.twist = replace(plan.twist, peek=True)


# --- the HTTP answer ---------------------------------------------------------------------------


def _status(plan: Plan, params: Params) -> None:
    code = params.integer("code", 502)
    body = params.choice("body", ("html", "plain", "json", "empty", "keep"), "html")
    text = params.text("text", f"{code} Error")
    headers = {name: str(value) for name, value in params.mapping("headers").items()}

    def rewrite(answer: Answer) -> None:
        answer.status = code
        answer.headers |= headers
        if body == "html":
            answer.body, answer.content_type = _HTML.format(text).encode(), "text/html"
        elif body == "plain":
            answer.body, answer.content_type = text.encode(), "text/plain"
        elif body == "json":
            answer.body = b'{"status":"error","description":"%s"}' % text.encode()
        elif body == "empty":
            answer.body = b""

    plan.rewrites.append(rewrite)


def _html200(plan: Plan, params: Params) -> None:
    title = params.text("text", "Sign in to the network")
    _whole_body(plan, _HTML.format(title).encode(), "text/html")


def _empty(plan: Plan, _params: Params) -> None:
    _whole_body(plan, b"", "")


def _plain(plan: Plan, params: Params) -> None:
    _whole_body(plan, params.text("text", "error authorization").encode(), "text/plain")


def _whole_body(plan: Plan, body: bytes, content_type: str) -> None:
    def rewrite(answer: Answer) -> None:
        answer.body, answer.content_type = body, content_type

    plan.rewrites.append(rewrite)


def _redirect(plan: Plan, params: Params) -> None:
    code, target = params.integer("code", 307), params.text("to", "http://127.0.0.1:9/")

    def rewrite(answer: Answer) -> None:
        answer.status, answer.body = code, b""
        answer.headers["Location"] = target

    plan.rewrites.append(rewrite)


def _interim(plan: Plan, params: Params) -> None:
    codes = params.integers("codes", (100, 103))

    def rewrite(answer: Answer) -> None:
        answer.interim = b"".join(b"HTTP/1.1 %d Interim\r\n\r\n" % code for code in codes)

    plan.rewrites.append(rewrite)


def _truncate(plan: Plan, params: Params) -> None:
    plan.cut = params.integer("bytes", 40)
    plan.ending = Ending.CLOSE


def _wrong_length(plan: Plan, params: Params) -> None:
    delta = params.integer("delta", 10)
    plan.ending = Ending.CLOSE

    def rewrite(answer: Answer) -> None:
        answer.told_length = max(0, len(answer.body) + answer.padding + delta)

    plan.rewrites.append(rewrite)


def _bad_chunking(plan: Plan, _params: Params) -> None:
    plan.ending = Ending.CLOSE

    def rewrite(answer: Answer) -> None:
        half = len(answer.body) // 2
        answer.headers["Transfer-Encoding"] = "chunked"
        answer.body = b"%x\r\n%b\r\nzz\r\n%b" % (half, answer.body[:half], answer.body[half:])

    plan.rewrites.append(rewrite)


def _invalid_utf8(plan: Plan, params: Params) -> None:
    place = params.integer("bytes", 12)

    def rewrite(answer: Answer) -> None:
        answer.body = answer.body[:place] + b"\xff\xfe" + answer.body[place:]

    plan.rewrites.append(rewrite)


def _duplicate_keys(plan: Plan, params: Params) -> None:
    pairs = params.text("pairs", '"status": "error", "messages": []')

    def rewrite(answer: Answer) -> None:
        answer.body = b"{" + pairs.encode() + b", " + answer.body[1:]

    plan.rewrites.append(rewrite)


def _deep_nesting(plan: Plan, params: Params) -> None:
    depth = params.integer("depth", 100_000)
    _whole_body(plan, b"[" * depth + b"]" * depth, "application/json")


def _huge(plan: Plan, params: Params) -> None:
    size = int(params.number("megabytes", 16) * _MEGABYTE)

    def rewrite(answer: Answer) -> None:
        answer.padding = size

    plan.rewrites.append(rewrite)


def _gzip(plan: Plan, params: Params) -> None:
    """Garbage under a gzip label; with `bomb_megabytes`, a real archive of that many zeros."""
    megabytes = params.integer("bomb_megabytes", 0)

    def rewrite(answer: Answer) -> None:
        answer.headers["Content-Encoding"] = "gzip"
        answer.body = _bomb(megabytes) if megabytes else b"\x1f\x8b\x08\x00garbage" + answer.body

    plan.rewrites.append(rewrite)


def _bomb(megabytes: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as archive:
        for _ in range(megabytes):
            archive.write(bytes(_MEGABYTE))
    return packed.getvalue()


_OUTSIDE: dict[str, Fault] = {
    "reset": _reset,
    "close": _close,
    "early": _early,
    "stall": _stall,
    "slow": _slow,
    "status": _status,
    "html200": _html200,
    "empty": _empty,
    "plain": _plain,
    "redirect": _redirect,
    "interim": _interim,
    "truncate": _truncate,
    "wrong_length": _wrong_length,
    "bad_chunking": _bad_chunking,
    "invalid_utf8": _invalid_utf8,
    "duplicate_keys": _duplicate_keys,
    "deep_nesting": _deep_nesting,
    "huge": _huge,
    "gzip": _gzip,
}

_INSIDE: dict[str, Fault] = {
    "accept_twice": _accept_twice,
    "accept_late": _accept_late,
    "partial_money": _partial_money,
    "repeat": _repeat,
}

FAULTS: dict[str, Fault] = {**_OUTSIDE, **_INSIDE, **BODY_FAULTS}
"""Every fault by the name that a script uses."""

BEFORE_OR_AFTER = frozenset(_OUTSIDE) | {"status_error", "swapped"}
"""Faults that also make sense when the call is never made; the others need its answer."""
