"""The status text that the sandbox gives to each message, and the money that it takes."""

from decimal import Decimal

import pytest

from campaign.sandbox.options import SANDBOX_LOGIN, SANDBOX_PASSWORD
from tests.contract.test_sandbox import Json, Start, call, post, recipients, statuses


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"phone": "+79160000990"}, "invalid mobile phone"),
        ({"phone": "89160000100"}, "invalid mobile phone"),
        ({"phone": "12"}, "invalid mobile phone"),
        ({"phone": None}, "absent required param phone"),
        ({"clientId": None}, "absent required param clientId"),
        ({"text": ""}, "text is empty"),
        ({"text": 5}, "text must be string"),
        ({"text": "half \ud83d"}, "text must be string"),
        ({"sender": "NEWNAME"}, "sender address invalid"),
        ({"sender": "BADNAME"}, "sender address invalid"),
        ({"sender": "UnmatchedId"}, "sender address invalid"),
        ({"sender": "SPRING"}, "accepted"),
        ({"wapurl": "not a link", "flash": 1}, "accepted"),
    ],
)
def test_each_message_gets_its_own_status(start: Start, change: Json, status: str) -> None:
    reply = call(start(), "send", messages=recipients("100", **change) + recipients("101"))

    assert statuses(reply) == [status, "accepted"]
    assert ("smscId" in reply["messages"][0]) == (status in ("accepted", "sender address invalid"))


def test_a_wap_link_is_checked_by_iqsms_only(start: Start) -> None:
    reply = call(start(), "send", "iqsms", messages=recipients("100", wapurl="not a link"))

    assert statuses(reply) == ["wapurl invalid"]


@pytest.mark.parametrize(
    ("terms", "status"),
    [
        ({"scheduleTime": "12.07.2030 14:30"}, "invalid schedule time format"),
        ({"scheduleTime": "2030-13-01T00:00:00Z"}, "invalid schedule time format"),
        ({"scheduleTime": "2030-01-01T12:30:01+00:00"}, "accepted"),
        ({"statusQueueName": "my queue"}, "invalid status queue name"),
        ({"statusQueueName": "ab"}, "invalid status queue name"),
    ],
)
def test_a_fault_of_the_request_is_reported_of_each_message(start: Start, terms: Json, status: str) -> None:
    assert statuses(call(start(), "send", messages=recipients("100", "101"), **terms)) == [status, status]


def test_a_repeated_client_id_is_sent_again(start: Start) -> None:
    """No live gateway deduplicates; a sandbox that did would hide our worst mistake."""
    sandbox = start()

    for _ in range(2):
        call(sandbox, "send", messages=recipients("100"))

    taken = [(row.client_id, row.request_no) for row in sandbox.accepted()]
    assert taken == [("C0", 1), ("C0", 2)]


def test_a_wrong_password_is_refused_with_401(start: Start) -> None:
    sandbox = start()
    document = {"login": SANDBOX_LOGIN, "password": "guess", "messages": recipients("100")}

    status, _, reply = post(sandbox.port, "/messages/v2/send.json", document)

    assert (status, reply) == (401, {"status": "error", "description": "error authorization"})


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/messages/v2/send.json", "{", 400),
        ("/messages/v2/send.json", "[" * 100_000, 400),
        ("/messages/v2/frobnicate.json", "{}", 404),
        ("/other/messages/v2/send.json", "{}", 404),
        ("/", "{}", 404),
    ],
)
def test_what_is_no_call_is_refused(start: Start, path: str, body: str, status: int) -> None:
    sandbox = start()

    assert post(sandbox.port, path, body)[0] == status
    assert sandbox.accepted() == []


def test_more_than_200_messages_or_ids_are_refused_whole(start: Start) -> None:
    sandbox = start()
    login = {"login": SANDBOX_LOGIN, "password": SANDBOX_PASSWORD}
    document = login | {"messages": recipients(*["100"] * 201)}

    assert post(sandbox.port, "/messages/v2/send.json", document)[0] == 400
    assert post(sandbox.port, "/messages/v2/status.json", document)[0] == 400
    assert sandbox.accepted() == []


def test_without_the_json_suffix_the_answer_is_plain_text(start: Start) -> None:
    status, kind, text = post(start().port, "/messages/v2/send", {"login": SANDBOX_LOGIN})

    assert (status, kind, text) == (200, "text/plain", "error authorization\n")


# --- money ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "status"), [("prostor", "not enough balance"), ("iqsms", "not enough credits")]
)
def test_a_chunk_is_partly_taken_when_the_money_ends(start: Start, dialect: str, status: str) -> None:
    sandbox = start(balance=Decimal("7.00"))

    reply = call(sandbox, "send", dialect, messages=recipients("100", "101", "102", "103"))
    sandbox.service.top_up(Decimal("2.50"))
    later = call(sandbox, "send", dialect, messages=recipients("104"))

    assert statuses(reply) == ["accepted", "accepted", status, status]
    assert statuses(later) == ["accepted"]
    assert call(sandbox, "balance", dialect)["balance"][0]["balance"] == "2.00"


def test_each_part_is_charged_and_listed_only_when_asked(start: Start) -> None:
    sandbox = start(price=Decimal("3.105"))
    messages = recipients("100", text="я" * 71)

    silent = call(sandbox, "send", messages=messages)
    listed = call(sandbox, "send", messages=messages, showBillingDetails=True)

    assert silent["balance"] == []
    assert not {"smsCount", "msgCost"} & silent["messages"][0].keys()
    assert (listed["messages"][0]["smsCount"], listed["messages"][0]["msgCost"]) == (2, "6.210")
    assert listed["balance"][0]["balance"] == "99987.580"
