"""Whatever bytes come back: nobody is freed to be sent again, nobody is accepted for nothing.

The list of codes that may free people is read from the journal's own schema, so that the two can
never drift apart.
"""

import json
import re
from collections.abc import Mapping
from importlib.resources import files

from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaign.app.outcome import alarm_text
from campaign.domain import ClientId, Consequence, Member, Phone, Reply, Status, StatusRow, Verdict
from campaign.errors import GatewayError
from campaign.gateways.json_v2.messages import status_rows
from campaign.gateways.json_v2.verdict import judge
from campaign.i18n import reason

SCHEMA = (files("campaign.journal.sqlite") / "schema.sql").read_text("utf-8")
(_INSERT,) = re.findall(r"INSERT INTO safe_code VALUES(.*?);", SCHEMA, re.DOTALL)
SAFE_CODES = frozenset(re.findall(r"\('(\w+)'\)", _INSERT))

NAMES = ("A1", "b2", "B2", "7", "007")
MEMBERS = tuple(
    Member(order, ClientId(name), Phone("+79161234567"), "text") for order, name in enumerate(NAMES)
)
WORDS = [
    "accepted", "Accepted ", "invalid mobile phone", "text is empty", "sender address invalid",
    "absent required param clientId", "not enough balance", "not enough credits", "frobnicated", "",
]  # fmt: skip
DESCRIPTIONS = ["error authorization", "queue is empty", "trouble", ""]
STATUSES = st.one_of(
    st.just(200), st.none(), st.integers(100, 599), st.sampled_from([401, 429, 502, 302, 403])
)

words: st.SearchStrategy[object] = st.one_of(
    st.sampled_from(WORDS), st.none(), st.integers(), st.text(max_size=5)
)
client_ids: st.SearchStrategy[object] = st.one_of(
    st.sampled_from([*NAMES, "a1", "None", "X"]), st.none(), st.integers(0, 9), st.text(max_size=3)
)
smsc_ids: st.SearchStrategy[object] = st.one_of(
    st.integers(0, 2**70), st.sampled_from(["12345", "4AF", "=1+1", "", "x" * 80]), st.none()
)
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
rows = st.fixed_dictionaries(
    {},
    optional={
        "clientId": client_ids,
        "status": words,
        "smscId": smsc_ids,
        "smsCount": anything,
        "msgCost": anything,
        "other": anything,
    },
)
honest_rows = st.permutations(NAMES).map(
    lambda names: [
        {"status": "accepted", "smscId": str(500 + order), "clientId": name}
        for order, name in enumerate(names)
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """A reply that was valid before somebody dropped, doubled, reordered and retyped in it."""
    messages: list[object] = list(draw(honest_rows))
    messages += draw(st.lists(st.one_of(rows, anything), max_size=4))
    for index in draw(st.lists(st.integers(0, 8), max_size=4)):
        if index < len(messages):
            action = draw(st.sampled_from(["drop", "double", "retype"]))
            messages[index : index + 1] = {
                "drop": [],
                "double": [messages[index]] * 2,
                "retype": [draw(rows)],
            }[action]
    top = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "status": st.sampled_from(["ok", "error", 1, None]),
                "description": st.sampled_from(DESCRIPTIONS),
                "balance": anything,
            },
        )
    )
    document: Mapping[str, object] = (
        {**top, "messages": messages} if draw(st.booleans()) else {"messages": messages, **top}
    )
    return json.dumps(document, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """A document, whole, cut at any byte, with bytes replaced, or with something stuck to it."""
    content = bytearray(draw(documents()))
    for place in draw(st.lists(st.integers(0, len(content) - 1), max_size=3)):
        content[place] = draw(st.integers(0, 255))
    if draw(st.booleans()):
        del content[draw(st.integers(0, len(content))) :]
    return draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf", b"x", b"{"])) + bytes(content)


@st.composite
def replies(draw: st.DrawFn) -> Reply:
    """Anything that the client may hand over for a request that has left whole."""
    status = draw(STATUSES)
    if status is None:
        return Reply(None, complete=False, error="ReadTimeout")
    return Reply(
        status,
        draw(st.one_of(bodies(), documents(), st.binary(max_size=60))),
        complete=draw(st.booleans()),
        error=draw(st.sampled_from(["", "ProtocolError"])),
    )


def whole_objects(content: bytes) -> list[dict[str, object]]:
    """Every JSON object at any place in the bytes: a slow, generous second reading."""
    text = content.decode("utf-8", errors="replace")
    found = []
    for start in re.finditer(r"\{", text):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, start.start())
        except (ValueError, RecursionError):
            continue
        found.append(value)
    return found


def may_be_taken(content: bytes, name: str) -> bool:
    """Whether some whole object names that person with the good word or with an id."""
    return any(
        str(one.get("clientId")).casefold() == name.casefold()
        and (str(one.get("status")).strip().lower() == "accepted" or one.get("smscId") not in {None, ""})
        for one in whole_objects(content)
        if not isinstance(one.get("smscId"), (list, dict))
    )


def names_somebody_as_taken(content: bytes) -> bool:
    return any(str(one.get("status")).strip().lower() == "accepted" for one in whole_objects(content))


def test_the_schema_names_the_codes_that_free_recipients() -> None:
    assert {"http_400", "http_401", "http_429", "error_authorization"} <= SAFE_CODES
    assert not {"http_500", "http_502", "http_503", "http_408", "http_status"} & SAFE_CODES


@settings(max_examples=300)
@given(replies())
@example(Reply(200, b'{"messages":[{"clientId":"A1","status":"accepted","msgCost":1e999999999}]}'))
@example(Reply(200, b'{"messages":[{"clientId":"A1","smscId":1,"msgCost":"1E+9999999"}]}'))
@example(Reply(200, b'{"status":"error","description":"error authorization","messages":[1]}'))
def test_a_request_that_left_whole_frees_nobody_but_by_a_safe_code(reply: Reply) -> None:
    """The promise: no byte string costs a second SMS, none loses a person, none crashes.

    Turned round: a safe code was proof enough, whatever stood in the body.
    """
    found = judge(MEMBERS, reply)
    statuses = [recipient.status for recipient in found.recipients]
    if found.verdict in {Verdict.NOT_SENT, Verdict.REFUSED}:
        assert found.code in SAFE_CODES
        assert not names_somebody_as_taken(reply.body)
        assert statuses == []
        assert found.consequence in {
            Consequence.BACK_OFF, Consequence.STOP_CONFIG, Consequence.STOP_LOGIN,
        }  # fmt: skip
    else:
        assert [recipient.position for recipient in found.recipients] == list(range(len(NAMES)))
        assert set(statuses) <= {Status.ACCEPTED, Status.REFUSED, Status.UNKNOWN}
    assert Status.UNKNOWN not in statuses or found.consequence is not Consequence.GO_ON


@settings(max_examples=150)
@given(
    st.sampled_from([*range(300, 309), 400, 401, 403, 404, 405, 413, 415, 429]),
    st.sets(st.sampled_from(NAMES), min_size=1),
    st.data(),
)
def test_a_code_never_frees_whom_its_body_names_as_taken(
    status: int, taken: set[str], data: st.DataObject
) -> None:
    """Whole, cut off after them, or with bytes stuck to it: they are accepted, others unknown."""
    listed = [
        {"status": "accepted", "smscId": f"9{order}", "clientId": name}
        for order, name in enumerate(sorted(taken))
    ]
    content = json.dumps({"messages": listed, "status": "error", "description": "x"}).encode()
    cut = data.draw(st.integers(content.index(b"]"), len(content)))
    body = data.draw(st.sampled_from([b"", b"\xef\xbb\xbf", b"x"])) + content[:cut]
    reply_verdict = judge(MEMBERS, Reply(status, body, complete=data.draw(st.booleans())))

    assert {NAMES[one.position]: one.status for one in reply_verdict.recipients} == {
        name: Status.ACCEPTED if name in taken else Status.UNKNOWN for name in NAMES
    }
    assert reply_verdict.consequence is (Consequence.BACK_OFF if status == 429 else Consequence.STOP_CONFIG)
    assert reply_verdict.alarms


@settings(max_examples=250)
@given(replies())
def test_nobody_is_accepted_whom_no_whole_object_names(reply: Reply) -> None:
    """No false "sent": checked against a second, slower reading of the bytes."""
    for recipient in judge(MEMBERS, reply).recipients:
        if recipient.status is Status.ACCEPTED:
            assert may_be_taken(reply.body, NAMES[recipient.position])


@settings(max_examples=100)
@given(replies())
def test_the_same_reply_gives_the_same_reply_verdict(reply: Reply) -> None:
    """A stored reply is applied again after a crash."""
    again = Reply(reply.http_status, bytes(reply.body), reply.complete, reply.error)

    assert judge(MEMBERS, reply) == judge(MEMBERS, again)


@settings(max_examples=100)
@given(replies())
def test_everything_in_a_reply_verdict_can_be_stored_and_shown(reply: Reply) -> None:
    """A lone surrogate or an endless number would stop the journal at every resume."""
    reply_verdict = judge(MEMBERS, reply)
    texts = [reply_verdict.reply_text, reply_verdict.code]
    for alarm in reply_verdict.alarms:
        texts += [alarm_text(alarm), *alarm.details.values()]
    for recipient in reply_verdict.recipients:
        texts += [recipient.status_text, recipient.code, *recipient.smsc_ids]
        assert recipient.cost is None or 0 <= recipient.cost < 10**6
        assert reason(recipient.code, {}, "en").reason != recipient.code

    assert all(len(text.encode("utf-8")) <= 1000 for text in texts)


@given(replies())
def test_an_answer_before_the_last_byte_gives_nobody_an_outcome(reply: Reply) -> None:
    early = Reply(reply.http_status or 200, reply.body, reply.complete, last_byte_sent=False)
    reply_verdict = judge(MEMBERS, early)

    assert reply_verdict.verdict in {Verdict.NOT_SENT, Verdict.REFUSED}
    assert reply_verdict.recipients == ()


@given(replies())
def test_an_answer_about_statuses_gives_rows_or_a_gateway_error(reply: Reply) -> None:
    """Nothing that a gateway can write stops a report with a bug."""
    found: tuple[StatusRow, ...] = ()
    message = ""
    try:
        found = status_rows(reply)
    except GatewayError as error:
        message = error.message

    assert f"{message}{found}".encode()
    assert all(re.fullmatch(r"[0-9A-Za-z-]{1,72}", row.smsc_id) for row in found)
    assert all(f"{row.status_text}{row.client_id}".encode() for row in found)


@given(st.permutations(NAMES), st.data())
def test_order_does_not_matter_and_missing_recipients_are_the_unknown_ones(
    order: list[str], data: st.DataObject
) -> None:
    """Pairing by position would give recipients each other's ids."""
    present = data.draw(st.lists(st.sampled_from(order), unique=True, min_size=1))
    content = [
        {"status": "accepted", "smscId": f"id{NAMES.index(name)}", "clientId": name}
        for name in sorted(present, key=order.index)
    ]
    recipients = judge(MEMBERS, Reply(200, json.dumps({"messages": content}).encode())).recipients

    for recipient in recipients:
        if NAMES[recipient.position] in present:
            assert recipient.status is Status.ACCEPTED
            assert recipient.smsc_ids == (f"id{recipient.position}",)
        else:
            assert recipient.status is Status.UNKNOWN
