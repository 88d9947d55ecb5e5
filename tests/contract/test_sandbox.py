"""The embedded gateway keeps the vendors' documents, in both dialects, over real HTTP."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from campaign.domain import Sender
from campaign.sandbox.options import SANDBOX_LOGIN, SANDBOX_PASSWORD, SandboxOptions
from campaign.sandbox.server import SandboxServer

Json = dict[str, Any]
Start = Callable[..., SandboxServer]

DOCUMENTED_SEND = """{
  "scheduleTime": "2008-07-12T14:30:01Z",
  "messages": [
    {"phone": "71234567890", "sender": "MySender", "clientId": "1", "text": "Message text here"},
    {"phone": "71234567891", "clientId": "2", "text": "text"},
    {"phone": "71234567892", "sender": "MySender", "clientId": "3", "text": "Message text here"}
  ],
  "statusQueueName": "myQueue",
  "showBillingDetails": true,
  "login": "login",
  "password": "password"
}"""

DOCUMENTED_SENDERS = (
    Sender("MyBrand", "active", ""),
    Sender("3132018", "pending", ""),
    Sender("MegaFon", "blocked", "bad name"),
    Sender("TEST", "default", ""),
)


@dataclass
class Hands:
    """A clock that the test moves: seconds since the epoch."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def start(tmp_path: Path, hands: Hands) -> Iterator[Start]:
    with starter(tmp_path, hands) as begin:
        yield begin


@contextmanager
def starter(folder: Path, clock: Callable[[], float]) -> Iterator[Start]:
    """Start sandboxes on one state file and close them all at the end."""
    servers: list[SandboxServer] = []

    def begin(**options: Any) -> SandboxServer:  # noqa: ANN401 - handed on as they are
        merged: dict[str, Any] = {"state": folder / "sandbox.db", "delay_s": (10, 10)} | options
        servers.append(SandboxServer(SandboxOptions(**merged), clock=clock).start())
        return servers[-1]

    yield begin
    for server in servers:
        server.close()


def post(port: int, path: str, document: object, *, method: str = "POST") -> tuple[int, str, Any]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        body = document if isinstance(document, str | bytes) else json.dumps(document)
        connection.request(method, path, body)
        response = connection.getresponse()
        kind = response.headers["Content-Type"]
        raw = response.read()
        return response.status, kind, json.loads(raw) if "json" in kind else raw.decode()


def call(sandbox: SandboxServer, name: str, dialect: str = "prostor", **document: object) -> Json:
    document = {"login": SANDBOX_LOGIN, "password": SANDBOX_PASSWORD} | document
    status, _, reply = post(sandbox.port, f"/{dialect}/messages/v2/{name}.json", document)
    assert status == 200, reply
    assert isinstance(reply, dict)
    return reply


def recipients(*endings: str, **more: object) -> list[Json]:
    return [
        {"phone": f"+79160000{ending}", "clientId": f"C{number}", "text": "Привет"} | more
        for number, ending in enumerate(endings)
    ]


def statuses(reply: Json) -> list[str]:
    return [row["status"] for row in reply["messages"]]


# --- the documents' own examples ---------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["prostor", "iqsms", "smsbliss"])
def test_the_documented_send_request_gets_the_documented_answer(start: Start, dialect: str) -> None:
    """Message 2 has no sender and the account no default one: refused, with an smscId."""
    mine = (Sender("MySender", "active", ""),)
    sandbox = start(login="login", password="password", senders=mine)

    status, kind, reply = post(sandbox.port, f"/{dialect}/messages/v2/send.json", DOCUMENTED_SEND)

    assert (status, reply["status"]) == (200, "ok")
    assert kind.startswith("application/json")
    assert statuses(reply) == ["accepted", "sender address invalid", "accepted"]
    assert [row["clientId"] for row in reply["messages"]] == ["1", "2", "3"]
    assert len({row["smscId"] for row in reply["messages"]}) == 3
    assert reply["balance"] == [{"credit": 0.0, "balance": "99995.00", "type": "RUB"}]


def test_the_documented_account_requests_get_the_documented_answers(start: Start) -> None:
    sandbox = start(balance=Decimal("0.00"), senders=DOCUMENTED_SENDERS)

    assert call(sandbox, "balance") == {
        "status": "ok",
        "balance": [{"credit": 0.0, "balance": "0.00", "type": "RUB"}],
    }
    assert call(sandbox, "senders")["senders"] == [
        {"status": "active", "info": "", "name": "MyBrand"},
        {"status": "pending", "info": "", "name": "3132018"},
        {"status": "blocked", "info": "bad name", "name": "MegaFon"},
        {"status": "default", "info": "", "name": "TEST"},
    ]
    assert call(sandbox, "version") == {"status": "ok", "version": 2}


def test_the_documented_status_requests_get_the_documented_answers(start: Start, hands: Hands) -> None:
    sandbox = start()
    sent = call(sandbox, "send", messages=recipients("100", "992"), statusQueueName="myQueue")
    first, second = (row["smscId"] for row in sent["messages"])
    hands.now += 60

    asked = [{"smscId": first, "clientId": "C0"}, {"smscId": second}]
    polled = call(sandbox, "status", messages=asked)
    drained = call(sandbox, "statusQueue", statusQueueName="myQueue", statusQueueLimit="100")

    assert polled["messages"] == [
        {"status": "delivered", "smscId": first, "clientId": "C0"},
        {"status": "smsc reject", "smscId": second, "clientId": "C1"},
    ]
    assert {"status": "delivered", "smscId": first} in drained["messages"]
    assert {"status": "smsc reject", "smscId": second} in drained["messages"]
    assert len(drained["messages"]) == 6


# --- differences between the dialects ------------------------------------------------------------


def test_ids_are_hex_text_in_prostor_and_large_integers_in_iqsms(start: Start) -> None:
    sandbox = start()

    prostor = call(sandbox, "send", messages=recipients("100"))["messages"][0]["smscId"]
    iqsms = call(sandbox, "send", "iqsms", messages=recipients("100"))["messages"][0]["smscId"]

    assert isinstance(prostor, str)
    assert int(prostor, 16) > 2**31
    assert isinstance(iqsms, int)
    assert iqsms > 2**31
    assert [row.smsc_id for row in sandbox.accepted()] == [prostor, str(iqsms)]


def test_each_dialect_answers_for_an_unknown_id_in_its_own_way(start: Start) -> None:
    sandbox = start()
    asked = [{"smscId": "12345", "clientId": "1"}]

    assert statuses(call(sandbox, "status", messages=asked)) == ["incorrect id"]
    assert statuses(call(sandbox, "status", "iqsms", messages=asked)) == ["queued"]


def test_only_iqsms_insists_on_a_client_id_and_never_names_it_unasked(start: Start) -> None:
    sandbox = start()
    hexed = call(sandbox, "send", messages=recipients("100"))["messages"][0]["smscId"]
    number = call(sandbox, "send", "iqsms", messages=recipients("100"))["messages"][0]["smscId"]

    prostor = call(sandbox, "status", messages=[{"smscId": hexed}])
    iqsms = call(sandbox, "status", "iqsms", messages=[{"smscId": number}])

    assert prostor["messages"] == [{"status": "queued", "smscId": hexed, "clientId": "C0"}]
    assert statuses(iqsms) == ["absent required param clientId"]


def test_echoing_the_client_id_can_be_switched_off(start: Start) -> None:
    sandbox = start(echo_client_id=False)
    smsc_id = call(sandbox, "send", messages=recipients("100"))["messages"][0]["smscId"]

    reply = call(sandbox, "status", messages=[{"smscId": smsc_id}])

    assert reply["messages"] == [{"status": "queued", "smscId": smsc_id}]


def test_version_exists_only_in_the_prostor_family(start: Start) -> None:
    sandbox = start(dialect="iqsms")
    login = {"login": SANDBOX_LOGIN, "password": SANDBOX_PASSWORD}

    assert post(sandbox.port, "/smsbliss/messages/v2/version.json/", login)[0] == 200
    assert post(sandbox.port, "/iqsms/messages/v2/version.json", login)[0] == 404
    assert post(sandbox.port, "/messages/v2/version.json", login)[0] == 404
