"""What a reply proves, row by row of the design's verdict table and of reliability 2.3 and 2.4.

The letters in the ids (N12, G5, ...) are the rows of the fault model. Forms that no document shows
are marked "assumed" there; here they only must never cost a second SMS.
"""

import json
import re
from collections.abc import Sequence
from decimal import Decimal

import pytest

from campaign.domain import (
    Alarm,
    ClientId,
    Consequence,
    Member,
    Phone,
    RecipientOutcome,
    Reply,
    ReplyVerdict,
    Status,
    Verdict,
)
from campaign.gateways.json_v2.verdict import contradicts, judge

NAMES = ("A1", "B2", "C3")
OK = "accepted"

Row = dict[str, object]


def members(*names: str) -> tuple[Member, ...]:
    return tuple(
        Member(order, ClientId(name), Phone("+79161234567"), "text") for order, name in enumerate(names)
    )


def row(name: object, status: object = OK, smsc_id: object = "", **more: object) -> Row:
    """One message object; its id is made of the clientId where none is given."""
    return {"status": status, "smscId": smsc_id or f"9{name}", "clientId": name, **more}


def body(*rows: object, **top: object) -> bytes:
    return json.dumps({"status": "ok", **top, "messages": list(rows)}).encode()


def judged(content: bytes, status: int | None = 200, *names: str, complete: bool = True) -> ReplyVerdict:
    return judge(members(*(names or NAMES)), Reply(status, content, complete=complete))


def statuses(reply_verdict: ReplyVerdict) -> list[tuple[str, str]]:
    return [(recipient.status.value, recipient.code) for recipient in reply_verdict.recipients]


def outcome(reply_verdict: ReplyVerdict) -> tuple[Verdict, Consequence, str]:
    return reply_verdict.verdict, reply_verdict.consequence, reply_verdict.code


def one(content: bytes, name: str = "A1") -> RecipientOutcome:
    (recipient,) = judged(content, 200, name).recipients
    return recipient


TAKEN = ("accepted", "accepted")
MISSING = ("unknown", "missing_in_reply")
ALL_GOOD = body(*(row(name) for name in NAMES))
ALL_REFUSED = body(*({"status": "text is empty", "smscId": 0, "clientId": n} for n in NAMES))
NO_VERDICT = body({"clientId": "A1", "status": "too many messages"})
ECHO = b'<p>{"messages":[{"clientId":"A1","phone":"+79161234567","text":"accepted"}]}</p>'
ERROR_PAGE = b"<html><body>Bad Gateway</body></html>"
LOGIN = b'{"status":"error","description":"error authorization"}'
OTHER_CODES = [
    101, 103, 309, 399, 201, 202, 204, 206, 402, 406, 407, 408, 409, 410, 411, 422, 425, 451, 499,
    500, 501, 502, 503, 504, 520, 521, 527, 599,
]  # fmt: skip


# --- HTTP codes: N11 to N15 -------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", ERROR_PAGE, b'{"status":"error"}', ALL_REFUSED, ECHO, NO_VERDICT])
@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 307, 308, 400, 403, 404, 405, 413, 415])
def test_codes_that_refuse_the_request_as_such_stop_the_run(status: int, content: bytes) -> None:
    """N11, N12: nothing was taken, and the next chunk would fail the same way.

    A body that names recipients as refused, or shows the request, does not change that.
    """
    reply_verdict = judged(content, status)

    assert outcome(reply_verdict) == (Verdict.REFUSED, Consequence.STOP_CONFIG, f"http_{status}")
    assert reply_verdict.recipients == ()


@pytest.mark.parametrize(
    ("status", "content", "code"),
    [
        (401, b"", "http_401"),
        (401, ERROR_PAGE, "http_401"),
        (401, LOGIN, "http_401"),
        (200, LOGIN, "error_authorization"),
        (200, b'{"status":"ok","description":" Error Authorization "}', "error_authorization"),
        (200, b'{"description":"error authorization","messages":[]}', "error_authorization"),
        (400, LOGIN, "error_authorization"),
        (403, LOGIN, "error_authorization"),
    ],
)
def test_a_refused_login_stops_the_run_and_is_never_tried_again(
    status: int, content: bytes, code: str
) -> None:
    """G16: a second try could lock the account."""
    reply_verdict = judged(content, status)

    assert outcome(reply_verdict) == (Verdict.REFUSED, Consequence.STOP_LOGIN, code)
    assert reply_verdict.recipients == ()


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (502, LOGIN),
        (500, LOGIN),
        (200, LOGIN[:-1]),
        (200, b'{"description":"error authorization","messages":{"A1":"accepted"}}'),
        (200, b'{"description":"error authorization","messages":["accepted"]}'),
    ],
)
def test_a_login_refusal_counts_only_where_it_is_the_whole_answer(status: int, content: bytes) -> None:
    """A 502 that repeats the text of an inner server may follow an acceptance."""
    reply_verdict = judged(content, status)

    assert reply_verdict.verdict is Verdict.UNKNOWN
    assert {expected for expected, _ in statuses(reply_verdict)} == {"unknown"}


@pytest.mark.parametrize("content", [b"", ERROR_PAGE, LOGIN, ALL_REFUSED, ECHO])
@pytest.mark.parametrize("retry_after_s", [None, 7.0])
def test_busy_is_not_sent_and_says_how_long_to_wait(content: bytes, retry_after_s: float | None) -> None:
    """N13."""
    reply_verdict = judge(members("A1"), Reply(429, content, retry_after_s=retry_after_s))

    assert outcome(reply_verdict) == (Verdict.NOT_SENT, Consequence.BACK_OFF, "http_429")
    assert (reply_verdict.retry_after_s, reply_verdict.recipients) == (retry_after_s, ())


# --- codes that mean "not taken" over bodies that say otherwise ---------------------------------

NOT_TAKEN = [
    *((status, Consequence.STOP_CONFIG) for status in (302, 307, 400, 401, 403, 404, 413, 415)),
    (429, Consequence.BACK_OFF),
]
HALF_TAKEN = body(row("A1"), row("B2", "text is empty"), status="error", description="too many")


@pytest.mark.parametrize(("status", "consequence"), NOT_TAKEN)
def test_a_code_proves_nothing_when_the_body_names_a_recipient_as_taken(
    status: int, consequence: Consequence
) -> None:
    """429 over a body with half of a chunk accepted once made the chunk go out again.

    The code still says what the run does next.
    """
    reply = Reply(status, HALF_TAKEN, retry_after_s=7.0)
    reply_verdict = judge(members(*NAMES), reply)

    refused, unknown = ("refused", "refused_text"), ("unknown", "http_status")
    assert statuses(reply_verdict) == [TAKEN, refused, unknown]
    assert reply_verdict.verdict is Verdict.UNKNOWN
    assert reply_verdict.consequence is consequence
    assert reply_verdict.retry_after_s == (7.0 if status == 429 else None)
    assert Alarm("status_contradicts_body", {"status": str(status)}) in reply_verdict.alarms
    assert contradicts(reply)


@pytest.mark.parametrize(("status", "consequence"), NOT_TAKEN)
def test_a_refusal_whose_body_names_everybody_as_taken_is_an_answer(
    status: int, consequence: Consequence
) -> None:
    reply_verdict = judged(ALL_GOOD, status)

    assert statuses(reply_verdict) == [TAKEN] * 3
    assert (reply_verdict.verdict, reply_verdict.consequence) == (Verdict.ANSWERED, consequence)
    assert reply_verdict.alarms


@pytest.mark.parametrize(
    "content",
    [
        body(row("A1", "frobnicated", "77")),
        body({"clientId": "A1", "status": "accepted"}),
        body({"clientId": "A1", "status": "odd", "smscId": "=1+1"}),
        body(row("X")),
        body(row("A1"))[:-2],
        body(row("A1"))[:-5],
        body(row("A1", "text is empty"))[:-2] + b',{"clientId":"B2","status":"accepted\xff"}]}',
        b'{"messages":[{"clientId":"X"}],"messages":[{"clientId":"B2","status":"ACCEPTED"}]}',
        b'{"messages":{"A1":{"status": "Accepted "}}}',
        b'{"messages":["accepted","accepted","accepted"]}',
        b'{"messages":[' + b"{}," * 1_001 + b'{"clientId":"A1","smscId":"5"}]}',
    ],
)
@pytest.mark.parametrize(("status", "consequence"), [(400, "stop_config"), (429, "back_off")])
def test_any_trace_of_an_acceptance_takes_the_proof_from_the_code(
    status: int, consequence: str, content: bytes
) -> None:
    """Also where it is unreadable which: such recipients are unknown, and never sent again."""
    reply_verdict = judged(content, status)

    assert reply_verdict.verdict is Verdict.UNKNOWN
    assert len(reply_verdict.recipients) == 3
    assert reply_verdict.consequence == consequence


def test_settings_and_money_come_before_the_pause_of_a_busy_gateway() -> None:
    setting = judged(body(row("A1"), row("B2", "sender address invalid"), row("C3")), 429)
    money = judged(body(row("A1"), row("B2", "not enough balance"), row("C3")), 429)

    assert setting.consequence is Consequence.STOP_CONFIG
    assert money.consequence is Consequence.PAUSE_MONEY


@pytest.mark.parametrize("status", [200, 400, 429, 502])
def test_an_honest_code_contradicts_nothing(status: int) -> None:
    honest = ALL_GOOD if status == 200 else ERROR_PAGE

    assert not contradicts(Reply(status, honest))
    assert not contradicts(Reply(status, ALL_GOOD, last_byte_sent=False))


@pytest.mark.parametrize("content", [b"", ERROR_PAGE, b'{"status":"error"}', b'{"messages":[]}'])
@pytest.mark.parametrize("status", OTHER_CODES)
def test_every_other_code_leaves_everybody_unknown(status: int, content: bytes) -> None:
    """N14, N15: a 503 may come from behind the acceptance."""
    reply_verdict = judged(content, status)

    assert reply_verdict.verdict is Verdict.UNKNOWN
    assert reply_verdict.consequence is Consequence.HOLD
    assert statuses(reply_verdict) == [("unknown", "http_status")] * 3


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 408, 409])
def test_recipients_named_in_an_answer_with_an_error_code_are_judged_by_name(status: int) -> None:
    """A reply that a tired proxy sent on under its own code still names who was taken."""
    reply_verdict = judged(body(row("A1"), row("B2", "invalid mobile phone")), status)

    refused, unknown = ("refused", "refused_phone"), ("unknown", "http_status")
    assert statuses(reply_verdict) == [TAKEN, refused, unknown]
    assert reply_verdict.verdict is Verdict.UNKNOWN
    assert reply_verdict.consequence is Consequence.HOLD


def test_no_answer_leaves_everybody_unknown() -> None:
    """N6, N7: reset, EOF or silence after the last byte."""
    reply_verdict = judge(members(*NAMES), Reply(None, complete=False, error="ReadTimeout"))

    assert reply_verdict.verdict is Verdict.UNKNOWN
    assert reply_verdict.consequence is Consequence.HOLD
    assert statuses(reply_verdict) == [("unknown", "no_answer")] * 3
    assert reply_verdict.reply_text == "ReadTimeout"


@pytest.mark.parametrize(
    ("status", "verdict", "consequence", "code"),
    [
        (200, Verdict.NOT_SENT, Consequence.BACK_OFF, "never_completed"),
        (408, Verdict.NOT_SENT, Consequence.BACK_OFF, "never_completed"),
        (502, Verdict.NOT_SENT, Consequence.BACK_OFF, "never_completed"),
        (429, Verdict.NOT_SENT, Consequence.BACK_OFF, "http_429"),
        (401, Verdict.REFUSED, Consequence.STOP_LOGIN, "http_401"),
        (413, Verdict.REFUSED, Consequence.STOP_CONFIG, "http_413"),
        (302, Verdict.REFUSED, Consequence.STOP_CONFIG, "http_302"),
    ],
)
def test_an_answer_before_the_last_byte_proves_that_nothing_was_taken(
    status: int, verdict: Verdict, consequence: Consequence, code: str
) -> None:
    """N5: whatever such an answer says, the request was never whole."""
    reply_verdict = judge(members(*NAMES), Reply(status, ALL_GOOD, last_byte_sent=False))

    assert outcome(reply_verdict) == (verdict, consequence, code)
    assert reply_verdict.recipients == ()


# --- 200 and JSON: G1 to G22 ------------------------------------------------------------------

TWO_BAD = [("unknown", "named_twice"), TAKEN, TAKEN]
ANSWERS: list[tuple[str, Sequence[object], Consequence, list[tuple[str, str]]]] = [
    ("G1 ok", [row(n) for n in NAMES], Consequence.GO_ON, [TAKEN] * 3),
    ("G2 reordered", [row(n) for n in reversed(NAMES)], Consequence.GO_ON, [TAKEN] * 3),
    ("G3 first missing", [row("B2"), row("C3")], Consequence.HOLD, [MISSING, TAKEN, TAKEN]),
    ("G3 two missing", [row("B2")], Consequence.HOLD, [MISSING, TAKEN, MISSING]),
    ("G4 foreign", [*(row(n) for n in NAMES), row("X")], Consequence.GO_ON, [TAKEN] * 3),
    ("G4 foreign for ours", [row("X"), row("B2"), row("C3")], Consequence.HOLD,
     [MISSING, TAKEN, TAKEN]),
    ("G5 twice, two ids", [*(row(n) for n in NAMES), row("A1", OK, "77")], Consequence.HOLD,
     TWO_BAD),
    ("G5 identical twice", [*(row(n) for n in NAMES), row("A1")], Consequence.HOLD, TWO_BAD),
    ("G6 accepted and refused", [*(row(n) for n in NAMES), row("A1", "text is empty", "77")],
     Consequence.HOLD, TWO_BAD),
    ("G6 refused twice", [row("A1", "text is empty", "1"), row("A1", "text is empty", "2"),
                          row("B2"), row("C3")], Consequence.HOLD, TWO_BAD),
    ("G7 changed case", [row("a1"), row("b2"), row("C3")], Consequence.GO_ON, [TAKEN] * 3),
    ("G7 both cases", [row("A1", OK, "1"), row("a1", OK, "2"), row("B2"), row("C3")],
     Consequence.HOLD, TWO_BAD),
    ("G7 None", [row("None"), row("B2"), row("C3")], Consequence.HOLD, [MISSING, TAKEN, TAKEN]),
    ("G7 null", [row(None), row("B2"), row("C3")], Consequence.HOLD, [MISSING, TAKEN, TAKEN]),
    ("G7 absent", [{"status": OK, "smscId": "1"}, row("B2"), row("C3")], Consequence.HOLD,
     [MISSING, TAKEN, TAKEN]),
    ("G7 edge blanks are another id", [row(" A1"), row("B2"), row("C3")], Consequence.HOLD,
     [MISSING, TAKEN, TAKEN]),
    ("G8 no id", [{"status": OK, "clientId": "A1"}, row("B2"), row("C3")], Consequence.GO_ON,
     [("accepted", "accepted_without_id"), TAKEN, TAKEN]),
    ("G10 id repeated", [row("A1", OK, "5"), row("B2", OK, 5), row("C3")], Consequence.HOLD,
     [("unknown", "id_repeated"), ("unknown", "id_repeated"), TAKEN]),
    ("G10 one id for all who are refused", [row("A1", "text is empty", 0),
     row("B2", "invalid mobile phone", "0"), row("C3")], Consequence.GO_ON,
     [("refused", "refused_text"), ("refused", "refused_phone"), TAKEN]),
    ("G10 one refused has the id of one taken", [row("A1", OK, "5"),
     row("B2", "text is empty", "5"), row("C3")], Consequence.GO_ON,
     [TAKEN, ("refused", "refused_text"), TAKEN]),
    ("G10 id repeated, status unknown", [row("A1", "frobnicated", "5"), row("B2", OK, "5"),
     row("C3")], Consequence.HOLD,
     [("unknown", "id_repeated"), ("unknown", "id_repeated"), TAKEN]),
    ("G10 id repeated by two taken next to one refused", [row("A1", OK, "5"), row("B2", OK, "5"),
     row("C3", "text is empty", "5")], Consequence.HOLD,
     [("unknown", "id_repeated"), ("unknown", "id_repeated"), ("refused", "refused_text")]),
    ("G11 unknown status with id", [row("A1", "frobnicated"), row("B2"), row("C3")],
     Consequence.GO_ON, [("accepted", "taken_unrecognised"), TAKEN, TAKEN]),
    ("G12 unknown status, no id", [{"status": "frobnicated", "clientId": "A1"}, row("B2"),
     row("C3")], Consequence.HOLD, [("unknown", "unknown_word"), TAKEN, TAKEN]),
    ("G12 no status, no id", [{"clientId": "A1"}, row("B2"), row("C3")], Consequence.HOLD,
     [("unknown", "unknown_word"), TAKEN, TAKEN]),
    ("G12 status is no text", [{"clientId": "A1", "status": 1}, row("B2"), row("C3")],
     Consequence.HOLD, [("unknown", "unknown_word"), TAKEN, TAKEN]),
    ("G13 prostor", [row("A1"), row("B2", "not enough balance"), row("C3", "not enough balance")],
     Consequence.PAUSE_MONEY, [TAKEN, ("refused", "refused_money"), ("refused", "refused_money")]),
    ("G13 iqsms", [row("A1"), row("B2"), row("C3", "Not Enough Credits")],
     Consequence.PAUSE_MONEY, [TAKEN, TAKEN, ("refused", "refused_money")]),
    ("G14 and G13: settings come first", [row("A1", "sender address invalid"),
     row("B2", "not enough credits"), row("C3")], Consequence.STOP_CONFIG,
     [("refused", "refused_sender"), ("refused", "refused_money"), TAKEN]),
    ("G13 with one missing", [row("A1"), row("B2", "not enough balance")],
     Consequence.PAUSE_MONEY, [TAKEN, ("refused", "refused_money"), MISSING]),
    ("G15 phone", [row("A1", "invalid mobile phone"), row("B2"), row("C3")], Consequence.GO_ON,
     [("refused", "refused_phone"), TAKEN, TAKEN]),
    ("G22 another request's", [row("X"), row("Y"), row("Z")], Consequence.HOLD, [MISSING] * 3),
    ("entries that are no objects", ["accepted", None, 1, [], row("A1"), row("B2"), row("C3")],
     Consequence.GO_ON, [TAKEN] * 3),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "consequence", "expected"), [pytest.param(*answer[1:], id=answer[0]) for answer in ANSWERS]
)
def test_a_whole_answer_is_judged_recipient_by_recipient(
    rows: Sequence[object], consequence: Consequence, expected: list[tuple[str, str]]
) -> None:
    """By clientId and status, never by position nor by the top-level status."""
    reply_verdict = judged(body(*rows))

    assert reply_verdict.verdict is Verdict.ANSWERED
    assert reply_verdict.consequence is consequence
    assert statuses(reply_verdict) == expected
    assert [recipient.position for recipient in reply_verdict.recipients] == [0, 1, 2]


def test_an_id_that_several_have_is_of_none_that_was_refused() -> None:
    """Else the journal would follow a message that is another recipient's, or none."""
    reply_verdict = judged(
        body(row("A1", OK, "5"), row("B2", "text is empty", "5"), row("C3", "text is empty", "6"))
    )

    assert [recipient.smsc_ids for recipient in reply_verdict.recipients] == [("5",), (), ("6",)]
    assert reply_verdict.alarms == ()


@pytest.mark.parametrize(
    ("status", "expected", "code", "consequence"),
    [
        ("accepted", "accepted", "accepted", Consequence.GO_ON),
        (" ACCEPTED\n", "accepted", "accepted", Consequence.GO_ON),
        ("invalid mobile phone", "refused", "refused_phone", Consequence.GO_ON),
        ("text is empty", "refused", "refused_text", Consequence.GO_ON),
        ("text must be string", "refused", "refused_text", Consequence.GO_ON),
        ("wapurl invalid", "refused", "refused_wapurl", Consequence.GO_ON),
        ("sender address invalid", "refused", "refused_sender", Consequence.STOP_CONFIG),
        ("invalid schedule time format", "refused", "refused_schedule", Consequence.STOP_CONFIG),
        ("invalid status queue name", "refused", "refused_queue", Consequence.STOP_CONFIG),
        ("absent required param clientId", "refused", "refused_param", Consequence.STOP_CONFIG),
        ("Absent required param", "refused", "refused_param", Consequence.STOP_CONFIG),
        ("not enough balance", "refused", "refused_money", Consequence.PAUSE_MONEY),
        ("not enough credits", "refused", "refused_money", Consequence.PAUSE_MONEY),
        ("delivered", "accepted", "taken_unrecognised", Consequence.GO_ON),
        ("not accepted", "accepted", "taken_unrecognised", Consequence.GO_ON),
    ],
)
@pytest.mark.parametrize("with_id", [True, False])
def test_statuses_are_compared_trimmed_and_in_lower_case_and_saved_raw(
    status: str, expected: str, code: str, consequence: Consequence, *, with_id: bool
) -> None:
    """The same status means the same from every provider, with an id or without."""
    if not with_id and code == "accepted":
        code = "accepted_without_id"
    if not with_id and code == "taken_unrecognised":
        expected, code, consequence = "unknown", "unknown_word", Consequence.HOLD
    message = {"clientId": "A1", "status": status, **({"smscId": "12"} if with_id else {})}

    reply_verdict = judged(body(message), 200, "A1")

    assert statuses(reply_verdict) == [(expected, code)]
    assert reply_verdict.consequence is consequence
    assert reply_verdict.recipients[0].status_text == status
    assert reply_verdict.recipients[0].smsc_ids == (("12",) if with_id else ())


@pytest.mark.parametrize(
    ("given", "saved"),
    [
        ("12345", "12345"),
        (2**31 + 7, "2147483655"),
        (10**71, "1" + "0" * 71),
        ("4AF1", "4AF1"),
        ("d9428888-122b-11e1-b85c-61cd3cbb3210", "d9428888-122b-11e1-b85c-61cd3cbb3210"),
        ("x" * 72, "x" * 72),
        ("x" * 73, None),
        (10**72, None),
        (10**4000, None),
        ("=cmd|' /C calc'!A0", None),
        ("\x1b[31m7", None),
        ("1\n2", None),
        ("1\n", None),
        ("٧", None),
        ("\ud800", None),
        (True, None),
        (1.5, None),
        ([], None),
        (None, None),
    ],
)
def test_an_id_is_text_and_a_hostile_one_is_left_out(given: object, saved: str | None) -> None:
    """G9: the message was taken all the same: never again, only no longer to be tracked."""
    recipient = one(json.dumps({"messages": [{**row("A1"), "smscId": given}]}).encode())

    assert recipient.status is Status.ACCEPTED
    assert recipient.code == ("accepted" if saved else "accepted_without_id")
    assert recipient.smsc_ids == ((saved,) if saved else ())


def test_an_id_that_cannot_be_used_does_not_vouch_for_an_unknown_status() -> None:
    assert one(body(row("A1", "frobnicated", "=1+1"))).code == "unknown_word"


@pytest.mark.parametrize(("sent", "echoed"), [("7", 7), ("12345678901234567890", 12345678901234567890)])
def test_a_client_id_that_comes_back_as_a_number_is_the_same(sent: str, echoed: int) -> None:
    """G7."""
    assert one(body(row(echoed)), sent).code == "accepted"


@pytest.mark.parametrize("echoed", [7, 7.0, True, ["007"], {"007": 1}])
def test_a_client_id_that_is_not_the_same_text_is_of_no_recipient(echoed: object) -> None:
    """007 and 7 are two recipients."""
    assert one(body(row(echoed, OK, "1")), "007").code == "missing_in_reply"


def test_ids_that_differ_in_case_only_are_matched_exactly_or_not_at_all() -> None:
    """G7: folding case is allowed where it names one recipient."""
    exact = judged(body(row("ab", OK, "1"), row("AB", "text is empty", "2")), 200, "AB", "ab")
    folded = judged(body(row("Ab")), 200, "AB", "ab")

    assert statuses(exact) == [("refused", "refused_text"), TAKEN]
    assert statuses(folded) == [MISSING, MISSING]
    assert folded.alarms


def test_both_ids_of_a_recipient_named_twice_are_saved() -> None:
    """Design: both smscIds may become delivery statuses; forgetting one hides a double SMS."""
    recipient = one(body(row("A1", OK, "11"), row("A1", OK, 22), row("A1", OK, "11")))

    assert (recipient.status, recipient.code) == (Status.UNKNOWN, "named_twice")
    assert recipient.smsc_ids == ("11", "22")


@pytest.mark.parametrize(
    ("rows", "alarm"),
    [
        ([row("A1"), row("X"), row("Y")], Alarm("foreign_messages", {"count": "2"})),
        ([row("A1"), row("A1")], Alarm("named_twice", {"client_id": "A1"})),
        ([{"clientId": "A1", "status": OK}], Alarm("accepted_without_id", {"client_id": "A1"})),
    ],
)
def test_answers_against_the_protocol_raise_an_alarm(rows: Sequence[Row], alarm: Alarm) -> None:
    reply_verdict = judged(body(*rows), 200, "A1")

    assert alarm in reply_verdict.alarms


def test_an_honest_answer_raises_none() -> None:
    assert judged(ALL_GOOD).alarms == ()


@pytest.mark.parametrize("top", [{"status": "error"}, {"status": "weird"}, {"status": 5}])
@pytest.mark.parametrize("described", [{}, {"description": "some trouble"}])
def test_the_top_level_status_says_nothing_about_recipients_who_are_named(top: Row, described: Row) -> None:
    """G18, and status:error with messages: they are judged by their own statuses."""
    reply_verdict = judged(body(row("A1"), row("B2", "text is empty"), row("C3"), **top, **described))

    assert statuses(reply_verdict) == [TAKEN, ("refused", "refused_text"), TAKEN]
    assert reply_verdict.verdict is Verdict.ANSWERED


def test_a_missing_top_level_status_does_not_matter() -> None:
    """G18."""
    assert statuses(judged(json.dumps({"messages": [row("A1")]}).encode(), 200, "A1")) == [TAKEN]


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b'{"status":"error"}', "status_error", ""),
        (b'{"status":"error","messages":[]}', "status_error", ""),
        (b'{"status":"error","messages":null}', "status_error", ""),
        (b'{"status":" ERROR ","description":"no route"}', "status_error", "no route"),
        (b'{"status":"error","description":"queue is empty"}', "status_error", "queue is empty"),
        (b'{"status":"error","description":7}', "status_error", ""),
        (b'{"status":"ok"}', "no_messages", ""),
        (b'{"status":"ok","messages":[]}', "no_messages", ""),
        (b'{"status":"ok","messages":{}}', "no_messages", ""),
        (b'{"status":"ok","messages":"accepted"}', "no_messages", ""),
        (b'{"status":"ok","messages":["accepted","accepted","accepted"]}', "no_messages", ""),
        (b"{}", "no_messages", ""),
        (b"", "empty_answer", ""),
        (b" \r\n", "empty_answer", ""),
        (b"[]", "not_json", ""),
        (b'"accepted"', "not_json", ""),
        (b"null", "not_json", ""),
        (b"accepted;A1", "not_json", "accepted;A1"),
        (ERROR_PAGE, "not_json", "Bad Gateway"),
        ("<p>Недостаточно прав</p>".encode("cp1251"), "not_json", "<p>"),
        (b"\x1f\x8b\x08\x00gzip", "not_json", "gzip"),
    ],
)
def test_a_200_that_names_nobody_leaves_everybody_unknown(content: bytes, code: str, words: str) -> None:
    """G17, G19, N9: no document says that "error" means "nothing taken"."""
    reply_verdict = judged(content)

    assert outcome(reply_verdict) == (Verdict.UNKNOWN, Consequence.HOLD, code)
    assert statuses(reply_verdict) == [("unknown", code)] * 3
    assert words in reply_verdict.reply_text


@pytest.mark.parametrize("balance", [None, "12.50", [], {}, 7, [None], [{"type": 1}], True])
def test_the_balance_has_no_say_in_acceptance(balance: object) -> None:
    """G20."""
    assert statuses(judged(body(row("A1"), balance=balance), 200, "A1")) == [TAKEN]


@pytest.mark.parametrize(
    ("written", "count", "cost"),
    [
        ('"smsCount":2,"msgCost":"3.60"', 2, Decimal("3.60")),
        ('"smsCount":"2","msgCost":3.6', 2, Decimal("3.6")),
        ('"smsCount":0,"msgCost":0', 0, Decimal(0)),
        ('"smsCount":null,"msgCost":null', None, None),
        ('"smsCount":-1,"msgCost":"free"', None, None),
        ('"smsCount":"99999","msgCost":""', None, None),
        ('"smsCount":"\u0662","msgCost":"1_0"', None, None),
        ('"smsCount":1.5,"msgCost":1e99999999999999999999', None, None),
        ('"smsCount":true,"msgCost":true', None, None),
        ('"smsCount":[],"msgCost":"1e9999999"', None, None),
        ('"smsCount":{},"msgCost":"NaN"', None, None),
        ('"smsCount":"","msgCost":"-Infinity"', None, None),
        ('"smsCount":" 1","msgCost":10000000000000', None, None),
        ('"smsCount":1,"msgCost":"999999.99"', 1, Decimal("999999.99")),
        ('"smsCount":1,"msgCost":"1000000"', 1, None),
        ('"smsCount":1,"msgCost":999999999999', 1, None),
        ('"smsCount":1,"msgCost":"-2.50"', 1, None),
    ],
)
def test_counts_and_money_are_exact_or_left_out(
    written: str, count: int | None, cost: Decimal | None
) -> None:
    """G21, G20: money is Decimal, never float, and an absurd value never spoils an acceptance."""
    recipient = one(f'{{"messages":[{{"clientId":"A1","status":"accepted",{written}}}]}}'.encode())

    assert recipient.status is Status.ACCEPTED
    assert (recipient.sms_count, recipient.cost) == (count, cost)
    assert str(recipient.cost) == str(cost)


def test_a_price_that_no_sms_can_have_is_not_counted_and_raises_one_alarm() -> None:
    """Twenty times 999999999999 is more than the journal can add up: every `resume` ended there."""
    reply_verdict = judged(body(*(row(name, msgCost="999999999999") for name in NAMES)))

    assert statuses(reply_verdict) == [TAKEN] * 3
    assert [recipient.cost for recipient in reply_verdict.recipients] == [None] * 3
    assert reply_verdict.alarms == (Alarm("impossible_prices", {"count": "3", "price": "999999999999"}),)


# --- damaged bodies: N8, N10 ------------------------------------------------------------------


def test_a_body_cut_at_any_byte_names_exactly_the_whole_objects_in_it() -> None:
    """N8: what arrived whole is judged; the others are unknown, none is pending."""
    content = body(row("A1"), row("B2", "text is empty"), row("C3"))
    ends = [found.end() for found in re.finditer(rb"\}", content)][:3]

    for length in range(len(content)):
        reply_verdict = judged(content[:length], complete=False)
        named = sum(length >= end for end in ends)
        expected = [TAKEN, ("refused", "refused_text"), TAKEN][:named]

        assert statuses(reply_verdict) == expected + [("unknown", "truncated")] * (3 - named)
        assert reply_verdict.code == "truncated"


def test_a_whole_document_under_a_broken_length_is_only_salvaged() -> None:
    """A promised length that did not come may hide a second list."""
    reply_verdict = judged(ALL_GOOD, complete=False)

    assert statuses(reply_verdict) == [TAKEN] * 3
    assert (reply_verdict.verdict, reply_verdict.code) == (Verdict.ANSWERED, "truncated")


@pytest.mark.parametrize("marks", [b"\xef\xbb\xbf", b" \n", b"\t\r\n"])
def test_a_byte_order_mark_and_blanks_do_no_harm(marks: bytes) -> None:
    assert statuses(judged(marks + ALL_GOOD + b"\r\n")) == [TAKEN] * 3


DAMAGED: list[tuple[str, bytes, list[tuple[str, str]]]] = [
    ("NaN in an object", b'{"messages":[{"clientId":"A1","status":"accepted","msgCost":NaN}]}',
     [("unknown", "not_json")]),
    ("NaN behind", b'{"messages":[{"clientId":"A1","status":"accepted","smscId":"1"}],"x":NaN}',
     [TAKEN]),
    ("a key twice in the message",
     b'{"messages":[{"clientId":"A1","status":"accepted","status":"text is empty"}]}',
     [("unknown", "not_json")]),
    ("messages twice, message twice",
     b'{"messages":[{"clientId":"A1","status":"text is empty"}],"messages":[{"clientId":"A1"}]}',
     [("unknown", "not_json")]),
    ("two documents", body(row("A1", "not enough balance")) + body(row("A1")),
     [("unknown", "not_json")]),
    ("text behind the document", body(row("A1")) + b"<br>Warning: mysql", [TAKEN]),
    ("text before the document", b"Notice: x\n" + body(row("A1")), [TAKEN]),
    ("invalid UTF-8 in the message",
     b'{"messages":[{"clientId":"A1","status":"accepted\xff","smscId":"1"}]}',
     [("unknown", "not_json")]),
    ("invalid UTF-8 behind", body(row("A1")) + b"\xff", [TAKEN]),
    ("deep inside the message",
     b'{"messages":[{"clientId":"A1","status":"accepted","x":' + b"[" * 40 + b"]" * 40 + b"}]}",
     [("unknown", "not_json")]),
    ("deep behind", body(row("A1"))[:-1] + b',"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
     [TAKEN]),
    ("only depth", b"[" * 100_000, [("unknown", "not_json")]),
    ("only depth in messages", b'{"messages":[' + b'{"a":' * 100_000, [("unknown", "not_json")]),
    ("huge number", b'{"messages":[{"clientId":"A1","status":"accepted","smscId":'
     + b"9" * 5000 + b"}]}", [("unknown", "not_json")]),
    ("single quotes", b"{'messages':[{'clientId':'A1','status':'accepted'}]}",
     [("unknown", "not_json")]),
    ("UTF-16", body(row("A1")).decode().encode("utf-16"), [("unknown", "not_json")]),
]  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), [pytest.param(*case[1:], id=case[0]) for case in DAMAGED])
def test_a_damaged_body_gives_only_what_is_unambiguous_in_it(
    content: bytes, expected: list[tuple[str, str]]
) -> None:
    """N10: unambiguous objects count; anything that contradicts itself is unknown."""
    assert statuses(judged(content, 200, "A1")) == expected


@pytest.mark.parametrize(
    "content",
    [
        b'{"messages":[' + b"{}," * 1_400_000,
        b'{"messages":[' * 320_000,
        b'{"messages":' + b" " * 4_000_000,
        b'{"status":"ok","pad":"' + b"x" * 4_000_000 + b'"}',
        b"\xff" * 4_000_000,
        b'{"messages":[{"clientId":"A1","status":"' + b"\xd0\xb0" * 2_000_000 + b'"}]}',
    ],
)
def test_four_megabytes_of_anything_are_judged_and_prove_nothing(content: bytes) -> None:
    """The time limit of the suite is the other assertion."""
    assert {expected for expected, _ in statuses(judged(content))} == {"unknown"}


def test_the_limit_of_depth_does_not_depend_on_who_calls() -> None:
    """A stored reply is judged again after a crash, from another place in the program."""

    def judge_from(frames: int, content: bytes) -> ReplyVerdict:
        return judge_from(frames - 1, content) if frames else judged(content, 200, "A1")

    for depth in (*range(28, 36), *range(800, 1000, 9), *range(985, 1000)):
        content = b'{"messages":[{"clientId":"A1","status":"accepted","x":' + (
            b"[" * depth + b"]" * depth + b"}]}"
        )

        assert judge_from(0, content) == judge_from(300, content)


@pytest.mark.parametrize("field", ["status", "description", "clientId"])
def test_half_a_surrogate_pair_never_reaches_the_journal(field: str) -> None:
    """SQLite cannot store it: the attempt could then never be closed."""
    content = json.dumps({"description": "\ud800", "messages": [{**row("A1", "odd\udfff"), field: "\ud800"}]})
    reply_verdict = judged(content.encode(), 200, "A1")
    texts = [
        reply_verdict.reply_text,
        *(text for alarm in reply_verdict.alarms for text in alarm.details.values()),
        *(recipient.status_text for recipient in reply_verdict.recipients),
    ]

    assert "".join(texts).encode("utf-8")


def test_what_the_user_is_shown_is_short_and_one_line() -> None:
    reply_verdict = judged(b"<html>\n\n" + b"x \r\n" * 100_000)

    assert len(reply_verdict.reply_text) <= 200
    assert "\n" not in reply_verdict.reply_text
