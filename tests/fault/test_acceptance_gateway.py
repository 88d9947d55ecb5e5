"""The oracle itself is tested first, with plain requests: a wrong oracle proves anything."""

import json
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import phonenumbers
import pytest
import requests
import trustme

from tests.foreign import faults
from tests.foreign.gateway import (
    LOGIN,
    PASSWORD,
    Dialect,
    Exchange,
    Fault,
    FaultPlan,
    ForeignGateway,
    Json,
    Stage,
    final_word,
    part_count,
)
from tests.foreign.recipients import Recipient, recipients

QUEUE = "queue7"
LOGGED_IN: Json = {"login": LOGIN, "password": PASSWORD}


@contextmanager
def gateway(dialect: Dialect = Dialect.PROSTOR, plan: FaultPlan | None = None) -> Iterator[ForeignGateway]:
    with ForeignGateway(dialect) as opened:
        opened.faults = plan or opened.faults
        yield opened


def ask(to: ForeignGateway, call: str, **fields: object) -> requests.Response:
    return requests.post(f"{to.url}{call}.json", json=LOGGED_IN | fields, timeout=5)


def send(to: ForeignGateway, everybody: Sequence[Recipient]) -> requests.Response:
    messages = [{"phone": one.phone, "text": one.text, "clientId": one.client_id} for one in everybody]
    return ask(to, "send", messages=messages, statusQueueName=QUEUE)


def rows(reply: requests.Response) -> list[Json]:
    found = reply.json().get("messages", [])
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("dialect", Dialect)
def test_every_accepted_message_is_in_the_ledger_with_its_own_id(dialect: Dialect) -> None:
    with gateway(dialect) as foreign:
        reply = rows(send(foreign, recipients(200)))

        assert {row["clientId"] for row in reply} == {one.client_id for one in recipients(200)}
        assert [row["clientId"] for row in reply] != [one.client_id for one in recipients(200)]
        assert foreign.accepted_phones() == [one.phone for one in recipients(200)]
        assert len({entry.smsc_id for entry in foreign.ledger}) == 200
        whole = dialect is Dialect.PROSTOR
        assert all(isinstance(row["smscId"], int) is whole for row in reply)


def test_more_than_two_hundred_messages_are_refused_and_counted() -> None:
    with gateway() as foreign:
        reply = send(foreign, recipients(201)).json()

        assert reply["status"] == "error"
        assert foreign.ledger == []
        assert foreign.counts.largest_send == 201


@pytest.mark.parametrize("dialect", Dialect)
def test_a_wrong_login_is_refused_and_counted(dialect: Dialect) -> None:
    with gateway(dialect) as foreign:
        reply = ask(foreign, "balance", login="nobody")

        assert (reply.status_code, reply.json()["description"]) == (401, "error authorization")
        assert foreign.counts.wrong_logins == 1


def test_each_message_is_judged_by_itself() -> None:
    good = {"phone": "+79001234567", "text": "text", "clientId": "1"}
    changes = [
        {}, {"phone": "112"}, {"text": ""}, {"sender": "MegaFon"}, {"sender": "MyBrand"},
    ]  # fmt: skip
    messages = [good | {"clientId": f"{n}"} | change for n, change in enumerate(changes)]
    with gateway() as foreign:
        reply = rows(ask(foreign, "send", messages=messages))

        statuses = {row["clientId"]: row["status"] for row in reply}
        assert [statuses[f"{n}"] for n in range(5)] == [
            "accepted", "invalid mobile phone", "text is empty", "sender address invalid", "accepted",
        ]  # fmt: skip


def test_when_the_money_ends_a_chunk_is_partly_taken() -> None:
    with gateway(Dialect.IQSMS) as foreign:
        foreign.balance = Decimal(3)
        statuses = sorted(str(row["status"]) for row in rows(send(foreign, recipients(5))))

        assert statuses == ["accepted"] * 3 + ["not enough credits"] * 2
        assert len(foreign.ledger) == 3


@pytest.mark.parametrize("dialect", Dialect)
def test_the_queue_empties_as_it_is_read_and_ends_with_the_final_statuses(dialect: Dialect) -> None:
    with gateway(dialect) as foreign:
        send(foreign, recipients(20))
        seen: list[Json] = []
        while more := rows(ask(foreign, "statusQueue", statusQueueName=QUEUE, statusQueueLimit="7")):
            assert len(more) <= 7
            seen += more

        last = {str(row["smscId"]): row["status"] for row in seen}
        assert last == {entry.smsc_id: final_word(entry.phone) for entry in foreign.ledger}
        assert len(seen) == 40
        empty = ask(foreign, "statusQueue", statusQueueName=QUEUE).json()
        assert empty["description"] == "queue is empty"


def test_a_muted_queue_keeps_its_entries() -> None:
    with gateway() as foreign:
        foreign.queue_muted = True
        send(foreign, recipients(2))
        assert rows(ask(foreign, "statusQueue", statusQueueName=QUEUE)) == []
        foreign.queue_muted = False
        assert len(rows(ask(foreign, "statusQueue", statusQueueName=QUEUE))) == 1


def test_statuses_come_after_their_delay_and_the_client_id_only_when_given() -> None:
    with ForeignGateway(status_delay_s=0.4) as foreign:
        send(foreign, recipients(1))
        which = {"smscId": foreign.ledger[0].smsc_id}
        early = rows(ask(foreign, "status", messages=[which]))
        time.sleep(0.5)
        late = rows(ask(foreign, "status", messages=[which | {"clientId": "X1"}]))

        assert early == [{"status": "queued"} | which]
        assert late == [{"status": "delivered", "clientId": "X1"} | which]


@pytest.mark.parametrize(
    ("dialect", "status", "nameless"),
    [(Dialect.PROSTOR, "incorrect id", "ok"), (Dialect.IQSMS, "queued", "error")],
)
def test_an_unknown_id_is_answered_in_the_dialects_way(dialect: Dialect, status: str, nameless: str) -> None:
    """And IQSMS wants a clientId."""
    with gateway(dialect) as foreign:
        reply = rows(ask(foreign, "status", messages=[{"smscId": "77", "clientId": "1"}]))

        assert reply == [{"status": status, "smscId": "77", "clientId": "1"}]
        assert ask(foreign, "status", messages=[{"smscId": "77"}]).json()["status"] == nameless


@pytest.mark.parametrize(
    ("fault", "taken"),
    [
        (faults.lost(reset=False), True),
        (faults.lost(reset=True), True),
        (faults.reset_after_headers(), False),
        (faults.reset_half_body(), False),
        (faults.truncated(0.5), True),
        (faults.stall(accepted=False), False),
    ],
)
def test_a_broken_answer_reaches_the_client_as_an_error(fault: Fault, *, taken: bool) -> None:
    with gateway(plan=faults.at({1: fault})) as foreign:
        with pytest.raises(requests.RequestException):
            requests.post(
                f"{foreign.url}send.json",
                json=LOGGED_IN | {"messages": [{"phone": "+79001234567", "text": "t", "clientId": "1"}]},
                timeout=1,
            )

        assert len(foreign.ledger) == int(taken)
        assert len(rows(send(foreign, recipients(3)))) == 3


@pytest.mark.parametrize("accepted", [False, True])
def test_an_http_error_comes_before_or_after_acceptance(*, accepted: bool) -> None:
    with gateway(plan=faults.every(2, faults.answer(502, accepted=accepted))) as foreign:
        codes = [send(foreign, recipients(10)).status_code for _ in range(4)]

        assert codes == [200, 502, 200, 502]
        assert len(foreign.ledger) == (40 if accepted else 20)
        assert [seen.answered for seen in foreign.sends] == codes


def test_a_missing_message_was_accepted_all_the_same() -> None:
    with gateway(plan=faults.always(faults.missing(3))) as foreign:
        assert len(rows(send(foreign, recipients(10)))) == 7
        assert len(foreign.ledger) == 10


def test_a_rate_limit_carries_its_delay() -> None:
    with gateway(plan=faults.always(faults.too_many("7"))) as foreign:
        reply = send(foreign, recipients(1))

        assert (reply.status_code, reply.headers["Retry-After"]) == (429, "7")


def test_an_early_answer_arrives_whole_although_the_body_was_not_read() -> None:
    with gateway(plan=faults.always(faults.early_answer(413))) as foreign:
        assert send(foreign, recipients(200)).status_code == 413
        assert foreign.ledger == []


def test_a_closed_listener_refuses_and_then_opens_again() -> None:
    with gateway() as foreign:
        for seconds in (0.5, 3600):
            foreign.refuse_connections(seconds)
            with pytest.raises(requests.ConnectionError, match="refused"):
                ask(foreign, "balance")
            if seconds < 1:
                time.sleep(0.8)
            else:
                foreign.admit_connections()
            assert ask(foreign, "balance").status_code == 200


def test_an_incomplete_body_is_counted_and_its_phones_are_seen() -> None:
    messages = [{"phone": one.phone, "text": "x"} for one in recipients(50)]
    body = json.dumps(LOGGED_IN | {"messages": messages}).encode()
    head = f"POST /messages/v2/send.json HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n"
    with gateway() as foreign:
        port = urlsplit(foreign.url).port
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(head.encode() + body[:-1])
            assert foreign.await_send(1, timeout_s=5)
        deadline_s = time.monotonic() + 5
        while not foreign.counts.incomplete_bodies and time.monotonic() < deadline_s:
            time.sleep(0.01)

        assert foreign.counts.incomplete_bodies == 1
        assert foreign.sends[0].phones == tuple(one.phone for one in recipients(50))
        assert foreign.ledger == []


def test_tls_is_spoken_when_asked_for(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with ForeignGateway(tls=context) as foreign:
        trusting = requests.post(
            f"{foreign.url}balance.json", json=LOGGED_IN, timeout=5, verify=str(tmp_path / "ca.pem")
        )

        assert trusting.status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            ask(foreign, "balance")


def test_a_fault_sees_the_request_as_far_as_it_came() -> None:
    heard: list[Exchange] = []

    def note(exchange: Exchange) -> bytes | None:
        heard.append(exchange)
        return None

    with gateway(plan=faults.always(Fault(Stage.BODY, note))) as foreign:
        with pytest.raises(requests.ConnectionError):
            send(foreign, recipients(1))

        assert [(one.number, one.reply) for one in heard] == [(1, {})]
        assert json.loads(heard[0].body)["login"] == LOGIN


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("я" * 70, 1), ("я" * 71, 2), ("€" * 80, 1), ("€" * 81, 2)],
)
def test_parts_are_counted_as_operators_do(text: str, parts: int) -> None:
    assert part_count(text) == parts


def test_the_recipients_are_valid_different_mobiles() -> None:
    everybody = recipients(5_000)
    parsed = [phonenumbers.parse(one.phone) for one in everybody]

    assert len({one.phone for one in everybody}) == 5_000
    assert all(phonenumbers.is_valid_number(number) for number in parsed)
    mobile = phonenumbers.PhoneNumberType.MOBILE
    assert all(phonenumbers.number_type(number) == mobile for number in parsed)
    assert {one.status for one in everybody} == {"delivered", "undelivered"}
