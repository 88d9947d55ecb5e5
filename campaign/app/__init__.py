"""The program as one object: the verbs that the command line calls."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.app.cancel import (
    cancel,
    pause,
    was_cancelled,
)
from campaign.app.context import (
    UNFINISHED,
    AppContext,
)
from campaign.app.fixes import fix_files_of
from campaign.app.history import (
    ALL_RUNS,
    History,
    RunFilter,
    chosen,
    history,
    runs_frame,
)
from campaign.app.maintenance import examine_all
from campaign.app.outcome import Outcome
from campaign.app.plan import (
    Planned,
    check_only,
    planned,
    remember,
    spec_for,
)
from campaign.app.preview import (
    Previewed,
    previews,
)
from campaign.app.report import (
    outcome,
    report_files,
    require_report_place,
    sources_of,
)
from campaign.app.retry import (
    Retry,
    RetryBrief,
    finished_before,
    frozen,
    sent,
)
from campaign.app.sample import plan_test
from campaign.app.send import bring_up_to_date, drive
from campaign.app.sources import Sources
from campaign.app.spec import (
    named_bound,
    require_pace,
)
from campaign.app.stoplist import Stoplist
from campaign.app.summary import CheckSummary
from campaign.app.unknown import (
    OpenRequests,
    open_requests,
    resolve,
    shares_of,
    unknowns_of,
)
from campaign.domain import (
    Balance,
    Finding,
    RunInfo,
    RunState,
    Sender,
    Status,
    Tally,
    UnknownAttempt,
    UnknownShare,
    UnmatchedId,
)
from campaign.domain.ids import (
    make_run_id,
    pick_run,
)
from campaign.domain.retry_policy import parse_only
from campaign.errors import (
    InputError,
    JournalError,
    NothingToDo,
)
from campaign.journal.base import Journal
from campaign.text import tr

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class App:
    """The verbs; RUN is a unique beginning of a run's name, "" the obvious one."""

    context: AppContext

    def check(self, files: Sequence[Path] | Sources) -> CheckSummary:
        """Read and validate files; nothing is planned or sent."""
        sources = sources_of(self.context, files)
        with self._books_if_any() as journal:
            return check_only(self.context, spec_for(self.context, journal, sources), journal)

    def run(self, files: Sequence[Path] | Sources) -> Outcome:
        """Check, plan, ask, send, wait for statuses, report."""
        sources = sources_of(self.context, files)
        with self.context.journal(making=True) as journal:
            found = self._planned(journal, sources)
            info = found.info
            fixes = fix_files_of(self.context, journal, info)
            if found.found and info.state not in UNFINISHED:
                ended = finished_before(self.context, journal, info)
            else:
                if found.found:
                    self._say_found(info)
                ended = self._drive(journal, info)
            return replace(ended, reports=(*ended.reports, *fixes))

    def plan(self, files: Sequence[Path] | Sources) -> Outcome:
        """Check and freeze; `resume` sends it."""
        sources = sources_of(self.context, files)
        with self.context.journal(making=True) as journal:
            found = self._planned(journal, sources)
            if found.found:
                self._say_found(found.info)
            fixes = fix_files_of(self.context, journal, found.info)
            return outcome(self.context, journal, found.info.run, reports=fixes)

    def preview(
        self, files: Sequence[Path] | Sources, *, row_no: int | None
    ) -> tuple[Previewed, ...]:
        """A few rows, or one, as they would be sent."""
        sources = sources_of(self.context, files)
        with self._books_if_any() as journal:
            return previews(
                self.context, spec_for(self.context, journal, sources), journal, row_no=row_no
            )

    def test(self, files: Sequence[Path] | Sources, *, to: str, sample: int) -> Outcome:
        """Send a few of the texts to the person's own phone, as a run of its own."""
        sources = sources_of(self.context, files)
        with self.context.journal(making=True) as journal:
            spec = spec_for(self.context, journal, sources)
            info = plan_test(self.context, journal, spec, to=to, sample=sample)
            require_report_place(self.context, info.run)
            return drive(self.context, journal, info)

    def _planned(self, journal: Journal, sources: Sources) -> Planned:
        spec = spec_for(self.context, journal, sources)
        require_report_place(self.context, make_run_id(sources.name, spec.digest))
        return planned(self.context, journal, spec)

    def _say_found(self, info: RunInfo) -> None:
        self.context.ui.say(
            tr(
                "this file with these settings is run {run} of {created_at} UTC ({state}); going "
                "on with it",
                run=info.run,
                created_at=f"{info.created_at:%Y-%m-%d %H:%M}",
                state=info.state,
            )
        )

    def _drive(
        self, journal: Journal, info: RunInfo, *, max_cost: Decimal | None = None
    ) -> Outcome:
        """Drive a run; that a person let it be sent confirms the columns that were named."""
        ended = drive(self.context, journal, info, max_cost=max_cost)
        if not isinstance(ended.error, JournalError):
            remember(journal, info)
        return ended

    @contextmanager
    def _books_if_any(self) -> Iterator[Journal | None]:
        """The journal where there is one: checking makes none, and can do without."""
        with ExitStack() as stack:
            journal = None
            if self.context.places.store.is_file():
                try:
                    journal = stack.enter_context(self.context.journal())
                except JournalError as error:
                    self.context.ui.say(
                        tr(
                            "{message}; prices and columns of earlier runs unknown",
                            message=error.message,
                        )
                    )
            yield journal

    def resume(self, run: str) -> Outcome:
        """Go on with what is left of a run (the latest unfinished one by default)."""
        require_pace(self.context.settings)
        with self.context.journal() as journal:
            info = self._pick(journal, run, unfinished=True)
            if info.state is RunState.CANCELLED:
                return outcome(self.context, journal, info.run, error=was_cancelled(info.run))
            require_report_place(self.context, info.run)
            return self._drive(journal, info, max_cost=named_bound(self.context.settings))

    def status(self, run: str, *, offline: bool) -> Outcome:
        """One pass over the statuses (or more, up to `--wait`), then the tally."""
        with self.context.journal(reading=offline) as journal:
            info = self._pick(journal, run)
            notes = () if offline else self._update(journal, info)
            return outcome(self.context, journal, info.run, notes=notes)

    def report(self, run: str, *, offline: bool) -> Outcome:
        """The same, then the report files."""
        with self.context.journal(reading=offline) as journal:
            info = self._pick(journal, run)
            require_report_place(self.context, info.run)
            notes = () if offline else self._update(journal, info)
            files = report_files(self.context, journal, info.run, must=True)
            return outcome(self.context, journal, info.run, notes=notes, reports=files)

    def find(self, run: str) -> RunInfo:
        """The run that a beginning of its name means; the latest by default."""
        with self.context.journal(reading=True) as journal:
            return self._pick(journal, run)

    def rows_frame(self, run: str) -> "pd.DataFrame":
        """Every row of a run with its fate, as a data frame."""
        from campaign.reports.dataframe import report_frame  # noqa: PLC0415  # pandas

        with self.context.journal(reading=True) as journal:
            info = self._pick(journal, run)
            with journal.reports.view(info.run) as view:
                return report_frame(view.info, view.rows())

    def runs(self, which: RunFilter = ALL_RUNS) -> tuple[tuple[RunInfo, Tally], ...]:
        """Runs with their tallies, latest first."""
        if not self.context.store_option and not self.context.places.store.exists():
            return ()  # a new user, who named no journal: nothing is wrong
        with self.context.journal(reading=True) as journal:
            found = chosen(journal, which, self.context.clock.now())
            return tuple((info, journal.runs.tally(info.run)) for info in found)

    def runs_frame(self, which: RunFilter = ALL_RUNS) -> "pd.DataFrame":
        """The same as a data frame, a line a run."""
        with self.context.journal(reading=True) as journal:
            return runs_frame(journal, which, self.context.clock.now())

    def report_since(self, since: str) -> History:
        """One report over all runs planned since then, as the journal knows them."""
        with self.context.journal(reading=True) as journal:
            return history(self.context, journal, since)

    def retry(self, run: str, *, only: str) -> Outcome:
        """Send once more, as a new run, to people whom a run did not reach."""
        with self.context.journal() as journal:
            return sent(self.context, journal, self._retry(journal, run, only))

    def plan_retry(self, run: str, *, only: str) -> RunInfo:
        """The same, frozen but not sent."""
        with self.context.journal() as journal:
            return frozen(self.context, self._retry(journal, run, only))

    def retry_summary(self, run: str, *, only: str) -> RetryBrief:
        """Who would be retried; nothing is planned."""
        with self.context.journal(reading=True) as journal:
            return self._retry(journal, run, only).summary()

    def retry_file(self, run: str, *, only: str, path: Path) -> tuple[Path, ...]:
        """Write those people as an input file; nothing is planned."""
        with self.context.journal(reading=True) as journal:
            return self._retry(journal, run, only).write(path)

    def _retry(self, journal: Journal, run: str, only: str) -> Retry:
        require_pace(self.context.settings)
        return Retry(self.context, journal, self._pick(journal, run), parse_only(only))

    def doctor(self, *, online: bool) -> tuple[Finding, ...]:
        """Everything that is wrong with the journal and, if asked, with the account."""
        return examine_all(self.context, online=online)

    def unknown(self, run: str) -> tuple[tuple[UnknownAttempt, ...], tuple[UnknownShare, ...]]:
        """Attempts in doubt of one run or of all, and what became of all doubts so far."""
        with self.context.journal(reading=True) as journal:
            runs = (self._pick(journal, run),) if run else journal.runs.all()
            return unknowns_of(journal, runs), shares_of(journal, runs)

    def open_requests(self, run: str) -> tuple[OpenRequests, ...]:
        """People of requests that no driver has stored an outcome of, of one run or of all."""
        with self.context.journal(reading=True) as journal:
            return open_requests(
                journal, (self._pick(journal, run),) if run else journal.runs.all()
            )

    def unmatched_ids(self, run: str) -> tuple[UnmatchedId, ...]:
        """Ids that the gateway named and nobody knows, of one run or of all."""
        with self.context.journal(reading=True) as journal:
            runs = (self._pick(journal, run),) if run else journal.runs.all()
            return tuple(one for info in runs for one in journal.statuses.unmatched_ids(info.run))

    def resolve(self, run: str, *, attempt_id: int, sent: bool, why: str) -> Outcome:
        """Take a person's word on an attempt in doubt."""
        with self.context.journal() as journal:
            info = self._pick(journal, run)
            resolve(self.context, journal, info.run, attempt_id=attempt_id, sent=sent, why=why)
            return outcome(self.context, journal, info.run)

    @property
    def stops(self) -> Stoplist:
        """The verbs of the stop-list."""
        return Stoplist(self.context)

    def pause(self, run: str) -> Outcome:
        """Ask the driving process to stop after the chunk in hand."""
        with self.context.journal() as journal:
            return pause(self.context, journal, self._pick(journal, run))

    def cancel(self, run: str, *, why: str) -> Outcome:
        """Send nobody more of a run."""
        with self.context.journal() as journal:
            return cancel(self.context, journal, self._pick(journal, run), why=why)

    def balance(self) -> tuple[Balance, ...]:
        """The account's balances."""
        with self.context.account() as gateway:
            return gateway.balance()

    def senders(self) -> tuple[Sender, ...]:
        """The account's senders."""
        with self.context.account() as gateway:
            return gateway.senders()

    def _update(self, journal: Journal, info: RunInfo) -> tuple[str, ...]:
        require_pace(self.context.settings)
        wait_s = self.context.settings.seconds("wait", 0)
        return bring_up_to_date(self.context, journal, info, wait_s=wait_s)

    def _pick(self, journal: Journal, run: str, *, unfinished: bool = False) -> RunInfo:
        runs = journal.runs.all()
        if run:
            named = pick_run(run, [info.run for info in runs])
            return next(info for info in runs if info.run == named)
        if unfinished:
            open_run = next((info for info in runs if _has_work(journal, info)), None)
            if open_run is None:
                raise NothingToDo(
                    tr("no run is unfinished"), hint=tr("campaign runs shows all of them")
                )
            return open_run
        if not runs:
            raise InputError(
                tr("there is no run in {store}", store=self.context.places.store),
                hint=tr("campaign run FILE makes one"),
                code="run_unknown",
            )
        return runs[0]


def _has_work(journal: Journal, info: RunInfo) -> bool:
    """Whether `resume` without a name means this run."""
    if info.state in UNFINISHED:
        return True
    statuses = journal.runs.tally(info.run).statuses
    return info.state is RunState.SENT and bool(
        statuses.get(Status.UNKNOWN) or statuses.get(Status.ACCEPTED)
    )
