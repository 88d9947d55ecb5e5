"""What is still open: when to check again, when tracking ends, which ids match no recipient."""

from datetime import UTC, datetime, timedelta

import pytest

from campaign.cli.output.console import PlainUi
from campaign.cli.output.results import live_line, outlook_lines, unmatched_id_lines, wait_line
from campaign.domain import Status, UnmatchedId
from campaign.domain.polling import Outlook

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_the_next_check_and_the_end_of_tracking_are_shown_in_local_time() -> None:
    next_check, end = NOON + timedelta(minutes=5), NOON + timedelta(hours=72)
    (line,) = outlook_lines(Outlook(3, NOON, next_check, end), "en")

    assert line.startswith("  3 without a final status as of")
    assert f"check again after: {next_check.astimezone():%H:%M}" in line
    assert line.endswith(f"tracking ends: {end.astimezone():%Y-%m-%d %H:%M}")
    assert list(outlook_lines(Outlook(0, NOON), "en")) == []
    assert list(outlook_lines(None, "ru")) == []


def test_ids_that_nobody_knows_are_counted_and_listed_when_asked_for() -> None:
    one = UnmatchedId("F0E1", None, "status", "delivered", NOON)
    summary = list(unmatched_id_lines([one], "en", listed=False))
    whole = list(unmatched_id_lines([one], "en", listed=True))

    assert summary == ["  ! 1 message id that match no recipient: campaign status -v lists them"]
    assert len(whole) == 2
    assert "F0E1  delivered  2026-12-01 12:00:00 UTC" in whole[1]
    assert list(unmatched_id_lines([], "en", listed=True)) == []


def test_the_live_line_holds_the_counts_that_move() -> None:
    statuses = {Status.INVALID: 9, Status.ACCEPTED: 2, Status.DELIVERED: 5}

    assert live_line(statuses, "en") == "5 delivered, 2 accepted"


def test_without_a_terminal_the_counts_are_lines_and_few(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cron mail must not fill with counts: a line a minute, and only when they changed."""
    seconds = iter([0, 1, 61, 62, 200, 201])
    monkeypatch.setattr("time.monotonic", lambda: next(seconds))
    ui = PlainUi(quiet=False, verbose=False, lang="en")
    for count in (1, 2, 3, 3, 4):
        ui.statuses({Status.DELIVERED: count})

    assert capsys.readouterr().err.splitlines() == ["2 delivered", "3 delivered"]


def test_without_a_terminal_a_wait_is_announced_with_a_line_a_minute(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five silent minutes look like a program that hangs."""
    seconds = iter([0, 500, 501, 561, 562])
    monkeypatch.setattr("time.monotonic", lambda: next(seconds))
    ui = PlainUi(quiet=False, verbose=False, lang="en", wait_s=300)
    ui.stage("wait", 3)
    for count in (1, 2, 3):
        ui.statuses({Status.DELIVERED: count})

    first, *others = capsys.readouterr().err.splitlines()
    assert first.startswith("Waiting for the final statuses of 3 messages, until ")
    assert "Ctrl-C" in first
    assert "--wait 0" in first
    assert others == ["2 delivered"]


@pytest.mark.parametrize(
    ("quiet", "wait_s", "stage", "total"),
    [(True, 300, "wait", 3), (False, 0, "wait", 3), (False, 300, "send", 3), (False, 300, "wait", 0)],
)
def test_nothing_is_announced_where_nothing_is_waited_for(
    *, quiet: bool, wait_s: float, stage: str, total: int, capsys: pytest.CaptureFixture[str]
) -> None:
    PlainUi(quiet=quiet, verbose=False, lang="en", wait_s=wait_s).stage(stage, total)

    assert capsys.readouterr().err == ""


def test_the_end_of_a_wait_is_named_with_its_day_where_that_is_another() -> None:
    soon = wait_line(1, NOON, 300, "ru")
    late = wait_line(2, NOON, 72 * 3600, "en")

    assert soon.startswith("Ждём итоговых статусов 1 сообщения, самое позднее до ")
    assert "of 2 messages, until 2026-12-04" in late
