"""One account at one gateway over HTTP: six calls, no second tries, no secrets in any message."""

import hashlib
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http.client import HTTPException

import certifi
import requests
import urllib3
from requests import exceptions as errors

from campaign.domain import Attempt, Balance, Reply, Sender, Tracked
from campaign.errors import InputError, NotSent
from campaign.gateways.json_v2 import messages, verdict
from campaign.gateways.json_v2.providers import Provider, checked_url
from campaign.gateways.json_v2.transport import (
    AnswerTooSlow,
    CommitFailed,
    ListeningSocket,
    PlainAdapter,
    SplitBody,
    causes,
    class_names,
    http_date,
    no_answer,
    not_sent,
    retry_after_s,
)
from campaign.secret import Credentials, redact
from campaign.text import tr

CONNECT_TIMEOUT_S = 15.0
READ_CALL_TIMEOUT_S = 60.0
MAX_BODY = 4 * 1024 * 1024
"""More than any honest answer: 1,000 statuses are 80 KB."""
_BUSY = 429
_BUSY_PAUSE_S = 1.0
"""After a 429 that took recipients and names no Retry-After."""
_PIECE = 64 * 1024
_READ_ERRORS = (errors.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError)
_HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "campaign",
}


class HttpGateway:
    """The client (`gateways.base.GatewayAccount`).

    Args:
        base_url: Another address for the same protocol, "" for the provider's own.
        credentials: They travel in the JSON body only.
        timeout_s: How long the whole answer to a send may take. Long, because a time-out leaves up
            to 200 recipients unknown.
        allow_plain_http: Let login and phones travel readable; loopback is always allowed.
        ca_file: Certificates next to the system's own, for gateways inside a company.

    Raises:
        InputError: The address or the login cannot be used.
    """

    def __init__(  # noqa: PLR0913  # one argument per setting of the connection
        self,
        provider: Provider,
        credentials: Credentials,
        *,
        base_url: str = "",
        timeout_s: float = 180.0,
        allow_plain_http: bool = False,
        ca_file: str | None = None,
    ) -> None:
        if not (_is_utf8(credentials.login) and _is_utf8(credentials.password.reveal())):
            raise InputError(
                tr("the login or the password contains bytes that are not UTF-8"),
                hint=tr("Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD (or the password file) in UTF-8."),
                code="login_not_text",
            )
        self.provider = provider
        self.base_url = checked_url(base_url or provider.base_url, allow_plain=allow_plain_http)
        self._credentials = credentials
        self._timeout_s = timeout_s
        self.their_time: datetime | None = None
        self._paused_until_s = 0.0
        self._context = ssl.create_default_context(cafile=certifi.where())
        self._context.sslsocket_class = ListeningSocket
        self._context.load_default_certs()
        if ca_file:
            self._context.load_verify_locations(cafile=ca_file)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2

    @property
    def login(self) -> str:
        """Whose account it is."""
        return self._credentials.login

    @property
    def asks_without_client_id(self) -> bool:
        """Whether status.json may be asked about a smscId whose clientId is not known."""
        return not self.provider.status_needs_client_id

    # --- send ---

    def request_digest(self, attempt: Attempt) -> str:
        """SHA-256 of the request without login and password."""
        payload = messages.encode(messages.send_payload(attempt, self.provider))
        return hashlib.sha256(payload).hexdigest()

    def send(self, attempt: Attempt, commit_point: Callable[[], None]) -> Reply:
        """Hand a chunk over (`gateways.base.Gateway.send`).

        After a 429 that took recipients all the same nothing is sent until its pause is over: such
        an answer is an outcome, which no retry waits for.
        """
        self._require_no_pause()
        body = SplitBody(self._body(messages.send_payload(attempt, self.provider)), commit_point)
        with self._session() as session:
            try:
                response = self._post(session, "send", body, self._timeout_s)
            except CommitFailed as stop:
                raise stop.reason from None
            except _READ_ERRORS as error:
                if not body.last_byte_sent:
                    raise not_sent(error, self.base_url, committed=body.committed) from None
                return Reply(None, complete=False, error=class_names(error))
            reply = self._read(response, body.last_byte_sent, self._timeout_s)
        if reply.http_status == _BUSY and verdict.contradicts(reply):
            pause_s = _BUSY_PAUSE_S if reply.retry_after_s is None else reply.retry_after_s
            self._paused_until_s = time.monotonic() + pause_s
        return reply

    def _require_no_pause(self) -> None:
        left_s = self._paused_until_s - time.monotonic()
        if left_s > 0:
            raise NotSent(
                tr("the gateway is busy and asked for a pause"), code="http_429", retry_after_s=left_s
            )

    judge = staticmethod(verdict.judge)

    # --- read ---

    def ask_statuses(self, tracked: Sequence[Tracked]) -> Reply:
        """Call status.json for at most 200 messages."""
        return self._call("status", messages.status_payload(tracked))

    def drain_queue(self, queue_name: str, limit: int) -> Reply:
        """Call statusQueue.json; the gateway forgets what it reported."""
        payload = {"statusQueueName": queue_name, "statusQueueLimit": str(limit)}
        return self._call("statusQueue", payload)

    read_statuses = staticmethod(messages.status_rows)

    def balance(self) -> tuple[Balance, ...]:
        """Call balance.json."""
        return messages.balances(messages.read_document(self._call("balance", {})))

    def senders(self) -> tuple[Sender, ...]:
        """Call senders.json."""
        return messages.senders(messages.read_document(self._call("senders", {})))

    # --- HTTP ---

    def _body(self, payload: Mapping[str, object]) -> bytes:
        login = {"login": self._credentials.login, "password": self._credentials.password.reveal()}
        return messages.encode({**login, **payload})

    def _session(self) -> requests.Session:
        """A new one for every call: a connection used again may die under a request (measured)."""
        session = _OneWaySession()
        session.trust_env = False
        session.mount("https://", PlainAdapter(self._context))
        session.mount("http://", PlainAdapter(self._context))
        return session

    def _post(
        self, session: requests.Session, name: str, body: bytes | SplitBody, timeout_s: float
    ) -> requests.Response:
        return session.post(
            f"{self.base_url}{name}.json",
            data=body,
            headers=_HEADERS,
            timeout=(CONNECT_TIMEOUT_S, timeout_s),
            allow_redirects=False,
            stream=True,
        )

    def _call(self, name: str, payload: Mapping[str, object]) -> Reply:
        """A call that changes nothing by being made."""
        timeout_s = min(self._timeout_s, READ_CALL_TIMEOUT_S)
        with self._session() as session:
            try:
                response = self._post(session, name, self._body(payload), timeout_s)
            except _READ_ERRORS as error:
                raise no_answer(error, self.base_url) from None
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
            slow = any(isinstance(cause, AnswerTooSlow) for cause in causes(failure))
            error, complete = "too slow" if slow else class_names(failure), False
        if complete and raw.length_remaining:
            error, complete = "ended early", False
        self.their_time = http_date(response.headers.get("Date", "")) or self.their_time
        return Reply(
            http_status=response.status_code,
            body=redact(b"".join(pieces), self._credentials.password)[:MAX_BODY],
            complete=complete,
            error=error,
            retry_after_s=retry_after_s(response.headers.get("Retry-After", "")),
            last_byte_sent=last_byte_sent,
        )


class _OneWaySession(requests.Session):
    """Sees no redirects.

    With `allow_redirects=False` alone, requests still unpacks the whole body of a redirect, without
    limit, and raises ValueError at a Location that is no URL (measured, 2.34).
    """

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """Nowhere."""
        return None


def _is_utf8(text: str) -> bool:
    """Python keeps bytes of the environment that are no UTF-8 as lone surrogates."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)
