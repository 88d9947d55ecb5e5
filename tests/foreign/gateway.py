"""A gateway that is not ours: the oracle of the acceptance tests.

It was written from the vendors' documents alone and shares no line with `campaign`: two programs
that misread them in the same way would agree and prove nothing. What it took is in
`ForeignGateway.ledger`, which only grows. It speaks raw sockets, because the interesting answers
are those that an HTTP library refuses to give.
"""

import contextlib
import json
import random
import re
import select
import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from http import HTTPStatus
from typing import Self, TypeAlias

LOGIN = "acceptance"
PASSWORD = 'кан"ар/ейка+7&Zq\\9=x'  # noqa: S105 - of the foreign gateway alone
"""Awkward in JSON, in a URL and in a pattern: what careless redaction lets through."""

Json: TypeAlias = dict[str, object]

MESSAGES_AT_MOST = 200
QUEUE_ROWS_AT_MOST = 1000
PRICE = Decimal("2.35")
"""Roubles for one part of a message."""

_BASE_PATH = "/messages/v2/"
_PHONE = re.compile(r"\+?[1-9][0-9]{10,14}")
_PHONE_IN_BODY = re.compile(rb'"phone": ?"(\+?[0-9]+)"')
_CLIENT_ID = re.compile(r"[0-9A-Za-z]{1,72}")
_QUEUE_NAME = re.compile(r"[0-9A-Za-z]{3,16}")
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")


class Dialect(StrEnum):
    """The two documents."""

    PROSTOR = "prostor"
    IQSMS = "iqsms"


class Stage(IntEnum):
    """How much of a send request the gateway has seen when a fault strikes."""

    HEADERS = 0
    HALF = 1
    BODY = 2
    """All of it, and nothing is accepted."""
    ACCEPTED = 3
    """All of it, and every message is in the ledger."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One message that the gateway took: a line of the ledger, never changed."""

    request_no: int
    queue: str
    client_id: str
    smsc_id: str
    phone: str
    text: str
    sender: str
    schedule_time: str
    part_count: int


@dataclass(slots=True)
class SendSeen:
    """One send request as the gateway saw it, whatever became of it."""

    number: int
    queue: str = ""
    phones: tuple[str, ...] = ()
    """In the body so far; an incomplete body shows the phones that arrived."""
    complete: bool = False
    answered: int | None = None
    """The HTTP code of the answer; None when none was given."""
    ended_at_s: float | None = None
    """Monotonic; None while the gateway still holds it."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a fault may look at and act upon: one send request, as far as it came."""

    number: int
    wire: "Wire"
    gateway: "ForeignGateway"
    body: bytes
    reply: Json
    """The honest reply; empty before acceptance."""


@dataclass(frozen=True, slots=True)
class Fault:
    """At `stage` the gateway does `act` instead of going on.

    `act` returns the bytes to answer with, or None when it has dealt with the connection itself.
    """

    stage: Stage
    act: Callable[[Exchange], bytes | None]


FaultPlan: TypeAlias = Callable[[int], Fault | None]
"""The number of a send request, from 1, to what goes wrong with it."""

ReadFaultPlan: TypeAlias = Callable[[str, int], Fault | None]
"""The same for the other calls: the call, and its own number from 1."""


def no_fault(_number: int) -> Fault | None:
    return None


def no_read_fault(_call: str, _number: int) -> Fault | None:
    return None


def final_word(phone: str) -> str:
    """The last status of a message, decided by the phone alone: tests compute it from the file."""
    return {"3": "delivery error", "7": "smsc reject"}.get(phone[-1], "delivered")


def part_count(text: str) -> int:
    """Parts that a text is charged for: 160/153 septets or 70/67 UTF-16 units."""
    if all(sign in _GSM or sign in _GSM_TWICE for sign in text):
        units, one, more = len(text) + sum(sign in _GSM_TWICE for sign in text), 160, 153
    else:
        units, one, more = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if units <= one else -(-units // more)


def http_answer(
    code: int,
    body: bytes,
    *,
    content_type: str = "application/json",
    headers: Sequence[tuple[str, str]] = (),
    keep_alive: bool = False,
) -> bytes:
    try:
        phrase = HTTPStatus(code).phrase
    except ValueError:
        phrase = "Odd"
    lines = [
        f"HTTP/1.1 {code} {phrase}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
        f"Connection: {'keep-alive' if keep_alive else 'close'}",
        *(f"{name}: {value}" for name, value in headers),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass(frozen=True, slots=True)
class _Head:
    method: str
    target: str
    length: int
    keep_alive: bool

    @property
    def call(self) -> str:
        path = self.target.partition("?")[0].rstrip("/")
        if not path.startswith(_BASE_PATH) or not path.endswith(".json"):
            return ""
        return path.removeprefix(_BASE_PATH).removesuffix(".json")


class Wire:
    """One connection: bytes in, bytes out, and two ways to end it."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._buffer = bytearray()

    def read_head(self) -> _Head | None:
        """The request line and headers; None when the peer went away between two requests."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._fill():
                return None
        raw, _, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        self._buffer = bytearray(rest)
        first, *lines = raw.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
        }
        return _Head(
            method=method,
            target=target,
            length=int(headers.get("content-length", "-1")),
            keep_alive=headers.get("connection", "").lower() != "close",
        )

    def read(self, count: int) -> bytes:
        """At most `count` bytes of the body; fewer only when the peer stopped."""
        while len(self._buffer) < count and self._fill():
            pass
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def send(self, data: bytes) -> None:
        self._sock.sendall(data)

    def linger(self) -> None:
        """Say nothing until the peer gives up or the gateway stops."""
        with contextlib.suppress(OSError):
            while self._sock.recv(65536):
                pass

    def reset(self) -> None:
        """End with RST, as a crashed box or an impatient balancer does."""
        with contextlib.suppress(OSError):
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()

    def finish(self) -> None:
        """Say that no more will come, and read what the peer still sends.

        To close with unread bytes would be a reset, and could eat the answer just sent.
        """
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)
        self.linger()

    def close(self) -> None:
        self._sock.close()

    def wake(self) -> None:
        """Make every reader of this connection return."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def _fill(self) -> bool:
        """False when nothing more will come."""
        try:
            piece = self._sock.recv(65536)
        except ConnectionError:
            return False
        self._buffer += piece
        return bool(piece)


@dataclass(slots=True)
class _Message:
    """A message on its way to a handset."""

    entry: Accepted
    due_s: float
    shown: int = 0
    """Queue entries that were read already."""


@dataclass(slots=True)
class Counts:
    """What a decent client keeps small, or at zero."""

    requests: dict[str, int] = field(default_factory=dict)
    """By call: send, status, statusQueue, balance, senders, version."""
    largest_send: int = 0
    largest_status: int = 0
    incomplete_bodies: int = 0
    wrong_logins: int = 0
    strange_requests: list[str] = field(default_factory=list)
    """No POST, no Content-Length, an unknown path, no JSON object: no decent client does that."""
    request_lines: list[str] = field(default_factory=list)


class ForeignGateway:
    """A gateway on loopback; a context manager.

    Attributes that a test may set at any time: `faults`, `read_faults`, `queue_muted`, `latency_s`
    and `balance`; while the event `gate` is clear, every send waits before it is accepted.
    """

    def __init__(  # noqa: PLR0913 - a test names what it needs, all by keyword
        self,
        dialect: Dialect = Dialect.PROSTOR,
        *,
        login: str = LOGIN,
        password: str = PASSWORD,
        faults: FaultPlan = no_fault,
        status_delay_s: float = 0.0,
        latency_s: float = 0.0,
        balance: Decimal = Decimal(1_000_000),
        status_echo: bool = False,
        refused: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        narrow: bool = False,
        seed: int = 1,
    ) -> None:
        """Prepare; nothing listens before `__enter__`.

        Args:
            status_delay_s: From acceptance (or schedule) to the final status.
            latency_s: Thinking time of each send before acceptance.
            balance: Money in roubles (prostor) or messages (iqsms).
            status_echo: status.json names the clientId even when it was not given.
            refused: Phone to the status with which that message is refused.
            narrow: Small windows, so that a client cannot have handed more than some 80 kB to its
                kernel before the gateway reads. Only then is a reset in the middle of a larger
                body surely a reset before its last byte, however busy the machine is.
            seed: Of the order of the replies.
        """
        self.dialect = dialect
        self.faults = faults
        self.read_faults: ReadFaultPlan = no_read_fault
        self.latency_s = latency_s
        self.queue_muted = False
        self.gate = threading.Event()
        self.gate.set()
        self.balance = balance
        self.spent = Decimal(0)
        self.parts = 0
        self.ledger: list[Accepted] = []
        self.sends: list[SendSeen] = []
        self.counts = Counts()
        self._login = login
        self._password = password
        self._status_delay_s = status_delay_s
        self._status_echo = status_echo
        self._refused = dict(refused or {})
        self._tls = tls
        self._narrow = narrow
        self._random = random.Random(seed)  # noqa: S311 - order of replies, no secret
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._messages: dict[str, _Message] = {}
        self._queues: dict[str, deque[_Message]] = {}
        self._wires: set[Wire] = set()
        self._threads: list[threading.Thread] = []
        self._stopping = False
        self._closed_for_s = 0.0
        self._closed = threading.Event()
        self._opened = threading.Event()
        self._alarm_in, self._alarm_out = socket.socketpair()
        self._listener = self._listen(0)
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://127.0.0.1:{self.port}{_BASE_PATH}"

    def __enter__(self) -> Self:
        """Begin to answer."""
        door = threading.Thread(target=self._accept_connections, name="foreign-door", daemon=True)
        self._threads.append(door)
        door.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection and wait for every thread."""
        self._stopping = True
        self.gate.set()
        self._alarm_in.send(b"!")
        door, *servers = self._threads
        door.join(timeout=10)
        with self._lock:
            wires = list(self._wires)
        for wire in wires:
            wire.wake()
        for thread in [*servers, *self._threads]:
            thread.join(timeout=10)
        self._alarm_in.close()
        self._alarm_out.close()

    # --- what tests ask ----------------------------------------------------------------------

    def accepted_phones(self) -> list[str]:
        """Phones of the ledger, with their repetitions."""
        with self._lock:
            return [entry.phone for entry in self.ledger]

    def await_send(self, number: int, timeout_s: float) -> bool:
        """Wait until the headers of the send request with this number have arrived."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.sends) >= number, timeout_s)

    def refuse_connections(self, seconds: float) -> None:
        """Close the listener now and open it again after `seconds`; returns when it is closed.

        Connections that the kernel had already taken are served first: a refusal must never look
        like a reset.
        """
        self._closed.clear()
        self._opened.clear()
        self._closed_for_s = seconds
        self._alarm_in.send(b"!")
        self._closed.wait(timeout=10)

    def admit_connections(self) -> None:
        """End a refusal before its time; returns when the listener is open again."""
        self._alarm_in.send(b"!")
        self._opened.wait(timeout=10)

    # --- connections ----------------------------------------------------------------------------

    def _listen(self, port: int) -> socket.socket:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self._narrow:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        listener.settimeout(0)
        return listener

    def _accept_connections(self) -> None:
        while not self._stopping:
            select.select([self._listener, self._alarm_out], [], [])
            self._take_all()
            if self._closed_for_s and not self._stopping:
                self._shut_for_a_while()
        self._listener.close()

    def _take_all(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.settimeout(None)
            thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _shut_for_a_while(self) -> None:
        self._alarm_out.recv(64)
        seconds, self._closed_for_s = self._closed_for_s, 0.0
        self._take_all()
        self._listener.close()
        self._closed.set()
        called, _, _ = select.select([self._alarm_out], [], [], seconds)
        if called and not self._stopping:
            self._alarm_out.recv(64)
        self._listener = self._listen(self.port)
        self._opened.set()

    def _serve(self, sock: socket.socket) -> None:
        wire = Wire(sock)
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                wire = Wire(self._tls.wrap_socket(sock, server_side=True))
            with self._lock:
                self._wires.add(wire)
            while not self._stopping and self._one_request(wire):
                pass
        with self._lock:
            self._wires.discard(wire)
        wire.close()
        sock.close()

    # --- HTTP --------------------------------------------------------------------------------

    def _one_request(self, wire: Wire) -> bool:
        """Serve one request; True when another may follow on this connection."""
        head = wire.read_head()
        if head is None:
            return False
        with self._lock:
            counts = self.counts
            number = counts.requests[head.call] = counts.requests.get(head.call, 0) + 1
            counts.request_lines.append(f"{head.method} {head.target}")
            if head.method != "POST" or head.length < 0 or not head.call:
                counts.strange_requests.append(f"{head.method} {head.target} {head.length}")
        if not head.call:
            wire.send(http_answer(404, b"not found", content_type="text/plain"))
            return False
        if head.method != "POST" or head.length < 0:
            wire.send(http_answer(411, b"POST with a length", content_type="text/plain"))
            return False
        if head.call == "send":
            return self._serve_send(wire, head)
        body = wire.read(head.length)
        if len(body) < head.length:
            self._count_incomplete()
            return False
        return self._judge_question(wire, head, body, number)

    def _judge_question(self, wire: Wire, head: _Head, body: bytes, number: int) -> bool:
        fault = self.read_faults(head.call, number)
        code, answer = (
            self._answer(head.call, body) if fault is None or fault.stage is Stage.ACCEPTED else (0, {})
        )
        if fault is not None:
            self._strike(fault, Exchange(number, wire, self, body, answer))
            return False
        wire.send(self._http(code, answer, keep_alive=head.keep_alive))
        return head.keep_alive

    def _serve_send(self, wire: Wire, head: _Head) -> bool:
        with self._changed:
            seen = SendSeen(number=len(self.sends) + 1)
            self.sends.append(seen)
            self._changed.notify_all()
        try:
            return self._judge_send(wire, head, seen, self.faults(seen.number))
        finally:
            seen.ended_at_s = time.monotonic()

    def _judge_send(self, wire: Wire, head: _Head, seen: SendSeen, fault: Fault | None) -> bool:
        body = b""
        for stage, wanted in ((Stage.HEADERS, 0), (Stage.HALF, head.length // 2), (Stage.BODY, head.length)):
            body += wire.read(wanted - len(body))
            seen.phones = tuple(found.decode() for found in _PHONE_IN_BODY.findall(body))
            if len(body) < wanted:
                self._count_incomplete()
                return False
            seen.complete = stage is Stage.BODY
            if fault is not None and fault.stage is stage:
                self._strike(fault, Exchange(seen.number, wire, self, body, {}), seen)
                return False
        time.sleep(self.latency_s)
        self.gate.wait()
        code, reply = self._take(seen, body)
        if fault is not None:
            self._strike(fault, Exchange(seen.number, wire, self, body, reply), seen)
            return False
        seen.answered = code
        wire.send(self._http(code, reply, keep_alive=head.keep_alive))
        return head.keep_alive

    def _strike(self, fault: Fault, exchange: Exchange, seen: SendSeen | None = None) -> None:
        answer = fault.act(exchange)
        if answer is None:
            return
        code = answer[9:12]
        if seen is not None and code.isdigit():
            seen.answered = int(code)
        exchange.wire.send(answer)
        exchange.wire.finish()

    def _http(self, code: int, answer: Json, *, keep_alive: bool) -> bytes:
        kind = "application/json" if self.dialect is Dialect.PROSTOR else "text/html; charset=utf-8"
        raw = json.dumps(answer, ensure_ascii=self.dialect is Dialect.IQSMS).encode()
        return http_answer(code, raw, content_type=kind, keep_alive=keep_alive)

    def _count_incomplete(self) -> None:
        with self._lock:
            self.counts.incomplete_bodies += 1

    # --- the calls ---------------------------------------------------------------------------

    def _read_request(self, call: str, body: bytes) -> Json | None:
        """The request, or None when the login is wrong; an unreadable body is an empty request."""
        try:
            request = json.loads(body)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            self.counts.strange_requests.append(f"{call}: no JSON object")
            return {}
        if (request.get("login"), request.get("password")) != (self._login, self._password):
            self.counts.wrong_logins += 1
            return None
        return request

    def _answer(self, call: str, body: bytes) -> tuple[int, Json]:
        answers: dict[str, Callable[[Json], Json]] = {
            "status": self._status,
            "statusQueue": self._status_queue,
            "balance": lambda _: {"status": "ok", "balance": self._balances()},
            "senders": lambda _: {"status": "ok", "senders": self._senders()},
        }
        if self.dialect is Dialect.PROSTOR:
            answers["version"] = lambda _: {"status": "ok", "version": 2}
        with self._lock:
            if call not in answers:
                return 404, {"status": "error", "description": "unknown method"}
            request = self._read_request(call, body)
            return _LOGIN_REFUSED if request is None else (200, answers[call](request))

    def _take(self, seen: SendSeen, body: bytes) -> tuple[int, Json]:
        """Put every good message of one send request into the ledger."""
        with self._lock:
            request = self._read_request("send", body)
            if request is None:
                return _LOGIN_REFUSED
            rows = _rows(request.get("messages"))
            self.counts.largest_send = max(self.counts.largest_send, len(rows))
            if not 0 < len(rows) <= MESSAGES_AT_MOST:
                return 200, {"status": "error", "description": "wrong number of messages"}
            seen.queue = str(request.get("statusQueueName", ""))
            bills = request.get("showBillingDetails") is True
            answers = [self._take_one(seen.number, request, row, bills=bills) for row in rows]
            self._random.shuffle(answers)
            reply: Json = {"status": "ok", "messages": answers}
            reply["balance"] = self._balances() if bills else []
            return 200, reply

    def _take_one(self, number: int, request: Json, row: Json, *, bills: bool) -> Json:
        client_id = row.get("clientId")
        refusal = self._refusal(request, row)
        parts = part_count(str(row.get("text", "")))
        cost = PRICE * parts if self.dialect is Dialect.PROSTOR else Decimal(parts)
        if not refusal and cost > self.balance:
            poor = {Dialect.PROSTOR: "not enough balance", Dialect.IQSMS: "not enough credits"}
            refusal = poor[self.dialect]
        if refusal:
            return {"status": refusal, "clientId": client_id}
        self.balance -= cost
        self.spent += cost
        self.parts += parts
        smsc_id = self._new_smsc_id()
        entry = Accepted(
            request_no=number,
            queue=str(request.get("statusQueueName", "")),
            client_id=str(client_id),
            smsc_id=str(smsc_id),
            phone=str(row["phone"]),
            text=str(row["text"]),
            sender=str(row.get("sender", "")),
            schedule_time=str(request.get("scheduleTime", "")),
            part_count=parts,
        )
        self.ledger.append(entry)
        message = _Message(entry=entry, due_s=_due_s(entry.schedule_time))
        self._messages[entry.smsc_id] = message
        if entry.queue:
            self._queues.setdefault(entry.queue, deque()).append(message)
        answer: Json = {"status": "accepted", "smscId": smsc_id, "clientId": client_id}
        if bills and self.dialect is Dialect.PROSTOR:
            answer |= {"smsCount": parts, "msgCost": str(cost)}
        return answer

    def _refusal(self, request: Json, row: Json) -> str:
        """The status with which a message is refused; empty when nothing is wrong with it."""
        names = {sender["name"] for sender in self._senders() if sender["status"] in _USABLE}
        queue, text = request.get("statusQueueName"), row.get("text")
        problems = {
            "absent required param clientId": not _CLIENT_ID.fullmatch(str(row.get("clientId"))),
            "invalid mobile phone": not _PHONE.fullmatch(str(row.get("phone"))),
            "text must be string": not isinstance(text, str),
            "text is empty": text == "",
            "sender address invalid": "sender" in row and row["sender"] not in names,
            "invalid status queue name": queue is not None and not _QUEUE_NAME.fullmatch(str(queue)),
            "invalid schedule time format": "scheduleTime" in request
            and not _is_utc(str(request["scheduleTime"])),
        }
        chosen = self._refused.get(str(row.get("phone")), "")
        return next((problem for problem, wrong in problems.items() if wrong), chosen)

    def _new_smsc_id(self) -> int | str:
        number = len(self.ledger) + 1
        if self.dialect is Dialect.PROSTOR:
            return 5_000_000_000 + number * 7
        return f"{0xA0000000 + number * 7:X}"

    def _status(self, request: Json) -> Json:
        rows = _rows(request.get("messages"))
        self.counts.largest_status = max(self.counts.largest_status, len(rows))
        if not 0 < len(rows) <= MESSAGES_AT_MOST:
            return {"status": "error", "description": "wrong number of messages"}
        if self.dialect is Dialect.IQSMS and any("clientId" not in row for row in rows):
            return {"status": "error", "description": "absent required param clientId"}
        answers = [self._status_of(row) for row in rows]
        self._random.shuffle(answers)
        return {"status": "ok", "messages": answers}

    def _status_of(self, row: Json) -> Json:
        answer: Json = {"smscId": row.get("smscId")}
        if "clientId" in row:
            answer["clientId"] = row["clientId"]
        message = self._messages.get(str(row.get("smscId")))
        if message is None:
            unknown = {Dialect.PROSTOR: "incorrect id", Dialect.IQSMS: "queued"}
            return {"status": unknown[self.dialect]} | answer
        if self._status_echo:
            answer["clientId"] = message.entry.client_id
        now = time.monotonic()
        statuses = [status for status, at_s in self._history(message) if at_s <= now]
        return {"status": statuses[-1] if statuses else "queued"} | answer

    def _history(self, message: _Message) -> tuple[tuple[str, float], ...]:
        return (
            ("smsc submit", message.due_s + self._status_delay_s / 2),
            (final_word(message.entry.phone), message.due_s + self._status_delay_s),
        )

    def _status_queue(self, request: Json) -> Json:
        limit = min(int(str(request.get("statusQueueLimit", 1))), QUEUE_ROWS_AT_MOST)
        fresh = self._fresh_entries(str(request.get("statusQueueName", "")))
        rows = [row for row, _ in zip(fresh, range(limit), strict=False)]
        if not rows:
            top = "ok" if self.dialect is Dialect.PROSTOR else "error"
            return {"status": top, "description": "queue is empty"}
        return {"status": "ok", "messages": rows}

    def _fresh_entries(self, queue: str) -> Iterator[Json]:
        """Entries not read before; each is gone as soon as it is taken from here."""
        now = time.monotonic()
        for message in () if self.queue_muted else self._queues.get(queue, ()):
            for status, at_s in self._history(message)[message.shown :]:
                if at_s > now:
                    break
                smsc_id = message.entry.smsc_id
                whole = int(smsc_id) if self.dialect is Dialect.PROSTOR else smsc_id
                yield {"status": status, "smscId": whole}
                message.shown += 1

    def _balances(self) -> list[Json]:
        if self.dialect is Dialect.PROSTOR:
            return [{"credit": 0.0, "balance": str(self.balance), "type": "RUB"}]
        return [{"credit": 0, "balance": int(self.balance), "type": "SMS"}]

    def _senders(self) -> list[Json]:
        return [
            {"status": "active", "info": "", "name": "MyBrand"},
            {"status": "pending", "info": "", "name": "3132018"},
            {"status": "blocked", "info": "bad name", "name": "MegaFon"},
            {"status": "default", "info": "", "name": "TEST"},
        ]


_USABLE = ("active", "default")
_LOGIN_REFUSED: tuple[int, Json] = (401, {"status": "error", "description": "error authorization"})


def _rows(value: object) -> list[Json]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _is_utc(written: str) -> bool:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return False
    return moment.tzinfo is not None and moment.utcoffset() == UTC.utcoffset(None)


def _due_s(schedule_time: str) -> float:
    """The monotonic moment at which a message leaves."""
    if not schedule_time:
        return time.monotonic()
    ahead = datetime.fromisoformat(schedule_time) - datetime.now(UTC)
    return time.monotonic() + max(0.0, ahead.total_seconds())
