"""The program as one object: the verbs that the command line calls."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.app.cancel import (
    cancel,
    pause,
    was_cancelled,
)
from campaign.app.context import (
    UNFINISHED,
    Books,
    Desk,
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
    recipe_for,
    remember,
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
    bound_by,
    require_pace,
)
from campaign.app.stoplist import Stoplist
from campaign.app.summary import Brief
from campaign.app.unknown import (
    OpenRequests,
    doubts_of,
    open_requests,
    resolve,
    shares_of,
)
from campaign.domain import (
    Balance,
    Doubt,
    DoubtShare,
    Fate,
    Finding,
    RunInfo,
    RunState,
    Sender,
    Stranger,
    Tally,
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

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class App:
    """The verbs; RUN is a unique beginning of a run's name, "" the obvious one."""

    desk: Desk

    def check(self, files: Sequence[Path] | Sources) -> Brief:
        """Read and validate files; nothing is planned or sent."""
        sources = sources_of(self.desk, files)
        with self._books_if_any() as books:
            return check_only(self.desk, recipe_for(self.desk, books, sources), books)

    def run(self, files: Sequence[Path] | Sources) -> Outcome:
        """Check, plan, ask, send, wait for statuses, report."""
        sources = sources_of(self.desk, files)
        with self.desk.books(making=True) as books:
            found = self._planned(books, sources)
            info = found.info
            fixes = fix_files_of(self.desk, books, info)
            if found.found and info.state not in UNFINISHED:
                ended = finished_before(self.desk, books, info)
            else:
                if found.found:
                    self._say_found(info)
                ended = self._drive(books, info)
            return replace(ended, reports=(*ended.reports, *fixes))

    def plan(self, files: Sequence[Path] | Sources) -> Outcome:
        """Check and freeze; `resume` sends it."""
        sources = sources_of(self.desk, files)
        with self.desk.books(making=True) as books:
            found = self._planned(books, sources)
            if found.found:
                self._say_found(found.info)
            fixes = fix_files_of(self.desk, books, found.info)
            return outcome(self.desk, books, found.info.run, reports=fixes)

    def preview(
        self, files: Sequence[Path] | Sources, *, row_no: int | None
    ) -> tuple[Previewed, ...]:
        """A few rows, or one, as they would be sent."""
        sources = sources_of(self.desk, files)
        with self._books_if_any() as books:
            return previews(self.desk, recipe_for(self.desk, books, sources), books, row_no=row_no)

    def test(self, files: Sequence[Path] | Sources, *, to: str, sample: int) -> Outcome:
        """Send a few of the texts to the person's own phone, as a run of its own."""
        sources = sources_of(self.desk, files)
        with self.desk.books(making=True) as books:
            recipe = recipe_for(self.desk, books, sources)
            info = plan_test(self.desk, books, recipe, to=to, sample=sample)
            require_report_place(self.desk, info.run)
            return drive(self.desk, books, info)

    def _planned(self, books: Books, sources: Sources) -> Planned:
        recipe = recipe_for(self.desk, books, sources)
        require_report_place(self.desk, make_run_id(sources.name, recipe.digest))
        return planned(self.desk, books, recipe)

    def _say_found(self, info: RunInfo) -> None:
        self.desk.ui.say(
            f"this file with these settings is run {info.run} of "
            f"{info.created_at:%Y-%m-%d %H:%M} UTC ({info.state}); going on with it"
        )

    def _drive(self, books: Books, info: RunInfo) -> Outcome:
        """Drive a run; that a person let it be sent confirms the columns that were named."""
        ended = drive(self.desk, books, info)
        if not isinstance(ended.error, JournalError):
            remember(books, info)
        return ended

    @contextmanager
    def _books_if_any(self) -> Iterator[Books | None]:
        """The journal where there is one: checking makes none, and can do without."""
        with ExitStack() as stack:
            books = None
            if self.desk.places.store.is_file():
                try:
                    books = stack.enter_context(self.desk.books())
                except JournalError as error:
                    self.desk.ui.say(f"{error.message}; prices and columns of earlier runs unknown")
            yield books

    def resume(self, run: str) -> Outcome:
        """Go on with what is left of a run (the latest unfinished one by default)."""
        require_pace(self.desk.settings)
        with self.desk.books() as books:
            info = self._pick(books, run, unfinished=True)
            if info.state is RunState.CANCELLED:
                return outcome(self.desk, books, info.run, error=was_cancelled(info.run))
            require_report_place(self.desk, info.run)
            bound_by(self.desk.settings, lambda most: books.sends.budgets.bound(info.run, most))
            return self._drive(books, info)

    def status(self, run: str, *, offline: bool) -> Outcome:
        """One pass over the statuses (or more, up to `--wait`), then the tally."""
        with self.desk.books(reading=offline) as books:
            info = self._pick(books, run)
            notes = () if offline else self._update(books, info)
            return outcome(self.desk, books, info.run, notes=notes)

    def report(self, run: str, *, offline: bool) -> Outcome:
        """The same, then the report files."""
        with self.desk.books(reading=offline) as books:
            info = self._pick(books, run)
            require_report_place(self.desk, info.run)
            notes = () if offline else self._update(books, info)
            files = report_files(self.desk, books, info.run, must=True)
            return outcome(self.desk, books, info.run, notes=notes, reports=files)

    def find(self, run: str) -> RunInfo:
        """The run that a beginning of its name means; the latest by default."""
        with self.desk.books(reading=True) as books:
            return self._pick(books, run)

    def rows_frame(self, run: str) -> "pd.DataFrame":
        """Every row of a run with its fate, as a data frame."""
        from campaign.reports.dataframe import report_frame  # noqa: PLC0415  # pandas

        with self.desk.books(reading=True) as books:
            info = self._pick(books, run)
            with books.reports.view(info.run) as view:
                return report_frame(view.info, view.rows())

    def runs(self, which: RunFilter = ALL_RUNS) -> tuple[tuple[RunInfo, Tally], ...]:
        """Runs with their tallies, latest first."""
        if not self.desk.store_option and not self.desk.places.store.exists():
            return ()  # a new user, who named no journal: nothing is wrong
        with self.desk.books(reading=True) as books:
            found = chosen(books, which, self.desk.clock.now())
            return tuple((info, books.reports.tally(info.run)) for info in found)

    def runs_frame(self, which: RunFilter = ALL_RUNS) -> "pd.DataFrame":
        """The same as a data frame, a line a run."""
        with self.desk.books(reading=True) as books:
            return runs_frame(books, which, self.desk.clock.now())

    def report_since(self, since: str) -> History:
        """One report over all runs planned since then, as the journal knows them."""
        with self.desk.books(reading=True) as books:
            return history(self.desk, books, since)

    def retry(self, run: str, *, only: str) -> Outcome:
        """Send once more, as a new run, to people whom a run did not reach."""
        with self.desk.books() as books:
            return sent(self.desk, books, self._retry(books, run, only))

    def plan_retry(self, run: str, *, only: str) -> RunInfo:
        """The same, frozen but not sent."""
        with self.desk.books() as books:
            return frozen(self.desk, self._retry(books, run, only))

    def retry_brief(self, run: str, *, only: str) -> RetryBrief:
        """Who would be retried; nothing is planned."""
        with self.desk.books(reading=True) as books:
            return self._retry(books, run, only).brief()

    def retry_file(self, run: str, *, only: str, path: Path) -> tuple[Path, ...]:
        """Write those people as an input file; nothing is planned."""
        with self.desk.books(reading=True) as books:
            return self._retry(books, run, only).write(path)

    def _retry(self, books: Books, run: str, only: str) -> Retry:
        require_pace(self.desk.settings)
        return Retry(self.desk, books, self._pick(books, run), parse_only(only))

    def doctor(self, *, online: bool) -> tuple[Finding, ...]:
        """Everything that is wrong with the journal and, if asked, with the account."""
        return examine_all(self.desk, online=online)

    def unknown(self, run: str) -> tuple[tuple[Doubt, ...], tuple[DoubtShare, ...]]:
        """Attempts in doubt of one run or of all, and what became of all doubts so far."""
        with self.desk.books(reading=True) as books:
            runs = (self._pick(books, run),) if run else books.reports.runs()
            return doubts_of(books, runs), shares_of(books, runs)

    def open_requests(self, run: str) -> tuple[OpenRequests, ...]:
        """People of requests that no driver has stored an outcome of, of one run or of all."""
        with self.desk.books(reading=True) as books:
            return open_requests(books, (self._pick(books, run),) if run else books.reports.runs())

    def strangers(self, run: str) -> tuple[Stranger, ...]:
        """Ids that the gateway named and nobody knows, of one run or of all."""
        with self.desk.books(reading=True) as books:
            runs = (self._pick(books, run),) if run else books.reports.runs()
            return tuple(one for info in runs for one in books.statuses.strangers(info.run))

    def resolve(self, run: str, *, attempt_id: int, sent: bool, why: str) -> Outcome:
        """Take a person's word on an attempt in doubt."""
        with self.desk.books() as books:
            info = self._pick(books, run)
            resolve(self.desk, books, info.run, attempt_id=attempt_id, sent=sent, why=why)
            return outcome(self.desk, books, info.run)

    @property
    def stops(self) -> Stoplist:
        """The verbs of the stop-list."""
        return Stoplist(self.desk)

    def pause(self, run: str) -> Outcome:
        """Ask the driving process to stop after the chunk in hand."""
        with self.desk.books() as books:
            return pause(self.desk, books, self._pick(books, run))

    def cancel(self, run: str, *, why: str) -> Outcome:
        """Send nobody more of a run."""
        with self.desk.books() as books:
            return cancel(self.desk, books, self._pick(books, run), why=why)

    def balance(self) -> tuple[Balance, ...]:
        """The account's balances."""
        with self.desk.account() as gateway:
            return gateway.balance()

    def senders(self) -> tuple[Sender, ...]:
        """The account's senders."""
        with self.desk.account() as gateway:
            return gateway.senders()

    def _update(self, books: Books, info: RunInfo) -> tuple[str, ...]:
        require_pace(self.desk.settings)
        wait_s = self.desk.settings.seconds("wait", 0)
        return bring_up_to_date(self.desk, books, info, wait_s=wait_s)

    def _pick(self, books: Books, run: str, *, unfinished: bool = False) -> RunInfo:
        runs = books.reports.runs()
        if run:
            named = pick_run(run, [info.run for info in runs])
            return next(info for info in runs if info.run == named)
        if unfinished:
            open_run = next((info for info in runs if _has_work(books, info)), None)
            if open_run is None:
                raise NothingToDo("no run is unfinished", hint="campaign runs shows all of them")
            return open_run
        if not runs:
            raise InputError(
                f"there is no run in {self.desk.places.store}",
                hint="campaign run FILE makes one",
                code="run_unknown",
            )
        return runs[0]


def _has_work(books: Books, info: RunInfo) -> bool:
    """Whether `resume` without a name means this run."""
    if info.state in UNFINISHED:
        return True
    fates = books.reports.tally(info.run).fates
    return info.state is RunState.SENT and bool(fates.get(Fate.UNKNOWN) or fates.get(Fate.ACCEPTED))
