"""Start and stop the embedded gateway: in this process, on threads, bound to 127.0.0.1 only.

with SandboxServer(SandboxOptions(state=path)) as sandbox:
    requests.post(sandbox.base_url("prostor") + "send.json", json=…)
    assert [one.client_id for one in sandbox.accepted()] == ["A1"]
"""

import contextlib
import logging
import os
import secrets
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Self

from campaign.errors import InputError
from campaign.sandbox.calls import error
from campaign.sandbox.connection import BadRequestError, Head, Wire
from campaign.sandbox.exchange import Answer, Ending, Exchange
from campaign.sandbox.options import SandboxOptions
from campaign.sandbox.service import Route, Service, answer_json
from campaign.sandbox.store import Message, StateStore, read_ledger
from campaign.text import tr

_PADDING = b" " * 65_536
_DRAIN_S = 5.0
_LAST_DRAIN_S = 0.1  # when the server closes, it does not wait for slow clients


class Handler:
    """Speaks HTTP/1.1 on one connection, until `stopping` is set: then waits end, too."""

    def __init__(
        self, wire: Wire, service: Service, stopping: threading.Event, *, max_body_bytes: int
    ) -> None:
        self._wire = wire
        self._service = service
        self._stopping = stopping
        self._max_body_bytes = max_body_bytes

    def run(self) -> None:
        """Serve requests until either side has had enough."""
        try:
            while self._serve_one():
                pass
            self._wire.finish(_LAST_DRAIN_S if self._stopping.is_set() else _DRAIN_S)
        except (OSError, ssl.SSLError):  # the client went away; nothing of ours is lost
            self._service.count("aborted")
        finally:
            self._wire.close()

    def _serve_one(self) -> bool:
        """Serve one request; False when the connection is to end."""
        self._wire.idle = True
        if self._stopping.is_set():
            return False
        try:
            head = self._wire.read_head()
        except BadRequestError:
            self._service.count("bad_request")
            self._wire.send(Answer(400, b"").head(close=True))
            return False
        self._wire.idle = False
        if head is None:
            return False
        if head.path.startswith("/sandbox/"):
            return self._serve_admin(head)
        route = self._service.route(head.path)
        if route is None or not route.is_json or head.method != "POST":
            return self._turn_away(head, route)
        return self._serve_call(head, route)

    def _serve_admin(self, head: Head) -> bool:
        body = self._wire.read_body(min(head.length or 0, self._max_body_bytes))
        return self._send_plain(self._service.admin(head.method, head.path, body), head)

    def _turn_away(self, head: Head, route: Route | None) -> bool:
        """Answer a request that is no call of the JSON interface; its body is of no interest."""
        if route is None:
            answer = answer_json(404, error("no such call"))
        elif not route.is_json:
            # Without the suffix the vendors answer text, and look for the login elsewhere.
            answer = Answer(200, b"error authorization\n", content_type="text/plain")
        else:
            answer = answer_json(405, error("only POST"))
            answer.headers["Allow"] = "POST"
        self._wire.read_body(min(head.length or 0, self._max_body_bytes))
        return self._send_plain(answer, head)

    def _send_plain(self, answer: Answer, head: Head, *, close: bool = False) -> bool:
        keep = head.keeps_alive and not close and not self._stopping.is_set()
        self._wire.send(answer.head(close=not keep) + answer.body)
        return keep

    def _serve_call(self, head: Head, route: Route) -> bool:
        length = head.length
        if length is None or length > self._max_body_bytes:
            refusal = answer_json(411 if length is None else 413, error("body length"))
            return self._send_plain(refusal, head, close=True)
        exchange = self._service.exchange(route.call)
        if exchange.early is not None:
            early = answer_json(exchange.early, error("refused before the body was read"))
            return self._send_plain(early, head, close=True)
        if head.headers.get("expect", "").lower() == "100-continue":
            self._wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        wanted = length if exchange.stop_after is None else min(exchange.stop_after, length)
        body = self._wire.read_body(wanted)
        if len(body) < wanted or exchange.stop_after is not None:
            self._service.count("incomplete")
            return self._end(exchange)
        answer = self._service.perform(route, body, exchange)
        return self._deliver(answer, head, exchange)

    # --- the answer's way out ----------------------------------------------------------------

    def _deliver(self, answer: Answer, head: Head, exchange: Exchange) -> bool:
        self._stopping.wait(exchange.stall_s)
        if exchange.silent:
            return self._end(exchange)
        keep = (
            exchange.ending is Ending.KEEP
            and not answer.close
            and head.keeps_alive
            and not self._stopping.is_set()
        )
        first = answer.interim + answer.head(close=not keep)
        if exchange.cut is None and not exchange.piece_bytes and not answer.padding:
            self._wire.send(first + answer.body)  # one packet: the way of nearly every answer
        else:
            self._wire.send(first)
            for piece in _pieces(answer, exchange):
                self._wire.send(piece)
                self._stopping.wait(exchange.gap_s)
        return keep or self._end(exchange)

    def _end(self, exchange: Exchange) -> bool:
        if exchange.ending is Ending.RESET:
            self._wire.reset()
        return False


def _pieces(answer: Answer, exchange: Exchange) -> Iterator[bytes]:
    """Yield the body, padding first, in pieces, up to the planned cut."""
    left = len(answer.body) + answer.padding if exchange.cut is None else exchange.cut
    size = exchange.piece_bytes or len(_PADDING)
    padding = answer.padding
    while padding > 0 and left > 0:
        piece = _PADDING[: min(padding, left, size)]
        yield piece
        padding -= len(piece)
        left -= len(piece)
    body = answer.body[: max(0, left)]
    for start in range(0, len(body), size):
        yield body[start : start + size]


_HOST = "127.0.0.1"
_GRACE_S = 5.0  # for requests in flight when the server closes
_POLL_S = 0.02  # how soon the accept loop sees that it is to end
_HANDSHAKE_S = 10.0
_log = logging.getLogger(__name__)


class SandboxServer:
    """The embedded gateway; start it, or use it as a context manager.

    `clock` gives seconds since the epoch. `service` lets tests change faults, money and time.

    Raises:
        InputError: State file, fault script, certificate or port cannot be used.
    """

    def __init__(self, options: SandboxOptions, *, clock: Callable[[], float] = time.time) -> None:
        self._options = options
        seed = secrets.randbelow(2**32) if options.seed is None else options.seed
        self._tls = _tls_context(options)
        self._store = StateStore(options.state, balance=options.balance, seed=seed)
        try:
            self.service = Service(options, self._store, seed=seed, clock=clock)
            self._listener = _Listener(options.port, self._serve)
        except BaseException as error:
            self._store.close()
            if isinstance(error, OSError):
                raise InputError(
                    tr("port {port} cannot be opened: {error}", port=options.port, error=error)
                ) from error
            raise
        self._stopping = threading.Event()
        self._wires: set[Wire] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    # --- life --------------------------------------------------------------------------------

    def start(self) -> Self:
        """Begin to accept connections; returns at once."""
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(_POLL_S,), name="sandbox", daemon=True
        )
        self._thread.start()
        return self

    def close(self) -> None:
        """Finish the requests in flight (for a few seconds at most), then let everything go."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        if self._thread is not None:
            self._listener.shutdown()
            self._thread.join()
        self._listener.server_close()
        with self._changed:
            for wire in self._wires:
                if wire.idle:
                    wire.wake()
            self._changed.wait_for(lambda: not self._wires, _GRACE_S)
            for wire in self._wires:
                wire.abort()
            self._changed.wait_for(lambda: not self._wires, 1.0)
        self.service.close()
        self._store.close()

    __enter__ = start

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    # --- what a client needs -----------------------------------------------------------------

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._listener.server_address[1])

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        return f"{'https' if self._tls else 'http'}://{_HOST}:{self.port}"

    def base_url(self, dialect: str | None = None) -> str:
        """Return the URL that call names are appended to, with a slash at the end."""
        return f"{self.url}/{dialect or self._options.dialect}/messages/v2/"

    # --- what a test needs -------------------------------------------------------------------

    def accepted(self) -> list[Message]:
        """Every message taken, in order of acceptance."""
        return read_ledger(self._options.state)

    # --- connections -------------------------------------------------------------------------

    def _serve(self, sock: socket.socket) -> None:
        """Serve a connection to its end, on the thread that the listener made for it."""
        self.service.count("connections")
        try:
            wire = Wire(self._secured(sock))
        except (OSError, ssl.SSLError):
            self.service.count("handshake_failed")
            return
        with self._changed:
            self._wires.add(wire)
        try:
            Handler(wire, self.service, self._stopping, max_body_bytes=self._options.max_body_bytes).run()
        finally:
            wire.close()
            with self._changed:
                self._wires.discard(wire)
                self._changed.notify_all()

    def _secured(self, sock: socket.socket) -> socket.socket:
        if self._tls is None:
            return sock
        sock.settimeout(_HANDSHAKE_S)  # here, not in the accept loop: a mute client delays no other
        return self._tls.wrap_socket(sock, server_side=True)


class _Listener(socketserver.ThreadingTCPServer):
    """Accepts connections and serves each on a thread of its own."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    allow_reuse_address = os.name != "nt"  # there it would let two servers share a port

    def __init__(self, port: int, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        super().__init__((_HOST, port), socketserver.BaseRequestHandler)

    def finish_request(self, request: object, _client_address: object) -> None:
        if isinstance(request, socket.socket):
            self._serve(request)

    def handle_error(self, _request: object, _client_address: object) -> None:
        _log.exception("sandbox_failed")  # without the request: it holds phones and a password


def serve_forever(
    options: SandboxOptions,
    *,
    ready: Callable[[SandboxServer], None],
    wait: Callable[[], object] | None = None,
) -> None:
    """Run a sandbox until Ctrl-C or until `wait` returns, finishing requests in flight.

    `ready` is called once when it listens.

    Raises:
        InputError: It cannot be started.
    """
    with SandboxServer(options) as sandbox, contextlib.suppress(KeyboardInterrupt):
        ready(sandbox)
        (wait or threading.Event().wait)()


def _tls_context(options: SandboxOptions) -> ssl.SSLContext | None:
    if options.certfile is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(options.certfile, options.keyfile)
    except OSError as error:
        raise InputError(
            tr("certificate {certfile} cannot be used: {error}", certfile=options.certfile, error=error)
        ) from error
    return context
