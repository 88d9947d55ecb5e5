"""Faults of the JSON itself: the call was made, the answer tells it wrongly.

Which rows are changed: `at`, a list of positions or "all", or `count`, the first so many; the first
row when neither is given.
"""

import copy
import string
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from campaign.errors import InputError
from campaign.sandbox.plan import Params, Plan, Scene
from campaign.sandbox.till import Document

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
        strangers: list[Document] = []
        for number in range(count):
            row: Document = {"status": word, "smscId": f"F0E1D2C3{number:04X}"}
            if scene.call != "statusQueue":
                row["clientId"] = f"FOREIGN{number}"
            strangers.append(row)
        return rows + strangers

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
    stranger: Document = {
        "status": "ok",
        "balance": [],
        "messages": [{"status": "accepted", "smscId": "F0E1D2C3B4", "clientId": "FOREIGN0"}],
    }
    plan.edits.append(lambda _document, scene: copy.deepcopy(scene.previous or stranger))


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


LIES: dict[str, Callable[[Plan, Params], None]] = {
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
