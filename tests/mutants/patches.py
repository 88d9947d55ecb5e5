"""The mistakes (reliability, 6.1), each a real change to a real file, and the tests that see it."""

from dataclasses import dataclass
from typing import Final

_SENDING = "campaign/sending"
_JSON_V2 = "campaign/gateways/json_v2"
_JOURNAL = "campaign/journal/sqlite"
_APP = "campaign/app"

_CLIENT_TESTS = "tests/fault/test_gateway_client.py::"
_SEND_TESTS = "tests/unit/sending/test_send.py::"
_REPLY_TESTS = "tests/property/test_gateway_replies.py::"
_VERDICT_TESTS = "tests/unit/gateways/test_verdict.py::"
_RECONCILE_TESTS = "tests/unit/sending/test_polling.py::"
_TAKE_OVER_TESTS = "tests/fault/test_take_over.py::"
_LEDGER_TESTS = "tests/unit/journal/test_sent_before.py::"
_STOP_TESTS = "tests/unit/app/test_stop_list.py::"
_JOURNAL_TESTS = "tests/contract/test_journal.py::"
_MOVED_TESTS = "tests/fault/test_store_moved.py::"
_SECOND_TESTS = "tests/unit/journal/test_contradictions.py::"
_SEEDS = "tests/property/test_seeded_runs.py::test_some_hundred_campaigns_keep_the_promise"


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement.

    Attributes:
        folder: Where its text is looked for: modules are split and renamed.
        old: Stands there exactly once, in whatever file; lines after the first may be indented
            more or less than here, together.
    """

    folder: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake.

    Attributes:
        listed: It is one of those that reliability §6.1 names.
        tests: Test ids; at least one of them must fail. Only tests that import the program: those
            that start it with an environment made from nothing would start the one installed.
    """

    name: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]
    listed: bool = True


NOT_HERE: Final[dict[str, str]] = {}
"""Mistakes of that list which cannot be made in this program, and why."""


def _mistake(name: str, folder: str, old: str, new: str, *tests: str, listed: bool = True) -> Mutant:
    """A mistake of one replacement."""
    return Mutant(name, (Edit(folder, old, new),), tests, listed)


MUTANTS: Final = (
    Mutant(
        "send last byte before ARM",
        (
            Edit(
                _JSON_V2, "        yield self._body[:-1]\n        if", "        yield self._body\n        if"
            ),
            Edit(_JSON_V2, "        yield self._body[-1:]\n", '        yield b""\n'),
        ),
        (_CLIENT_TESTS + "test_the_last_byte_leaves_only_after_the_commit_point_returned",),
    ),
    _mistake(
        "skip ARM",
        _SENDING,
        "gateway.send(attempt, lambda: attempts.commit_point(attempt))",
        "gateway.send(attempt, lambda: None)",
        _SEND_TESTS + "test_intent_arm_raw_and_apply_are_on_disk_in_that_order",
    ),
    _mistake(
        "ARM before connect",
        _SENDING,
        "reply = gateway.send(attempt, lambda: attempts.commit_point(attempt))",
        "reply = (attempts.commit_point(attempt), gateway.send(attempt, lambda: None))[1]",
        _SEND_TESTS + "test_intent_arm_raw_and_apply_are_on_disk_in_that_order",
        _SEND_TESTS + "test_a_crash_before_arming_is_not_sent_and_after_it_unknown",
    ),
    _mistake(
        "retry on timeout",
        _JSON_V2,
        "    if status == _BUSY or not reply.last_byte_sent:\n",
        "    if status in {_BUSY, None} or not reply.last_byte_sent:\n",
        _VERDICT_TESTS + "test_no_answer_leaves_everybody_unknown",
        _SEEDS,
    ),
    _mistake(
        "retry on 5xx",
        _JSON_V2,
        "    if status == _BUSY or not reply.last_byte_sent:\n",
        "    if (status or 0) >= 500 or status == _BUSY or not reply.last_byte_sent:\n",
        _VERDICT_TESTS + "test_every_other_code_leaves_everybody_unknown",
        _SEEDS,
    ),
    Mutant(
        "follow redirects",
        (
            Edit(_JSON_V2, "            allow_redirects=False,\n", "            allow_redirects=True,\n"),
            Edit(
                _JSON_V2,
                '        """Nowhere."""\n        return None\n',
                '        """Anywhere."""\n        return super().get_redirect_target(resp)\n',
            ),
        ),
        (_CLIENT_TESTS + "test_a_redirect_is_never_followed_and_its_body_is_kept",),
    ),
    Mutant(
        "recover in_doubt as not_sent",
        (
            Edit(
                _JOURNAL,
                "\"UPDATE message SET state='unknown',code='killed',attempt_id=? \"\n"
                "\"WHERE run_no=? AND position=? AND state='pending'\",",
                "\"UPDATE message SET state='unknown',code='killed',attempt_id=? \"\n"
                '"WHERE run_no=? AND position=? AND 0",',
            ),
            Edit(
                _JOURNAL, 'state="unknown",\ncode="killed",\n', 'state="not_sent",\ncode="never_completed",\n'
            ),
        ),
        (_SEND_TESTS + "test_a_crash_before_arming_is_not_sent_and_after_it_unknown", _SEEDS),
    ),
    _mistake(
        "parse before RAW",
        _SENDING,
        "    attempts.store_reply(attempt, reply)\n"
        "    verdict = gateway.judge(attempt.chunk.members, reply)\n",
        "    verdict = gateway.judge(attempt.chunk.members, reply)\n"
        "    attempts.store_reply(attempt, reply)\n",
        _SEND_TESTS + "test_a_bug_in_the_judge_keeps_the_answer_for_a_fixed_program",
    ),
    _mistake(
        "match by position",
        _JSON_V2,
        "    for one in named:\n        position = exact.get(",
        "    for place, one in enumerate(named):\n"
        "        position = members[place].position if place < len(members) else exact.get(",
        _REPLY_TESTS + "test_order_does_not_matter_and_missing_recipients_are_the_unknown_ones",
    ),
    _mistake(
        "missing people -> accepted",
        _JSON_V2,
        "                member.position,\n                Status.UNKNOWN,\n",
        "                member.position,\n                Status.ACCEPTED,\n",
        _VERDICT_TESTS + "test_a_whole_answer_is_judged_recipient_by_recipient",
        _SEEDS,
    ),
    _mistake(
        "missing people -> pending",
        _JSON_V2,
        "    for member in members:\n        found = by_position",
        "    for member in members:\n"
        "        if member.position not in by_position and named:\n"
        "            continue\n"
        "        found = by_position",
        _VERDICT_TESTS + "test_a_whole_answer_is_judged_recipient_by_recipient",
        _SEEDS,
    ),
    _mistake(
        "status:error -> pending",
        _JSON_V2,
        '        fault = "status_error"\n',
        "        return ReplyVerdict(\n"
        '            Verdict.NOT_SENT, Consequence.BACK_OFF, "never_completed"\n'
        "        )\n",
        _VERDICT_TESTS + "test_a_200_that_names_nobody_leaves_everybody_unknown",
    ),
    _mistake(
        "empty queue -> pending",
        _JOURNAL,
        "settled = settle_whole_attempts(connection, run_no)",
        "settled = settle_whole_attempts(connection, run_no)\n"
        "connection.execute(\n"
        '    "INSERT INTO operator_action(at_us,operator,action,run_no,attempt_id,why) "\n'
        "    \"SELECT DISTINCT ?,'program','not-sent',run_no,attempt_id,'' \"\n"
        "    \"FROM message m WHERE run_no=? AND state='unknown' AND NOT EXISTS(\"\n"
        '    "SELECT 1 FROM smsc s WHERE s.attempt_id=m.attempt_id)",\n'
        "    (now_us, run_no),\n"
        ")\n"
        "connection.execute(\n"
        "    \"UPDATE message SET state='pending',code='pending' WHERE run_no=? \"\n"
        "    \"AND state='unknown' AND NOT EXISTS(SELECT 1 FROM smsc s \"\n"
        '    "WHERE s.attempt_id=message.attempt_id)",\n'
        "    (run_no,),\n"
        ")",
        _RECONCILE_TESTS + "test_an_empty_queue_proves_nothing",
        _SEEDS,
    ),
    Mutant(
        "drain limit 1000 without RAW",
        (
            Edit(_SENDING, "WITNESS_READ_LIMIT = 10\n", "WITNESS_READ_LIMIT = 1000\n"),
            Edit(
                _SENDING,
                "        statuses.store_exchange(exchange_id, reply)\n"
                "        return self._apply(exchange_id, reply)\n",
                "        return self._apply(exchange_id, reply)\n",
            ),
        ),
        (
            _RECONCILE_TESTS + "test_a_crash_at_any_write_of_a_pass_loses_ten_ids_at_most",
            _RECONCILE_TESTS + "test_unknown_attempts_are_read_first_and_with_a_small_limit",
        ),
    ),
    _mistake(
        "synchronous=NORMAL",
        _JOURNAL,
        '    ("synchronous", "FULL", "2"),\n',
        '    ("synchronous", "NORMAL", "1"),\n',
        _JOURNAL_TESTS + "test_a_commit_survives_power_loss",
    ),
    _mistake(
        "no lock",
        _APP,
        "        lock.acquire()\n    except Timeout",
        "        lock.is_locked\n    except Timeout",
        _TAKE_OVER_TESTS + "test_the_second_driver_of_a_run_is_turned_away_with_the_process_that_has_it",
    ),
    _mistake(
        "epoch check removed",
        _JOURNAL,
        "WHEN NEW.state='in_flight' AND NEW.epoch<>(SELECT epoch FROM run WHERE run_no=NEW.run_no)\n",
        "WHEN 0\n",
        _TAKE_OVER_TESTS + "test_a_driver_that_was_taken_over_cannot_commit_any_more",
    ),
    _mistake(
        "ledger not written",
        _JOURNAL,
        "            remember_sent(connection, run_no, attempt.attempt_id, members, now_us=now_us)\n",
        "",
        _LEDGER_TESTS + "test_a_repetition_is_refused_with_the_count_and_the_run",
        _SEEDS,
    ),
    _mistake(
        "report drops rejected rows",
        _JOURNAL,
        '"FROM source_row r LEFT JOIN message m ',
        '"FROM source_row r JOIN message m ',
        _JOURNAL_TESTS + "test_report_and_tally_add_up_to_the_rows_in_file_order",
    ),
    _mistake(
        "a driver that was taken over begins",
        _JOURNAL,
        "BEFORE INSERT ON attempt\nWHEN NEW.epoch<>(SELECT epoch FROM run WHERE run_no=NEW.run_no)\n",
        "BEFORE INSERT ON attempt\nWHEN 0\n",
        _TAKE_OVER_TESTS + "test_a_driver_that_was_taken_over_opens_no_connection",
        listed=False,
    ),
    _mistake(
        "a late answer is thrown away",
        _JOURNAL,
        "        keep_late_reply(connection, attempt_id, values)\n",
        "        pass\n",
        _TAKE_OVER_TESTS + "test_a_late_answer_that_was_only_stored_is_understood_by_the_next_recovery",
        listed=False,
    ),
    _mistake(
        "a late answer leaves somebody pending whom it names",
        _JOURNAL,
        '        may_stop = taken and state == "pending" and not under_way\n',
        "        may_stop = False\n",
        _TAKE_OVER_TESTS + "test_somebody_put_back_whom_a_late_answer_names_is_not_sent_again",
        listed=False,
    ),
    _mistake(
        "fewer ids than recipients prove all",
        _JOURNAL,
        "if ids and ids == unpaired_recipients(connection, attempt_id):",
        "if ids:",
        _RECONCILE_TESTS + "test_fewer_ids_than_recipients_prove_nothing_about_a_single_one",
        _SEEDS,
        listed=False,
    ),
    _mistake(
        "no breaker",
        _SENDING,
        "_UNKNOWN_IN_A_ROW = 2\n",
        "_UNKNOWN_IN_A_ROW = 10**6\n",
        "tests/unit/sending/test_engine.py::test_two_unknown_in_a_row_pause_the_run",
        listed=False,
    ),
    _mistake(
        "armed people are let go without a proof",
        _JOURNAL,
        "WHEN OLD.state IN('in_flight','replied') AND NEW.state IN('not_sent','refused')\n",
        "WHEN 0\n",
        _JOURNAL_TESTS + "test_a_committed_attempt_is_not_released_without_proof",
        listed=False,
    ),
    _mistake(
        "sent again without an operator's word",
        _JOURNAL,
        "WHEN NEW.state='pending' AND OLD.state IN('unknown','refused') AND NOT EXISTS(",
        "WHEN 0 AND NOT EXISTS(",
        _JOURNAL_TESTS + "test_nobody_is_sent_again_without_an_operators_word",
        listed=False,
    ),
    Mutant(
        "stop-list checked only at plan",
        (
            Edit(
                _JOURNAL,
                "without = without_expired if over else without_stopped\n",
                "without = without_expired if over else lambda *_, **__: planned\n",
            ),
            Edit(_JOURNAL, "            refuse_if_stopped(connection, members)\n", ""),
            Edit(
                _JOURNAL,
                "WHEN NEW.state='in_flight' AND EXISTS(SELECT 1 FROM stop) AND EXISTS(",
                "WHEN 0 AND EXISTS(",
            ),
        ),
        (_STOP_TESTS + "test_a_recipient_stopped_after_the_plan_is_not_texted",),
    ),
    Mutant(
        "stop-list not looked at again before the last byte",
        (
            Edit(_JOURNAL, "            refuse_if_stopped(connection, members)\n", ""),
            Edit(
                _JOURNAL,
                "WHEN NEW.state='in_flight' AND EXISTS(SELECT 1 FROM stop) AND EXISTS(",
                "WHEN 0 AND EXISTS(",
            ),
        ),
        (_STOP_TESTS + "test_a_number_added_before_the_last_byte_is_not_sent_and_the_others_go_without_it",),
        listed=False,
    ),
    _mistake(
        "a chunk is answered for as it was planned, stopped people included",
        _SENDING,
        "verdict = gateway.judge(attempt.chunk.members, reply)",
        "verdict = gateway.judge(chunk.members, reply)",
        _STOP_TESTS + "test_a_recipient_stopped_after_the_plan_is_not_texted",
        listed=False,
    ),
    _mistake(
        "the doctor does not see two ids of one person (I01)",
        _JOURNAL,
        "WHERE (ids>1 AND NOT EXISTS("
        "SELECT 1 FROM alarm WHERE alarm.attempt_id=p.attempt_id))\n"
        "OR (attempt_id<latest AND",
        "WHERE 0 AND (attempt_id<latest AND",
        "tests/unit/journal/test_doctor.py::test_every_planted_corruption_is_found",
        listed=False,
    ),
    _mistake(
        "two open attempts",
        _JOURNAL,
        "CREATE UNIQUE INDEX one_open_attempt ON",
        "CREATE INDEX one_open_attempt ON",
        _JOURNAL_TESTS + "test_a_chunk_has_one_open_attempt",
        listed=False,
    ),
    _mistake(
        "a failed commit is forgotten",
        _JOURNAL,
        "            if self._broken is not None:\n                raise self._broken\n",
        "",
        _JOURNAL_TESTS + "test_after_a_failure_to_store_nothing_is_stored_any_more",
        listed=False,
    ),
    _mistake(
        "a refusing code is believed over a body that names somebody as taken",
        _JSON_V2,
        "    if whole is not None and not (reply.last_byte_sent and shows_acceptance):\n",
        "    if whole is not None:\n",
        _VERDICT_TESTS + "test_a_refusal_whose_body_names_everybody_as_taken_is_an_answer",
        listed=False,
    ),
    _mistake(
        "a bound on money is checked only at plan",
        _JOURNAL,
        "            budget.refuse_if_over(connection, planned.run, run_no)\n",
        "",
        "tests/unit/journal/test_budget.py::test_a_price_that_was_learned_wrongly_costs_one_chunk",
        listed=False,
    ),
    _mistake(
        "a journal that was moved is written on",
        _JOURNAL,
        "                require_same(self.path, self._identity)\n",
        "",
        _MOVED_TESTS + "test_a_journal_that_nobody_will_find_again_stops_the_sending",
        listed=False,
    ),
    _mistake(
        "whoever was refused is put back although the queue shows them as taken",
        _JOURNAL,
        '        f"AND NOT EXISTS({NAMED_AS_TAKEN})"\n    )\n    connection.execute(',
        "    )\n    connection.execute(",
        _SECOND_TESTS + "test_a_refused_recipient_shown_as_taken_is_not_sent_again",
        listed=False,
    ),
    _mistake(
        "any login may send a run",
        _APP,
        '    if info.account in {account, journal.runs.account(info.gateway, "")}:\n',
        "    if account:\n",
        "tests/cli/test_accounts.py::test_another_login_does_not_send_a_planned_run",
        listed=False,
    ),
    _mistake(
        "who was put back is sent again without a look at the old queue",
        _APP,
        "            read_unknown_queues(polling, info.run)\n",
        "",
        "tests/cli/test_late_replies.py::test_a_resume_reads_the_old_queue_before_it_sends",
        listed=False,
    ),
)
