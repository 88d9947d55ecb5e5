"""Retry recipients whom a run did not reach: as a new run of their own, never in place.

No recipient who may have got the text is ever among them. Each is retried once: a recipient of a
retry belongs to it from then on, so the command typed twice finds the same run, and recipients not
reached there either are retried from there. The check for earlier messages ignores the one failed
message that is retried, and nothing else.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from campaign.app.account import EarlierMessages
from campaign.app.context import UNFINISHED, AppContext, operator
from campaign.app.fixes import write_fix_files
from campaign.app.outcome import SCHEMA, Outcome, command
from campaign.app.plan import Planned, find
from campaign.app.report import outcome, require_report_paths
from campaign.app.send import drive
from campaign.app.spec import guards_of, send_time_of
from campaign.app.stop_file import without_stopped
from campaign.domain import CheckedRow, ClientId, Rejection, RunInfo, RunPlan, RunState, Status
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
    """What a retry would send: so many recipients, whose messages have so many segments.

    Attributes:
        taken: Recipients with such a status who are in an earlier retry of the run.
        contradicted: Recipients left out because the gateway once reported `delivered`.
        found: The earlier retry that the command would go on with.
    """

    retry_of: str
    only: tuple[Status, ...]
    recipients: int
    segments: int
    taken: int
    contradicted: int
    found: str | None = None

    def as_json(self) -> Mapping[str, object]:
        """The object that `campaign retry --dry-run --json` prints."""
        return {"schema": SCHEMA, **asdict(self), "only": list(self.only)}


@dataclass(frozen=True, slots=True)
class Retry:
    """One run to be retried.

    Every method raises `GuardRefused` when the run is not finished, `InputError` when it was a test.
    """

    context: AppContext
    journal: Journal
    info: RunInfo
    only: tuple[Status, ...]

    def summary(self) -> RetrySummary:
        """Count them; nothing is planned."""
        self._require_finished()
        summary, _ = self._count()
        found = self._earlier()
        if found is not None and (found.state in UNFINISHED or not summary.recipients):
            return replace(summary, found=found.run)
        return summary

    def plan(self) -> RunInfo:
        """The new run, or the one that the same command made before; logs which.

        Raises:
            NothingToDo: There is no recipient to retry.
            GuardRefused: A limit is exceeded.
            RunLocked: Another process drives or retries the run.
        """
        planned = self._planned()
        info = planned.info
        if planned.found:
            self.context.ui.say(
                tr(
                    (
                        "these recipients of {run} are run {run2} of {created_at} UTC ({state}); "
                        "going on with it"
                    ),
                    run=self.info.run,
                    run2=info.run,
                    created_at=f"{info.created_at:%Y-%m-%d %H:%M}",
                    state=info.state,
                )
            )
        require_report_paths(self.context, info.run)
        return info

    def send(self) -> Outcome:
        """Plan it and drive it; what the same command sent before is not sent again."""
        info = self.plan()
        if info.state in UNFINISHED:
            return drive(self.context, self.journal, info)
        if info.state is RunState.CANCELLED:
            text = tr("run {run} was cancelled; nothing was sent now", run=info.run)
            code, only = "nothing_to_do", "cancelled"
        else:
            text = tr("run {run} has sent this already; nothing was sent now", run=info.run)
            code, only = "sent_already", ",".join(self.only)
        again = command("retry", info.run, f" --only {only}{self.context.store_option}")
        hint = tr("For those whom it did not reach either: {command}", command=again)
        done = NothingToDo(text, hint=hint, code=code)
        return outcome(self.context, self.journal, info.run, error=done)

    def write(self, path: Path) -> tuple[Path, ...]:
        """Write them as an input file instead, with the reasons, in the format they came in."""
        self._require_finished()
        summary, _ = self._count()
        self._log_left_out(summary)
        if not summary.recipients:
            raise self._nothing_to_retry(summary)
        rows = (
            (one.row.source_no, one.row.row.row_no, one.row.row.cells, one.code, one.values)
            for one in self._recipients()
        )
        return write_fix_files(self.context, str(path), self.info.sources, rows)

    def _planned(self) -> Planned:
        self._require_finished()
        with self.context.only_driver(self.info.run):
            found = self._earlier()
            if found is not None and found.state in UNFINISHED:
                return Planned(found, found=True)
            summary, orders = self._count()
            self._log_left_out(summary)
            if summary.recipients:
                return self._plan(orders)
            if found is None:
                raise self._nothing_to_retry(summary)
            return Planned(found, found=True)

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
                    "run {run} is {state}: first it must be finished, then its failures can be retried",
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
        digest, counts, segments = hashlib.sha256(), Counter[str](), 0
        for kind, one in self._failed():
            counts[kind] += 1
            if kind == "recipients":
                segments += one.message.segments
                digest.update(b"%d\n" % one.position)
        summary = RetrySummary(
            self.info.run, self.only, counts["recipients"], segments, counts["taken"], counts["contradicted"]
        )
        return summary, digest.hexdigest()

    def _recipients(self) -> Iterator[FailedMessage]:
        return (one for kind, one in self._failed() if kind == "recipients")

    def _failed(self) -> Iterator[tuple[str, FailedMessage]]:
        """Failed messages, each with the field of `RetrySummary` that counts it."""
        taken = self.journal.reports.retried(self.info.run)
        for one in self.journal.reports.failed(self.info.run, self.only):
            if self._client_id(one).lower() in taken:
                yield "taken", one
            else:
                yield "contradicted" if one.contradicted else "recipients", one

    def _client_id(self, one: FailedMessage) -> ClientId:
        generation = len(_retried(self.info)) + 1
        return retry_client_id(one.message.client_id, generation, seed=self.info.digest, order=one.position)

    def _log_left_out(self, summary: RetrySummary) -> None:
        log, taken = self.context.ui.say, count_of(summary.taken, "recipient")
        contradicted = count_of(summary.contradicted, "recipient")
        if summary.taken:
            log(tr("in an earlier retry of {run}: {taken}", run=summary.retry_of, taken=taken))
        if summary.contradicted:
            log(
                tr(
                    "left out, as the gateway once called them delivered: {contradicted}",
                    contradicted=contradicted,
                )
            )

    def _nothing_to_retry(self, summary: RetrySummary) -> NothingToDo:
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
        send_at = send_time_of(self.context.settings, self.context.clock.now())
        plan = self._run_plan(orders, send_at)
        known = find(self.journal.plans, plan.digest)
        if known is not None:
            return known
        price = self.journal.reports.price(self.info.gateway)
        self.context.ui.stage("check", None)
        rows = held(self._rows(plan, send_at), guards_of(self.context.settings), price)
        return Planned(self.journal.plans.plan(plan, rows), found=False)

    def _run_plan(self, orders: str, send_at: datetime | None) -> RunPlan:
        info = self.info
        settings = {name: value for name, value in info.settings.items() if name not in _NOT_INHERITED}
        settings |= {
            "schedule": send_at.isoformat() if send_at else "",
            "retry_of": [info.run, *_retried(info)],
            "retry_only": [status.value for status in self.only],
            "retry_rows": orders,
        }
        if info.settings.get("again"):
            settings["retry_since"] = info.created_at.isoformat()
        digest = run_digest(info.digest, settings)
        # Who decided, and what it may cost; not part of the identity.
        settings["retry_by"] = operator()
        cost = self.context.settings.money("max_cost")
        if cost is not None:
            settings["max_cost"] = str(cost)
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
            settings=settings,
            sources=info.sources,
        )

    def _rows(self, plan: RunPlan, send_at: datetime | None) -> Iterator[CheckedRow]:
        """The rows once more; those on the stop-list or sent the text meanwhile are rejected.

        A row that is left out keeps the clientId that it would have had: it was taken over, too.
        """
        client_ids: deque[str] = deque()

        def again() -> Iterator[CheckedRow]:
            for one in self._recipients():
                client_id = self._client_id(one)
                client_ids.append(client_id)
                message = replace(one.message, client_id=client_id, send_at=send_at)
                yield replace(one.row, outcome=message)

        rows = without_stopped(again(), self.journal.stop_list.stopped)
        earlier = EarlierMessages(self.journal, settings=plan.settings)
        for row in without_sent(rows, earlier, account=plan.account, skip=True):
            client_id = client_ids.popleft()
            if isinstance(row.outcome, Rejection):
                details = {**row.outcome.details, "client_id": client_id}
                yield replace(row, outcome=replace(row.outcome, details=details))
            else:
                yield row


def _retried(info: RunInfo) -> tuple[str, ...]:
    """The runs that a run retries, the nearest first."""
    named = info.settings.get("retry_of", ())
    return tuple(map(str, named)) if isinstance(named, list | tuple) else ()
