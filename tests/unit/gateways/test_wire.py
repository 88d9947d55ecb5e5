"""What goes on the wire is in the vendors' documents; what comes back is distrusted.

Source: the two documents in the provenance notes (`campaign docs gateway`): "MESSAGES JSON V2" of
Prostor-SMS and "JSON ИНТЕРФЕЙС" of iqsms. Forms marked "assumed" were seen in clients only.
"""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from campaign.domain import (
    Attempt,
    Balance,
    Chunk,
    ClientId,
    Delivery,
    Member,
    Phone,
    Reply,
    RunId,
    Sender,
    StatusRow,
    Tracked,
)
from campaign.errors import LoginRefused, Unreadable
from campaign.gateways.json_v2 import messages
from campaign.gateways.json_v2.providers import PROVIDERS

PROSTOR, IQSMS = PROVIDERS["prostor"], PROVIDERS["iqsms"]
MESSAGE = {"phone": "+71234567890", "clientId": "007", "text": "text"}
NOON = datetime(2026, 7, 12, 14, 30, 1, 999, tzinfo=UTC)


def attempt(*members: Member, send_at: datetime | None = None) -> Attempt:
    return Attempt(1, Chunk(RunId("r1"), 0, send_at, members), 1, "c0123456789abcde")


def recipient(text: str = "text", sender: str | None = None, **more: str | bool) -> Member:
    return Member(
        0, ClientId("007"), Phone("+71234567890"), text, sender,
        flash=bool(more.get("flash")), wapurl=str(more["wapurl"]) if "wapurl" in more else None,
    )  # fmt: skip


# --- what is written --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("prostor", "2026-07-12T14:30:01Z"),
        ("smsbliss", "2026-07-12T14:30:01Z"),
        ("sandbox", "2026-07-12T14:30:01Z"),
        ("iqsms", "2026-07-12T14:30:01+00:00"),
    ],
)
@pytest.mark.parametrize("offset_h", [0, 3, -11])
def test_a_send_request_is_the_documents_example(name: str, written: str, offset_h: int) -> None:
    """Times, queue and billing belong to the request; a message has no other fields."""
    moment = NOON.astimezone(timezone(timedelta(hours=offset_h)))
    members = (recipient("Message text here", "MySender"), recipient())

    assert messages.send_payload(attempt(*members, send_at=moment), PROVIDERS[name]) == {
        "scheduleTime": written,
        "messages": [{**MESSAGE, "sender": "MySender", "text": "Message text here"}, MESSAGE],
        "statusQueueName": "c0123456789abcde",
        "showBillingDetails": True,
    }


def test_what_is_not_wanted_is_not_written() -> None:
    """An empty sender or time is no "default": the gateway would refuse it."""
    payload = messages.send_payload(attempt(recipient(sender="")), PROSTOR)

    assert "scheduleTime" not in payload
    assert payload["messages"] == [MESSAGE]


@pytest.mark.parametrize("name", PROVIDERS)
def test_flash_and_wapurl_are_written_to_iqsms_only(name: str) -> None:
    """Source: iqsms, send.json, `flash` (1) and `wapurl`; Prostor's table has neither."""
    payload = messages.send_payload(attempt(recipient(flash=True, wapurl="wap.yousite.ru")), PROVIDERS[name])
    extra = {"flash": 1, "wapurl": "wap.yousite.ru"} if name == "iqsms" else {}

    assert payload["messages"] == [{**MESSAGE, **extra}]


@pytest.mark.parametrize(
    "text",
    [
        "  edge blanks \n", "\ufeff\u00a0«ёлка» — №1\u200b", 'quote " back \\ slash / tab\t',
        "\U0001f600\u2028", "=1+1", "{phone}",
    ],
)  # fmt: skip
def test_a_text_arrives_untouched(text: str) -> None:
    """Registered templates need byte-exact text."""
    encoded = messages.encode(messages.send_payload(attempt(recipient(text)), PROSTOR))

    assert json.loads(encoded)["messages"][0]["text"] == text
    assert json.dumps(text, ensure_ascii=False).encode() in encoded


def test_a_request_is_utf_8_and_not_escapes() -> None:
    """Source: send.json, text: «Текст сообщения, в UTF-8 кодировке»."""
    assert messages.encode({"text": "ёж"}) == b'{"text":"\xd1\x91\xd0\xb6"}'


def test_statuses_are_asked_with_the_client_id_wherever_it_is_known() -> None:
    assert messages.status_payload([Tracked("12345", "1"), Tracked("12346", "")]) == {
        "messages": [{"smscId": "12345", "clientId": "1"}, {"smscId": "12346"}]
    }


# --- statuses ---------------------------------------------------------------------------------


def answer(document: object, status: int = 200, *, complete: bool = True) -> Reply:
    return Reply(status, json.dumps(document).encode(), complete=complete)


def test_status_rows_are_read_as_in_the_documents() -> None:
    reply = answer(
        {
            "status": "ok",
            "messages": [
                {"status": "delivered", "smscId": "12345", "clientId": "1"},
                {"status": "smsc reject", "smscId": "12346"},
                {"status": " Queued", "smscId": 2147483655, "clientId": 7},
                {"status": "teleported", "smscId": "4AF"},
            ],
        }
    )

    assert messages.status_rows(reply) == (
        StatusRow("12345", "delivered", Delivery.DELIVERED, "1"),
        StatusRow("12346", "smsc reject", Delivery.UNDELIVERED),
        StatusRow("2147483655", " Queued", Delivery.ON_ITS_WAY, "7"),
        StatusRow("4AF", "teleported", Delivery.UNRECOGNISED),
    )


@pytest.mark.parametrize(
    "row", [None, "x", {}, {"smscId": "1"}, {"status": "queued"}, {"smscId": "=1", "status": "x"}]
)
def test_a_row_without_a_usable_id_and_status_is_left_out(row: object) -> None:
    """It belongs to no recipient; the raw answer is in the journal."""
    good = {"status": "queued", "smscId": "1"}

    assert [one.smsc_id for one in messages.status_rows(answer({"messages": [row, good]}))] == ["1"]


@pytest.mark.parametrize(
    "document",
    [
        {"status": "ok", "description": "queue is empty"},
        {"status": "error", "description": "queue is empty"},
        {"status": "error", "description": " Queue is EMPTY "},
        {"status": "ok", "messages": []},
        {"status": "ok"},
        {"status": "ok", "messages": None},
    ],
)
def test_an_empty_queue_is_a_success_without_rows(document: object) -> None:
    """Assumed (seen in several clients): the text comes under `ok` and under `error`."""
    assert messages.status_rows(answer(document)) == ()


@pytest.mark.parametrize(
    "reply",
    [
        answer({"status": "error", "description": "invalid status queue name"}),
        answer({"status": "error"}),
        answer({}),
        answer({"status": "ok", "messages": []}, 502),
        answer({"status": "ok", "messages": []}, complete=False),
        answer([]),
        Reply(200, b""),
        Reply(200, b"<html>"),
        Reply(302, b""),
    ],
)
def test_an_answer_that_is_none_is_unreadable(reply: Reply) -> None:
    """An error page must not look like "nothing new"."""
    with pytest.raises(Unreadable):
        messages.status_rows(reply)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401, b""),
        Reply(401, b"<html>"),
        answer({"status": "error", "description": "error authorization"}),
        answer({"status": "error", "description": "Error Authorization"}, 403),
    ],
)
def test_a_refused_login_is_distinct_from_every_other_trouble(reply: Reply) -> None:
    """Endless polling with a wrong password locks the account."""
    with pytest.raises(LoginRefused):
        messages.read_document(reply)


# --- balance, senders, version ------------------------------------------------------------------


def test_balances_are_read_as_in_the_documents() -> None:
    """Source: balance.json: numbers and strings side by side. Money is Decimal, never float."""
    body = (
        b'{"status":"ok","balance":[{"credit":0.0,"balance":"0.00","type":"RUB"},'
        b'{"credit":1000000,"balance":-508784,"type":"SMS"},{"balance":0.1,"type":"RUB"}]}'
    )
    found = messages.balances(messages.read_document(Reply(200, body)))

    assert found == (
        Balance("RUB", Decimal("0.00"), Decimal("0.0")),
        Balance("SMS", Decimal(-508784), Decimal(1000000)),
        Balance("RUB", Decimal("0.1"), Decimal(0)),
    )
    assert str(found[2].amount) == "0.1"


@pytest.mark.parametrize(
    "lines", [None, "12.50", 7, {}, [], ["x"], [{"type": "RUB"}], [{"balance": None}],
              [{"balance": "free"}], [{"balance": "1e999999999"}], [{"balance": "NaN"}]]
)  # fmt: skip
def test_an_unreadable_balance_is_none_and_not_zero(lines: object) -> None:
    """G20. A zero that was not reported would stop a run for want of money."""
    assert messages.balances({"status": "ok", "balance": lines}) == ()


def test_senders_are_read_as_in_the_documents() -> None:
    """Source: senders.json: active and default are ready for use."""
    names = {"active": "MyBrand", "pending": "3132018", "blocked": "MegaFon", "default": "TEST"}
    document = {
        "senders": [
            {"status": status, "info": "bad name" if status == "blocked" else "", "name": name}
            for status, name in names.items()
        ]
    }
    found = messages.senders(document)

    assert found[2] == Sender("MegaFon", "blocked", "bad name")
    assert [sender.name for sender in found if sender.usable] == ["MyBrand", "TEST"]


@pytest.mark.parametrize("lines", [None, {}, "x", [1, None]])
def test_senders_that_are_no_list_are_none(lines: object) -> None:
    assert messages.senders({"senders": lines}) == ()
