"""A raw server on loopback that does exactly what a script says, byte by byte.

The sandbox is a gateway; this is only a socket. A script gets a `Talk` for each connection and may
read, answer, stall, drip, reset. Everything that arrives is kept.
"""

import contextlib
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
PATIENCE_S = 5.0


class Talk:
    """One connection, seen from the server."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.received = bytearray()

    @property
    def head(self) -> bytes:
        """Request line and headers."""
        return bytes(self.received).partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        """What came of the body."""
        return bytes(self.received.partition(b"\r\n\r\n")[2])

    @property
    def promised(self) -> int:
        """Content-Length."""
        found = _LENGTH.search(self.head + b"\r\n")
        assert found is not None
        return int(found[1])

    def read_head(self) -> None:
        """Read until the headers are whole."""
        while b"\r\n\r\n" not in self.received and self._read():
            pass

    def read_body(self, less: int = 0) -> None:
        """Read the request, or all of it but the last bytes."""
        self.read_head()
        end = self.received.index(b"\r\n\r\n") + 4 + self.promised - less
        while len(self.received) < end and self._read():
            pass

    def read_until_closed(self) -> None:
        """Take what else comes until the client hangs up."""
        while self._read():
            pass

    def send(self, *pieces: bytes, every_s: float = 0) -> None:
        """Answer, with a pause behind each piece."""
        for piece in pieces:
            self._sock.sendall(piece)
            time.sleep(every_s)

    def reset(self) -> None:
        """Cut the connection with a RST."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()

    def _read(self) -> bool:
        piece = self._sock.recv(1 << 16)
        self.received += piece
        return bool(piece)


Script = Callable[[Talk], None]


class StubServer:
    """Where it listens and what it saw."""

    def __init__(self, script: Script, context: ssl.SSLContext | None) -> None:
        self._script = script
        self._context = context
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen()
        self._threads: list[threading.Thread] = []
        self._beginning = threading.Lock()
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.talks: list[Talk] = []
        self.begin(self._accept)

    def url(self, host: str = "127.0.0.1") -> str:
        """The base URL."""
        return f"{'https' if self._context else 'http'}://{host}:{self.port}/v2/"

    @property
    def byte_count(self) -> int:
        """Everything that anybody sent."""
        return sum(len(talk.received) for talk in self.talks)

    def begin(self, work: Callable[[], None]) -> None:
        """Start a thread that `stop` waits for."""
        thread = threading.Thread(target=work, daemon=True)
        with self._beginning:  # `settle` sees no thread that cannot be joined yet
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Close and wait, so that what was seen is complete."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(PATIENCE_S)

    def settle(self) -> None:
        """Wait until every script so far has come to its end; at least one, which may be late."""
        until_s = time.monotonic() + PATIENCE_S
        while not self.connections and time.monotonic() < until_s:
            time.sleep(0.005)
        with self._beginning:
            scripts = self._threads[1:]
        for thread in scripts:
            thread.join(PATIENCE_S)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.begin(lambda sock=sock: self._serve(sock))  # type: ignore[misc]
            self.connections += 1

    def _serve(self, sock: socket.socket) -> None:
        sock.settimeout(PATIENCE_S)
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(sock.close)
            if self._context:
                sock = self._context.wrap_socket(sock, server_side=True)
                stack.callback(sock.close)
            talk = Talk(sock)
            self.talks.append(talk)
            self._script(talk)


@contextmanager
def serving(script: Script, context: ssl.SSLContext | None = None) -> Iterator[StubServer]:
    """A server for as long as the block lasts."""
    server = StubServer(script, context)
    try:
        yield server
    finally:
        server.stop()


def http(
    content: bytes = b'{"status":"ok","messages":[]}',
    status: str = "200 OK",
    *headers: str,
    length: int | None = None,
) -> bytes:
    """An answer; `length` promises another size than there is."""
    promised = len(content) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {promised}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + content


def answering(*pieces: bytes | Callable[[Talk], bytes], every_s: float = 0) -> Script:
    """Read the whole request, then send that, or what is made of the request."""

    def script(talk: Talk) -> None:
        talk.read_body()
        talk.send(*(one(talk) if callable(one) else one for one in pieces), every_s=every_s)

    return script


def objecting(answer: bytes) -> Script:
    """Answer when the headers are there, and read on."""

    def script(talk: Talk) -> None:
        talk.read_head()
        talk.send(answer)
        talk.read_until_closed()

    return script
