"""Each fault in the JSON is seen by a client, and the ledger has what really happened."""

import json

import pytest

from campaign.sandbox.faults import FAULTS
from campaign.sandbox.server import SandboxServer
from tests.contract.test_sandbox import Hands, Json, Start, call, recipients, statuses
from tests.unit.sandbox.test_faults import CASES as OTHER_CASES
from tests.unit.sandbox.test_faults import Look, Seen, accepted, talk


def ids(seen: Seen) -> list[object]:
    return [row.get("smscId") for row in seen.rows]


def clients(seen: Seen) -> list[object]:
    return [row.get("clientId") for row in seen.rows]


# a fault with its parameters, and what the client sees; the three recipients are taken anyway
CASES: list[tuple[Json, Look]] = [
    ({"fault": "missing"}, lambda seen: clients(seen) == ["C1", "C2"]),
    ({"fault": "missing", "count": 2}, lambda seen: clients(seen) == ["C2"]),
    ({"fault": "missing", "at": "all"}, lambda seen: seen.rows == []),
    ({"fault": "missing", "key": True}, lambda seen: "messages" not in seen.json),
    ({"fault": "foreign"}, lambda seen: clients(seen) == ["C0", "C1", "C2", "FOREIGN0"]),
    ({"fault": "duplicate", "at": [-1]},
     lambda seen: clients(seen) == ["C0", "C1", "C2", "C2"] and len(set(ids(seen))) == 4),
    ({"fault": "duplicate", "status_text": "text is empty", "new_id": False},
     lambda seen: statuses(seen.json)[3] == "text is empty" and len(set(ids(seen))) == 3),
    ({"fault": "reorder"}, lambda seen: clients(seen) == ["C2", "C1", "C0"]),
    ({"fault": "shuffle"}, lambda seen: set(clients(seen)) == {"C0", "C1", "C2"}),
    ({"fault": "client_id", "as": "int"}, lambda seen: clients(seen)[0] == 0xC0),
    ({"fault": "client_id", "as": "none"}, lambda seen: clients(seen)[0] == "None"),
    ({"fault": "client_id", "as": "lower"}, lambda seen: clients(seen)[0] == "c0"),
    ({"fault": "client_id", "as": "upper", "at": [1]}, lambda seen: clients(seen)[1] == "C1"),
    ({"fault": "client_id", "at": "all"}, lambda seen: clients(seen) == [None] * 3),
    ({"fault": "smsc_id", "as": "int"}, lambda seen: isinstance(ids(seen)[0], int)),
    ({"fault": "smsc_id"}, lambda seen: ids(seen)[0] is None),
    ({"fault": "smsc_id", "as": "repeated"}, lambda seen: len(set(ids(seen))) == 1),
    ({"fault": "smsc_id", "as": "hostile"}, lambda seen: "\x1b" in str(ids(seen)[0])),
    ({"fault": "status_text"},
     lambda seen: statuses(seen.json)[0] == "frobnicated" and ids(seen)[0] is not None),
    ({"fault": "status_text", "with_id": False}, lambda seen: ids(seen)[0] is None),
    ({"fault": "regress"}, lambda seen: statuses(seen.json) == ["accepted"] * 3),
    ({"fault": "conflict"}, lambda seen: statuses(seen.json) == ["accepted"] * 3),
    ({"fault": "never"}, lambda seen: statuses(seen.json) == ["smsc submit"] * 3),
    ({"fault": "status_error"}, lambda seen: seen.json == {"status": "error"}),
    ({"fault": "status_error", "description": "busy", "when": "before"},
     lambda seen: seen.json == {"status": "error", "description": "busy"}),
    ({"fault": "swapped"}, lambda seen: clients(seen) == ["FOREIGN0"]),
    ({"fault": "patch", "set": {"status": 5}, "remove": ["balance"]},
     lambda seen: seen.json["status"] == 5 and "balance" not in seen.json),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "look"), CASES, ids=[json.dumps(rule) for rule, _ in CASES])
def test_a_fault_is_seen_and_the_ledger_knows_the_truth(start: Start, rule: Json, look: Look) -> None:
    sandbox = start(faults=[rule | {"nth": 1}])

    seen = talk(sandbox)
    healthy = talk(sandbox)

    assert look(seen), (seen.head, seen.body[:500], seen.error)
    assert statuses(healthy.json) == ["accepted"] * 3
    assert accepted(sandbox) == (3 if "when" in rule else 6)


def test_every_fault_has_a_case() -> None:
    cases = [rule for rule, _ in CASES] + [rule for rule, _, _ in OTHER_CASES]

    assert {rule["fault"] for rule in cases} == set(FAULTS)


def test_a_swapped_answer_is_the_previous_one(start: Start) -> None:
    sandbox = start(faults=[{"fault": "swapped", "nth": 2}])

    assert talk(sandbox).json == talk(sandbox).json


# --- faults of the status calls ------------------------------------------------------------------


@pytest.fixture
def settled(start: Start, hands: Hands) -> SandboxServer:
    """Two people, both with a final status, in a queue that was not read yet."""
    sandbox = start()
    call(sandbox, "send", messages=recipients("100", "992"), statusQueueName="myQueue")
    hands.now += 60
    return sandbox


def poll(sandbox: SandboxServer) -> list[str]:
    asked = [{"smscId": row.smsc_id} for row in sandbox.accepted()]
    return statuses(call(sandbox, "status", messages=asked))


def drain(sandbox: SandboxServer) -> list[str]:
    reply = call(sandbox, "statusQueue", statusQueueName="myQueue", statusQueueLimit=1000)
    return statuses(reply) if "messages" in reply else []


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ({"fault": "regress"}, ["queued", "queued"]),
        ({"fault": "conflict"}, ["delivery error", "delivered"]),
        ({"fault": "never"}, ["smsc submit", "smsc submit"]),
        ({"fault": "missing"}, ["smsc reject"]),
        ({"fault": "reorder"}, ["smsc reject", "delivered"]),
        ({"fault": "foreign", "status_text": "delivered"}, ["delivered", "smsc reject", "delivered"]),
    ],
)
def test_status_may_be_wrong(settled: SandboxServer, fault: Json, answer: list[str]) -> None:
    settled.service.set_faults([fault | {"call": "status", "nth": 1}])

    assert poll(settled) == answer
    assert poll(settled) == ["delivered", "smsc reject"]


@pytest.mark.parametrize(("when", "left"), [({}, 0), ({"when": "before"}, 6)])
def test_a_lost_queue_answer_takes_its_rows_along(settled: SandboxServer, when: Json, left: int) -> None:
    """Not so one that is lost before the call."""
    settled.service.set_faults([{"call": "statusQueue", "fault": "reset", "nth": 1} | when])

    with pytest.raises(ConnectionError):
        drain(settled)
    assert len(drain(settled)) == left


def test_a_repeating_queue_sends_its_rows_again(settled: SandboxServer) -> None:
    settled.service.set_faults([{"call": "statusQueue", "fault": "repeat", "nth": 1}])

    assert drain(settled) == drain(settled) != []
    assert drain(settled) == []


def test_a_queue_may_never_answer(settled: SandboxServer) -> None:
    settled.service.set_faults([{"call": "statusQueue", "fault": "never", "nth": 1}])

    assert drain(settled) == []
    assert len(drain(settled)) == 6
