"""How an answer is read: as a whole in bounded time, and seen before the request is whole.

`requests` bounds each read only: a gateway that sends one byte of a header now and then would block
a worker for ever. And under TLS readable bytes may be a session ticket: only decrypting them tells.
"""

import io
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import urllib3
from requests import PreparedRequest
from requests import exceptions as errors
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.wait import wait_for_read

from campaign.errors import GatewayError, NotSent, Unreadable
from campaign.text import tr

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
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
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

    def readinto(self, buffer: Any) -> int | None:  # any writable buffer
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
        start = sock.recv(12, socket.MSG_PEEK)
    except OSError:
        return True
    return _INTERIM.match(start) is None


class ListeningSocket(ssl.SSLSocket):
    """A TLS socket that can check whether an answer has come, and gives it to its reader later."""

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

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        """First what came early."""
        if not self._early:
            return super().recv_into(buffer, nbytes, flags)
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._early), nbytes or len(view))
        view[:count] = self._early[:count]
        self._early = self._early[count:]
        return count


def _is_final(answer: bytes) -> bool:
    """Whether more than interim answers came."""
    while _INTERIM.match(answer):
        _, end, answer = answer.partition(b"\r\n\r\n")
        if not end:
            return False
    return bool(answer)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, from the outside in."""
    cause: object = error
    for _ in range(6):
        if not isinstance(cause, BaseException):
            return
        yield cause
        inner = [getattr(cause, "reason", None), *cause.args, cause.__cause__]
        cause = next((one for one in inner if isinstance(one, BaseException)), None)


def class_names(error: BaseException) -> str:
    """Class names: enough for support, and no body can hide in them."""
    return " < ".join(dict.fromkeys(type(cause).__name__ for cause in causes(error)))


def not_sent(error: BaseException, url: str, *, committed: bool) -> NotSent:
    """What to raise for an error before the last byte; final where the certificate does not fit."""
    host = urlsplit(url).netloc
    # A connection that ends inside the handshake says nothing about the certificate.
    tls = isinstance(error, errors.SSLError) and not any(
        isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError)) for cause in causes(error)
    )
    return NotSent(
        tr("{host} could not be reached: {class_names}", host=host, class_names=class_names(error)),
        hint=(
            tr("The certificate does not fit; nothing was sent. Check --gateway-url.")
            if tls
            else tr("Nothing was sent; it is tried again.")
        ),
        code="never_completed" if committed else "not_reached",
        final=tls,
    )


def no_answer(error: BaseException, url: str) -> GatewayError:
    """What to raise for an error of a call that only reads."""
    return Unreadable(
        tr(
            "{netloc} gave no answer: {class_names}",
            netloc=urlsplit(url).netloc,
            class_names=class_names(error),
        ),
        hint=tr("Check the network and --gateway-url; asking changes nothing."),
        code="no_answer",
    )


MAX_RETRY_AFTER_S = 300.0


def retry_after_s(header: str) -> float | None:
    """Seconds that the gateway asks for, as a number or a date, within reason."""
    text = header.strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), MAX_RETRY_AFTER_S)
    moment = http_date(text)
    if moment is None:
        return None
    wait = (moment - datetime.now(UTC)).total_seconds()
    return max(0.0, min(wait, MAX_RETRY_AFTER_S))


def http_date(header: str) -> datetime | None:
    """A date as HTTP writes it, None for anything else."""
    try:
        moment = parsedate_to_datetime(header.strip())
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


GRACE_S = 0.01
"""How long the gateway may object before the last byte.

A gateway that resets the connection or answers early (401, 413) does so within a millisecond or
so of reading the headers; ten are cheap compared with a request, and each objection seen here is a
chunk that may be sent again instead of one held as unknown.
"""


class CommitFailed(Exception):
    """The journal could not store it: the last byte is not sent.

    Of no class that `requests` or urllib3 know, so that neither takes it for trouble of the network
    and the frames that hold the body (and the password) stay behind.
    """

    def __init__(self, reason: BaseException) -> None:
        super().__init__(type(reason).__name__)
        self.reason = reason


class SplitBody:
    """A request body that calls `commit_point` before its last byte.

    Attributes:
        committed: `commit_point` returned: the outcome is unknown until an answer proves more.
        last_byte_sent: False proves that the request is incomplete.
    """

    def __init__(self, body: bytes, commit_point: Callable[[], None]) -> None:
        self._body = body
        self._commit_point = commit_point
        self.committed = False
        self.last_byte_sent = False
        self.connection: HTTPConnection | None = None

    def __len__(self) -> int:
        """Bytes in all: `requests` makes the Content-Length of it."""
        return len(self._body)

    def __iter__(self) -> Iterator[bytes]:
        """All but the last byte; then, if the gateway did not object, the last one."""
        yield self._body[:-1]
        if self._objection(GRACE_S):
            return
        try:
            self._commit_point()
        except BaseException as error:  # noqa: BLE001  # the client raises it again, whatever it is
            raise CommitFailed(error) from None
        self.committed = True
        if self._objection(0):
            return
        # From here on the byte may be on its way, whatever the kernel says about it.
        self.last_byte_sent = True
        yield self._body[-1:]

    def _objection(self, wait_s: float) -> bool:
        sock = None if self.connection is None else self.connection.sock
        return sock is not None and has_answered(sock, wait_s)


class _SplitHttp(HTTPConnection):
    response_class = FinalResponse

    def request(self, method: str, url: str, body: Any = None, *args: Any, **kwargs: Any) -> None:
        """Let the body see the socket on which it travels."""
        if isinstance(body, SplitBody):
            body.connection = self
        super().request(method, url, body, *args, **kwargs)


class _SplitHttps(_SplitHttp, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _SplitHttp


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _SplitHttps


class PlainAdapter(HTTPAdapter):
    """One try, our TLS context (made once: reading the CA bundle costs 20 ms), watched sockets."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(max_retries=urllib3.Retry(0, read=False, redirect=False))

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make pools whose connections the body sees."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """Our context holds the certificates already."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return dict(host), {"ssl_context": self._context} if host["scheme"] == "https" else {}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing to load: the context verifies certificate and host name."""
