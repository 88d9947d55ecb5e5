"""A POST whose last byte waits for a commit, through `requests`.

`requests` sends a body that is iterable and has a length piece by piece with a Content-Length. So
the body object below is asked for its last piece only after all others were handed to the kernel,
and it is there that the journal is told. Nothing here tries anything twice: no redirects, no
retries, no proxy or netrc from the environment, a new connection for every send.
"""

import ssl
from collections.abc import Callable, Iterator
from typing import Any

import urllib3
from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from campaign.adapters.gateway.answer import FinalResponse, has_answered

GRACE_S = 0.01
"""How long the gateway is given to object before the last byte.

A gateway that resets the connection or answers early (401, 413) does so within a millisecond or
so of reading the headers; ten are cheap beside a request, and each objection seen here is a chunk
that may be sent again instead of one held as unknown.
"""


class ArmFailed(Exception):
    """The journal could not be told: the last byte stays here.

    Of no class that `requests` or urllib3 know, so that neither takes it for trouble of the network
    and the frames that hold the body (and the password) stay behind.
    """

    def __init__(self, reason: BaseException) -> None:
        super().__init__(type(reason).__name__)
        self.reason = reason


class SplitBody:
    """A request body that calls `arm` between its two last pieces.

    Attributes:
        armed: `arm` returned: the journal says "in doubt".
        last_byte_sent: The kernel took the last byte. False proves that the request is incomplete.
    """

    def __init__(self, body: bytes, arm: Callable[[], None]) -> None:
        self._body = body
        self._arm = arm
        self.armed = False
        self.handed_out = False
        self.last_byte_sent = False
        self.connection: HTTPConnection | None = None

    def __len__(self) -> int:
        """Bytes in all: `requests` makes the Content-Length of it."""
        return len(self._body)

    def __iter__(self) -> Iterator[bytes]:
        """All but the last byte; then, if nobody objected, the last one."""
        yield self._body[:-1]
        if self._objection(GRACE_S):
            return
        try:
            self._arm()
        except BaseException as error:  # noqa: BLE001  # the client raises it again, whatever it is
            raise ArmFailed(error) from None
        self.armed = True
        if self._objection(0):
            return
        # From here on the byte may be on its way, whatever the kernel says about it.
        self.last_byte_sent = True
        yield self._body[-1:]

    def _objection(self, wait_s: float) -> bool:
        """Whether the gateway has closed, reset or answered although the request is not whole."""
        sock = None if self.connection is None else self.connection.sock
        return sock is not None and has_answered(sock, wait_s)


class _SplitHttp(HTTPConnection):
    response_class = FinalResponse

    def request(self, method: str, url: str, body: Any = None, *args: Any, **kwargs: Any) -> None:
        _introduce(self, body)
        super().request(method, url, body, *args, **kwargs)


class _SplitHttps(HTTPSConnection):
    response_class = FinalResponse

    def request(self, method: str, url: str, body: Any = None, *args: Any, **kwargs: Any) -> None:
        _introduce(self, body)
        super().request(method, url, body, *args, **kwargs)


def _introduce(connection: HTTPConnection, body: object) -> None:
    """Let the body see the socket on which it travels."""
    if isinstance(body, SplitBody):
        body.connection = connection


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
        """Make pools whose connections introduce themselves to the body."""
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
