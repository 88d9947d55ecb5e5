"""How a command ended: the tally, the exit code, and the next command to copy."""

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from campaign.domain import Alarm, RunId, RunState, Status, Tally, UnmatchedId
from campaign.domain.polling import Outlook
from campaign.errors import CampaignError, Exit
from campaign.i18n.code_texts import ALARMS
from campaign.text import Text

SCHEMA = 1

_NOT_REACHED = frozenset(Status) - {Status.ACCEPTED, Status.DELIVERED, Status.PENDING, Status.UNKNOWN}
_BEGUN = frozenset({RunState.SENDING, RunState.PAUSED})
_ATTEMPT_KINDS = ("answered", "not_sent", "refused", "unknown", "settled")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a command about one run.

    Attributes:
        error: What stopped it, if anything.
        outlook: What is still open, and when to check again; None if every status is final.
        unmatched_ids: Ids that the gateway named and no recipient has.
        alarms: Where the gateway broke its own protocol, in order.
        unpriced: Messages handed over without a named price, and their estimated SMS.
        did_as_asked: The command was about the run as a whole (a pause) and did what it was asked:
            statuses do not count.
        timezone: Of the times shown; None: as the system's clock.
        report_error: Why the report of what was sent could not be written, if so.
        send_times: Pending recipients by send time; None as a time: at once.
    """

    tally: Tally
    reports: Sequence[Path] = ()
    error: CampaignError | None = None
    interrupted: bool = False
    notes: Sequence[str] = ()
    store_option: str = ""
    outlook: Outlook | None = None
    unmatched_ids: Sequence[UnmatchedId] = ()
    alarms: Sequence[Alarm] = ()
    unpriced: tuple[int, int] = (0, 0)
    did_as_asked: bool = False
    timezone: tzinfo | None = None
    report_error: CampaignError | None = None
    send_times: Mapping[datetime | None, int] = field(default_factory=dict)

    @property
    def exit_code(self) -> Exit:
        """The first in rank of all that apply."""
        if self.did_as_asked and self.error is None:
            return Exit.DONE
        found = {Exit.DONE}
        if self.error is not None:
            found.add(self.error.exit_code)
        if self.interrupted:
            found.add(Exit.INTERRUPTED)
        if self.report_error is not None:
            found.add(Exit.SOME_NOT_REACHED)  # not its own code: that says "nothing was sent"
        return min(found | self._of_statuses(), key=lambda code: code.rank)

    def _of_statuses(self) -> set[Exit]:
        """What the statuses mean; an error says better than `pending` why the run stopped."""
        statuses, found = self.tally.statuses, set[Exit]()
        if statuses.get(Status.UNKNOWN):
            found.add(Exit.UNKNOWN)
        if self.error is None and self.tally.state in _BEGUN and statuses.get(Status.PENDING):
            found.add(Exit.UNAVAILABLE)
        if any(statuses.get(status) for status in _NOT_REACHED):
            found.add(Exit.SOME_NOT_REACHED)
        return found

    @property
    def next_command(self) -> str:
        """What to type next, "" when there is nothing left to do."""
        statuses = self.tally.statuses
        already_sent = self.error is not None and self.error.code == "already_sent"
        if statuses.get(Status.PENDING) and already_sent:
            verb = "cancel"  # again would end the same
        elif statuses.get(Status.PENDING) or self.tally.state is RunState.PAUSED:
            verb = "resume"
        elif statuses.get(Status.UNKNOWN):
            verb = "unknown"
        elif statuses.get(Status.ACCEPTED):
            verb = "report"
        else:
            return ""
        return command(verb, self.tally.run, self.store_option)

    def as_json(self) -> Mapping[str, object]:
        """The object that `--json` prints."""
        tally, ahead, trouble = self.tally, self.outlook, self.error or self.report_error
        return {
            "schema": SCHEMA,
            "run": tally.run,
            "state": tally.state.value,
            "rows": tally.rows,
            "statuses": {status.value: count for status, count in tally.statuses.items()},
            "attempts": {kind: tally.attempts.get(kind, 0) for kind in _ATTEMPT_KINDS},
            "cost": {currency: str(amount) for currency, amount in tally.cost.items()},
            "segments": {"estimated": tally.segments_estimated, "billed": tally.segments_billed},
            "reports": [str(path) for path in self.reports],
            "alarms": _alarms_as_json(self.alarms),
            "exit": int(self.exit_code),
            "next": self.next_command,
            "as_of": _utc(None if ahead is None else ahead.as_of),
            "next_check_at": _utc(None if ahead is None else ahead.next_check_at),
            "tracking_ends_at": _utc(None if ahead is None else ahead.tracking_ends_at),
            "unmatched_ids": len(self.unmatched_ids),
            "error": None
            if trouble is None
            else {"code": trouble.code, "text": trouble.message, "hint": trouble.hint},
        }


def alarm_text(alarm: Alarm) -> Text:
    """What an alarm says, for users."""
    return Text(ALARMS[alarm.code], alarm.details)


def _alarms_as_json(alarms: Sequence[Alarm]) -> list[Mapping[str, object]]:
    """One object a code, with the text of its first alarm."""
    first: dict[str, Alarm] = {}
    for alarm in alarms:
        first.setdefault(alarm.code, alarm)
    counts = Counter(alarm.code for alarm in alarms)
    return [{"code": code, "count": counts[code], "text": alarm_text(alarm)} for code, alarm in first.items()]


def _utc(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def command(verb: str, run: RunId, store_option: str) -> str:
    """A complete command to copy."""
    return f"campaign {verb} {run}{store_option}"


def store_option(path: str) -> str:
    """What a command needs so that it finds the same journal again."""
    return f" --store {shlex.quote(path)}" if path else ""
