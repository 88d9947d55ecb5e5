"""What must come out of a file, what came out, and the verdict between the two.

The verdict that counts is SILENT: a recipient gets a wrong text, or one that must get none, or is
left out, and the program does not report it. A refusal with a reason is never silent.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

TEXT = "{Имя|клиент}, ждём вас!"
HEADING = ("Телефон", "Имя", "Код клиента")
RECIPIENTS = (
    ("+79000000101", "Анна", "A001"),
    ("+79000000102", "Пётр", "A002"),
    ("+79000000103", "Ольга Ёлкина", "A003"),
    ("+79000000104", "Щукин Эдуард", "A004"),
)
"""Invented; the numbers are of a range where every subscriber number begins with zeros."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One SMS; an empty clientId is one that the program makes."""

    phone: str
    text: str
    client_id: str = ""
    or_codes: frozenset[str] = frozenset()
    """Reasons for which the row may be refused instead: the file leaves it open."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that must not be texted, with the codes of the reason, and the column concerned."""

    codes: frozenset[str]
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What must come out of one file."""

    rows: Mapping[int, Sent | Refused] = field(default_factory=dict)
    """Row number, as a spreadsheet program shows it, to what becomes of the row."""
    errors: frozenset[str] = frozenset()
    """Codes with which the file as a whole must be refused; empty: it must be read."""
    or_errors: frozenset[str] = frozenset()
    """Codes with which it may be refused although it could be read."""
    may_read: bool = False
    """Reading `rows` is as good as refusing with one of `errors`."""
    says: tuple[str, ...] = ()
    """Patterns, each of which must be found in what the user reads: what was left out."""
    advises: tuple[str, ...] = ()
    """The same for advice that only a program for SMS can give; no rival is held to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file and what must come out of it."""

    name: str
    """Unique; also the name of its folder."""
    why: str
    """Who makes such a file, or what it is meant to break."""
    file: str
    """Its name, with the ending that the user gave it."""
    content: Callable[[], bytes]
    """Makes its bytes, the same ones each time."""
    expect: Expect
    settings: Mapping[str, object]
    """Options of the command line by name."""
    hostile: bool = False
    """Run alone in a process of its own, with memory and time measured."""
    slow: bool = False
    """Too big for every run of the tests."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a program made of a file."""

    sent: list[tuple[int, Sent]] = field(default_factory=list)
    """(row number, what is sent)."""
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    """(row number, code, column)."""
    error: str = ""
    """Code of the refusal of the whole file, "" when it was read."""
    output: str = ""
    """All that a user reads about it."""
    crash: str = ""
    """What went wrong if the program did not end by its own will."""


class Kind(StrEnum):
    """How good an outcome is, from best to worst."""

    RIGHT = "right"
    EXPLAINED = "explained"
    SILENT = "silent error"
    CRASH = "crash"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How good an outcome is, and every difference from what was expected."""

    kind: Kind
    differences: tuple[str, ...] = ()


def judge(expect: Expect, outcome: Outcome) -> Verdict:
    """Compare row by row; `RIGHT` allows no difference but those that `expect` names."""
    if outcome.crash:
        return Verdict(Kind.CRASH, (outcome.crash,))
    if outcome.error:
        return _judge_error(expect, outcome)
    if expect.errors and not expect.may_read:
        return Verdict(Kind.SILENT, (f"read, and not refused as {_names(expect.errors)}",))
    silent, explained = _compare_rows(expect, outcome)
    for pattern in expect.says + expect.advises:
        if not re.search(pattern, outcome.output, re.IGNORECASE):
            silent.append(f"does not say {pattern!r}")
    if silent:
        return Verdict(Kind.SILENT, (*silent, *explained))
    return Verdict(Kind.EXPLAINED if explained else Kind.RIGHT, tuple(explained))


def _judge_error(expect: Expect, outcome: Outcome) -> Verdict:
    if outcome.error in expect.errors | expect.or_errors:
        missing = [p for p in expect.says if not re.search(p, outcome.output, re.IGNORECASE)]
        if expect.errors and missing:
            return Verdict(Kind.EXPLAINED, tuple(f"does not say {p!r}" for p in missing))
        return Verdict(Kind.RIGHT)
    wanted = _names(expect.errors) or "nothing"
    return Verdict(Kind.EXPLAINED, (f"refused as {outcome.error}, not as {wanted}: {outcome.output}",))


def _compare_rows(expect: Expect, outcome: Outcome) -> tuple[list[str], list[str]]:
    """Silent errors and explained differences."""
    silent: list[str] = []
    explained: list[str] = []
    refused = {row: (code, column) for row, code, column in outcome.refused}
    sent: dict[int, Sent] = {}
    for row, message in outcome.sent:
        if row in sent or row in refused:
            silent.append(f"row {row} has two outcomes")
        sent[row] = message
    for row, wanted in expect.rows.items():
        if isinstance(wanted, Sent):
            _compare_sent(row, wanted, sent.get(row), refused.get(row), silent, explained)
        elif row in sent:
            silent.append(f"row {row} is sent ({sent[row]}), not refused: {_names(wanted.codes)}")
        elif row not in refused:
            silent.append(f"row {row} is lost, not refused: {_names(wanted.codes)}")
        else:
            _compare_refused(row, wanted, refused[row], explained)
    silent += [f"row {row} is sent: {one}" for row, one in sent.items() if row not in expect.rows]
    explained += [
        f"row {row} is refused: {code}, and should not be a row at all"
        for row, (code, _) in refused.items()
        if row not in expect.rows
    ]
    return silent, explained


def _compare_sent(  # noqa: PLR0913, PLR0917  two lists to fill
    row: int,
    wanted: Sent,
    got: Sent | None,
    refused: tuple[str, str] | None,
    silent: list[str],
    explained: list[str],
) -> None:
    if got is None:
        if refused is None:
            silent.append(f"row {row} is lost: {wanted.phone}")
        elif refused[0] not in wanted.or_codes:
            explained.append(f"row {row} is refused as {refused}: {wanted.phone}")
    elif not _same(wanted, got):
        silent.append(f"row {row} is sent wrong: {got} and not {wanted}")


def _compare_refused(row: int, wanted: Refused, got: tuple[str, str], explained: list[str]) -> None:
    code, column = got
    if code not in wanted.codes:
        explained.append(f"row {row} is refused as {code}, not as {_names(wanted.codes)}")
    elif wanted.field is not None and column != wanted.field:
        explained.append(f"row {row}: the column is named {column!r}, not {wanted.field!r}")


def _same(wanted: Sent, got: Sent) -> bool:
    ids = not wanted.client_id or wanted.client_id == got.client_id
    return ids and (wanted.phone, wanted.text) == (got.phone, got.text)


def judge_rival(expect: Expect, outcome: Outcome, *, hostile: bool = False) -> Verdict:
    """Compare who gets what, and how many are refused; another program numbers rows its way.

    A hostile file may also be read, where it did no harm and its recipients get the right text.
    """
    if outcome.crash:
        return Verdict(Kind.CRASH, (outcome.crash,))
    if outcome.error:
        return Verdict(Kind.RIGHT if expect.errors else Kind.EXPLAINED, (outcome.error,))
    if expect.errors and not expect.may_read:
        phones = {one.phone for _, one in outcome.sent}
        if hostile and phones == {phone for phone, _, _ in RECIPIENTS}:
            return Verdict(Kind.RIGHT)
        return Verdict(Kind.SILENT, ("read, and should have been refused",))
    wanted = Counter(_key(s, s) for s in expect.rows.values() if isinstance(s, Sent))
    by_phone = {s.phone: s for s in expect.rows.values() if isinstance(s, Sent)}
    got = Counter(_key(s, by_phone.get(s.phone, s)) for _, s in outcome.sent)
    must_refuse = sum(isinstance(one, Refused) for one in expect.rows.values())
    missing = (wanted - got).total()
    silent = [f"sent: {one}" for one in (got - wanted)]
    if missing + must_refuse > len(outcome.refused):
        silent.append(f"{missing + must_refuse - len(outcome.refused)} rows lost silently")
    silent += [f"does not say {p!r}" for p in expect.says if not re.search(p, outcome.output)]
    if silent:
        return Verdict(Kind.SILENT, tuple(silent))
    return Verdict(Kind.EXPLAINED if missing else Kind.RIGHT)


def _key(one: Sent, wanted: Sent) -> tuple[str, str, str]:
    return one.phone, one.text, one.client_id if wanted.client_id else ""


def _names(codes: frozenset[str]) -> str:
    return " or ".join(sorted(codes))
