"""The use cases as one object: what the command line and the Python API call.

`App` has no rule of its own: it opens the journal or the gateway, finds the run, calls the use case.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.app.cancel import cancel, pause
from campaign.app.context import AppContext
from campaign.app.fixes import fix_files_of
from campaign.app.history import ALL_RUNS, History, RunFilter, chosen, history, pick, rows_frame, runs_frame
from campaign.app.maintenance import examine_all
from campaign.app.outcome import Outcome
from campaign.app.plan import check_only, log_found, plan_files, spec_for
from campaign.app.preview import Previewed, previews
from campaign.app.report import outcome, report_files, require_report_paths, sources_of
from campaign.app.retry import Retry, RetrySummary
from campaign.app.sample import plan_test
from campaign.app.send import bring_up_to_date, drive, resume, send_planned
from campaign.app.sources import Sources
from campaign.app.spec import require_pace
from campaign.app.stoplist import Stoplist
from campaign.app.unknown import Unknown, resolve, unknown_of
from campaign.domain import Balance, Finding, RunInfo, Sender, Tally
from campaign.domain.retry_policy import parse_only
from campaign.domain.summary import CheckSummary
from campaign.journal.base import Journal

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class App:
    """The commands; RUN is a unique beginning of a run's name, "" the obvious one."""

    context: AppContext

    def check(self, files: Sequence[Path] | Sources) -> CheckSummary:
        """Read and validate files; nothing is planned or sent."""
        sources = sources_of(self.context, files)
        with self.context.journal_if_any() as journal:
            return check_only(self.context, spec_for(self.context, journal, sources), journal)

    def preview(self, files: Sequence[Path] | Sources, *, row_no: int | None) -> tuple[Previewed, ...]:
        """A few rows, or one, as they would be sent."""
        sources = sources_of(self.context, files)
        with self.context.journal_if_any() as journal:
            spec = spec_for(self.context, journal, sources)
            return previews(self.context, spec, journal, row_no=row_no)

    def run(self, files: Sequence[Path] | Sources) -> Outcome:
        """Check, plan, ask, send, wait for statuses, report."""
        sources = sources_of(self.context, files)
        with self.context.journal(making=True) as journal:
            found = plan_files(self.context, journal, sources)
            fixes = fix_files_of(self.context, journal, found.info)
            ended = send_planned(self.context, journal, found)
            return replace(ended, reports=(*ended.reports, *fixes))

    def plan(self, files: Sequence[Path] | Sources) -> Outcome:
        """Check and freeze; `resume` sends it."""
        sources = sources_of(self.context, files)
        with self.context.journal(making=True) as journal:
            found = plan_files(self.context, journal, sources)
            if found.found:
                log_found(self.context, found.info)
            fixes = fix_files_of(self.context, journal, found.info)
            return outcome(self.context, journal, found.info.run, reports=fixes)

    def test(self, files: Sequence[Path] | Sources, *, to: str, sample: int) -> Outcome:
        """Send a few of the texts to the user's own phone, as a run of its own."""
        sources = sources_of(self.context, files)
        with self.context.journal(making=True) as journal:
            spec = spec_for(self.context, journal, sources)
            info = plan_test(self.context, journal, spec, to=to, sample=sample)
            require_report_paths(self.context, info.run)
            return drive(self.context, journal, info)

    def resume(self, run: str) -> Outcome:
        """Go on with what is left of a run (the latest unfinished one by default)."""
        require_pace(self.context.settings)
        with self.context.journal() as journal:
            return resume(self.context, journal, pick(self.context, journal, run, unfinished=True))

    def status(self, run: str, *, offline: bool) -> Outcome:
        """One pass over the statuses (or more, up to `--wait`), then the tally."""
        with self.context.journal(reading=offline) as journal:
            info = pick(self.context, journal, run)
            notes = () if offline else bring_up_to_date(self.context, journal, info)
            return outcome(self.context, journal, info.run, notes=notes)

    def report(self, run: str, *, offline: bool) -> Outcome:
        """The same, then the report files."""
        with self.context.journal(reading=offline) as journal:
            info = pick(self.context, journal, run)
            require_report_paths(self.context, info.run)
            notes = () if offline else bring_up_to_date(self.context, journal, info)
            files = report_files(self.context, journal, info.run, must=True)
            return outcome(self.context, journal, info.run, notes=notes, reports=files)

    def find(self, run: str) -> RunInfo:
        """The run that a beginning of its name means; the latest by default."""
        with self.context.journal(reading=True) as journal:
            return pick(self.context, journal, run)

    def rows_frame(self, run: str) -> "pd.DataFrame":
        """Every row of a run with its status, as a data frame."""
        with self.context.journal(reading=True) as journal:
            return rows_frame(journal, pick(self.context, journal, run).run)

    def runs(self, which: RunFilter = ALL_RUNS) -> tuple[tuple[RunInfo, Tally], ...]:
        """Runs with their tallies, latest first."""
        if not self.context.store_option and not self.context.paths.journal.exists():
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
        """Send once more, as a new run, to recipients whom a run did not reach."""
        with self.context.journal() as journal:
            return self._retry(journal, run, only).send()

    def plan_retry(self, run: str, *, only: str) -> RunInfo:
        """The same, frozen but not sent."""
        with self.context.journal() as journal:
            return self._retry(journal, run, only).plan()

    def retry_summary(self, run: str, *, only: str) -> RetrySummary:
        """Who would be retried; nothing is planned."""
        with self.context.journal(reading=True) as journal:
            return self._retry(journal, run, only).summary()

    def retry_file(self, run: str, *, only: str, path: Path) -> tuple[Path, ...]:
        """Write those recipients as an input file; nothing is planned."""
        with self.context.journal(reading=True) as journal:
            return self._retry(journal, run, only).write(path)

    def _retry(self, journal: Journal, run: str, only: str) -> Retry:
        require_pace(self.context.settings)
        return Retry(self.context, journal, pick(self.context, journal, run), parse_only(only))

    def doctor(self, *, online: bool) -> tuple[Finding, ...]:
        """Everything that is wrong with the journal and, if asked, with the account."""
        return examine_all(self.context, online=online)

    def unknown(self, run: str) -> Unknown:
        """What is known of attempts without a reply, of one run or of all."""
        with self.context.journal(reading=True) as journal:
            runs = (pick(self.context, journal, run),) if run else journal.runs.all()
            return unknown_of(journal, runs)

    def resolve(self, run: str, *, attempt_id: int, sent: bool, why: str) -> Outcome:
        """Take a user's decision on an attempt whose status is unknown."""
        with self.context.journal() as journal:
            info = pick(self.context, journal, run)
            resolve(self.context, journal, info.run, attempt_id=attempt_id, sent=sent, why=why)
            return outcome(self.context, journal, info.run)

    @property
    def stops(self) -> Stoplist:
        """The commands of the stop-list."""
        return Stoplist(self.context)

    def pause(self, run: str) -> Outcome:
        """Ask the driving process to stop after the current chunk."""
        with self.context.journal() as journal:
            return pause(self.context, journal, pick(self.context, journal, run))

    def cancel(self, run: str, *, why: str) -> Outcome:
        """Cancel the unsent part of a run."""
        with self.context.journal() as journal:
            return cancel(self.context, journal, pick(self.context, journal, run), why=why)

    def balance(self) -> tuple[Balance, ...]:
        """The account's balances."""
        with self.context.account() as gateway:
            return gateway.balance()

    def senders(self) -> tuple[Sender, ...]:
        """The account's senders."""
        with self.context.account() as gateway:
            return gateway.senders()
