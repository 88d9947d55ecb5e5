"""The sandbox's HTTP: whole requests only, TLS, and the admin path."""

import socket
import ssl
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
import trustme

from tests.contract.test_sandbox import Start, call, post, recipients
from tests.unit.sandbox.test_faults import raw_request

# --- HTTP ----------------------------------------------------------------------------------------


def test_a_request_less_its_last_byte_was_not_received(start: Start) -> None:
    """The promise of `send`: before the last byte left, nothing was sent."""
    sandbox = start()
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) as connection:
        connection.sendall(raw_request(messages=recipients("100"))[:-1])
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""

    assert sandbox.service.counters()["incomplete"] == 1
    assert sandbox.accepted() == []


def test_a_connection_is_kept_until_the_client_says_otherwise(start: Start) -> None:
    sandbox = start()
    connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    for wish in ("keep-alive", "close"):
        connection.request("POST", "/messages/v2/balance.json", "{}", {"Connection": wish})
        response = connection.getresponse()
        response.read()
        assert response.headers["Connection"] == wish
    connection.close()

    assert sandbox.service.counters()["connections"] == 1


def test_closing_finishes_the_request_in_flight(start: Start) -> None:
    sandbox = start()
    request = raw_request(messages=recipients("100"))
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) as connection:
        connection.sendall(request[:60])
        while "connections" not in sandbox.service.counters():
            time.sleep(0.01)
        closing = threading.Thread(target=sandbox.close)
        closing.start()
        connection.sendall(request[60:])
        answer = connection.recv(10_000)
        closing.join()

    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b'"accepted"' in answer


@pytest.mark.parametrize(
    ("request_bytes", "code"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /messages/v2/send.json HTTP/1.1\r\n\r\n", b"405"),
        (b"POST /messages/v2/send.json HTTP/1.1\r\n\r\n", b"411"),
        (b"POST /messages/v2/send.json HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n", b"413"),
    ],
)
def test_what_is_not_http_as_we_need_it_is_refused(start: Start, request_bytes: bytes, code: bytes) -> None:
    with socket.create_connection(("127.0.0.1", start().port), timeout=10) as connection:
        connection.sendall(request_bytes)

        assert connection.recv(1000).startswith(b"HTTP/1.1 " + code)


def test_it_speaks_tls(start: Start, tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = tmp_path / "cert.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
    sandbox = start(certfile=certificate)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)

    with (
        socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) as plain,
        trust.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        connection.sendall(raw_request(messages=recipients("100")))
        answer = connection.recv(10_000)

    assert sandbox.url.startswith("https://127.0.0.1:")
    assert b'"accepted"' in answer


# --- the admin path ------------------------------------------------------------------------------


def test_the_admin_path_shows_counts_and_takes_money_and_faults(start: Start) -> None:
    sandbox = start(seed=7)
    call(sandbox, "send", messages=recipients("100"))
    call(sandbox, "send", messages=recipients("100"))

    topped = post(sandbox.port, "/sandbox/account", {"top_up": "5.00"})[2]
    rules = post(sandbox.port, "/sandbox/faults", [{"fault": "empty", "nth": 9}])[2]
    summary = post(sandbox.port, "/sandbox/ledger", "", method="GET")[2]
    cleared = post(sandbox.port, "/sandbox/faults", "", method="DELETE")[2]
    bad = post(sandbox.port, "/sandbox/faults", [{"fault": "gremlin"}])

    assert topped["balance"] == "100000.00"
    assert rules["rules"] == [{"fault": "empty", "nth": 9, "seen": 0, "fired": 0}]
    assert (summary["accepted"], summary["send_requests"]) == (2, 2)
    assert summary["repeated_client_ids"] == 1
    assert (summary["seed"], summary["counters"]["send"]) == (7, 2)
    assert cleared["rules"] == []
    assert (bad[0], bad[2]["description"]) == (400, "fault rule 1: no fault is called 'gremlin'")
