"""Each fault is seen by a client on a bare socket, and the ledger tells what really happened."""

import json
import re
import socket
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest

from campaign.sandbox.options import SANDBOX_LOGIN, SANDBOX_PASSWORD
from campaign.sandbox.server import SandboxServer
from tests.contract.test_sandbox import Json, Start, recipients, statuses


@dataclass
class Seen:
    """What a client saw of one exchange; the name of the exception that ended it, if any."""

    raw: bytes = b""
    error: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def head(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the sandbox has sent
        return json.loads(self.body)

    @property
    def rows(self) -> list[Json]:
        rows = self.json["messages"]
        assert isinstance(rows, list)
        return rows

    @property
    def promised_length(self) -> int:
        return int(self.head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])


def raw_request(headers: str = "", **document: object) -> bytes:
    """A send request as bytes."""
    body = json.dumps({"login": SANDBOX_LOGIN, "password": SANDBOX_PASSWORD} | document).encode()
    head = f"POST /messages/v2/send.json HTTP/1.1\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


def talk(sandbox: SandboxServer, *, hold_back: int = 0) -> Seen:
    """Send to three recipients by hand and read until the connection ends."""
    request = raw_request("Connection: close\r\n", messages=recipients("100", "101", "102"))
    seen, began = Seen(), time.monotonic()
    with closing(socket.create_connection(("127.0.0.1", sandbox.port), timeout=10)) as connection:
        try:
            connection.sendall(request[: len(request) - hold_back])
            while piece := connection.recv(65_536):
                seen.raw += piece
        except OSError as error:
            seen.error = type(error).__name__
    seen.seconds = time.monotonic() - began
    return seen


def accepted(sandbox: SandboxServer) -> int:
    return len(sandbox.accepted())


def is_reset(seen: Seen) -> bool:
    return seen == Seen(error="ConnectionResetError")


def is_silence(seen: Seen) -> bool:
    return seen == Seen()


def has(status: int, head: bytes = b"", body: bytes = b"") -> "Look":
    """An answer with this status, and with this in its headers and its body."""
    return lambda seen: f" {status} ".encode() in seen.head and head in seen.head and body in seen.body


Look = Callable[[Seen], bool]

# fault with its parameters; how many of the three recipients are taken; what the client sees
CASES: list[tuple[Json, int, Look]] = [
    ({"fault": "reset"}, 3, is_reset),
    ({"fault": "reset", "when": "before"}, 0, is_reset),
    ({"fault": "reset", "at": "headers"}, 0, is_reset),
    ({"fault": "reset", "at": "body", "bytes": 50}, 0, is_reset),
    ({"fault": "reset", "at": "reply", "bytes": 20}, 3,
     lambda seen: seen.error == "ConnectionResetError" and len(seen.body) == 20),
    ({"fault": "close"}, 3, is_silence),
    ({"fault": "close", "when": "before"}, 0, is_silence),
    ({"fault": "close", "at": "headers"}, 0, is_silence),
    ({"fault": "close", "at": "reply"}, 3, lambda seen: seen.body == b"" < seen.head),
    ({"fault": "early", "code": 401}, 0, has(401)),
    ({"fault": "early"}, 0, lambda seen: b" 413 " in seen.head and seen.error == ""),
    ({"fault": "stall", "seconds": 0.2}, 3, lambda seen: seen.seconds >= 0.2 and bool(seen.rows)),
    ({"fault": "stall", "seconds": 0.2, "when": "before"}, 0,
     lambda seen: seen.json == {"status": "error", "description": "temporary failure"}),
    ({"fault": "slow", "bytes": 100, "seconds": 0.05}, 3,
     lambda seen: seen.seconds >= 0.1 and bool(seen.rows)),
    ({"fault": "status", "code": 503, "headers": {"Retry-After": 7}}, 3, has(503, b"Retry-After: 7")),
    ({"fault": "status", "code": 429, "body": "plain", "text": "slow down", "when": "before"}, 0,
     lambda seen: b" 429 " in seen.head and seen.body == b"slow down"),
    ({"fault": "status", "code": 520, "body": "json"}, 3,
     lambda seen: b" 520 " in seen.head and seen.json["status"] == "error"),
    ({"fault": "status", "code": 500, "body": "empty"}, 3, lambda seen: seen.body == b""),
    ({"fault": "status", "code": 500, "body": "keep"}, 3, lambda seen: len(seen.rows) == 3),
    ({"fault": "html200"}, 3, has(200, body=b"<html>")),
    ({"fault": "empty", "when": "before"}, 0, lambda seen: seen.body == b""),
    ({"fault": "plain", "text": "hello"}, 3, lambda seen: seen.body == b"hello"),
    ({"fault": "redirect", "code": 302, "to": "http://127.0.0.1:1/x"}, 3,
     has(302, b"Location: http://127.0.0.1:1/x")),
    ({"fault": "interim", "codes": [100, 103]}, 3,
     lambda seen: re.findall(rb"HTTP/1.1 (\d+)", seen.raw) == [b"100", b"103", b"200"]),
    ({"fault": "truncate", "bytes": 30}, 3,
     lambda seen: len(seen.body) == 30 < seen.promised_length),
    ({"fault": "wrong_length", "delta": 10}, 3,
     lambda seen: seen.promised_length == len(seen.body) + 10),
    ({"fault": "wrong_length", "delta": -10}, 3,
     lambda seen: seen.promised_length == len(seen.body) - 10),
    ({"fault": "bad_chunking"}, 3, has(200, b"chunked", b"\r\nzz\r\n")),
    ({"fault": "invalid_utf8"}, 3, lambda seen: b"\xff\xfe" in seen.body),
    ({"fault": "duplicate_keys"}, 3, lambda seen: seen.body.count(b'"messages":') == 2),
    ({"fault": "deep_nesting", "depth": 5000}, 3,
     lambda seen: seen.body == b"[" * 5000 + b"]" * 5000),
    ({"fault": "huge", "megabytes": 2}, 3,
     lambda seen: len(seen.body) == seen.promised_length > 2_000_000 and len(seen.rows) == 3),
    ({"fault": "gzip"}, 3,
     lambda seen: b"Content-Encoding: gzip" in seen.head and seen.body[:2] == b"\x1f\x8b"),
    ({"fault": "gzip", "bomb_megabytes": 5}, 3, lambda seen: len(seen.body) < 50_000),
    ({"fault": "accept_twice"}, 6, lambda seen: len(seen.rows) == 3),
    ({"fault": "accept_late", "seconds": 60}, 0, is_silence),
    ({"fault": "partial_money", "after": 1}, 1,
     lambda seen: statuses(seen.json) == ["accepted"] + ["not enough balance"] * 2),
    ({"fault": "repeat"}, 3, lambda seen: len(seen.rows) == 3),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "taken", "look"), CASES, ids=[json.dumps(rule) for rule, _, _ in CASES])
def test_a_fault_is_seen_and_the_ledger_knows_the_truth(
    start: Start, rule: Json, taken: int, look: Look
) -> None:
    sandbox = start(faults=[rule | {"nth": 1}])

    seen = talk(sandbox)
    healthy = talk(sandbox)

    assert look(seen), (seen.head, seen.body[:500], seen.error)
    assert statuses(healthy.json) == ["accepted"] * 3
    assert accepted(sandbox) == taken + 3


def test_an_early_answer_comes_before_the_last_byte_of_the_request(start: Start) -> None:
    sandbox = start(faults=[{"fault": "early", "code": 401}])

    seen = talk(sandbox, hold_back=1)

    assert b" 401 " in seen.head
    assert seen.seconds < 4


def test_a_late_acceptance_comes_after_the_client_has_gone(start: Start) -> None:
    sandbox = start(faults=[{"fault": "accept_late", "seconds": 0.1}])

    seen = talk(sandbox)
    at_once = accepted(sandbox)
    deadline = time.monotonic() + 5
    while accepted(sandbox) == 0 and time.monotonic() < deadline:
        time.sleep(0.02)

    assert is_silence(seen)
    assert (at_once, accepted(sandbox)) == (0, 3)
