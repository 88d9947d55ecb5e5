"""A connection whose other end acts at once, in the same thread: no waiting, no chance, no network.

The real client (`campaign.gateways.json_v2.client`) speaks through `requests` and urllib3 to a real
socket; only `urllib3.util.connection.create_connection` is ours. What it writes is handed to a
`Host` byte by byte as it comes, so that a host sees how much of a request there is when it strikes.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Protocol, TypeVar
from unittest.mock import patch

PORT = 9
ADDRESS = f"http://127.0.0.1:{PORT}/messages/v2/"
"""Loopback, so that the client agrees to speak plain HTTP; nobody listens there."""


T = TypeVar("T", int, bytes)


class End(StrEnum):
    """How a connection ends once everything that was answered is read."""

    CLOSED = "closed"
    RESET = "reset"
    SILENT = "silent"


class Host(Protocol):
    """The other end."""

    def connect(self, port: int) -> "Callable[[Line, bytes], None]":
        """Returns what gets the bytes that are written. May raise OSError."""
        ...

    def waited(self, seconds: float) -> None:
        """A read or a write took its whole time-out."""
        ...


class Line(socket.socket):
    """The client's end of a connection."""

    def __init__(self, host: Host, port: int) -> None:
        receive = host.connect(port)
        ours, self._theirs = socket.socketpair()
        super().__init__(fileno=ours.detach())
        super().setblocking(False)  # noqa: FBT003  # whatever is to come is there already
        self._host = host
        self._receive = receive
        self._end = End.SILENT
        self._timeout_s = 0.0

    # --- what the host does ---

    def answer(self, data: bytes) -> None:
        if data:
            self._theirs.setblocking(False)  # noqa: FBT003  # too much must fail, not hang
            self._theirs.sendall(data)

    def end(self, how: End) -> None:
        self._end = how
        if how is not End.SILENT:
            self._theirs.close()

    # --- what the client does ---

    def settimeout(self, value: float | None) -> None:
        self._timeout_s = value or 0.0

    def gettimeout(self) -> float | None:
        return self._timeout_s

    def sendall(self, data: bytes, flags: int = 0) -> None:  # type: ignore[override]
        del flags
        if self._end is End.RESET:
            raise ConnectionResetError("reset by peer")
        self._receive(self, bytes(data))

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        try:
            return self._or_reset(super().recv(bufsize, flags))
        except BlockingIOError:
            raise self._nothing_comes() from None

    def recv_into(self, buffer: bytearray, nbytes: int = 0, flags: int = 0) -> int:  # type: ignore[override]
        try:
            return self._or_reset(super().recv_into(buffer, nbytes, flags))
        except BlockingIOError:
            raise self._nothing_comes() from None

    def _or_reset(self, came: T) -> T:
        if not came and self._end is End.RESET:
            raise ConnectionResetError("reset by peer")
        return came

    def _nothing_comes(self) -> OSError:
        self._host.waited(self._timeout_s)
        return TimeoutError("timed out")

    def close(self) -> None:
        self._theirs.close()
        super().close()


@contextmanager
def leading_to(host: Host) -> Iterator[None]:
    """Every connection of this process leads there while the block runs.

    An objection of the gateway is there at once, or will not come: nobody waits 10 ms for it.
    """

    def connect(address: tuple[str, int], *_: object, **__: object) -> Line:
        return Line(host, address[1])

    with (
        patch("urllib3.util.connection.create_connection", connect),
        patch("campaign.gateways.json_v2.transport.GRACE_S", 0.0),
    ):
        yield


def http(code: int, body: bytes, *headers: str, length: int | None = None) -> bytes:
    """A whole HTTP/1.1 answer; `length` may lie."""
    lines = [f"HTTP/1.1 {code} Odd", "Content-Type: application/json",
             f"Content-Length: {len(body) if length is None else length}",
             "Connection: close", *headers]  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
