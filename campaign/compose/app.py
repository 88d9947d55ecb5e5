"""The program as one object: what the command line and the Python API call."""

import getpass
import secrets
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from campaign.adapters.clock import SystemClock
from campaign.adapters.gateway.client import HttpGateway
from campaign.adapters.journal.plans import PlanBook
from campaign.adapters.journal.reports import ReportBook
from campaign.adapters.journal.sends import SendBook
from campaign.adapters.journal.statuses import StatusBook
from campaign.adapters.journal.store import Store
from campaign.adapters.reports import make_writer
from campaign.adapters.reports.place import require_place
from campaign.compose.brief import Brief, Question, brief_of
from campaign.compose.gateways import SANDBOX, Ask, known_login, opened_gateway
from campaign.compose.locks import sole_driver
from campaign.compose.outcome import Outcome, command, store_option
from campaign.compose.places import Places, places, report_formats, report_targets
from campaign.compose.recipe import Recipe, checking, make_recipe
from campaign.config import Settings
from campaign.engines.local import LocalEngine, Pace
from campaign.errors import (
    CampaignError,
    GatewayError,
    GuardRefused,
    InputError,
    NothingToDo,
    RunLocked,
)
from campaign.model import (
    Balance,
    CheckedRow,
    Fate,
    RunId,
    RunInfo,
    RunPlan,
    RunState,
    Sender,
    Tally,
)
from campaign.ports import Progress
from campaign.rules.run_id import make_run_id, pick_run
from campaign.rules.words import Lang
from campaign.steps.plan import Planned, find, freeze
from campaign.steps.reconcile import Following, drain_attempt, follow, one_pass, settle_run
from campaign.steps.report import write_reports
from campaign.steps.retry import RetryPolicy
from campaign.steps.send import MENDABLE_CODES, Sending, recover

DEFAULT_LANES = 4
DEFAULT_WAIT_S = 300.0
_QUEUE_ALPHABET = string.ascii_lowercase + string.digits
_QUEUE_LENGTH = 16
_UNFINISHED = frozenset({RunState.PLANNED, RunState.SENDING, RunState.PAUSED})


class Ui(Progress, Protocol):
    """What the program asks of the surface it runs under."""

    def brief(self, brief: Brief) -> None:
        """Show what was understood of a file."""
        ...

    def confirm(self, question: Question) -> bool | None:
        """Ask whether to send; None when nobody can be asked."""
        ...


@dataclass(slots=True)
class Books:
    """The open journal and its sides."""

    store: Store
    plans: PlanBook
    sends: SendBook
    statuses: StatusBook
    reports: ReportBook


@dataclass(slots=True)
class App:
    """The verbs of the command line.

    Args:
        settings: Resolved options.
        environment: Where credentials are looked for.
        ask: Prompts a person for login or password; None without a terminal.
        assume_yes: `--yes`.
    """

    settings: Settings
    ui: Ui
    environment: Mapping[str, str]
    ask: Ask | None = None
    assume_yes: bool = False
    clock: SystemClock = field(default_factory=SystemClock)

    # --- verbs ---

    def check(self, file: Path) -> Brief:
        """Read and validate a file; nothing is planned or sent."""
        recipe = make_recipe(file, self.settings, now=self.clock.now())
        with checking(recipe, now=self.clock.now()) as checked:
            brief = brief_of(checked, recipe, None)
            self.ui.stage("check", None)
            for _ in brief.watch(checked.rows):
                self.ui.advance(1)
        return brief

    def run(self, file: Path) -> Outcome:
        """Check, plan, ask, send, wait for statuses, report."""
        recipe = make_recipe(file, self.settings, now=self.clock.now())
        self._require_report_place(make_run_id(recipe.path.name, recipe.digest))
        with self._books() as books:
            planned = find(books.plans, recipe.digest) or self._plan(books, recipe)
            info = planned.info
            if planned.found and info.state not in _UNFINISHED:
                return self._finished_before(books, info)
            if planned.found:
                self.ui.say(
                    f"this file with these settings is run {info.run} of "
                    f"{info.created_at:%Y-%m-%d %H:%M} UTC ({info.state}); going on with it"
                )
            return self._drive(books, info)

    def resume(self, prefix: str) -> Outcome:
        """Go on with what is left of a run (the latest unfinished one by default)."""
        with self._books() as books:
            info = self._pick(books, prefix, unfinished=True)
            self._require_report_place(info.run)
            return self._drive(books, info)

    def status(self, prefix: str, *, wait_s: float, offline: bool) -> Outcome:
        """One pass over the statuses (or more, up to `wait_s`), then the tally."""
        with self._books() as books:
            info = self._pick(books, prefix)
            notes = () if offline else self._update(books, info, wait_s)
            return self._outcome(books, info.run, notes=notes)

    def report(self, prefix: str, *, wait_s: float, offline: bool) -> Outcome:
        """One pass over the statuses (unless offline), then the report files."""
        with self._books() as books:
            info = self._pick(books, prefix)
            notes = () if offline else self._update(books, info, wait_s)
            return self._outcome(
                books, info.run, notes=notes, reports=self._report(books, info.run)
            )

    def runs(self) -> tuple[tuple[RunInfo, Tally], ...]:
        """All runs with their tallies, latest first."""
        with self._books() as books:
            return tuple((info, books.reports.tally(info.run)) for info in books.reports.runs())

    def balance(self) -> tuple[Balance, ...]:
        """The account's balances."""
        with self._account() as gateway:
            return gateway.balance()

    def senders(self) -> tuple[Sender, ...]:
        """The account's senders."""
        with self._account() as gateway:
            return gateway.senders()

    # --- planning ---

    def _plan(self, books: Books, recipe: Recipe) -> Planned:
        now = self.clock.now()
        with checking(recipe, now=now) as checked:
            price = books.reports.price(recipe.gateway)
            brief = brief_of(checked, recipe, price)
            self.ui.stage("check", None)
            plan = RunPlan(
                run=make_run_id(recipe.path.name, recipe.digest),
                digest=recipe.digest,
                source_name=recipe.path.name,
                source_sha256=recipe.source_sha256,
                heading=checked.layout.heading,
                gateway=recipe.gateway,
                gateway_url=recipe.gateway_url,
                account=books.reports.account(
                    recipe.gateway, known_login(recipe.gateway, self.environment)
                ),
                settings=recipe.settings,
            )
            planned = freeze(books.plans, plan, self._counted(brief.watch(checked.rows)))
        self.ui.brief(brief)
        return planned

    def _counted(self, rows: Iterator[CheckedRow]) -> Iterator[CheckedRow]:
        for row in rows:
            yield row
            self.ui.advance(1)

    def _finished_before(self, books: Books, info: RunInfo) -> Outcome:
        option = store_option(self.settings.text("store"))
        done = NothingToDo(
            f"run {info.run} has sent this already; nothing was sent now",
            hint=f"{command('report', info.run, option)}; to send it once more on purpose: "
            "--again LABEL",
        )
        return self._outcome(books, info.run, error=done)

    # --- sending ---

    def _drive(self, books: Books, info: RunInfo) -> Outcome:
        with sole_driver(self._places.run_lock(info.run), info.run), self._gateway(info) as gateway:
            sending = Sending(books.sends, gateway, self.clock, _new_queue_name)
            recover(sending, info.run)
            if not self._approved(books, info, gateway):
                raise GuardRefused(
                    f"run {info.run} is planned, nothing was sent: nobody said yes",
                    hint=f"campaign resume {info.run} --yes"
                    + store_option(self.settings.text("store")),
                    code="not_confirmed",
                )
            following = self._following(books, gateway)
            ending_error, interrupted = self._send(books, info, sending, following)
            notes = self._wait(books, info, following, stop=ending_error is not None)
            reports = self._report(books, info.run)
            return self._outcome(
                books,
                info.run,
                error=ending_error,
                interrupted=interrupted,
                notes=notes,
                reports=reports,
            )

    def _approved(self, books: Books, info: RunInfo, gateway: HttpGateway) -> bool:
        """A planned run needs a yes; one that was begun has it, `resume` is the word to go on."""
        if self.assume_yes or info.gateway == SANDBOX or info.state is not RunState.PLANNED:
            return True
        answer = self.ui.confirm(self._question(books, info, gateway))
        return bool(answer)

    def _question(self, books: Books, info: RunInfo, gateway: HttpGateway) -> Question:
        tally = books.reports.tally(info.run)
        price = books.reports.price(info.gateway)
        first, send_times = books.reports.first_text(info.run), books.reports.send_times(info.run)
        try:
            balances = tuple(f"{line.amount} {line.kind}" for line in gateway.balance())
        except GatewayError:
            balances = ()
        return Question(
            run=info.run,
            gateway=info.gateway,
            gateway_url=gateway.base_url,
            people=tally.fates.get(Fate.PENDING, 0),
            segments=tally.segments_estimated,
            chunks=info.chunk_count,
            sender=str(info.settings.get("sender", "")),
            send_times=send_times,
            first_text=first,
            cost=None if price is None else price * tally.segments_estimated,
            balances=balances,
        )

    def _send(
        self, books: Books, info: RunInfo, sending: Sending, following: Following
    ) -> tuple[CampaignError | None, bool]:
        """Hand over everybody who is pending; the run's state tells how it ended."""
        run = info.run
        if info.state is RunState.PAUSED:
            books.sends.retry_refused(
                run, codes=MENDABLE_CODES, who=getpass.getuser(), why="campaign resume"
            )
        pending = books.sends.tally(run).fates.get(Fate.PENDING, 0)
        if not pending:
            if books.sends.run_info(run).state in _UNFINISHED:
                _to_sent(books, run)
            return None, False
        books.sends.set_state(run, RunState.SENDING)
        self.ui.stage("send", pending)
        engine = LocalEngine(
            sending,
            progress=self.ui,
            pace=Pace(
                lanes=int(self.settings.number("lanes", DEFAULT_LANES)),
                rate=self.settings.number("rate", 0) or None,
            ),
            policy=RetryPolicy(),
            look_for_evidence=lambda attempt_id: drain_attempt(following, run, attempt_id),
            probe=sending.gateway.balance,
        )
        ending = engine.send_all(run)
        if ending.error is None and not ending.interrupted:
            books.sends.set_state(run, RunState.SENT)
        elif ending.error is None or ending.error.exit_code != 74:  # noqa: PLR2004  # see Exit.JOURNAL
            reason = "interrupted" if ending.error is None else ending.error.message
            books.sends.set_state(run, RunState.PAUSED, reason=reason)
        return ending.error, ending.interrupted

    # --- statuses and reports ---

    def _wait(
        self, books: Books, info: RunInfo, following: Following, *, stop: bool
    ) -> tuple[str, ...]:
        """Follow the statuses as long as asked; after trouble one short look is enough."""
        wait_s = self.settings.seconds("wait", DEFAULT_WAIT_S)
        open_count = settle_run(books.sends, info.run)
        if not open_count or self.clock.stop_asked():
            return ()
        self.ui.stage("wait", open_count)
        try:
            poll_s = self.settings.seconds("poll", 0) or None
            last = follow(following, info.run, wait_s=0 if stop else wait_s, poll_s=poll_s)
        except GatewayError as error:
            return (f"the statuses could not be read: {error.message}",)
        return (last.trouble,) if last.trouble else ()

    def _update(self, books: Books, info: RunInfo, wait_s: float) -> tuple[str, ...]:
        """Bring the statuses up to date; another driver's run is only looked at."""
        try:
            with (
                sole_driver(self._places.run_lock(info.run), info.run),
                self._gateway(info) as gateway,
            ):
                following = self._following(books, gateway)
                recover(Sending(books.sends, gateway, self.clock, _new_queue_name), info.run)
                open_count = settle_run(books.sends, info.run)
                if not open_count:
                    return ()
                self.ui.stage("wait", open_count)
                if wait_s:
                    last = follow(following, info.run, wait_s=wait_s)
                else:
                    last = one_pass(following, info.run)
        except RunLocked as error:
            return (f"{error.message}; this is what the journal knows",)
        return (last.trouble,) if last.trouble else ()

    def _following(self, books: Books, gateway: HttpGateway) -> Following:
        told: dict[str, int] = {}

        def tell_open(count: int) -> None:
            self.ui.advance(max(0, told.get("open", count) - count))
            told["open"] = count

        return Following(books.statuses, books.sends, gateway, self.clock, tell_open)

    def _require_report_place(self, run: RunId) -> None:
        """After the first message is out, "the report cannot be written" would come too late."""
        formats = report_formats(self.settings)
        for _, path in report_targets(self.settings.text("output"), formats, run):
            require_place(path)

    def _report(self, books: Books, run: RunId) -> tuple[Path, ...]:
        formats = report_formats(self.settings)
        targets = report_targets(self.settings.text("output"), formats, run)
        lang: Lang = "ru" if self.settings.text("lang") == "ru" else "en"
        return write_reports(
            books.reports,
            run,
            targets=[(path, make_writer(name, lang, self.clock.now)) for name, path in targets],
            progress=self.ui,
        )

    def _outcome(  # noqa: PLR0913  # everything that a command ends with
        self,
        books: Books,
        run: RunId,
        *,
        error: CampaignError | None = None,
        interrupted: bool = False,
        notes: tuple[str, ...] = (),
        reports: tuple[Path, ...] = (),
    ) -> Outcome:
        return Outcome(
            tally=books.reports.tally(run),
            reports=reports,
            error=error,
            interrupted=interrupted,
            notes=(*notes, *books.reports.alarms(run)),
            store_option=store_option(self.settings.text("store")),
        )

    # --- wiring ---

    @property
    def _places(self) -> Places:
        return places(self.settings)

    @contextmanager
    def _books(self) -> Iterator[Books]:
        store = Store(self._places.store)
        try:
            yield Books(
                store,
                PlanBook(store, self.clock),
                SendBook(store, self.clock),
                StatusBook(store, self.clock),
                ReportBook(store),
            )
        finally:
            store.close()

    @contextmanager
    def _gateway(self, info: RunInfo) -> Iterator[HttpGateway]:
        """The run's own gateway: settings of today must not send it elsewhere."""
        named = self.settings.text("gateway_url")
        with opened_gateway(
            self.settings,
            name=info.gateway,
            url=named or info.gateway_url,
            places=self._places,
            environment=self.environment,
            ask=self.ask,
        ) as gateway:
            yield gateway

    @contextmanager
    def _account(self) -> Iterator[HttpGateway]:
        with opened_gateway(
            self.settings,
            name=self.settings.text("gateway", SANDBOX),
            url=self.settings.text("gateway_url"),
            places=self._places,
            environment=self.environment,
            ask=self.ask,
        ) as gateway:
            yield gateway

    def _pick(self, books: Books, prefix: str, *, unfinished: bool = False) -> RunInfo:
        runs = books.reports.runs()
        if prefix:
            run = pick_run(prefix, [info.run for info in runs])
            return next(info for info in runs if info.run == run)
        if unfinished:
            open_run = next((info for info in runs if _has_work(books, info)), None)
            if open_run is None:
                raise NothingToDo("no run is unfinished", hint="campaign runs shows all of them")
            return open_run
        if not runs:
            raise InputError(
                f"there is no run in {self._places.store}",
                hint="campaign run FILE makes one",
                code="run_unknown",
            )
        return runs[0]


def _has_work(books: Books, info: RunInfo) -> bool:
    """Whether `resume` without a name means this run."""
    if info.state in _UNFINISHED:
        return True
    fates = books.reports.tally(info.run).fates
    return info.state is RunState.SENT and bool(fates.get(Fate.UNKNOWN) or fates.get(Fate.ACCEPTED))


def _to_sent(books: Books, run: RunId) -> None:
    """A run that was stopped after its last chunk: nobody is pending, say so."""
    if books.sends.run_info(run).state is not RunState.SENDING:
        books.sends.set_state(run, RunState.SENDING)
    books.sends.set_state(run, RunState.SENT)


def _new_queue_name() -> str:
    """A fresh random name: two copies of a journal must never make the same one."""
    return "".join(secrets.choice(_QUEUE_ALPHABET) for _ in range(_QUEUE_LENGTH))
