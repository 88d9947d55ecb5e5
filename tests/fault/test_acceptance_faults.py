"""Each fault of a send request, with the outcome and the exit code that the contract promises.

Three kinds: what is surely not sent is tried again and delivered; what may have been taken is
never sent again and reported as unknown; what cannot get better stops the run at once.
"""

import gzip
import socket
import ssl
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
import trustme

from tests.fault.acceptance import customers, require_promise
from tests.foreign import faults
from tests.foreign.driver import Shell
from tests.foreign.gateway import Dialect, Fault, FaultPlan, ForeignGateway, ReadFaultPlan
from tests.foreign.judge import accepted_twice, wrong_rows
from tests.foreign.recipients import recipients, write_csv
from tests.foreign.together import live_together

OUR_BALANCE_WORDS = ("not enough balance", "not enough credits")


LONG_TEXT = "Здравствуйте, {Имя}! " + "Ждём Вас. " * 50
"""Two hundred of these are more than a narrow gateway lets a client send ahead."""

SURELY_NOT_SENT: dict[str, FaultPlan] = {
    "reset after the headers": faults.at(dict.fromkeys((1, 3), faults.reset_after_headers())),
    "reset after half the body": faults.at(dict.fromkeys((1, 3), faults.reset_half_body())),
    "429 on each third request": faults.every(3, faults.too_many("1")),
    "refused for a while": faults.at({1: faults.then_refuse(1.5)}),
}


def test_what_is_surely_not_sent_is_sent_in_the_end_and_nobody_gets_it_twice(tmp_path: Path) -> None:
    stories = {name: partial(deliver_in_the_end, plan=plan) for name, plan in SURELY_NOT_SENT.items()}
    live_together(tmp_path, stories)


@pytest.mark.sweep
@pytest.mark.parametrize("name", SURELY_NOT_SENT)
@pytest.mark.parametrize("_again", range(5))
def test_what_is_surely_not_sent_is_delivered_time_and_again(tmp_path: Path, name: str, _again: int) -> None:
    deliver_in_the_end(tmp_path, plan=SURELY_NOT_SENT[name])


def deliver_in_the_end(folder: Path, *, plan: FaultPlan) -> None:
    everybody, file = customers(folder, 1_000)
    with ForeignGateway(faults=plan, status_delay_s=0.1, narrow=True) as gateway:
        shell = Shell.at(gateway, folder)
        ended = shell.run(file, "--text", LONG_TEXT)
        rows = shell.report()

    assert ended.code == 3, ended.tell()
    require_promise(gateway, everybody, rows)
    assert len({entry.request_no for entry in gateway.ledger}) == 5


def test_the_pause_that_a_rate_limit_asks_for_is_kept(tmp_path: Path) -> None:
    with ForeignGateway(Dialect.IQSMS, faults=faults.at({1: faults.too_many("2")})) as gateway:
        shell = Shell.at(gateway, tmp_path)
        ended = shell.run(write_csv(tmp_path / "customers.csv", recipients(5)))
        first, second = (seen.ended_at_s or 0 for seen in gateway.sends)

    assert ended.code == 3, ended.tell()
    assert second - first >= 2


@pytest.mark.sweep
def test_a_gateway_that_is_not_there_is_exit_7_and_resume_delivers(tmp_path: Path) -> None:
    everybody, file = customers(tmp_path, 300)
    with ForeignGateway() as gateway:
        shell = Shell.at(gateway, tmp_path)
        gateway.refuse_connections(3600)
        away = shell.run(file)
        gateway.admit_connections()
        back = shell.resume()

    assert away.code == 7, away.tell()
    assert "Traceback" not in away.err
    assert "campaign resume" in away.err + away.out
    assert back.code == 3, back.tell()
    require_promise(gateway, everybody)


# --- login ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "request_no"), [(401, 1), (200, 1), (401, 3)])
def test_a_refused_login_stops_at_once_with_exit_6(tmp_path: Path, code: int, request_no: int) -> None:
    everybody, file = customers(tmp_path, 800)
    with ForeignGateway(faults=faults.at({request_no: faults.login_refused(code)})) as gateway:
        one_by_one = ("--concurrency", "1") if request_no > 1 else ()
        shell = Shell.at(gateway, tmp_path, *one_by_one)
        refused = shell.run(file)
        sent = len(gateway.sends)
        fixed = shell.resume()

    assert refused.code == 6, refused.tell()
    assert sent == request_no
    assert refused.statuses["pending"] == 800 - 200 * (request_no - 1)
    assert fixed.code == 3, fixed.tell()
    require_promise(gateway, everybody)


def test_a_wrong_password_is_tried_once_and_never_again(tmp_path: Path) -> None:
    """Some providers lock an account after a few wrong passwords."""
    _, file = customers(tmp_path, 600)
    with ForeignGateway(Dialect.IQSMS, password="another") as gateway:
        ended = Shell.at(gateway, tmp_path).run(file)

    assert ended.code == 6, ended.tell()
    assert gateway.counts.wrong_logins == 1
    assert sum(gateway.counts.requests.values()) == 1
    assert gateway.ledger == []


# --- whole requests refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", [400, 404, *(pytest.param(code, marks=pytest.mark.sweep) for code in (403, 413))]
)
def test_a_request_that_is_refused_as_a_whole_stops_the_run(tmp_path: Path, code: int) -> None:
    _, file = customers(tmp_path, 600)
    with ForeignGateway(
        faults=faults.always(faults.answer(code, b"what is this?", content_type="text/plain"))
    ) as gateway:
        ended = Shell.at(gateway, tmp_path).run(file)

    assert ended.code not in {0, 1, 3}, ended.tell()
    assert len(gateway.sends) == 1
    assert ended.statuses == {"pending": 600}
    assert "what is this?" in ended.err


@pytest.mark.parametrize("code", [302, 307])
def test_a_redirect_is_never_followed(tmp_path: Path, code: int) -> None:
    """To follow one would post the password and the phones to another host."""
    _, file = customers(tmp_path, 5)
    with socket.create_server(("127.0.0.1", 0)) as elsewhere, ForeignGateway() as gateway:
        elsewhere.settimeout(0.01)
        location = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/messages/v2/send.json"
        gateway.faults = faults.always(faults.answer(code, b"", headers=(("Location", location),)))
        ended = Shell.at(gateway, tmp_path).run(file)
        with pytest.raises(TimeoutError):
            elsewhere.accept()

    assert ended.code not in {0, 1, 3}, ended.tell()
    assert len(gateway.sends) == 1


def test_an_unknown_certificate_stops_the_run_before_a_password_leaves(tmp_path: Path) -> None:
    _, file = customers(tmp_path, 5)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with ForeignGateway(tls=context) as gateway:
        ended = Shell.at(gateway, tmp_path).run(file)

    assert ended.code in {4, 5, 7}, ended.tell()
    assert gateway.counts.requests == {}
    assert "certificate" in ended.err.lower(), ended.tell()


def test_money_that_ends_pauses_the_run_and_a_top_up_lets_it_go_on(tmp_path: Path) -> None:
    _, file = customers(tmp_path, 600)
    with ForeignGateway(Dialect.IQSMS, balance=Decimal(250)) as gateway:
        shell = Shell.at(gateway, tmp_path, "--concurrency", "1")
        poor = shell.run(file)
        sent = len(gateway.sends)
        gateway.balance = Decimal(10_000)
        rich = shell.resume()
        rows = shell.report()

    assert poor.code not in {0, 1}, poor.tell()
    assert sent in {0, 2}, "a guard may refuse before the first; nothing goes after the second"
    assert rich.code == 3, rich.tell()
    assert accepted_twice(gateway) == []
    refused = [row for row in rows if row["status"] == "refused"]
    assert all(row["gateway_status"] in OUR_BALANCE_WORDS for row in refused)
    assert len(gateway.ledger) + len(refused) == 600


# --- perhaps taken -------------------------------------------------------------------------------


def _without_names(messages: list[dict[str, object]]) -> list[dict[str, object]]:
    return [message | {"clientId": "None"} for message in messages]


BOMB, GZIPPED = gzip.compress(b"0" * 50_000_000), (("Content-Encoding", "gzip"),)


OFTEN: dict[str, tuple[Fault, bool]] = {
    "502 before acceptance": (faults.answer(502), False),
    "503 after acceptance": (faults.answer(503, accepted=True), True),
    "HTML with 200": (faults.answer(200, accepted=True), True),
    "answer lost, RST": (faults.lost(reset=True), True),
    "answer cut in half": (faults.truncated(0.5), True),
}
"""Fault, and whether the gateway took the people of that request."""

SELDOM: dict[str, tuple[Fault, bool]] = {
    "502 after acceptance": (faults.answer(502, accepted=True), True),
    "503 before acceptance": (faults.answer(503), False),
    "503 with Retry-After": (faults.answer(503, headers=(("Retry-After", "1"),)), False),
    "500": (faults.answer(500, accepted=True), True),
    "504": (faults.answer(504, accepted=True), True),
    "408": (faults.answer(408), False),
    "409": (faults.answer(409), False),
    "418": (faults.answer(418), False),
    "HTML with 200, not taken": (faults.answer(200), False),
    "empty 200": (faults.answer(200, b"", accepted=True), True),
    "null": (faults.answer(200, b"null", accepted=True), True),
    "answer lost, EOF": (faults.lost(reset=False), True),
    "answer cut near its end": (faults.truncated(0.98), True),
    "silence after acceptance": (faults.stall(accepted=True), True),
    "silence before acceptance": (faults.stall(accepted=False), False),
    "unexplained error": (faults.status_error(accepted=True), True),
    "unexplained error, not taken": (faults.status_error(accepted=False), False),
    "three people not named": (faults.missing(3), True),
    "nobody named": (faults.missing(200), True),
    "everybody named as None": (faults.edited(_without_names), True),
    "no HTTP at all": (faults.raw(b"SSH-2.0-OpenSSH_9.2\r\n"), True),
    "204": (faults.answer(204, b"", accepted=True), True),
    "deep nesting": (faults.answer(200, b"[" * 100_000, accepted=True), True),
    "no UTF-8": (faults.answer(200, b'{"status":"ok\xff\xfe"}', accepted=True), True),
    "a gzip bomb": (faults.answer(200, BOMB, accepted=True, headers=GZIPPED), True),
}


def test_what_may_have_been_taken_is_never_sent_again(tmp_path: Path) -> None:
    stories = {
        name: partial(live_through, fault=fault, taken=taken) for name, (fault, taken) in OFTEN.items()
    }
    live_together(tmp_path, stories, at_once=len(OFTEN))


@pytest.mark.sweep
@pytest.mark.parametrize("name", [*OFTEN, *SELDOM])
def test_nothing_that_may_have_been_taken_is_ever_sent_again(tmp_path: Path, name: str) -> None:
    fault, taken = (OFTEN | SELDOM)[name]
    live_through(tmp_path, fault=fault, taken=taken)


def live_through(folder: Path, *, fault: Fault, taken: bool) -> None:
    """Three requests; the second goes wrong, and at first the status queue shows nothing."""
    everybody, file = customers(folder, 600)
    with ForeignGateway(faults=faults.at({2: fault})) as gateway:
        gateway.queue_muted = True
        shell = Shell.at(gateway, folder, "--timeout", "2", wait="1s")
        ended = shell.run(file)
        assert ended.code in {7, 8}, ended.tell()
        ended = shell.resume_until_nobody_is_pending(ended)
        unknown = set(gateway.sends[1].phones)
        rows = shell.report()

        assert ended.code == 8, ended.tell()
        assert {row["phone"] for row in rows if row["status"] == "unknown"} <= unknown
        assert ended.statuses["unknown"] > 0
        assert wrong_rows(rows, everybody, gateway, unknown=unknown) == []
        assert_nobody_again(gateway, unknown, taken=taken)

        gateway.queue_muted = False
        later = shell.status()
        rows = shell.report()

    assert_nobody_again(gateway, unknown, taken=taken)
    assert wrong_rows(rows, everybody, gateway, unknown=unknown) == []
    assert later.statuses.get("unknown", 0) == (0 if taken else 200), later.tell()
    assert later.code in ({0, 3} if taken else {8}), later.tell()


def assert_nobody_again(gateway: ForeignGateway, unknown: set[str], *, taken: bool) -> None:
    """No person of the doubtful request is in any other request; everybody else was taken."""
    elsewhere = {phone for seen in gateway.sends if seen.number != 2 for phone in seen.phones}
    assert unknown & elsewhere == set()
    assert accepted_twice(gateway) == []
    assert len(gateway.ledger) == (600 if taken else 400)


@pytest.mark.parametrize("dialect", Dialect)
def test_a_lost_answer_is_settled_recipient_by_recipient_when_status_names_them(
    tmp_path: Path, dialect: Dialect
) -> None:
    """The first request of all, while the queue already shows what it took."""
    everybody, file = customers(tmp_path, 600)
    with ForeignGateway(dialect, faults=faults.at({1: faults.lost(reset=True)}), status_echo=True) as gateway:
        shell = Shell.at(gateway, tmp_path, wait="3s")
        ended = shell.resume_until_nobody_is_pending(shell.run(file))
        lost = set(gateway.sends[0].phones)
        rows = shell.report()

    assert ended.code in {0, 3}, ended.tell()
    require_promise(gateway, everybody, rows, unknown=lost)
    assert all(row["status"] != "unknown" for row in rows)


@pytest.mark.sweep
def test_a_gateway_that_always_answers_502_is_left_alone_after_three_requests(tmp_path: Path) -> None:
    """Otherwise a whole campaign would become unknown."""
    _, file = customers(tmp_path, 3_000)
    with ForeignGateway(faults=faults.always(faults.answer(502, accepted=True))) as gateway:
        gateway.queue_muted = True
        ended = Shell.at(gateway, tmp_path, wait="1s").run(file)

    assert ended.code in {7, 8}, ended.tell()
    assert len(gateway.sends) <= 3
    assert accepted_twice(gateway) == []
    assert ended.statuses == {
        "unknown": 200 * len(gateway.sends),
        "pending": 3_000 - 200 * len(gateway.sends),
    }


def test_a_flood_of_lost_answers_still_gives_every_row_one_status(tmp_path: Path) -> None:
    """Half the answers are lost; the operator resumes until nobody is pending."""
    everybody, file = customers(tmp_path, 1_000)
    with ForeignGateway(Dialect.IQSMS, faults=faults.every(2, faults.lost(reset=False))) as gateway:
        shell = Shell.at(gateway, tmp_path, wait="1s")
        ended = shell.resume_until_nobody_is_pending(shell.run(file))
        lost = {phone for seen in gateway.sends if seen.answered is None for phone in seen.phones}
        rows = shell.report()

    require_promise(gateway, everybody, rows, unknown=lost)
    assert sum(ended.statuses.values()) == 1_000


# --- questions that fail -------------------------------------------------------------------------


QUESTIONS: dict[str, ReadFaultPlan] = {
    "502": faults.reading("status", "statusQueue", step=2, fault=faults.answer(502)),
    "HTML with 200": faults.reading("status", "statusQueue", step=2, fault=faults.answer(200)),
    "entries read and lost": faults.reading("statusQueue", step=2, fault=faults.lost(reset=True)),
    "429": faults.reading("status", "statusQueue", step=3, fault=faults.too_many("1")),
}


def test_questions_that_fail_are_asked_again_and_no_status_is_lost(tmp_path: Path) -> None:
    """Reading a queue removes its entries: status.json must make good for an answer lost."""
    stories = {name: partial(ask_again, plan=plan) for name, plan in QUESTIONS.items()}

    live_together(tmp_path, stories)


def ask_again(folder: Path, *, plan: ReadFaultPlan) -> None:
    everybody, file = customers(folder, 400)
    with ForeignGateway(status_delay_s=0.2) as gateway:
        gateway.read_faults = plan
        shell = Shell.at(gateway, folder, "--poll", "0.2s")
        ended = shell.run(file)
        rows = shell.report()

    assert ended.code == 3, ended.tell()
    assert len(gateway.sends) == 2
    require_promise(gateway, everybody, rows)
