"""What can go wrong with one send: the rows N and G of the fault model, before and after taking.

A fault strikes at a stage of the request; it says how many messages the gateway takes and what it
answers. Left out, and why: N3 (there is no proxy), N17 (no program can prevent that a middle box
sends a request twice: `tests/model` has it as a false assumption), N19 (nothing is sent).
"""

import json
import random
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from tests.seeds.line import End, http

Answer: TypeAlias = dict[str, object]
Row: TypeAlias = dict[str, object]


class Stage(StrEnum):
    """How far the request has come when the fault strikes."""

    CONNECT = "connect"
    HEAD = "head"
    BODY = "body"
    """All but the last byte."""
    LAST = "last"
    """The last byte is written, and the write does not return well."""
    WHOLE = "whole"


class Takes(StrEnum):
    """How many messages of the request the gateway takes."""

    NONE = "none"
    HALF = "half"
    ALL_BUT_ONE = "all but one"
    ALL = "all"
    LATE = "all, five minutes later"


class Died(StrEnum):
    """A process that dies in a call."""

    HERE = "here"


@dataclass(frozen=True, slots=True)
class Honest:
    """What an honest gateway would answer, and the chance to spoil it."""

    rows: tuple[Row, ...]
    """One for each message of the request."""
    chance: random.Random
    earlier: str = ""
    """A smscId that another message got before; "" when there is none."""

    @property
    def document(self) -> Answer:
        return {"status": "ok", "messages": list(self.rows)}

    def http(self, *rows: Row, **more: object) -> bytes:
        return http(200, _json({**self.document, "messages": list(rows), **more}))


Result: TypeAlias = bytes | OSError | Died
"""What comes back: bytes, an error of the call that the client makes, or the end of the process."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One misfortune."""

    row: str
    """Where reliability §2 names it."""
    name: str
    stage: Stage
    result: Callable[[Honest], Result]
    takes: Takes = Takes.NONE
    end: End = End.CLOSED

    @property
    def id(self) -> str:
        return f"{self.row} {self.name}"


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _code(*codes: int, body: bytes = b"", headers: tuple[str, ...] = ()) -> Callable[[Honest], Result]:
    return lambda honest: http(honest.chance.choice(codes), body, *headers)


def _bytes(body: bytes, *, length: int | None = None) -> Callable[[Honest], Result]:
    return lambda _: http(200, body, length=length)


def _error(error: type[OSError], text: str) -> Callable[[Honest], Result]:
    return lambda _: error(text)


def _nothing(_: Honest) -> Result:
    return b""


def _died(_: Honest) -> Result:
    return Died.HERE


def _all(honest: Honest) -> Result:
    return honest.http(*honest.rows)


def _each(change: Callable[[Honest, Row], Row]) -> Callable[[Honest], Result]:
    """One row, chosen by chance, is changed."""

    def answer(honest: Honest) -> Result:
        rows = list(honest.rows)
        at = honest.chance.randrange(len(rows))
        rows[at] = change(honest, rows[at])
        return honest.http(*rows)

    return answer


def _without(*names: str) -> Callable[[Honest, Row], Row]:
    return lambda _, row: {name: value for name, value in row.items() if name not in names}


def _with(**values: object) -> Callable[[Honest, Row], Row]:
    return lambda _, row: row | values


def _cut(honest: Honest) -> Result:
    """At any byte, also in the headers."""
    whole = honest.http(*honest.rows)
    return whole[: honest.chance.randrange(1, len(whole))]


def _interim(honest: Honest) -> Result:
    first = honest.chance.choice([b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Hints\r\n\r\n"])
    return first + honest.http(*honest.rows)


def _shuffled(honest: Honest) -> Result:
    return honest.http(*honest.chance.sample(honest.rows, len(honest.rows)))


def _some_missing(honest: Honest) -> Result:
    count = honest.chance.randrange(len(honest.rows))
    return honest.http(*honest.chance.sample(honest.rows, count))


def _foreign(honest: Honest) -> Result:
    return honest.http({**honest.rows[0], "clientId": "foreign1", "smscId": 77}, *honest.rows)


def _of_another(honest: Honest) -> Result:
    rows = [{**row, "clientId": f"foreign{n}", "smscId": 70 + n}
            for n, row in enumerate(honest.rows)]  # fmt: skip
    return honest.http(*rows)


def _twice(honest: Honest) -> Result:
    one = honest.chance.choice(honest.rows)
    return honest.http({**one, "smscId": 8_000_000_000 + honest.chance.randrange(10**9)},
                       *honest.rows)  # fmt: skip


def _taken_and_refused(honest: Honest) -> Result:
    one = honest.chance.choice(honest.rows)
    return honest.http(*honest.rows, {"clientId": one["clientId"], "status": "text is empty"})


def _id_of_another(honest: Honest, row: Row) -> Row:
    return row | {"smscId": honest.earlier} if honest.earlier else row


def _hostile_id(honest: Honest, row: Row) -> Row:
    return row | {"smscId": honest.chance.choice(["=cmd|'/c calc'!A1", "\x1b[2J", "9" * 80])}


def _other_case(_: Honest, row: Row) -> Row:
    return row | {"clientId": str(row["clientId"]).upper()}


def _duplicate_keys(honest: Honest) -> Result:
    body = _json(honest.document)
    return http(200, body.replace(b'"status": "accepted"', b'"status": "x", "status": "accepted"'))


def _doubled_list(honest: Honest) -> Result:
    body = _json(honest.document)
    return http(200, body[:-1] + b', "messages": []}')


def _bad_utf8(honest: Honest) -> Result:
    return http(200, _json(honest.document).replace(b"accepted", b"accep\xff\xfeed", 1))


def _too_long(honest: Honest) -> Result:
    body = _json(honest.document)
    return http(200, body, length=len(body) + 40)


def _bad_chunks(honest: Honest) -> Result:
    return (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            b"zz\r\n" + _json(honest.document))  # fmt: skip


_HTML = b"<html><body>It works!</body></html>"
_LOGIN = b'{"status":"error","description":"error authorization"}'
_ERROR = b'{"status":"error","description":"internal"}'
_ODD = (408, 409, 410, 422, 425, 499)
_BROKEN = (500, 502, 503, 504, 520)
_C, _H, _B, _L, _W = Stage.CONNECT, Stage.HEAD, Stage.BODY, Stage.LAST, Stage.WHOLE
_HALF, _ALL = Takes.HALF, Takes.ALL

REFUSES: Mapping[str, str] = {
    "G13 money for half": "not enough balance",
    "G14 sender unknown": "sender address invalid",
    "G15 one phone refused": "invalid mobile phone",
}
"""Id of a fault to the status text of the messages that the gateway does not take."""

FAULTS: tuple[Fault, ...] = (
    Fault("P2", "dies before the body", _H, _died),
    Fault("P2", "dies before the last byte", _B, _died),
    Fault("P4", "dies after the last byte, not taken", _W, _died),
    Fault("P4", "dies after the last byte, taken", _W, _died, _ALL),
    Fault("P4", "dies after the last byte, half taken", _W, _died, _HALF),
    Fault("N1", "refused", _C, _error(ConnectionRefusedError, "refused")),
    Fault("N1", "connecting timed out", _C, _error(TimeoutError, "timed out")),
    Fault("N2", "wrong certificate", _H, _error(ssl.SSLCertVerificationError, "wrong host")),
    Fault("N4", "reset after the headers", _H, _nothing, end=End.RESET),
    Fault("N4", "reset before the last byte", _B, _nothing, end=End.RESET),
    Fault("N4", "closed before the last byte", _B, _nothing),
    Fault("N4", "write error in the body", _B, _error(ConnectionResetError, "reset")),
    Fault("N5", "answered early", _H, _code(401, 413)),
    Fault("N5", "answered before the last byte", _B, _code(401, 413)),
    Fault("N6", "error at the last byte", _L, _error(ConnectionResetError, "reset")),
    Fault("N6", "error at the last byte, taken", _L, _error(BrokenPipeError, "pipe"), _ALL),
    Fault("N7", "reset", _W, _nothing, end=End.RESET),
    Fault("N7", "reset, taken", _W, _nothing, _ALL, End.RESET),
    Fault("N7", "closed, taken", _W, _nothing, _ALL),
    Fault("N7", "no answer", _W, _nothing, end=End.SILENT),
    Fault("N7", "no answer, taken", _W, _nothing, _ALL, End.SILENT),
    Fault("N7", "no answer, half taken", _W, _nothing, _HALF, End.SILENT),
    Fault("N8", "cut anywhere, closed", _W, _cut, _ALL),
    Fault("N8", "cut anywhere, reset", _W, _cut, _ALL, End.RESET),
    Fault("N8", "cut anywhere, silent", _W, _cut, _ALL, End.SILENT),
    Fault("N8", "shorter than promised", _W, _too_long, _ALL),
    Fault("N8", "bad chunks", _W, _bad_chunks, _ALL),
    Fault("N9", "HTML with 200", _W, _bytes(_HTML)),
    Fault("N9", "HTML with 200, taken", _W, _bytes(_HTML), _ALL),
    Fault("N9", "empty, taken", _W, _bytes(b""), _ALL),
    Fault("N10", "bytes that are no UTF-8", _W, _bad_utf8, _ALL),
    Fault("N10", "keys twice", _W, _duplicate_keys, _ALL),
    Fault("N10", "two lists", _W, _doubled_list, _ALL),
    Fault("N10", "nested too deep", _W, _bytes(b"[" * 5000 + b"]" * 5000), _ALL),
    Fault("N11", "redirected", _W,
          _code(301, 302, 303, 307, 308, headers=("Location: http://127.0.0.1:7/",))),
    Fault("N12", "not taken by its code", _W, _code(400, 403, 404, 405, 413, 415)),
    Fault("N12", "401", _W, _code(401, body=_LOGIN)),
    Fault("N13", "busy", _W, _code(429)),
    Fault("N13", "busy for 7 s", _W, _code(429, headers=("Retry-After: 7",))),
    Fault("N14", "odd code", _W, _code(*_ODD)),
    Fault("N14", "odd code, taken", _W, _code(*_ODD), _ALL),
    Fault("N15", "5xx", _W, _code(*_BROKEN, body=_HTML)),
    Fault("N15", "5xx, taken", _W, _code(*_BROKEN, body=_HTML), _ALL),
    Fault("N16", "interim answer first", _W, _interim, _ALL),
    Fault("N18", "no answer, taken 5 min later", _W, _nothing, Takes.LATE, End.SILENT),
    Fault("G2", "reordered", _W, _shuffled, _ALL),
    Fault("G3", "some are missing", _W, _some_missing, _ALL),
    Fault("G4", "a foreign one", _W, _foreign, _ALL),
    Fault("G5", "named twice", _W, _twice, _ALL),
    Fault("G6", "taken and refused", _W, _taken_and_refused, _ALL),
    Fault("G7", "clientId in capitals", _W, _each(_other_case), _ALL),
    Fault("G7", "clientId absent", _W, _each(_without("clientId")), _ALL),
    Fault("G8", "no smscId", _W, _each(_without("smscId")), _ALL),
    Fault("G9", "hostile smscId", _W, _each(_hostile_id), _ALL),
    Fault("G10", "smscId of another", _W, _each(_id_of_another), _ALL),
    Fault("G11", "unknown status text", _W, _each(_with(status="frobnicated")), _ALL),
    Fault("G12", "unknown status text, no id", _W,
          _each(lambda _, row: {"clientId": row["clientId"], "status": "frobnicated"}), _ALL),
    Fault("G13", "money for half", _W, _all, _HALF),
    Fault("G14", "sender unknown", _W, _all),
    Fault("G15", "one phone refused", _W, _all, Takes.ALL_BUT_ONE),
    Fault("G16", "error authorization with 200", _W, _bytes(_LOGIN)),
    Fault("G17", "status:error", _W, _bytes(_ERROR)),
    Fault("G17", "status:error, taken", _W, _bytes(_ERROR), _ALL),
    Fault("G18", "no status on top", _W,
          lambda one: http(200, _json({"messages": list(one.rows)})), _ALL),
    Fault("G19", "ok, and no messages", _W, _bytes(b'{"status":"ok"}'), _ALL),
    Fault("G20", "odd balance", _W,
          lambda one: one.http(*one.rows, balance=one.chance.choice(["x", [], {}, [{"a": 1}]])),
          _ALL),
    Fault("G21", "odd cost", _W, _each(_with(msgCost="1E+99", smsCount=77)), _ALL),
    Fault("G22", "the answer of another", _W, _of_another, _ALL),
)  # fmt: skip

BY_ID: Mapping[str, Fault] = {fault.id: fault for fault in FAULTS}
