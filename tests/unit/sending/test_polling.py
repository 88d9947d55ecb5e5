"""What queues and status.json prove, and what they do not."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from campaign.domain import Alarm, Reply, ReportRow, RunState, Status, Tracked
from campaign.domain.polling import HORIZON, outlook
from campaign.errors import LoginRefused
from campaign.gateways.json_v2.messages import status_rows
from campaign.sending.polling import poll
from campaign.sending.send import send_chunk
from campaign.sending.statuses import PollResult, collect_evidence, poll_once
from tests.fakes import RUN, START, Crash, Fault, OpenJournal, Taken, World, recipients
from tests.invariants import broken


def sent(world: World, *faults: Fault, number: int = 4, size: int = 200) -> None:
    world.send_once(*faults, number=number, size=size)


def read_queues(world: World) -> None:
    with world.process() as journal:
        poll_once(world.polling(journal), RUN, ask_each=False)


def rows(world: World) -> list[ReportRow]:
    with world.process() as journal, journal.reports.view(RUN) as view:
        return list(view.rows())


def alarms(world: World) -> tuple[Alarm, ...]:
    with world.process() as journal:
        return journal.reports.alarms(RUN)


def ids(world: World) -> list[str]:
    return [line.smsc_id for line in world.gateway.ledger]


# --- evidence -----------------------------------------------------------------------------------


def test_as_many_ids_as_recipients_prove_that_all_were_taken(world: World) -> None:
    world.gateway.status_text = "queued"
    sent(world, Fault.LOST_TAKEN)
    world.poll()

    assert world.status_line() == "accepted accepted accepted accepted"
    assert {row.code for row in rows(world)} == {"settled_all"}
    assert world.attempts() == {"settled": 1}


def test_one_common_end_is_the_end_of_all(world: World) -> None:
    """Which recipient has which id stays open, but all ids say `delivered`."""
    sent(world, Fault.LOST_TAKEN)
    world.poll()

    assert world.status_line() == "delivered delivered delivered delivered"
    assert {row.status_text for row in rows(world)} == {"delivered"}


def test_different_ends_are_nobodys_in_particular(world: World) -> None:
    sent(world, Fault.LOST_TAKEN)
    world.gateway.status_texts[ids(world)[0]] = "delivery error"
    world.poll()

    assert world.status_line() == "accepted accepted accepted accepted"


def test_fewer_ids_than_recipients_prove_nothing_about_a_single_one(world: World) -> None:
    sent(world, Fault.LOST_HALF_TAKEN)
    world.poll()

    assert world.status_line() == "unknown unknown unknown unknown"


def test_an_empty_queue_proves_nothing(world: World) -> None:
    sent(world, Fault.LOST_UNTAKEN)
    for _ in range(3):
        world.poll()
        world.clock.sleep(3600)

    assert world.status_line() == "unknown unknown unknown unknown"
    with world.process() as journal:
        assert journal.attempts.pending_chunks(RUN) == ()


def test_an_echo_names_exactly_who_was_taken(world: World) -> None:
    world.gateway.echoes = True
    sent(world, Fault.LOST_HALF_TAKEN)
    world.poll()

    assert world.status_line() == "delivered delivered unknown unknown"


def test_recipients_named_by_half_an_answer_are_not_counted_twice(world: World) -> None:
    """One is accepted in the answer; the queue reports all four: three ids for the three unknown."""
    world.gateway.status_text = "queued"
    sent(world, Fault.CUT_TAKEN)
    assert world.status_line() == "accepted unknown unknown unknown"
    world.poll()

    assert world.status_line() == "accepted accepted accepted accepted"


def test_a_recipient_named_twice_does_not_vouch_for_one_who_was_not_named(world: World) -> None:
    """Two ids for one of two recipients prove nothing of the other."""
    sent(world, Fault.LOST_UNTAKEN, number=2)
    with world.process() as journal:
        for statement in (
            (
                "INSERT INTO smsc(run_no,smsc_id,attempt_id,position,source,first_us) "
                "VALUES(1,'a',1,1,'reply',1),(1,'b',1,1,'reply',1)"
            ),
            "INSERT INTO alarm VALUES(1,1,1,1,'named_twice','{}')",
        ):
            journal.store.write(lambda connection, sql=statement: connection.execute(sql))  # type: ignore[misc]
        journal.statuses.settle_unknown(RUN)

    assert world.status_line() == "unknown unknown"


def test_a_recipient_named_twice_is_settled_by_a_status_of_one_of_its_ids(world: World) -> None:
    """Both ids are saved, and any of them that is delivered means delivered."""
    world.gateway.status_text = "queued"
    sent(world, Fault.ONE_TWICE)
    assert world.status_line() == "unknown accepted accepted accepted"
    world.poll()
    assert world.status_line() == "accepted accepted accepted accepted"

    world.gateway.status_text = "delivered"
    world.poll()
    assert world.status_line() == "delivered delivered delivered delivered"
    assert "named_twice" in [alarm.code for alarm in alarms(world)]


def test_a_refused_recipient_is_not_waited_for(world: World) -> None:
    """The attempt took half; none is unknown, so its queue needs no id of the other half."""
    sent(world, Fault.MONEY_AT_HALF)
    world.poll()

    assert world.status_line() == "delivered delivered refused refused"


def test_more_ids_than_recipients_are_an_alarm(world: World) -> None:
    """Something between us and the gateway has doubled the request; it cannot be undone."""
    sent(world, number=2)
    queue = next(iter(world.gateway.queues))
    world.gateway.queues[queue].append("99")
    world.poll()

    assert "queue_too_long" in [alarm.code for alarm in alarms(world)]
    assert world.status_line() == "delivered delivered"


# --- reading -------------------------------------------------------------------------------------


def test_unknown_attempts_are_read_first_and_with_a_small_limit(world: World) -> None:
    """A crash loses what the gateway has reported and forgotten: at most ten entries."""
    sent(world, Fault.NONE, Fault.LOST_TAKEN, number=24, size=12)
    read_queues(world)
    second, first = world.gateway.drained[0], world.gateway.drained[-1]

    assert [limit for _, limit in world.gateway.drained] == [10, 1000, 1000]
    assert second[0] != first[0]
    assert set(world.statuses().values()) == {Status.DELIVERED}


def test_a_queue_that_forgets_nothing_is_not_read_for_ever(world: World) -> None:
    world.gateway.forgets = False
    sent(world, Fault.LOST_TAKEN, number=25)
    read_queues(world)

    assert [limit for _, limit in world.gateway.drained] == [10, 1000]


def test_statuses_are_asked_in_lots_of_200(world: World) -> None:
    world.gateway.status_text = "queued"
    sent(world, number=450)
    world.poll()

    assert [len(lot) for lot in world.gateway.asked] == [200, 200, 50]
    assert all(one.client_id for lot in world.gateway.asked for one in lot)


def test_iqsms_is_never_asked_about_an_id_without_its_client_id(world: World) -> None:
    """Its document demands both."""
    world.gateway.dialect_name, world.gateway.status_text = "iqsms", "queued"
    sent(world, Fault.LOST_TAKEN)
    world.poll()

    assert world.gateway.asked == []
    assert world.status_line() == "accepted accepted accepted accepted"


def test_prostor_is_asked_about_bare_ids(world: World) -> None:
    world.gateway.status_text = "queued"
    sent(world, Fault.LOST_TAKEN, number=1)
    world.poll()

    assert world.gateway.asked == [(Tracked(ids(world)[0], ""),)]


# --- statuses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("queued", Status.ACCEPTED, "on_its_way"),
        ("smsc submit", Status.ACCEPTED, "on_its_way"),
        ("delivered", Status.DELIVERED, "delivered"),
        ("Delivered ", Status.DELIVERED, "delivered"),
        ("delivery error", Status.UNDELIVERED, "delivery_error"),
        ("smsc reject", Status.UNDELIVERED, "smsc_reject"),
        ("frobnicated", Status.ACCEPTED, "on_its_way"),
    ],
)
def test_each_status_text_moves_a_recipient_forward(
    world: World, word: str, status: Status, code: str
) -> None:
    world.gateway.status_text = word
    sent(world, number=1)
    world.poll()
    (row,) = rows(world)

    assert (row.status, row.code, row.status_text) == (status, code, word)
    assert (row.final_at is not None) == (status is not Status.ACCEPTED)


def report(world: World, *texts: str) -> None:
    """The queue reports these statuses of every message, whatever is known already."""
    for text in texts:
        body = ",".join(f'{{"smscId":{one},"status":"{text}"}}' for one in ids(world))
        with world.process() as journal:
            apply(journal, "queue", 1, f'{{"status":"ok","messages":[{body}]}}')
            journal.statuses.settle_unknown(RUN)


def apply(journal: OpenJournal, kind: str, attempt_id: int | None, body: str) -> None:
    """An answer about statuses is stored and applied."""
    exchange = journal.statuses.open_exchange(RUN, kind=kind, attempt_id=attempt_id, limit=10)
    reply = Reply(200, body.encode())
    journal.statuses.store_exchange(exchange, reply)
    journal.statuses.apply_statuses(exchange, status_rows(reply))


def status_events(world: World) -> list[str]:
    with world.process() as journal, journal.store.read() as connection:
        found = connection.execute("SELECT status_text FROM status_event ORDER BY event_id")
        return [text for (text,) in found]


@pytest.mark.parametrize("status", ["queued", "smsc submit", "incorrect id", "frobnicated"])
def test_a_final_status_is_never_left_for_another_kind(world: World, status: str) -> None:
    sent(world, number=1)
    report(world, "delivered", status)
    world.clock.sleep(60)
    report(world, status)
    (row,) = rows(world)

    assert (row.status, row.status_text) == (Status.DELIVERED, "delivered")
    assert alarms(world) == ()


def test_two_different_ends_are_both_saved_and_reported(world: World) -> None:
    sent(world, number=1)
    report(world, "delivered", "delivery error")

    assert status_events(world) == ["delivered", "delivery error"]
    assert world.status_line() == "undelivered"
    assert ("two_ends", "delivered", "delivery error") in [
        (alarm.code, alarm.details.get("before"), alarm.details.get("after")) for alarm in alarms(world)
    ]


def test_a_lost_id_is_believed_an_hour_after_the_message_was_due(world: World) -> None:
    """`incorrect id` may be reported of an id that the status side does not know yet."""
    sent(world, number=1)
    world.gateway.queues.clear()
    world.gateway.status_text = "incorrect id"
    for _ in range(3):
        world.poll()
        assert world.status_line() == "accepted"
        world.clock.sleep(60)
    world.clock.sleep(timedelta(days=1, hours=1).total_seconds())  # they are due in a day
    world.poll()
    (row,) = rows(world)

    assert (row.status, row.code) == (Status.NO_FINAL_STATUS, "lost_by_gateway")
    assert row.final_at is not None


def test_a_lost_id_that_is_found_again_goes_its_way(world: World) -> None:
    sent(world, number=1)
    world.gateway.queues.clear()
    for word in ("incorrect id", "queued", "incorrect id"):
        world.gateway.status_text = word
        world.poll()
        world.clock.sleep(60)
    assert world.status_line() == "accepted"

    world.gateway.status_text = "delivered"
    world.poll()
    assert world.status_line() == "delivered"


def test_an_echo_that_comes_after_the_end_gives_that_end_to_its_recipient(world: World) -> None:
    """The queue reported `delivered` and forgot it; the later status must not hide it."""
    sent(world, Fault.LOST_HALF_TAKEN, number=2)
    read_queues(world)
    assert world.status_line() == "unknown unknown"
    world.gateway.echoes, world.gateway.status_text = True, "queued"
    world.poll()

    assert world.status_line() == "delivered unknown"


def test_after_72_hours_there_is_an_explicit_end(world: World) -> None:
    """Iqsms reports `queued` for ids that it does not know: polling needs an age."""
    world.gateway.status_text = "queued"
    sent(world, number=2)
    world.poll()
    world.clock.sleep((HORIZON + timedelta(days=1)).total_seconds() - 60)
    world.poll()
    assert world.status_line() == "accepted accepted"
    world.clock.sleep(120)
    result = world.poll()

    assert world.status_line() == "no_final_status no_final_status"
    assert result.open_count == 0
    with world.process() as journal:
        assert journal.runs.info(RUN).state is RunState.SETTLED


def test_recipients_unknown_do_not_expire(world: World) -> None:
    sent(world, Fault.LOST_UNTAKEN)
    world.clock.sleep(1e6)
    world.poll()

    assert world.status_line() == "unknown unknown unknown unknown"


# --- trouble --------------------------------------------------------------------------------------


def test_a_pass_gives_up_after_three_failures_in_a_row(world: World) -> None:
    sent(world, number=10, size=2)
    world.gateway.down = True
    result = world.poll()

    assert len(world.gateway.drained) == 3
    assert result == PollResult(0, 10, "the gateway gave no answer")


def test_a_refused_login_comes_through(world: World) -> None:
    sent(world)
    world.gateway.login_good = False
    with pytest.raises(LoginRefused):
        world.poll()

    assert len(world.gateway.drained) == 1
    assert broken(world.path, at_rest=True) == []


@pytest.mark.parametrize("point", range(12))
def test_a_crash_at_any_write_of_a_pass_loses_ten_ids_at_most(world: World, point: int) -> None:
    """What was reported and not stored is gone: so the first read of a queue is small."""
    sent(world, Fault.LOST_TAKEN, number=12)
    with world.process(crash_point=point) as journal, pytest.raises(Crash):
        poll_once(world.polling(journal), RUN)
    world.poll()
    with world.process() as journal, journal.store.read() as connection:
        (known,) = connection.execute("SELECT count(*) FROM smsc").fetchone()

    before_storing_the_first, before_storing_the_second = 4, 10
    assert known == {before_storing_the_first: 2, before_storing_the_second: 10}.get(point, 12)
    assert broken(world.path, at_rest=True) == []
    if known < 12:
        assert world.status_line() == " ".join(["unknown"] * 12)


def test_a_stored_answer_is_applied_by_the_next_pass(world: World) -> None:
    sent(world)
    with world.process(crash_point=5) as journal, pytest.raises(Crash):
        poll_once(world.polling(journal), RUN)
    world.gateway.queues.clear()
    read_queues(world)

    assert world.status_line() == "delivered delivered delivered delivered"


def test_a_login_that_was_refused_before_the_crash_is_no_trouble_after_it(world: World) -> None:
    """The password may have been corrected since; the stored answer is of that time."""
    sent(world)
    world.gateway.login_good = False
    with world.process(crash_point=5) as journal, pytest.raises(Crash):
        poll_once(world.polling(journal), RUN)
    world.gateway.login_good = True
    result = world.poll()

    assert result.trouble == ""
    assert world.status_line() == "delivered delivered delivered delivered"


def test_a_call_that_a_crash_cut_off_is_closed_as_lost(world: World) -> None:
    sent(world)
    with world.process() as journal:
        journal.statuses.open_exchange(RUN, kind="queue", attempt_id=1, limit=10)
    world.poll()

    assert broken(world.path, at_rest=True) == []


def test_one_attempts_evidence_can_be_read_alone(world: World) -> None:
    sent(world, Fault.LOST_TAKEN, Fault.LOST_UNTAKEN, number=4, size=2)
    with world.process() as journal:
        polling = world.polling(journal)
        left = [collect_evidence(polling, RUN, attempt_id) for attempt_id in (1, 2)]

    assert left == [0, 2]
    assert world.status_line() == "delivered delivered unknown unknown"


def test_a_message_that_the_gateway_doubled_is_an_alarm_of_its_own_attempt(world: World) -> None:
    """N17: a proxy sent the request twice. Doctor's I01 takes no other attempt's alarm for it."""
    world.gateway.echoes, world.gateway.status_text = True, "queued"
    sent(world, Fault.NONE, Fault.LOST_TAKEN, number=4, size=2)
    line = world.gateway.ledger[-1]
    twin = Taken(line.queue_name, line.client_id, str(int(line.smsc_id) + 1000))
    world.gateway.ledger.append(twin)
    world.gateway.queues[line.queue_name].append(twin.smsc_id)
    world.poll()

    with closing(sqlite3.connect(world.path)) as connection:
        noticed = connection.execute("SELECT DISTINCT attempt_id FROM alarm").fetchall()
    assert noticed == [(2,)]
    assert world.status_line() == "accepted accepted accepted accepted"


def test_an_id_in_the_queue_of_one_attempt_and_in_the_answer_of_another_is_an_alarm(world: World) -> None:
    """The answer had named a message of an attempt that was still unknown: an operator must check."""
    world.plan(recipients(2, send_at=lambda order: START + timedelta(days=order)))
    with world.process() as journal:
        journal.runs.set_state(RUN, RunState.SENDING)
        world.gateway.faults = [Fault.LOST_TAKEN]
        send_chunk(world.sending(journal), RUN, 1)
        stolen = int(world.gateway.ledger[0].smsc_id)
        world.gateway._ids = iter([stolen])  # noqa: SLF001  a gateway that repeats itself
        send_chunk(world.sending(journal), RUN, 2)
    world.poll()
    world.poll()

    (alarm,) = [alarm for alarm in alarms(world) if alarm.code == "queue_of_another"]
    assert alarm.details == {"smsc_id": str(stolen)}


def test_polling_ends_when_every_final_status_is_known(world: World) -> None:
    world.gateway.status_text = "queued"
    sent(world)
    with world.process() as journal:
        polling = world.polling(journal)
        waited = poll(polling, RUN, wait_s=30, poll_s=5)
        assert (waited.open_count, world.clock.passed_s) == (4, 25)
        world.gateway.status_text = "delivered"
        assert poll(polling, RUN, wait_s=30).open_count == 0

    assert world.clock.passed_s < 40


# --- when to poll ---------------------------------------------------------------------------------


def passes(world: World, *, wait_s: float) -> list[int]:
    """Poll; returns at which ages in minutes the queue was read once nothing was young."""
    read_at: list[int] = []
    with world.process() as journal:
        polling = world.polling(journal)

        def note(_: object) -> None:
            read_at.append(round(world.clock.passed_s / 60))

        poll(replace(polling, report_statuses=note), RUN, wait_s=wait_s)
    return [age for age in read_at if age > 5]


def test_the_old_are_polled_ever_more_seldom_until_the_horizon(world: World) -> None:
    """1, 2, 5, 15, 60 minutes, then every six hours; after 72 hours it is over."""
    world.gateway.status_text = "queued"
    world.plan(recipients(2))
    world.send_planned()

    assert passes(world, wait_s=1e6) == [15, 60, *range(360, 72 * 60 + 1, 360)]
    assert world.status_line() == "no_final_status no_final_status"
    assert world.clock.passed_s == HORIZON.total_seconds()


def test_waiting_ends_at_its_deadline_with_a_poll_of_everything(world: World) -> None:
    world.gateway.status_text = "queued"
    sent(world, number=2)
    world.clock.sleep(timedelta(days=1, minutes=20).total_seconds())
    world.gateway.drained.clear()
    with world.process() as journal:
        poll(world.polling(journal), RUN, wait_s=600)

    assert world.clock.passed_s == timedelta(days=1, minutes=30).total_seconds()
    assert len(world.gateway.drained) == 2
    assert len(world.gateway.asked) == 2


def test_there_is_no_waiting_for_messages_that_leave_after_the_deadline(world: World) -> None:
    world.gateway.status_text = "queued"
    sent(world, number=2)
    with world.process() as journal:
        assert poll(world.polling(journal), RUN, wait_s=600).open_count == 2

    assert world.clock.passed_s == 0


def test_an_attempt_that_is_not_due_is_left_alone(world: World) -> None:
    """The younger one is asked for, the older one is not, though both are open."""
    world.gateway.status_text = "queued"
    sent(world, number=4, size=2)
    world.clock.sleep(timedelta(days=2, minutes=3).total_seconds())
    world.gateway.drained.clear()
    with world.process() as journal:
        poll_once(world.polling(journal), RUN, since=world.clock.now() - timedelta(minutes=2))
        queues = {queue.queue_name: queue for queue in journal.statuses.open_queues(RUN)}
        ahead = outlook(queues.values(), world.clock.now())

    (name,) = {name for name, _ in world.gateway.drained}
    assert queues[name].born_at == max(queue.born_at for queue in queues.values())
    assert len(world.gateway.asked) == 1
    assert ahead.open_count == 4
    assert ahead.next_check_at == queues[name].born_at + timedelta(minutes=5)
    assert ahead.tracking_ends_at == queues[name].born_at + HORIZON


def test_ids_that_status_json_reports_unasked_are_listed(world: World) -> None:
    sent(world, number=1)
    with world.process() as journal:
        for word in ("queued", "delivered"):
            apply(journal, "status", None, f'{{"messages":[{{"smscId":"x1","status":"{word}"}}]}}')
        (unmatched_id,) = journal.statuses.unmatched_ids(RUN)

    found = (unmatched_id.smsc_id, unmatched_id.attempt_id, unmatched_id.status_text)
    assert found == ("x1", None, "delivered")
    assert world.status_line() == "accepted"


def test_two_ends_show_in_the_reason_of_the_row(world: World) -> None:
    sent(world, number=1)
    report(world, "delivered", "delivery error", "delivery error")

    assert [row.code for row in rows(world)] == ["two_ends"]


def test_a_step_back_that_is_repeated_for_ever_is_one_event(world: World) -> None:
    sent(world, number=1)
    report(world, "delivered", "queued", "queued", "queued")

    assert status_events(world) == ["delivered", "queued"]
