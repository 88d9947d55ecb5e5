"""The client over real sockets: what left, what came back, and what nobody may ever see.

Whether an error is "surely not sent" hangs on one question, which the stub answers by counting:
had the last byte of the request left?
"""

import base64
import contextlib
import inspect
import json
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st
from requests import exceptions as errors

from campaign.domain import Attempt, Chunk, ClientId, Member, Phone, Reply, RunId, Tracked, Verdict
from campaign.errors import CampaignError, GatewayError, JournalError, LoginRefused, NotSent, Unreadable
from campaign.gateways.json_v2.client import MAX_BODY, HttpGateway
from campaign.gateways.json_v2.providers import provider_of
from campaign.gateways.json_v2.transport import MAX_RETRY_AFTER_S
from campaign.secret import Credentials, Secret
from tests.fault.stub_server import Script, StubServer, Talk, answering, http, objecting, serving

PASSWORD = 'Canary7/"ö&+x9Q'  # noqa: S105  # a canary, not a password
MEMBER = Member(0, ClientId("A1"), Phone("+79161234567"), "Привет")
GOOD = b'{"status":"ok","messages":[{"status":"accepted","smscId":"5","clientId":"A1"}]}'


def attempt(text: str = MEMBER.text, copies: int = 1) -> Attempt:
    member = Member(0, MEMBER.client_id, MEMBER.phone, text)
    return Attempt(1, Chunk(RunId("r"), 0, None, (member,) * copies), 1, "c0123456789abcde")


BIG = attempt("x" * 50_000, copies=200)
"""Ten megabytes, more than the sockets hold: the last byte leaves long after the headers."""


def gateway(url: str, *, timeout_s: float = 3.0, ca_file: str | None = None) -> HttpGateway:
    return HttpGateway(
        provider_of("prostor"),
        Credentials("me", Secret(PASSWORD)),
        base_url=url,
        timeout_s=timeout_s,
        ca_file=ca_file,
    )


class CommitPoint:
    """Counts its calls, and can look at the world or fail before it returns."""

    def __init__(self, before_return: Callable[[], object] = lambda: None) -> None:
        self.calls = 0
        self._before_return = before_return

    def __call__(self) -> None:
        self.calls += 1
        self._before_return()


@dataclass(frozen=True, slots=True)
class Link:
    """How the client and the stub speak: plainly, unless there is a certificate."""

    context: ssl.SSLContext | None = None
    ca_file: str | None = None

    def serving(self, script: Script) -> AbstractContextManager[StubServer]:
        return serving(script, self.context)

    def gateway(self, server: StubServer, *, timeout_s: float = 3.0) -> HttpGateway:
        return gateway(server.url("localhost"), timeout_s=timeout_s, ca_file=self.ca_file)


PLAIN = Link()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return context


@pytest.fixture(params=[None, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3],
                ids=["plain", "TLS 1.2", "TLS 1.3"])  # fmt: skip
def link(request: pytest.FixtureRequest, authority: trustme.CA, ca_file: str) -> Link:
    """What lies in the socket must be decrypted to tell an answer from a session ticket."""
    if request.param is None:
        return PLAIN
    context = server_context(authority.issue_cert("localhost"))
    context.minimum_version = context.maximum_version = request.param
    return Link(context, ca_file)


def sent(
    script: Script,
    *,
    what: Attempt | None = None,
    timeout_s: float = 3.0,
    commit_point: CommitPoint | None = None,
    link: Link = PLAIN,
) -> tuple[Reply, Talk]:
    """The reply to one send, and what the server saw."""
    with link.serving(script) as server:
        it = link.gateway(server, timeout_s=timeout_s)
        reply = it.send(what or attempt(), commit_point or CommitPoint())
        server.settle()
    assert server.connections == 1
    return reply, server.talks[0]


def not_sent(
    script: Script, what: Attempt, commit_point: CommitPoint | None = None, link: Link = PLAIN
) -> tuple[NotSent, Talk]:
    """The error of a send whose last byte never left, and what the server saw."""
    with link.serving(script) as server:
        with pytest.raises(NotSent) as caught:
            link.gateway(server).send(what, commit_point or CommitPoint())
        server.settle()
    assert server.connections == 1
    return caught.value, server.talks[0]


def judged(reply: Reply) -> Verdict:
    return gateway("http://127.0.0.1:9/").judge([MEMBER], reply).verdict


# --- the last byte ----------------------------------------------------------------------------


def test_the_last_byte_leaves_only_after_the_commit_point_returned(link: Link) -> None:
    """The whole promise: before the commit the gateway holds an incomplete request."""
    during: list[int] = []

    with link.serving(answering(http(GOOD))) as server:

        def look() -> None:
            time.sleep(0.3)
            during.append(len(server.talks[0].body))

        commit_point = CommitPoint(look)
        reply = link.gateway(server).send(attempt(), commit_point)
        server.settle()

    promised = server.talks[0].promised
    assert during == [promised - 1]
    assert len(server.talks[0].body) == promised
    assert commit_point.calls == 1
    assert reply == Reply(200, GOOD)


@pytest.mark.parametrize(
    "error", [JournalError("disk full"), OSError("raw"), BrokenPipeError(), KeyboardInterrupt(),
              errors.ConnectionError("looks like network"), RuntimeError("a bug")]
)  # fmt: skip
def test_a_commit_that_fails_keeps_the_last_byte_and_its_error_comes_through(error: BaseException) -> None:
    """An OSError of the journal, taken for the network's, would be tried without a journal."""

    def fail() -> None:
        raise error

    commit_point = CommitPoint(fail)
    with serving(Talk.read_until_closed) as server:
        with pytest.raises(type(error)) as caught:
            gateway(server.url()).send(attempt(), commit_point)
        server.settle()

    assert caught.value is error
    assert commit_point.calls == 1
    assert len(server.talks[0].body) == server.talks[0].promised - 1
    assert not leaks(caught.value)


@pytest.mark.parametrize("promised_share", [0.0, 0.5])
def test_a_reset_in_the_middle_of_the_body_is_not_sent(promised_share: float) -> None:
    """N4: after the headers, and after half of the body."""

    def script(talk: Talk) -> None:
        talk.read_head()
        talk.read_body(less=int(talk.promised * (1 - promised_share)))
        talk.reset()

    commit_point = CommitPoint()
    error, talk = not_sent(script, BIG, commit_point)

    assert commit_point.calls == 0
    assert (error.code, error.final) == ("not_reached", False)
    assert len(talk.body) < talk.promised - 1


def test_a_server_that_closes_before_reading_is_not_sent() -> None:
    error, _ = not_sent(lambda _: None, BIG)

    assert not error.final


@pytest.mark.parametrize(
    ("status", "verdict"),
    [("401 No", Verdict.REFUSED), ("413 Big", Verdict.REFUSED), ("429 Slow", Verdict.NOT_SENT),
     ("502 Bad", Verdict.NOT_SENT), ("200 OK", Verdict.NOT_SENT)],
)  # fmt: skip
def test_an_early_answer_is_read_and_the_last_byte_stays_here(
    link: Link, status: str, verdict: Verdict
) -> None:
    """N5: judged by what it says, and surely not taken."""
    commit_point = CommitPoint()
    reply, talk = sent(objecting(http(GOOD, status)), what=BIG, commit_point=commit_point, link=link)

    assert commit_point.calls == 0
    assert reply.body == GOOD
    assert not reply.last_byte_sent
    assert len(talk.body) == talk.promised - 1
    assert judged(reply) is verdict


def test_an_answer_during_the_commit_keeps_the_last_byte_here(link: Link) -> None:
    """The gateway objected while the journal was writing: still never completed."""
    answered = threading.Event()

    def script(talk: Talk) -> None:
        talk.read_body(less=1)
        time.sleep(0.1)
        talk.send(http(b"", "503 Busy"))
        answered.set()
        talk.read_until_closed()

    reply, talk = sent(script, commit_point=CommitPoint(lambda: answered.wait(3)), link=link)

    assert (reply.http_status, reply.last_byte_sent) == (503, False)
    assert len(talk.body) == talk.promised - 1


def test_a_close_during_the_commit_never_completed(link: Link) -> None:
    closed = threading.Event()

    def script(talk: Talk) -> None:
        talk.read_body(less=1)
        time.sleep(0.1)
        talk.reset()
        closed.set()

    def until_closed() -> None:
        closed.wait(3)
        time.sleep(0.05)  # for the RST to arrive

    error, talk = not_sent(script, attempt(), CommitPoint(until_closed), link)

    assert error.code == "never_completed"
    assert len(talk.body) == talk.promised - 1


# --- nothing reached ----------------------------------------------------------------------------


def closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/", "https://nothing.invalid/"])
def test_a_gateway_that_cannot_be_reached_is_not_sent(url: str) -> None:
    """N1: refused, and a name that does not resolve."""
    commit_point = CommitPoint()
    with pytest.raises(NotSent) as caught:
        gateway(url.format(port=closed_port())).send(attempt(), commit_point)

    assert commit_point.calls == 0
    assert (caught.value.code, caught.value.final) == ("not_reached", False)
    assert not leaks(caught.value)
    assert caught.value.__cause__ is None  # frames of the library hold the body
    assert caught.value.__suppress_context__


# --- after the last byte --------------------------------------------------------------------------


def stall(talk: Talk) -> None:
    talk.read_body()
    talk.read_until_closed()


def reset_after(talk: Talk) -> None:
    talk.read_body()
    talk.reset()


def reset_in_status_line(talk: Talk) -> None:
    talk.read_body()
    talk.send(b"HTTP/1.1 2")
    talk.reset()


@pytest.mark.parametrize(
    "script",
    [
        stall,
        reset_after,
        reset_in_status_line,
        answering(),
        answering(b"HTTP/1.1 2"),
        answering(b"accepted\r\n\r\n"),
        answering(b"\x16\x03\x01\x00\x00"),
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 5, 7\r\n\r\n"),
        answering(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000),
        answering(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200),
        answering(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 200),
    ],
)
def test_no_readable_answer_after_the_last_byte_is_a_reply_without_status(script: Script) -> None:
    """N6, N7: unknown, and never an error that somebody could try again."""
    reply, talk = sent(script, timeout_s=0.5)

    assert (reply.http_status, reply.complete, reply.last_byte_sent) == (None, False, True)
    assert reply.error
    assert len(talk.body) == talk.promised


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (http(GOOD, length=len(GOOD) + 9), GOOD),
        (http(GOOD[:40], length=len(GOOD)), GOOD[:40]),
        (http(b"", length=len(GOOD)), b""),
        (CHUNKED + b"5\r\nabcde\r\nXYZ\r\n", b"abcde"),
        (CHUNKED + b"5\r\nabcde\r\n", b"abcde"),
        (CHUNKED + b"5\r\nabc", b"abc"),
        (CHUNKED + b"zz\r\nabc", b""),
    ],
)
def test_a_body_that_breaks_off_is_kept_and_called_incomplete(answer: bytes, kept: bytes) -> None:
    """N8: short Content-Length and bad chunking; what came may name people."""
    reply, _ = sent(answering(answer))

    assert (reply.http_status, reply.body, reply.complete) == (200, kept, False)
    assert reply.error


def test_a_reset_in_the_body_keeps_what_had_come() -> None:
    def script(talk: Talk) -> None:
        talk.read_body()
        talk.send(http(GOOD, length=5000), every_s=0.2)
        talk.reset()

    reply, _ = sent(script)

    assert (reply.http_status, reply.body, reply.complete) == (200, GOOD, False)


@pytest.mark.parametrize(
    "answer",
    [
        http(GOOD),
        b"HTTP/1.1 200 OK\r\n\r\n" + GOOD,
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n" + GOOD,
        CHUNKED + f"{len(GOOD):x}\r\n".encode() + GOOD + b"\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" + http(GOOD),
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + http(GOOD),
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"
        b"HTTP/1.1 102 Processing\r\n\r\n" + http(GOOD),
    ],
)
def test_every_honest_form_of_an_answer_is_read_whole(answer: bytes) -> None:
    """N16: 1xx only promises an answer. http.client skips 100 and takes 103 for the answer."""
    reply, _ = sent(answering(answer))

    assert reply == Reply(200, GOOD)


@pytest.mark.parametrize("interim", [b"100 Continue", b"103 Early Hints\r\nLink: </x>"])
@pytest.mark.parametrize("early", [30, None], ids=["in pieces", "whole"])
def test_an_interim_answer_before_the_last_byte_is_no_objection_and_not_lost(
    link: Link, interim: bytes, early: int | None
) -> None:
    """A front that says 100 unasked would otherwise stop every request one byte short."""
    whole = b"HTTP/1.1 " + interim + b"\r\n\r\n"

    def script(talk: Talk) -> None:
        talk.read_head()
        talk.send(whole[:early])
        talk.read_body()
        talk.send(whole[len(whole[:early]) :] + http(GOOD))

    reply, talk = sent(script, what=BIG, link=link)

    assert reply == Reply(200, GOOD)
    assert len(talk.body) == talk.promised


def test_an_answer_that_drips_is_cut_off_at_the_time_limit() -> None:
    """A byte now and then keeps every single read alive; the sum is what counts."""
    began = time.monotonic()
    reply, _ = sent(answering(http(b"", length=500), *[b"x"] * 30, every_s=0.1), timeout_s=0.5)

    assert (reply.error, reply.complete) == ("too slow", False)
    assert reply.body
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", id="header lines"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x", id="one header"),
        pytest.param(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", id="interim answers"),
    ],
)
def test_an_answer_that_never_begins_is_cut_off_at_the_time_limit(start: bytes, drop: bytes) -> None:
    """No body, no end: the worker would hang for ever, and nobody could know why."""
    began = time.monotonic()
    reply, talk = sent(answering(start, *[drop] * 40, every_s=0.1), timeout_s=0.6)

    assert (reply.http_status, reply.complete) == (None, False)
    assert "AnswerTooSlow" in reply.error
    assert len(talk.body) == talk.promised
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("status", "headers"),
    [("200 OK", ()), ("302 Found", ("Location: /x", "Content-Encoding: gzip"))],
    ids=["answer", "redirect"],
)
def test_an_endless_answer_is_cut_off_at_four_megabytes(status: str, headers: tuple[str, ...]) -> None:
    """N10."""
    reply, _ = sent(answering(http(b"x" * 5 * 1024 * 1024, status, *headers)))

    assert reply.http_status == int(status[:3])
    assert (reply.error, reply.complete, len(reply.body)) == ("too long", False, MAX_BODY)


def test_a_compressed_answer_is_not_unpacked() -> None:
    """It was not asked for, and a bomb must stay small."""
    bomb = b"\x1f\x8b\x08\x00" + b"\x00" * 100
    reply, talk = sent(answering(http(bomb, "200 OK", "Content-Encoding: gzip")))

    assert reply == Reply(200, bomb)
    assert b"\r\naccept-encoding: identity\r\n" in talk.head.lower() + b"\r\n"


@settings(max_examples=40)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=30),
            st.sampled_from(
                [b"Content-Length: 3", b"Content-Length: x", b"Transfer-Encoding: chunked",
                 b"Set-Cookie: a=b; expires=x; domain=.", b"Location: http://[", b"Retry-After: ",
                 b"Location: \xff\xfe", b"Content-Encoding: br", b"Content-Type: ;charset=\xff"]
            ),
        ),
        max_size=5,
    ),
    st.sampled_from([200, 204, 302, 304, 307, 401, 429, 502, 999]),
)  # fmt: skip
def test_no_header_can_turn_an_answer_into_a_crash(lines: list[bytes], status: int) -> None:
    """An exception after the last byte leaves 200 people in doubt for nothing."""
    head = f"HTTP/1.1 {status} x\r\n".encode() + b"".join(line + b"\r\n" for line in lines)
    reply, _ = sent(answering(head + b"\r\n{}"), timeout_s=0.5)

    assert reply.last_byte_sent
    assert reply.http_status in {status, None} or 200 <= reply.http_status < 1000


# --- redirects, proxies, netrc, pools ---------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["{other}", "//127.0.0.1:{port}/", "/again", "http://[", "\xff"])
def test_a_redirect_is_never_followed_and_its_body_is_kept(status: int, location: str) -> None:
    """N11: following posts the password and 200 people a second time, to anybody.

    A Location that is no URL made requests raise ValueError, and a redirect's body was lost.
    """
    with serving(answering(http(GOOD))) as other:
        where = location.format(other=other.url(), port=other.port)
        reply, _ = sent(answering(http(b"moved", f"{status} Moved", f"Location: {where}")))

    assert (reply.http_status, reply.body, reply.complete) == (status, b"moved", True)
    assert (other.connections, other.byte_count) == (0, 0)


def test_proxies_and_netrc_of_the_environment_are_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An environment variable must not decide who reads the password."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login stranger password canary\n")
    monkeypatch.setenv("NETRC", str(netrc))

    with serving(answering(http(GOOD))) as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        reply, talk = sent(answering(http(GOOD)))

    assert reply == Reply(200, GOOD)
    assert (proxy.connections, proxy.byte_count) == (0, 0)
    assert b"authorization" not in talk.head.lower()


def test_every_call_has_its_own_connection_and_says_so() -> None:
    """A kept connection may die under the next request: 200 people in doubt for nothing."""

    def keep_alive(talk: Talk) -> None:
        talk.read_body()
        talk.send(http(GOOD, "200 OK", "Connection: keep-alive", "Set-Cookie: a=b"))
        talk.read_until_closed()

    with serving(keep_alive) as server:
        it = gateway(server.url())
        for _ in range(3):
            it.send(attempt(), CommitPoint())
        it.ask_statuses([Tracked("5", "A1")])
        server.settle()

    assert server.connections == 4
    assert all(talk.head.startswith(b"POST /v2/") for talk in server.talks)
    assert all(b"connection: close" in talk.head.lower() for talk in server.talks)
    assert all(b"cookie" not in talk.head.lower() for talk in server.talks)


@pytest.mark.parametrize("headers", [(), ("Retry-After: 30",)])
def test_a_429_that_took_recipients_is_kept_and_its_pause_holds_for_the_next_send(
    headers: tuple[str, ...],
) -> None:
    """The answer is an outcome, so the step does not wait for it: the client keeps the pause."""
    commit_point = CommitPoint()
    with serving(answering(http(GOOD, "429 Too Many Requests", *headers))) as server:
        one = gateway(server.url())
        reply = one.send(attempt(), CommitPoint())
        with pytest.raises(NotSent) as busy:
            one.send(attempt(), commit_point)
        server.settle()

    assert judged(reply) is Verdict.ANSWERED
    assert busy.value.code == "http_429"
    assert busy.value.retry_after_s == pytest.approx(30 if headers else 1, abs=1)
    assert (commit_point.calls, server.connections) == (0, 1)


def test_a_429_that_took_nobody_leaves_the_waiting_to_the_step() -> None:
    with serving(answering(http(b"slow down", "429 Too Many", "Retry-After: 30"))) as server:
        one = gateway(server.url())
        replies = [one.send(attempt(), CommitPoint()) for _ in range(2)]

    assert [reply.http_status for reply in replies] == [429, 429]


def test_the_login_can_be_read_and_the_password_cannot() -> None:
    one = gateway("http://127.0.0.1:9/")

    assert one.login == "me"
    assert PASSWORD not in f"{vars(one)}"


def test_a_send_is_one_post_with_a_length_and_the_login_in_its_body() -> None:
    """Chunked, the gateway could take a request without its last byte for whole."""
    _, talk = sent(answering(http(GOOD)))
    document = json.loads(talk.body)

    assert talk.head.startswith(b"POST /v2/send.json HTTP/1.1\r\n")
    assert b"transfer-encoding" not in talk.head.lower()
    assert len(talk.body) == talk.promised
    assert (document["login"], document["password"]) == ("me", PASSWORD)
    assert document["statusQueueName"] == "c0123456789abcde"
    assert quote(PASSWORD) not in talk.head.decode()


# --- TLS ----------------------------------------------------------------------------------------


BAD_CERTIFICATES: dict[str, Callable[[trustme.CA], trustme.LeafCert]] = {
    "wrong authority": lambda _: trustme.CA().issue_cert("localhost"),
    "wrong host": lambda authority: authority.issue_cert("sms.example.org"),
    "expired": lambda authority: authority.issue_cert(
        "localhost", not_after=datetime(2020, 1, 1, tzinfo=UTC)
    ),
}


@pytest.mark.parametrize("issue", BAD_CERTIFICATES.values(), ids=BAD_CERTIFICATES)
def test_a_certificate_that_does_not_fit_stops_before_anything_is_sent(
    issue: Callable[[trustme.CA], trustme.LeafCert], authority: trustme.CA, ca_file: str
) -> None:
    """N2: never "continue anyway", and trying again cannot help."""
    commit_point = CommitPoint()
    with serving(answering(http(GOOD)), server_context(issue(authority))) as server:
        with pytest.raises(NotSent) as caught:
            gateway(server.url("localhost"), ca_file=ca_file).send(attempt(), commit_point)
        server.settle()

    assert caught.value.final
    assert (commit_point.calls, server.byte_count) == (0, 0)
    assert not leaks(caught.value)


@pytest.mark.parametrize(
    ("script", "final"),
    [
        pytest.param(lambda talk: talk.send(http(b"", "400 Bad")), True, id="plain HTTP"),
        pytest.param(lambda _: None, False, id="closed"),
        pytest.param(Talk.reset, False, id="reset"),
    ],
)
def test_a_connection_that_ends_inside_the_handshake_may_be_tried_again(
    script: Script, *, final: bool
) -> None:
    """An overloaded front hangs up there; that says nothing about the certificate."""
    with serving(script) as server:
        url = server.url().replace("http:", "https:")
        with pytest.raises(NotSent) as caught:
            gateway(url).send(attempt(), CommitPoint())

    assert caught.value.final is final


# --- every class in requests.exceptions ----------------------------------------------------------

CLASSES = [
    found
    for _, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, Exception) and not issubclass(found, Warning) and found.__module__ == errors.__name__
]


class Failing(requests.adapters.BaseAdapter):
    """A transport that fails before it asked for the last byte, or in sending it."""

    def __init__(self, error: Exception, *, after: bool) -> None:
        super().__init__()
        self._error = error
        self._after = after

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:  # type: ignore[override]
        pieces = iter(request.body or ())
        for _piece in range(2 if self._after else 1):
            next(pieces)
        raise self._error

    def close(self) -> None:
        """Nothing is open."""


class FailingGateway(HttpGateway):
    """The client over such a transport."""

    transport: Failing

    def _session(self) -> requests.Session:
        session = super()._session()
        session.mount("https://", self.transport)
        return session


def failing(kind: type[Exception], *, after: bool) -> FailingGateway:
    made = kind("x", "{}", 0) if issubclass(kind, json.JSONDecodeError) else kind("x")
    found = FailingGateway(provider_of("prostor"), Credentials("me", Secret(PASSWORD)))
    found.transport = Failing(made, after=after)
    return found


def test_requests_still_has_the_classes_that_the_table_speaks_of() -> None:
    names = {kind.__name__ for kind in CLASSES}

    assert {"RequestException", "SSLError", "ReadTimeout", "ChunkedEncodingError"} <= names
    assert len(names) > 20


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_of_requests_before_the_last_byte_is_not_sent(kind: type[Exception]) -> None:
    """Also one that a later version of requests adds: this test finds it by itself."""
    with pytest.raises(NotSent) as caught:
        failing(kind, after=False).send(attempt(), CommitPoint())

    assert caught.value.final is issubclass(kind, errors.SSLError)
    assert not leaks(caught.value)


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_of_requests_after_the_last_byte_is_no_answer(kind: type[Exception]) -> None:
    """N6: whatever it is called, the byte may be in the kernel and on its way."""
    reply = failing(kind, after=True).send(attempt(), CommitPoint())

    assert (reply.http_status, reply.complete, reply.last_byte_sent) == (None, False, True)
    assert kind.__name__ in reply.error


# --- Retry-After ------------------------------------------------------------------------------

IN_TWO_MINUTES = "in two minutes, as a date"


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7, 7),
        (" 0 ", 0, 0),
        ("99999999999999999999", MAX_RETRY_AFTER_S, MAX_RETRY_AFTER_S),
        (IN_TWO_MINUTES, 60, 120),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 0, 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_RETRY_AFTER_S, MAX_RETRY_AFTER_S),
    ],
)
def test_retry_after_is_read_as_seconds_or_date_and_capped(header: str, least: float, most: float) -> None:
    """N13."""
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=120), usegmt=True)
    line = "Retry-After: " + (soon if header == IN_TWO_MINUTES else header)
    reply, _ = sent(answering(http(b"", "429 Slow", line)))

    assert reply.retry_after_s is not None
    assert least <= reply.retry_after_s <= most


@pytest.mark.parametrize(
    "header",
    ["", "soon", "-5", "1.5", "\xb2", "1, 2", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
     "Mon, 99999999999999 Jan 2020 00:00:00 GMT", "Mon, 01 Jan 2020 00:00:00 +9999999999999999"],
)  # fmt: skip
def test_an_absurd_retry_after_is_none(header: str) -> None:
    """It must not cost the answer it came with."""
    reply, _ = sent(answering(http(GOOD, "200 OK", f"Retry-After: {header}")))

    assert reply == Reply(200, GOOD)


# --- the password -----------------------------------------------------------------------------


def leaks(error: BaseException) -> bool:
    """Whether the password stands in the traceback with locals, or in any message of the chain."""
    seen = list(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    cause: BaseException | None = error
    while cause is not None:
        seen += [str(cause), repr(cause)]
        cause = cause.__cause__ or cause.__context__
    shown = "".join(seen)
    parts = (PASSWORD, json.dumps(PASSWORD)[1:-1], repr(PASSWORD)[1:-1], "Canary")
    return any(part in shown for part in parts)


ECHOES: dict[str, Callable[[bytes], bytes]] = {
    "raw": lambda body: body,
    "JSON": lambda body: json.dumps({"your request": json.loads(body)}).encode(),
    "JSON twice": lambda body: json.dumps(PASSWORD, ensure_ascii=False).encode() + body,
    "JSON of JSON": lambda body: json.dumps({"received": body.decode()}).encode(),
    "URL": lambda body: quote(body, safe="").encode(),
    "HTML": lambda body: escape(body.decode()).encode(),
    "cut": lambda body: body[: body.index(b"Canary") + 10],
    "base64": lambda body: base64.b64encode(json.loads(body)["password"].encode()),
    "base64, all": base64.b64encode,
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_an_answer_that_echoes_the_request_is_stored_without_the_password(
    echo: Callable[[bytes], bytes],
) -> None:
    """An error page may show what it was given; the journal keeps every answer."""
    reply, _ = sent(answering(lambda talk: http(echo(talk.body), "500 Oops")))

    assert "•••".encode() in reply.body
    assert b"Canary" not in reply.body
    assert base64.b64encode(PASSWORD.encode())[:12] not in reply.body
    with contextlib.suppress(ValueError):
        assert b"Canary" not in base64.b64decode(reply.body.replace("•".encode(), b""))


def test_an_echo_at_the_cap_is_redacted_before_it_is_cut() -> None:
    """Cut first, half a password would be left at the edge."""
    echo = b"x" * (MAX_BODY - 5) + PASSWORD.encode() + b"y" * 200_000
    reply, _ = sent(answering(http(echo)))

    assert b"Cana" not in reply.body


READS: list[Callable[[HttpGateway], object]] = [
    HttpGateway.balance,
    HttpGateway.senders,
    lambda it: it.read_statuses(it.ask_statuses([Tracked("5", "A1")])),
    lambda it: it.read_statuses(it.drain_queue("c0123456789abcde", 10)),
]


@pytest.mark.parametrize("call", READS)
@pytest.mark.parametrize("script", [reset_after, answering(), None])
def test_no_answer_to_a_reading_call_is_an_error_without_the_password(
    call: Callable[[HttpGateway], object], script: Script | None
) -> None:
    with serving(script or stall) as server:
        url = server.url() if script else f"http://127.0.0.1:{closed_port()}/"
        with pytest.raises(GatewayError) as caught:
            call(gateway(url))

    assert caught.value.code == "no_answer"
    assert not leaks(caught.value)


@pytest.mark.parametrize("call", READS)
@pytest.mark.parametrize(
    ("status", "kind"), [("200 OK", CampaignError), ("502 Bad", Unreadable), ("401 No", LoginRefused)]
)
def test_an_unreadable_answer_to_a_reading_call_is_reported_without_the_password(
    call: Callable[[HttpGateway], object], status: str, kind: type[CampaignError]
) -> None:
    """The message shows the start of the answer, and the answer may be an echo."""
    script = answering(lambda talk: http(b"<html>" + talk.body, status))
    with serving(script) as server, pytest.raises(kind) as caught:
        call(gateway(server.url()))

    assert not leaks(caught.value)


def test_reading_calls_are_those_of_the_documents() -> None:
    """Source: status.json, statusQueue.json (limit as text), balance, senders."""
    with serving(answering(http(b'{"status":"ok"}'))) as server:
        it = gateway(server.url())
        it.ask_statuses([Tracked("5", "A1"), Tracked("6", "")])
        it.drain_queue("c0123456789abcde", 10)
        it.balance()
        it.senders()
        server.settle()

    login = {"login": "me", "password": PASSWORD}
    status = {"messages": [{"smscId": "5", "clientId": "A1"}, {"smscId": "6"}]}
    queue = {"statusQueueName": "c0123456789abcde", "statusQueueLimit": "10"}
    calls = [(talk.head.split(b" ")[1].decode(), json.loads(talk.body)) for talk in server.talks]
    assert calls == [
        ("/v2/status.json", login | status), ("/v2/statusQueue.json", login | queue),
        ("/v2/balance.json", login), ("/v2/senders.json", login),
    ]  # fmt: skip


def test_the_digest_of_a_request_does_not_know_the_password() -> None:
    """It is stored, and must not be a way to try passwords."""
    first = gateway("http://127.0.0.1:1/").request_digest(attempt())
    other = HttpGateway(provider_of("prostor"), Credentials("you", Secret("other")))

    assert first == other.request_digest(attempt())
    assert first != other.request_digest(attempt("another text"))
