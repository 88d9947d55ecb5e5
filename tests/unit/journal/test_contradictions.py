"""Recipients that were refused, put back or given up, and the gateway then reports otherwise."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from campaign.domain import Attempt, Reply, RunId, RunState, Status
from campaign.domain.polling import HORIZON
from campaign.errors import GuardRefused
from campaign.journal.sqlite.doctor import examine
from campaign.sending.send import FIXABLE_CODES, send_chunk
from campaign.sending.statuses import read_unknown_queues, settle_run
from tests.fakes import RUN, START, FakeGateway, Fault, World, chunked, recipients

OTHER = RunId("other-5d2a11")
HOUR_S = 3600


def alarms(world: World) -> list[str]:
    with closing(sqlite3.connect(world.path)) as connection:
        return [row[0] for row in connection.execute("SELECT code FROM alarm")]


# --- refused, and then delivered ----------------------------------------------------------


class TakesAndRefuses(FakeGateway):
    """It answers that there is no money, and takes the second half of the chunk all the same."""

    def _answer(self, attempt: Attempt, fault: Fault) -> Reply:
        reply = super()._answer(attempt, fault)
        if attempt.attempt_id != 1:
            return reply
        document = json.loads(reply.body)
        for one in document["messages"][len(document["messages"]) // 2 :]:
            one["status"] = "not enough balance"
        return Reply(200, json.dumps(document).encode())


@pytest.mark.parametrize("status", ["delivered", "queued"])
def test_a_refused_recipient_shown_as_taken_is_not_sent_again(world: World, status: str) -> None:
    """Two copies are worse than a row that says `refused`; an alarm calls the operator."""
    world.gateway = TakesAndRefuses(clock=world.clock, status_text=status)
    world.plan(recipients(4))
    world.resume()
    assert world.status_line().split()[2:] == ["refused", "refused"]
    world.clock.sleep(60)
    world.resume()

    assert max(world.gateway.times_taken().values()) == 1
    assert world.status_line().split()[2:] == ["refused", "refused"]
    assert alarms(world).count("taken_refused") == 2


def test_a_refused_recipient_that_stays_refused_is_sent_again(world: World) -> None:
    world.gateway = TakesAndRefuses(clock=world.clock, status_text="smsc reject")
    world.plan(recipients(4))
    world.resume()
    world.gateway.status_text = "delivered"
    world.resume()

    assert sorted(world.gateway.times_taken().values()) == [1, 1, 2, 2]


def test_delivered_reports_for_recipients_put_back_take_them_out_again(world: World) -> None:
    """They come between the operator's command and the next request."""
    world.gateway = TakesAndRefuses(clock=world.clock, status_text="smsc reject")
    world.plan(recipients(4))
    world.resume()
    with world.process() as journal:
        journal.runs.set_state(RUN, RunState.SENDING)
        journal.attempts.retry_refused(RUN, codes=FIXABLE_CODES, operator="anna", why="topped up")
        journal.runs.set_state(RUN, RunState.PAUSED)
    world.gateway.status_texts = {
        line.smsc_id: "delivered" for line in world.gateway.ledger if line.client_id in {"c3", "c4"}
    }
    for line in world.gateway.ledger:
        world.gateway.queues[line.queue_name].append(line.smsc_id)
    with world.process() as journal:
        journal.statuses.apply_statuses(
            journal.statuses.open_exchange(RUN, kind="queue", attempt_id=1, limit=10),
            world.gateway.read_statuses(world.gateway.drain_queue(world.gateway.ledger[0].queue_name, 10)),
        )

    assert world.status_line().split()[2:] == ["delivered", "delivered"]


# --- put back, and then shown by the old queue ----------------------------------------------------


def put_back(world: World, *, taken: bool, number: int = 4) -> str:
    """Chunk 2 was lost, its queue silent; the policy put it back. Returns that queue."""
    lost = Fault.LOST_TAKEN if taken else Fault.LOST_UNTAKEN
    world.send_once(Fault.NONE, lost, number=2 * number, size=number)
    with closing(sqlite3.connect(world.path)) as connection:
        ((queue,),) = connection.execute("SELECT queue_name FROM attempt WHERE attempt_id=2")
    silent = world.gateway.queues.pop(queue, [])
    world.poll()
    with world.process() as journal:
        resolved = journal.unknown.resolve(RUN, 2, sent=False, operator="anna", why="asked")
    assert resolved == number
    world.gateway.queues[queue] = silent
    return str(queue)


def read_queues_and_resume(world: World) -> None:
    with world.process() as journal:
        read_unknown_queues(world.polling(journal), RUN)
    world.resume()


def test_the_queue_of_recipients_put_back_is_read_before_they_are_sent_again(world: World) -> None:
    """It reports late: they were taken, and get no second copy."""
    put_back(world, taken=True)
    read_queues_and_resume(world)

    assert set(world.statuses().values()) == {Status.DELIVERED}
    assert max(world.gateway.times_taken().values()) == 1


def test_one_entry_of_the_old_queue_is_enough_to_hold_them_all(world: World) -> None:
    """Which of the four it was cannot be told: all four are unknown again."""
    queue = put_back(world, taken=True)
    world.gateway.queues[queue] = world.gateway.queues[queue][:1]
    read_queues_and_resume(world)

    assert world.status_line().split()[4:] == ["unknown"] * 4
    assert max(world.gateway.times_taken().values()) == 1


def test_while_the_old_queue_is_empty_they_are_sent(world: World) -> None:
    put_back(world, taken=False)
    read_queues_and_resume(world)

    assert set(world.statuses().values()) == {Status.DELIVERED}


def test_recipients_put_back_are_polled_until_they_are_sent(world: World) -> None:
    """`campaign status` asks then, although no final status is missing."""
    put_back(world, taken=True)
    with world.process() as journal:
        assert settle_run(journal, RUN) == 4
    world.clock.sleep(HORIZON.total_seconds())
    with world.process() as journal:
        assert settle_run(journal, RUN) == 0


def test_cancelled_recipients_with_evidence_are_not_offered_for_a_retry(world: World) -> None:
    """The queue reported after the run was cancelled."""
    put_back(world, taken=True)
    with closing(sqlite3.connect(world.path)) as connection, connection:
        connection.execute("UPDATE message SET state='cancelled' WHERE state='pending'")
    with world.process() as journal:
        history = journal.reports
        before = [one.contradicted for one in history.failed(RUN, [Status.CANCELLED])]
        read_unknown_queues(world.polling(journal), RUN)
        after = [one.contradicted for one in history.failed(RUN, [Status.CANCELLED])]

    assert before == [False] * 4
    assert after == [True] * 4


# --- given up too early ---------------------------------------------------------------------------


def test_lost_is_not_believed_before_the_time_to_send(world: World) -> None:
    """A scheduled message may be unknown to the status side until it is due."""
    world.gateway.status_text = "queued"
    world.plan(recipients(2, send_at=lambda _: START + timedelta(days=1)))
    with world.process() as journal:
        world.drive(journal)
    world.gateway.queues.clear()
    world.gateway.status_text = "incorrect id"
    for _ in range(3):
        world.poll()
        world.clock.sleep(8 * HOUR_S)
    world.poll()

    assert world.status_line() == "accepted accepted"

    world.gateway.status_text = "delivered"
    world.poll()
    assert world.status_line() == "delivered delivered"


def test_a_recipient_given_up_is_polled_again_until_the_horizon(world: World) -> None:
    """The clock was four days ahead for one poll; a lost status may be wrong, too."""
    world.gateway.status_text = "queued"
    world.plan(recipients(2))
    world.resume()
    world.clock.passed_s += 4 * 24 * HOUR_S
    world.poll()
    assert world.status_line() == "no_final_status no_final_status"
    world.clock.passed_s -= 4 * 24 * HOUR_S - 60
    world.gateway.status_text = "delivered"
    with world.process() as journal:
        assert settle_run(journal, RUN) == 2
    world.poll()

    assert world.status_line() == "delivered delivered"


def test_after_the_horizon_no_recipient_given_up_is_polled(world: World) -> None:
    world.gateway.status_text = "queued"
    world.plan(recipients(2))
    world.resume()
    world.clock.sleep(HORIZON.total_seconds() + 1)
    world.poll()
    asked, drained = len(world.gateway.asked), len(world.gateway.drained)
    world.poll()

    assert (len(world.gateway.asked), len(world.gateway.drained)) == (asked, drained)


# --- whose message it is --------------------------------------------------------------------------


def test_a_message_of_another_run_is_no_evidence(world: World) -> None:
    """A gateway may keep one queue for the whole account."""
    world.gateway.faults = [Fault.LOST_UNTAKEN]
    world.plan(recipients(2))
    world.plan(recipients(4)[2:], OTHER)
    with world.process() as journal:
        world.drive(journal)
        world.drive(journal, OTHER)
    with closing(sqlite3.connect(world.path)) as connection:
        ((queue,),) = connection.execute("SELECT queue_name FROM attempt WHERE run_no=1")
    world.gateway.queues[queue] = [line.smsc_id for line in world.gateway.ledger]
    world.poll()

    assert world.status_line() == "unknown unknown"
    assert "queue_of_another" in alarms(world)


def test_a_recipient_named_twice_cannot_be_called_not_sent(world: World) -> None:
    """Two ids are evidence, though it is not known which of the two is the one."""
    world.gateway.faults = [Fault.ONE_TWICE]
    world.gateway.status_text = "frobnicated"
    world.plan(recipients(2))
    with world.process() as journal:
        journal.runs.set_state(RUN, RunState.SENDING)
        send_chunk(world.sending(journal), RUN, 1)
        with pytest.raises(GuardRefused, match="2 messages"):
            journal.unknown.resolve(RUN, 1, sent=False, operator="anna", why="x")


def test_an_unknown_is_reported_with_the_next_command(world: World) -> None:
    world.gateway.faults = [Fault.LOST_UNTAKEN]
    world.plan(recipients(1))
    world.resume()

    (text,) = [one.text for one in examine(world.path) if one.code == "I28"]
    assert text == f"recipients are unknown: {RUN}: 1 (campaign unknown {RUN})"


# --- money as evidence ----------------------------------------------------------------------------


def test_balances_with_other_requests_in_between_are_not_shown(world: World) -> None:
    """What the others were charged would be taken for the price of the unknown one."""
    world.gateway.faults = [Fault.NONE, Fault.LOST_UNTAKEN, Fault.NONE, Fault.NONE]
    world.plan(chunked(recipients(8), 2))
    with world.process() as journal:
        journal.runs.set_state(RUN, RunState.SENDING)
        for chunk_no in journal.attempts.pending_chunks(RUN):
            send_chunk(world.sending(journal), RUN, chunk_no)
            world.clock.sleep(1)
    with closing(sqlite3.connect(world.path)) as connection, connection:
        connection.execute("UPDATE attempt SET balance='90 RUB' WHERE attempt_id=1")
        connection.execute("UPDATE attempt SET balance='70 RUB' WHERE attempt_id=3")

    def shown() -> tuple[str, str]:
        with world.process() as journal:
            (unknown,) = journal.unknown.of(RUN)
            return unknown.balance_before, unknown.balance_after

    assert shown() == ("90 RUB", "70 RUB")
    with closing(sqlite3.connect(world.path)) as connection, connection:
        connection.execute("UPDATE attempt SET balance='' WHERE attempt_id=3")
        connection.execute("UPDATE attempt SET balance='50 RUB' WHERE attempt_id=4")
    assert shown() == ("", "")
