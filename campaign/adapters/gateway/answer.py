"""How an answer is read: as a whole in bounded time, and seen before the request is whole.

`requests` bounds each read only: a gateway that sends one byte of a header now and then would hold
a lane for ever. And under TLS readable bytes may be a session ticket: only decrypting them tells.
"""

import io
import re
import socket
import ssl
import time
from http.client import HTTPException, HTTPResponse
from typing import Any

from urllib3.util.wait import wait_for_read

_INTERIM = re.compile(rb"HTTP/1\.[01] 1(?!01)\d\d")
_MAX_INTERIM = 100
_PIECE = 16 * 1024


class AnswerTooSlow(TimeoutError):
    """Bytes came, but not the whole answer in time."""


class FinalResponse(HTTPResponse):
    """Skips every interim answer, and takes no longer in all than the socket's time-out.

    `http.client` skips 100 only, and would take 103 for the answer.
    """

    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        limit_s = sock.gettimeout()
        if limit_s is not None:
            raw = self.fp.detach()
            self.fp = io.BufferedReader(_InTime(raw, sock, limit_s))

    def begin(self) -> None:
        """Read status line and headers of the final answer."""
        for _ in range(_MAX_INTERIM):
            super().begin()
            if not 100 < self.status < 200 or self.status == 101:  # noqa: PLR2004
                return
            self.headers = None  # type: ignore[assignment]  # lets begin() read again
        raise HTTPException("interim answers without end")


class _InTime(io.RawIOBase):
    """A socket's bytes until a moment that does not move."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, limit_s: float) -> None:
        self._raw = raw
        self._sock = sock
        self._deadline_s = time.monotonic() + limit_s
        self._begun = False

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401  # any writable buffer
        left_s = self._deadline_s - time.monotonic()
        if left_s <= 0:
            raise AnswerTooSlow("the answer did not come whole in time")
        self._sock.settimeout(left_s)
        try:
            count: int | None = self._raw.readinto(buffer)
        except TimeoutError:
            if self._begun:
                raise AnswerTooSlow("the answer did not come whole in time") from None
            raise
        self._begun = True
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


def has_answered(sock: socket.socket, wait_s: float) -> bool:
    """Whether the gateway has closed, reset or answered; 100 and 103 only promise an answer."""
    if isinstance(sock, ListeningSocket):
        return sock.has_answered(wait_s)
    if not wait_for_read(sock, timeout=wait_s):
        return False
    try:
        said = sock.recv(12, socket.MSG_PEEK)
    except OSError:
        return True
    return _INTERIM.match(said) is None


class ListeningSocket(ssl.SSLSocket):
    """A TLS socket that can look whether an answer has come, and gives it to its reader later."""

    _early = b""

    def has_answered(self, wait_s: float) -> bool:
        """As `has_answered`; session tickets and other records of TLS itself are no answer."""
        deadline_s, patience_s = time.monotonic() + wait_s, self.gettimeout()
        self.settimeout(0)
        try:
            while True:
                try:
                    piece = self.recv(_PIECE)
                except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                    left_s = deadline_s - time.monotonic()
                    if left_s <= 0 or not wait_for_read(self, timeout=left_s):
                        return False
                    continue
                except OSError:
                    return True
                self._early += piece
                if not piece or _is_final(self._early):
                    return True
        finally:
            self.settimeout(patience_s)

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:  # noqa: ANN401  # any writable buffer
        """First what came early."""
        if not self._early:
            return super().recv_into(buffer, nbytes, flags)
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._early), nbytes or len(view))
        view[:count] = self._early[:count]
        self._early = self._early[count:]
        return count


def _is_final(said: bytes) -> bool:
    """Whether more than interim answers came."""
    rest = said
    while _INTERIM.match(rest):
        _, end, rest = rest.partition(b"\r\n\r\n")
        if not end:
            return False
    return bool(rest)
