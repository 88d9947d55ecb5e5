"""A small gateway with two accounts: each has its own queues and ids, as real ones do.

The sandbox is one account; what belongs to whom can only be seen with two.
"""

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

Answer = tuple[int, dict[str, Any]]
LOGINS = ("ann", "bob")
FULL = 200
_EMPTY: Answer = (200, {"status": "error", "description": "queue is empty"})


class TwoAccounts:
    """What it took, from whom, and what it was asked.

    If wished it `loses` its answers to requests of fewer than 200 recipients, whom it took all the
    same, is `silent` in their queues, and `refuses` whatever comes.
    """

    def __init__(self) -> None:
        self.url = ""
        self.status_text = "delivered"
        self.loses = self.silent = self.refuses = False
        self.send_came, self.may_answer = Event(), Event()
        self.may_answer.set()
        self.calls: Counter[tuple[str, str]] = Counter()
        self.taken: Counter[tuple[str, str]] = Counter()
        self._ids = map(str, itertools.count(7_000_000_001))
        self._queues: dict[tuple[str, str], list[str]] = {}
        self._owners: dict[str, str] = {}
        self._lock = Lock()

    def answer(self, call: str, request: dict[str, Any]) -> Answer:
        """One request, of the login that it names."""
        verbs: dict[str, Callable[[str, dict[str, Any]], Answer]] = {
            "balance.json": self._balance,
            "send.json": self._send,
            "statusQueue.json": self._queue,
            "status.json": self._status,
        }
        if call == "send.json":
            self.send_came.set()
            self.may_answer.wait(60)
        with self._lock:
            login = request["login"]
            self.calls[login, call] += 1
            if login not in LOGINS:
                return 401, {"status": "error", "description": "error authorization"}
            return verbs[call](login, request)

    def _balance(self, _login: str, _request: dict[str, Any]) -> Answer:
        return 200, {"status": "ok", "balance": [{"type": "RUB", "balance": "9.00", "credit": "0"}]}

    def _send(self, login: str, request: dict[str, Any]) -> Answer:
        if self.refuses:
            return 404, {}
        rows = []
        for message in request["messages"]:
            smsc_id = next(self._ids)
            self.taken[login, message["phone"]] += 1
            self._owners[smsc_id] = login
            self._queues.setdefault((login, request["statusQueueName"]), []).append(smsc_id)
            rows.append({
                "clientId": message["clientId"], "smscId": smsc_id, "status": "accepted",
                "smsCount": 1, "msgCost": "2.50",
            })  # fmt: skip
        if self.loses and len(rows) < FULL:
            return 502, {}
        return 200, {"status": "ok", "messages": rows}

    def _queue(self, login: str, request: dict[str, Any]) -> Answer:
        named = (login, request["statusQueueName"])
        if self.silent and len(self._queues.get(named, [])) < FULL:
            return _EMPTY
        rows = [{"smscId": one, "status": self.status_text} for one in self._queues.pop(named, [])]
        return (200, {"status": "ok", "messages": rows}) if rows else _EMPTY

    def _status(self, login: str, request: dict[str, Any]) -> Answer:
        rows = [
            {"smscId": one, "status": self.status_text if self._owners.get(one) == login else "incorrect id"}
            for one in (message["smscId"] for message in request["messages"])
        ]
        return 200, {"status": "ok", "messages": rows}


@contextmanager
def two_accounts() -> Iterator[TwoAccounts]:
    """The gateway on loopback while the block runs."""
    gateway = TwoAccounts()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, document = gateway.answer(self.path.rsplit("/", 1)[1], request)
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            with suppress(OSError):  # who asked may have been killed
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    gateway.url = f"http://127.0.0.1:{server.server_port}/messages/v2/"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        gateway.may_answer.set()
        server.shutdown()
        server.server_close()
        thread.join()
