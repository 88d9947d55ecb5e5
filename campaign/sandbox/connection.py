"""One connection: reads requests whole or not at all, and ends the way a fault wants it.

`http.server` is not used because the sandbox must see (and break) what lies below it: a body that
never becomes complete, an answer before the body, an interim answer, a reset in the middle.
"""

import contextlib
import socket
import struct
import time
from collections.abc import Mapping
from typing import NamedTuple

_HEAD_LIMIT = 65_536
_PIECE = 65_536
_IDLE_S = 120.0
_RESET_NOW = struct.pack("ii", 1, 0)  # SO_LINGER, zero seconds: close() sends RST


class BadRequestError(Exception):
    """The bytes are not an HTTP/1.x request; the connection cannot go on."""


class Head(NamedTuple):
    """Request line and headers, names in lower case."""

    method: str
    path: str
    version: str
    headers: Mapping[str, str]

    @property
    def keeps_alive(self) -> bool:
        """Whether the client wants the connection to go on."""
        wish = self.headers.get("connection", "").lower()
        return wish != "close" and (self.version == "HTTP/1.1" or wish == "keep-alive")

    @property
    def length(self) -> int | None:
        """Content-Length; None when there is none, or none that can be used."""
        value = self.headers.get("content-length", "")
        usable = value.isascii() and value.isdecimal() and "transfer-encoding" not in self.headers
        return int(value) if usable else None


class Wire:
    """A connected socket, TLS done, with a buffer."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._buffer = bytearray()
        self.idle = False
        sock.settimeout(_IDLE_S)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read_head(self) -> Head | None:
        """Wait for a request; None when the client is done."""
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > _HEAD_LIMIT:
                raise BadRequestError
            if not self._receive():
                return None
            self.idle = False
        head = self._buffer[:end].decode("latin-1").split("\r\n")
        del self._buffer[: end + 4]
        try:
            method, path, version = head[0].split(" ")
            pairs = [line.split(":", 1) for line in head[1:]]
            headers = {name.strip().lower(): value.strip() for name, value in pairs}
        except ValueError as error:
            raise BadRequestError from error
        if version not in ("HTTP/1.0", "HTTP/1.1"):
            raise BadRequestError
        return Head(method, path, version, headers)

    def read_body(self, length: int) -> bytes:
        """Read so many bytes; fewer when the client stopped sending."""
        with contextlib.suppress(OSError):
            while len(self._buffer) < length and self._receive():
                pass
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        return body

    def _receive(self) -> bool:
        piece = self._sock.recv(_PIECE)
        self._buffer += piece
        return bool(piece)

    def send(self, data: bytes) -> None:
        """Send everything."""
        self._sock.sendall(data)

    def reset(self) -> None:
        """End the connection with RST."""
        with contextlib.suppress(OSError):
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_NOW)
        self._sock.close()

    def finish(self, drain_s: float) -> None:
        """Announce that no more will be sent, swallow what the client still sends, close.

        Closing with unread bytes would make the kernel send RST, and the client would lose an
        answer that it has not read yet.
        """
        deadline = time.monotonic() + drain_s
        self.idle = True
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)
            self._sock.settimeout(drain_s)
            while time.monotonic() < deadline and self._sock.recv(_PIECE):
                pass
        self._sock.close()

    def close(self) -> None:
        """Close at once; after `reset` or `finish` it does nothing."""
        self._sock.close()

    def wake(self) -> None:
        """End a wait for the client's bytes, from another thread."""
        # Not SSLSocket.shutdown: that one would take the TLS state from under the waiting thread.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RD)

    def abort(self) -> None:
        """End every wait on this connection, from another thread."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)
