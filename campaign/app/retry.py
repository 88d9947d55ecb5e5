"""Retry recipients whom a run did not reach: as a new run of their own, never in place.

No recipient who may have got the text is ever among them. Each is retried once: a recipient of a
retry belongs to it from then on, so the command typed twice finds the same run, and whoever is not
reached there either is retried from there. The check for earlier messages ignores the one failed
message that is retried, and nothing else.
"""

import hashlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from campaign.app.context import UNFINISHED, AppContext, operator
from campaign.app.fixes import write_fix_files
from campaign.app.outcome import Outcome, command
from campaign.app.plan import Planned, find, freeze
from campaign.app.report import outcome, require_report_place
from campaign.app.send import drive
from campaign.app.spec import guards_of, send_time_of
from campaign.app.stop_file import without_stopped
from campaign.config import Settings
from campaign.domain import (
    CheckedRow,
    ClientId,
    Phone,
    Rejection,
    RunInfo,
    RunPlan,
    RunState,
    Status,
)
from campaign.domain.ids import make_run_id, run_digest
from campaign.domain.retry_policy import retry_client_id
from campaign.errors import GuardRefused, InputError, NothingToDo
from campaign.i18n import count_of
from campaign.journal.base import FailedMessage, Journal
from campaign.sending.guards import held, without_sent
from campaign.text import tr

_NOT_INHERITED = frozenset({
    "map", "again", "skip_sent", "schedule", "limit", "max_recipients", "max_cost", "stop_list",
})  # fmt: skip
"""Settings that were about the first sending; the columns are read, the text is frozen."""


@dataclass(frozen=True, slots=True)
class RetrySummary:
    """What a retry would send.

    Attributes:
        recipients: Messages that would go out once more.
        segments: Their parts.
        taken: Recipients with such a status who are in an earlier retry of the run.
        contradicted: Recipients left out because the gateway once reported `delivered`.
        found: The earlier retry that the command would go on with, or "".
    """

    run: str
    only: tuple[Status, ...]
    recipients: int = 0
    segments: int = 0
    taken: int = 0
    contradicted: int = 0
    found: str = ""

    def as_json(self) -> Mapping[str, object]:
        """The object that `campaign retry --dry-run --json` prints."""
        return {
            "schema": 1,
            "retry_of": self.run,
            "only": [status.value for status in self.only],
            "recipients": self.recipients,
            "segments": self.segments,
            "taken": self.taken,
            "contradicted": self.contradicted,
            "found": self.found or None,
        }


@dataclass(frozen=True, slots=True)
class Retry:
    """One run to be retried."""

    context: AppContext
    journal: Journal
    info: RunInfo
    only: tuple[Status, ...]

    @property
    def _generation(self) -> int:
        return len(_chain(self.info)) + 1

    def summary(self) -> RetrySummary:
        """Count them; nothing is planned.

        Raises:
            GuardRefused: The run is not finished.
            InputError: It was a test.
        """
        self._require_finished()
        summary, _ = self._count()
        found = self._earlier()
        if found is not None and (found.state in UNFINISHED or not summary.recipients):
            summary = replace(summary, found=found.run)
        return summary

    def planned(self) -> Planned:
        """The new run, or the one that the same command made before.

        Raises:
            NothingToDo: There is no recipient to retry.
            GuardRefused: The run is not finished, or a limit is exceeded.
            InputError: It was a test.
            RunLocked: Another process drives or retries the run.
        """
        self._require_finished()
        with self.context.only_driver(self.info.run):
            found = self._earlier()
            if found is not None and found.state in UNFINISHED:
                return Planned(found, found=True)
            summary, orders = self._count()
            self._say_left_out(summary)
            if summary.recipients:
                return self._plan(orders)
            if found is None:
                raise self._nobody(summary)
            return Planned(found, found=True)

    def write(self, path: Path) -> tuple[Path, ...]:
        """Write them as an input file instead, with the reasons, in the format they came in."""
        self._require_finished()
        summary, _ = self._count()
        self._say_left_out(summary)
        if not summary.recipients:
            raise self._nobody(summary)
        settings = Settings({**self.context.settings.values, "fix_file": str(path)})
        kept = (
            (one.row.source_no, one.row.row.row_no, one.row.row.cells, one.code, one.values)
            for one in self._recipients()
        )
        return write_fix_files(replace(self.context, settings=settings), self.info.sources, kept)

    def _require_finished(self) -> None:
        info = self.info
        if info.settings.get("test"):
            raise InputError(
                tr("run {run} was a test to your own phone", run=info.run),
                hint=tr("campaign test FILE sends another one"),
                code="retry_test",
            )
        if info.state in UNFINISHED:
            raise GuardRefused(
                tr(
                    "run {run} is {state}: first it must be finished, then its failures can be "
                    "retried",
                    run=info.run,
                    state=info.state,
                ),
                hint=tr(
                    "{command}; or to cancel it: {command2}",
                    command=command("resume", info.run, self.context.store_option),
                    command2=command("cancel", info.run, self.context.store_option),
                ),
                code="run_unfinished",
            )

    def _earlier(self) -> RunInfo | None:
        """The latest retry of the run for the same statuses."""
        names = self.journal.reports.retries(self.info.run)
        infos = (self.journal.runs.info(name) for name in names)
        wanted = [status.value for status in self.only]
        return next((info for info in infos if info.settings.get("retry_only") == wanted), None)

    def _count(self) -> tuple[RetrySummary, str]:
        """Count the recipients to be retried; also returns a digest of which ones."""
        taken = self.journal.reports.retried(self.info.run)
        digest = hashlib.sha256()
        recipients = segments = in_retry = contradicted = 0
        for one in self.journal.reports.failed(self.info.run, self.only):
            if self._name(one).lower() in taken:
                in_retry += 1
            elif one.contradicted:
                contradicted += 1
            else:
                recipients += 1
                segments += one.message.segments
                digest.update(b"%d\n" % one.position)
        summary = RetrySummary(
            self.info.run, self.only, recipients, segments, in_retry, contradicted
        )
        return summary, digest.hexdigest()

    def _recipients(self) -> Iterator[FailedMessage]:
        taken = self.journal.reports.retried(self.info.run)
        return (
            one
            for one in self.journal.reports.failed(self.info.run, self.only)
            if self._name(one).lower() not in taken and not one.contradicted
        )

    def _name(self, one: FailedMessage) -> ClientId:
        return retry_client_id(
            one.message.client_id, self._generation, seed=self.info.digest, order=one.position
        )

    def _say_left_out(self, summary: RetrySummary) -> None:
        taken, contradicted = (
            count_of(n, "recipient") for n in (summary.taken, summary.contradicted)
        )
        if summary.taken:
            self.context.ui.say(
                tr("in an earlier retry of {run}: {taken}", run=summary.run, taken=taken)
            )
        if summary.contradicted:
            self.context.ui.say(
                tr(
                    "left out, as the gateway once called them delivered: {contradicted}",
                    contradicted=contradicted,
                )
            )

    def _nobody(self, summary: RetrySummary) -> NothingToDo:
        statuses = ", ".join(status.value for status in self.only)
        retries = self.journal.reports.retries(self.info.run)
        if summary.taken and retries:
            hint = command("retry", retries[0], f" --only {','.join(self.only)}")
        else:
            hint = command("status", self.info.run, "")
        return NothingToDo(
            tr(
                "no recipient of run {run} is left to retry ({statuses})",
                run=self.info.run,
                statuses=statuses,
            ),
            hint=hint + self.context.store_option,
        )

    def _plan(self, orders: str) -> Planned:
        plan = self._run_plan(orders)
        known = find(self.journal.plans, plan.digest)
        if known is not None:
            return known
        price = self.journal.reports.price(self.info.gateway)
        self.context.ui.stage("check", None)
        rows = self._left_out(self._recipients(), plan)
        return freeze(self.journal.plans, plan, held(rows, guards_of(self.context.settings), price))

    def _run_plan(self, orders: str) -> RunPlan:
        info = self.info
        send_at = send_time_of(self.context.settings, self.context.clock.now())
        inherited = {
            name: value for name, value in info.settings.items() if name not in _NOT_INHERITED
        }
        since = info.settings.get("retry_since")
        if info.settings.get("again"):
            since = info.created_at.isoformat()
        settings: dict[str, object] = {
            **inherited,
            "schedule": send_at.isoformat() if send_at else "",
            "retry_of": [info.run, *_chain(info)],
            "retry_only": [status.value for status in self.only],
            "retry_rows": orders,
        }
        if since:
            settings["retry_since"] = since
        cost = self.context.settings.money("max_cost")
        digest = run_digest(info.digest, settings)
        name = f"retry of {info.source_name}"
        return RunPlan(
            run=make_run_id(name, digest),
            digest=digest,
            source_name=name,
            source_sha256=info.digest,
            heading=info.heading,
            gateway=info.gateway,
            gateway_url=info.gateway_url,
            account=info.account,
            # Who decided, and what it may cost; not part of the identity.
            settings={
                **settings,
                "retry_by": operator(),
                **({} if cost is None else {"max_cost": str(cost)}),
            },
            sources=info.sources,
        )

    def _left_out(self, recipients: Iterator[FailedMessage], plan: RunPlan) -> Iterator[CheckedRow]:
        """As planned once more; who is on the stop-list or got the text meanwhile is rejected.

        A row that is left out keeps the clientId that it would have had: it was taken over, too.
        """
        send_at = send_time_of(self.context.settings, self.context.clock.now())
        names: deque[str] = deque()

        def again() -> Iterator[CheckedRow]:
            for one in recipients:
                client_id = self._name(one)
                names.append(client_id)
                message = replace(one.message, client_id=client_id, send_at=send_at)
                yield replace(one.row, outcome=message)

        rows = without_stopped(again(), self.journal.stop_list.stopped)
        rows = without_sent(
            rows, _Forgiving(self.journal, plan.settings), account=plan.account, skip=True
        )
        for row in rows:
            name = names.popleft()
            if isinstance(row.outcome, Rejection):
                details = {**row.outcome.details, "client_id": name}
                yield replace(row, outcome=replace(row.outcome, details=details))
            else:
                yield row


@dataclass(frozen=True, slots=True)
class _Forgiving:
    """Earlier messages as a retry sees them (`journal.base.SentBefore`)."""

    journal: Journal
    settings: Mapping[str, object]

    def earlier(self, account: str, messages: Sequence[tuple[Phone, str]]) -> dict[int, str]:
        return self.journal.sent_before.earlier(account, messages, retry=self.settings)


def _chain(info: RunInfo) -> tuple[str, ...]:
    """The runs that a run retries, the nearest first."""
    named = info.settings.get("retry_of", ())
    return tuple(map(str, named)) if isinstance(named, list | tuple) else ()


def frozen(context: AppContext, retry: Retry) -> RunInfo:
    """The run of a retry, planned now or before; says which."""
    found = retry.planned()
    info = found.info
    if found.found:
        context.ui.say(
            tr(
                (
                    "these recipients of {run} are run {run2} of {created_at} UTC ({state}); "
                    "going on with it"
                ),
                run=retry.info.run,
                run2=info.run,
                created_at=f"{info.created_at:%Y-%m-%d %H:%M}",
                state=info.state,
            )
        )
    require_report_place(context, info.run)
    return info


def sent(context: AppContext, journal: Journal, retry: Retry) -> Outcome:
    """Plan a retry and drive it; what the same command sent before is not sent again."""
    info = frozen(context, retry)
    if info.state in UNFINISHED:
        return drive(context, journal, info)
    cancelled = info.state is RunState.CANCELLED
    only = "cancelled" if cancelled else ",".join(retry.only)
    text = (
        tr("run {run} was cancelled; nothing was sent now", run=info.run)
        if cancelled
        else tr("run {run} has sent this already; nothing was sent now", run=info.run)
    )
    done = NothingToDo(
        text,
        hint=tr(
            "For those whom it did not reach either: {command}",
            command=command("retry", info.run, f" --only {only}{context.store_option}"),
        ),
        code="nothing_to_do" if cancelled else "sent_already",
    )
    return outcome(context, journal, info.run, error=done)
