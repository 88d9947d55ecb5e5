"""One account at one gateway over HTTP: six calls, no second tries, no secrets in any message."""

import hashlib
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from urllib.parse import urlsplit

import certifi
import requests
import urllib3
from requests import exceptions as errors

from campaign.adapters.gateway import verdict, wire
from campaign.adapters.gateway.answer import AnswerTooSlow, ListeningSocket
from campaign.adapters.gateway.dialect import Dialect
from campaign.adapters.gateway.split import ArmFailed, PlainAdapter, SplitBody
from campaign.errors import GatewayError, InputError, NotSent, Unreadable
from campaign.model import Attempt, Balance, Judgement, Member, Reply, Sender, StatusRow, Tracked
from campaign.secret import Credentials, mask

CONNECT_TIMEOUT_S = 15.0
READ_CALL_TIMEOUT_S = 60.0
MAX_BODY = 4 * 1024 * 1024
"""More than any honest answer: 1,000 statuses are 80 KB."""

MAX_RETRY_AFTER_S = 300.0
_PIECE = 64 * 1024
_READ_ERRORS = (
    errors.RequestException,
    urllib3.exceptions.HTTPError,
    HTTPException,
    OSError,
)
_HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "campaign",
}
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class HttpGateway:
    """The client (`ports.Gateway`).

    Attributes:
        their_time: The gateway's clock, as its last answer told it in the Date header.

    Args:
        dialect: The provider's differences.
        base_url: Another address for the same dialect, "" for the provider's own.
        credentials: Login and password; they travel in the JSON body only.
        timeout_s: How long the whole answer to a send may take. Long, because a time-out costs up
            to 200 people held as unknown.
        allow_plain_http: Let login and phones travel readable; loopback is always allowed.
        ca_file: A CA certificate file beside the system's own, for gateways inside a company.

    Raises:
        InputError: The address cannot be used.
    """

    def __init__(  # noqa: PLR0913  # one argument per setting of the connection
        self,
        dialect: Dialect,
        credentials: Credentials,
        *,
        base_url: str = "",
        timeout_s: float = 180.0,
        allow_plain_http: bool = False,
        ca_file: str | None = None,
    ) -> None:
        if not (_is_utf8(credentials.login) and _is_utf8(credentials.password.reveal())):
            raise InputError(
                "the login or the password holds bytes that are no UTF-8 text",
                hint="Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD (or the password file) in UTF-8.",
                code="login_not_text",
            )
        self.dialect = dialect
        self.base_url = checked_url(base_url or dialect.base_url, allow_plain=allow_plain_http)
        self._credentials = credentials
        self._timeout_s = timeout_s
        self.their_time: datetime | None = None
        self._context = ssl.create_default_context(cafile=certifi.where())
        self._context.sslsocket_class = ListeningSocket
        self._context.load_default_certs()
        if ca_file:
            self._context.load_verify_locations(cafile=ca_file)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2

    @property
    def asks_without_client_id(self) -> bool:
        """Whether status.json may be asked about a smscId whose clientId is not known."""
        return not self.dialect.status_needs_client_id

    # --- send ---

    def request_digest(self, attempt: Attempt) -> str:
        """SHA-256 of the request without login and password."""
        payload = wire.encode(wire.send_payload(attempt, self.dialect))
        return hashlib.sha256(payload).hexdigest()

    def send(self, attempt: Attempt, arm: Callable[[], None]) -> Reply:
        """Hand a chunk over (`ports.Gateway.send`)."""
        body = SplitBody(self._body(wire.send_payload(attempt, self.dialect)), arm)
        with self._session() as session:
            try:
                response = session.post(
                    self.base_url + "send.json",
                    data=body,  # iterable with a length: see split.py
                    headers=_HEADERS,
                    timeout=(CONNECT_TIMEOUT_S, self._timeout_s),
                    allow_redirects=False,
                    stream=True,
                )
            except ArmFailed as stop:
                raise stop.reason from None
            except _READ_ERRORS as error:
                if not body.last_byte_sent:
                    raise _not_sent(error, self.base_url, armed=body.armed) from None
                return Reply(None, complete=False, error=_name(error))
            return self._read(response, body.last_byte_sent, self._timeout_s)

    def judge(self, members: Sequence[Member], reply: Reply) -> Judgement:
        """Decide what a reply proves (`verdict.judge`)."""
        return verdict.judge(members, reply)

    # --- read ---

    def ask_statuses(self, tracked: Sequence[Tracked]) -> Reply:
        """Call status.json for at most 200 messages."""
        return self._call("status", wire.status_payload(tracked))

    def drain_queue(self, queue_name: str, limit: int) -> Reply:
        """Call statusQueue.json; the gateway forgets what it tells."""
        payload = {"statusQueueName": queue_name, "statusQueueLimit": str(limit)}
        return self._call("statusQueue", payload)

    def read_statuses(self, reply: Reply) -> tuple[StatusRow, ...]:
        """Understand an answer to one of the two calls above."""
        return wire.status_rows(reply)

    def balance(self) -> tuple[Balance, ...]:
        """Call balance.json."""
        return wire.balances(wire.read_document(self._call("balance", {})))

    def senders(self) -> tuple[Sender, ...]:
        """Call senders.json."""
        return wire.senders(wire.read_document(self._call("senders", {})))

    def version(self) -> str:
        """Call version.json; "" where the provider has none."""
        if not self.dialect.has_version:
            return ""
        return wire.version(wire.read_document(self._call("version", {})))

    # --- HTTP ---

    def _body(self, payload: Mapping[str, object]) -> bytes:
        login = {
            "login": self._credentials.login,
            "password": self._credentials.password.reveal(),
        }
        return wire.encode({**login, **payload})

    def _session(self) -> requests.Session:
        """A new one for every call: a kept connection may die under a request (measured)."""
        session = _OneWaySession()
        session.trust_env = False
        session.mount("https://", PlainAdapter(self._context))
        session.mount("http://", PlainAdapter(self._context))
        return session

    def _call(self, name: str, payload: Mapping[str, object]) -> Reply:
        """A call that changes nothing by being made.

        Raises:
            GatewayError: No answer came.
        """
        timeout_s = min(self._timeout_s, READ_CALL_TIMEOUT_S)
        with self._session() as session:
            try:
                response = session.post(
                    f"{self.base_url}{name}.json",
                    data=self._body(payload),
                    headers=_HEADERS,
                    timeout=(CONNECT_TIMEOUT_S, timeout_s),
                    allow_redirects=False,
                    stream=True,
                )
            except _READ_ERRORS as error:
                raise _no_answer(error, self.base_url) from None
            return self._read(response, True, timeout_s)  # noqa: FBT003

    def _read(self, response: requests.Response, last_byte_sent: bool, limit_s: float) -> Reply:  # noqa: FBT001
        """Everything that comes, also when it ends in an error, up to 4 MB and the time limit."""
        pieces: list[bytes] = []
        size, error, complete = 0, "", True
        deadline = time.monotonic() + limit_s
        raw = response.raw
        try:
            while piece := raw.read1(_PIECE, decode_content=False):
                pieces.append(piece)
                size += len(piece)
                if size > MAX_BODY or time.monotonic() > deadline:
                    error, complete = "too long" if size > MAX_BODY else "too slow", False
                    break
        except _READ_ERRORS as failure:
            slow = any(isinstance(cause, AnswerTooSlow) for cause in _chain(failure))
            error, complete = "too slow" if slow else _name(failure), False
        if complete and raw.length_remaining:
            error, complete = "ended early", False
        self.their_time = _http_date(response.headers.get("Date", "")) or self.their_time
        return Reply(
            http_status=response.status_code,
            body=mask(b"".join(pieces), self._credentials.password)[:MAX_BODY],
            complete=complete,
            error=error,
            retry_after_s=_retry_after(response.headers.get("Retry-After", "")),
            last_byte_sent=last_byte_sent,
        )


class _OneWaySession(requests.Session):
    """Sees no redirects.

    With `allow_redirects=False` alone, requests still reads and unpacks the whole body of a
    redirect, without limit, and raises ValueError at a Location that is no URL (measured, 2.34).
    """

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """Nowhere."""
        return None


def checked_url(url: str, *, allow_plain: bool) -> str:
    """The base URL with its final slash.

    Raises:
        InputError: Not http(s), with a password in it, or readable by others on the way.
    """
    try:
        parts = urlsplit(url)
        usable = parts.port != 0 and not any(sign.isspace() for sign in url)
    except ValueError:
        parts, usable = urlsplit(""), False
    if parts.scheme not in {"http", "https"} or not parts.hostname or not usable:
        raise InputError(
            f"the gateway's address {parts.scheme}://{parts.hostname or ''} is not usable",
            hint="--gateway-url https://HOST/messages/v2/",
            code="gateway_url",
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InputError(
            "the gateway's address must not hold a login, a password or parameters",
            hint="Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD; --gateway-url https://HOST/messages/v2/",
            code="gateway_url",
        )
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK and not allow_plain:
        raise InputError(
            f"http://{parts.hostname} would send login, phones and texts readable by anybody "
            "on the way",
            hint=f"--gateway-url https://{parts.netloc}{parts.path}, or --allow-plain-http",
            code="plain_http",
        )
    return url if url.endswith("/") else url + "/"


def _is_utf8(text: str) -> bool:
    """Python keeps bytes of the environment that are no UTF-8 as lone surrogates."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, from the outside in."""
    cause: object = error
    for _ in range(6):
        if not isinstance(cause, BaseException):
            return
        yield cause
        inner = [getattr(cause, "reason", None), *cause.args, cause.__cause__]
        cause = next((one for one in inner if isinstance(one, BaseException)), None)


def _name(error: BaseException) -> str:
    """Class names: enough for support, and no body can hide in them."""
    return " < ".join(dict.fromkeys(type(cause).__name__ for cause in _chain(error)))


def _not_sent(error: BaseException, url: str, *, armed: bool) -> NotSent:
    host = urlsplit(url).netloc
    # A connection that ends inside the handshake says nothing about the certificate.
    tls = isinstance(error, errors.SSLError) and not any(
        isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError)) for cause in _chain(error)
    )
    failure = NotSent(
        f"{host} could not be reached: {_name(error)}",
        hint="The certificate does not fit; nothing was sent. Check --gateway-url."
        if tls
        else "Nothing was sent; it is tried again.",
        final=tls,
    )
    failure.code = "never_completed" if armed else "not_reached"
    return failure


def _no_answer(error: BaseException, url: str) -> GatewayError:
    return Unreadable(
        f"{urlsplit(url).netloc} gave no answer: {_name(error)}",
        hint="Check the network and --gateway-url; asking changes nothing.",
        code="no_answer",
    )


def _retry_after(header: str) -> float | None:
    """Seconds that the gateway asks for, as a number or a date, within reason."""
    text = header.strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), MAX_RETRY_AFTER_S)
    moment = _http_date(text)
    if moment is None:
        return None
    wait = (moment - datetime.now(UTC)).total_seconds()
    return max(0.0, min(wait, MAX_RETRY_AFTER_S))


def _http_date(header: str) -> datetime | None:
    """A date as HTTP writes it, None for anything else."""
    try:
        moment = parsedate_to_datetime(header.strip())
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
