"""What becomes of accepted messages, and what their status queues hold."""

from campaign.sandbox.messages import events, status_at
from campaign.sandbox.store import Message
from tests.contract.test_sandbox import Hands, Json, Start, call, recipients, statuses


def test_the_phone_chooses_the_end(start: Start, hands: Hands) -> None:
    sandbox = start()
    sent = call(sandbox, "send", messages=recipients("100", "991", "992", "993"))
    asked = [{"smscId": row["smscId"]} for row in sent["messages"]]
    seen = []
    for _ in range(3):
        seen.append(statuses(call(sandbox, "status", messages=asked)))
        hands.now += 5

    assert seen[0] == ["queued"] * 4
    assert seen[1] == ["smsc submit"] * 4
    assert seen[2] == ["delivered", "delivery error", "smsc reject", "smsc submit"]


def test_a_scheduled_message_waits_for_its_time(start: Start, hands: Hands) -> None:
    sandbox = start()
    sent = call(sandbox, "send", messages=recipients("100"), scheduleTime="2023-11-14T23:13:20Z")
    asked = [{"smscId": sent["messages"][0]["smscId"]}]
    assert hands.now == 1_700_000_000.0  # an hour before that

    sandbox.service.advance(3599)
    before = statuses(call(sandbox, "status", messages=asked))
    sandbox.service.advance(12)
    after = statuses(call(sandbox, "status", messages=asked))

    assert (before, after) == (["queued"], ["delivered"])


def test_a_queue_has_each_event_once_and_gives_one_at_a_time_by_default(start: Start, hands: Hands) -> None:
    sandbox = start()
    sent = call(sandbox, "send", messages=recipients("100", "991"), statusQueueName="myQueue")
    empty = {"status": "ok", "description": "queue is empty"}

    def drain(name: str = "myQueue", **limit: object) -> Json:
        return call(sandbox, "statusQueue", "prostor", statusQueueName=name, **limit)

    for row in sent["messages"]:
        assert drain()["messages"] == [{"status": "queued", "smscId": row["smscId"]}]
    assert drain() == empty
    hands.now += 60
    rest = drain(statusQueueLimit=1000)
    assert statuses(rest) == ["smsc submit", "smsc submit", "delivered", "delivery error"]
    assert drain() == drain("other") == empty


def test_a_queue_that_is_being_read_gets_new_messages(start: Start, hands: Hands) -> None:
    sandbox = start()
    read = {"statusQueueName": "myQueue", "statusQueueLimit": 1000}
    for _ in range(2):
        call(sandbox, "send", "iqsms", messages=recipients("100"), statusQueueName="myQueue")
        assert statuses(call(sandbox, "statusQueue", "iqsms", **read)) == ["queued"]
    hands.now += 60

    rows = call(sandbox, "statusQueue", "iqsms", **read)["messages"]

    assert [row["status"] for row in rows] == ["smsc submit"] * 2 + ["delivered"] * 2
    assert all(isinstance(row["smscId"], int) for row in rows)


def message(seq: int, send_at: float | None) -> Message:
    phone = "+79160000100"
    return Message(seq, 1, "", "C1", "A1", phone, "text", "", 1, "2.50", 100.0, send_at)


def test_delays_lie_within_their_bounds_and_repeat() -> None:
    ends = [events(message(seq, None), (0.3, 1.5))[-1].due_at for seq in range(1, 500)]

    assert all(100.3 <= end <= 101.5 for end in ends)
    assert len(set(ends)) == len(ends)
    all_events = events(message(1, 50.0), (0.3, 1.5))
    assert all_events[-1].due_at == ends[0]
    assert status_at(all_events, 100.0) == "queued"
    assert status_at(all_events, 102.0) == "delivered"
