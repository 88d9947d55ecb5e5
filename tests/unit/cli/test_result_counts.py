"""Sentences of the terminal fit the numbers in them: one person, two people, 2 человека."""

from decimal import Decimal
from pathlib import Path

import pytest

from campaign.app.outcome import Outcome
from campaign.app.stoplist import Change
from campaign.cli.output.results import (
    change_line,
    cost_lines,
    export_line,
    outcome_lines,
    share_lines,
    unknown_lines,
    unmatched_id_lines,
)
from campaign.domain import RunId, RunState, Status, Tally, UnknownAttempt, UnknownShare, UnmatchedId
from campaign.i18n import Lang
from tests.unit.cli.test_open_results import NOON

RUN = RunId("a-1")


def _outcome(rows: int, unpriced: int) -> Outcome:
    tally = Tally(
        run=RUN, state=RunState.SETTLED, rows=rows, statuses={Status.DELIVERED: rows}, attempts={},
        cost={"RUB": Decimal(2)}, segments_estimated=rows, segments_billed=0,
    )  # fmt: skip
    return Outcome(tally, unpriced=(unpriced, unpriced))


@pytest.mark.parametrize(
    ("count", "lang", "price", "head"),
    [
        (1, "en", "the price of 1 message", "finished, 1 row"),
        (2, "en", "the price of 2 messages", "finished, 2 rows"),
        (1, "ru", "не сообщил цену 1 сообщения", "завершён, 1 строка"),
        (3, "ru", "не сообщил цену 3 сообщений", "завершён, 3 строки"),
        (5, "ru", "не сообщил цену 5 сообщений", "завершён, 5 строк"),
    ],
)
def test_a_run_counts_its_rows_and_messages(count: int, lang: Lang, price: str, head: str) -> None:
    outcome = _outcome(count, count)

    assert next(cost_lines(outcome, lang)).endswith(price)
    assert next(outcome_lines(outcome, lang)).endswith(head)


@pytest.mark.parametrize(
    ("changed", "unchanged", "lang", "line"),
    [
        (1, 1, "en", ("1 added, 1 already listed, 1 row could not be read; 2 numbers listed now")),
        (2, 0, "en", ("2 added, 0 already listed, 1 row could not be read; 2 numbers listed now")),
        (1, 5, "ru", ("внесено: 1, уже были в списке: 5, не прочитано: 1 строка; теперь в списке 2 номера")),
    ],
)  # fmt: skip
def test_the_stop_list_counts_its_numbers(changed: int, unchanged: int, lang: Lang, line: str) -> None:
    change = Change(changed, unchanged, listed=2, bad=1)

    assert change_line(change, "added", lang) == line


def test_an_exported_list_counts_its_numbers() -> None:
    assert export_line(1, Path("a.csv"), "en") == "1 number: a.csv"
    assert export_line(3, Path("a.csv"), "ru") == "3 номера: a.csv"


@pytest.mark.parametrize(
    ("lang", "recipient", "was", "unmatched_ids"),
    [
        (
            "en",
            "status unknown for 1 of 2 recipients",
            "status was unknown for 1 recipient",
            "1 message id that",
        ),
        (
            "ru",
            "статус неизвестен у 1 из 2 получателей",
            "статус был неизвестен у 1 получателя",
            "1 номер сообщения",
        ),
    ],
)
def test_one_recipient_unknown_is_one(lang: Lang, recipient: str, was: str, unmatched_ids: str) -> None:
    unknown = UnknownAttempt(
        run=RUN, attempt_id=1, chunk_no=1, try_no=1, committed_at=None, code="no_answer", reply_text="",
        member_count=2, unknown_count=1, phones=("+79160000001",), ids_seen=1, queue_answers=1,
        queue_losses=1, balance_before="", balance_after="",
    )  # fmt: skip
    share = UnknownShare(run=RUN, recipients=1, by_evidence=1, by_operator=0, resent=0, left=0)
    unmatched_id = UnmatchedId("F0E1", None, "status", "delivered", NOON)

    assert recipient in next(unknown_lines([unknown], lang))
    assert was in next(share_lines([share], lang))
    assert unmatched_ids in next(unmatched_id_lines([unmatched_id], lang, listed=False))
