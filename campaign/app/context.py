"""What every use case works with: settings, user, clock, journal and gateway."""

import getpass
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Protocol, runtime_checkable

from campaign.app.gateway import SANDBOX, Ask, opened_gateway
from campaign.app.outcome import command, store_option
from campaign.app.paths import Paths, paths_of, require_journal
from campaign.app.run_lock import only_driver
from campaign.app.spec import zone_of
from campaign.app.ui import Ui
from campaign.clock import SystemClock, local_zone
from campaign.config import Settings
from campaign.domain import Finding, RunId, RunInfo, RunState, Status
from campaign.domain.schedule import load_zone
from campaign.errors import GuardRefused, JournalError, NothingToDo, UnusableCell
from campaign.gateways.base import GatewayAccount
from campaign.i18n import language_of, translated
from campaign.journal.base import Journal
from campaign.journal.sqlite import open_journal
from campaign.journal.sqlite.doctor import examine
from campaign.options import row
from campaign.sending.concurrency import Pace
from campaign.sending.engine import Engine
from campaign.sending.local_engine import LocalEngine
from campaign.sending.retry import RetryPolicy
from campaign.sending.send import Sending
from campaign.text import tr

UNFINISHED = frozenset({RunState.PLANNED, RunState.SENDING, RunState.PAUSED})


_TYPED = frozenset({"the command line", "the arguments"})
"""Origins of a setting that was typed with this very command (`cli.context`, `api.headless`)."""


@runtime_checkable
class ShowsStatuses(Protocol):
    """A UI that shows live counts while the program waits for statuses."""

    def statuses(self, statuses: Mapping[Status, int]) -> None:
        """Recipients by status, now."""
        ...


@dataclass(frozen=True, slots=True)
class AppContext:
    """The surroundings of one command.

    Attributes:
        environment: Where credentials are looked up.
        ask: Prompts for login or password; None without a terminal.
        assume_yes: `--yes`.
    """

    settings: Settings
    ui: Ui
    environment: Mapping[str, str]
    ask: Ask | None = None
    assume_yes: bool = False
    clock: SystemClock = field(default_factory=SystemClock)

    @property
    def paths(self) -> Paths:
        """Paths of the journal and of the files next to it."""
        return paths_of(self.settings)

    @property
    def store_option(self) -> str:
        """What a command to copy needs so that it finds the same journal."""
        return store_option(self.settings.text("store"))

    def agreed(self, question: str, number: int) -> bool:
        """Whether the user typed that number or gave `--yes`; no without a terminal.

        Raises:
            GuardRefused: Something else was typed.
        """
        if self.assume_yes:
            return True
        shown = translated(question, language_of(self.settings.text("lang")))
        typed = "" if self.ask is None else self.ask(shown, False).strip()  # noqa: FBT003  # the shape of Ask
        if typed and typed != str(number):
            raise GuardRefused(
                tr(
                    "nothing was done: {typed!r} is not the number asked for, {number}",
                    typed=typed,
                    number=number,
                ),
                hint=tr("Run the command again; or, without being asked: --yes"),
                code="not_confirmed",
            )
        return bool(typed)

    @contextmanager
    def journal(self, *, reading: bool = False, making: bool = False) -> Iterator[Journal]:
        """The journal, open while the block runs; for reading only it waits for no writer.

        Raises:
            NothingToDo: There is none, and the command is not one that makes it.
        """
        path = self.paths.journal
        if not making and not path.exists():
            raise NothingToDo(
                tr("there is no journal at {path}", path=path),
                hint=tr("--store PATH of the run; or, for a new one: campaign run FILE"),
                code="no_journal",
            )
        require_journal(path)
        new = not path.exists()
        journal = open_journal(path, self.clock, self.ui.say, reading=reading)
        if new:
            self.ui.say(tr("new journal made at {path}", path=path))
        with closing(journal):
            yield journal

    def examine_journal(self) -> tuple[Finding, ...]:
        """What is wrong with the journal file; it changes nothing."""
        return examine(self.paths.journal)

    def engine(
        self, sending: Sending, *, collect_evidence: Callable[[int], int], probe: Callable[[], object]
    ) -> Engine:
        """The engine that sends a run; for the arguments see `LocalEngine`."""
        pace = Pace(
            workers=self.settings.count("concurrency") or int(row("concurrency").default),
            rate=self.settings.number("rate") or None,
        )
        return LocalEngine(
            sending,
            progress=self.ui,
            pace=pace,
            policy=RetryPolicy(),
            collect_evidence=collect_evidence,
            probe=probe,
        )

    @contextmanager
    def journal_if_any(self) -> Iterator[Journal | None]:
        """The journal where there is one: checking makes none and needs none."""
        with ExitStack() as stack:
            journal = None
            if self.paths.journal.is_file():
                try:
                    journal = stack.enter_context(self.journal())
                except JournalError as error:
                    self.ui.say(
                        tr("{message}; prices and columns of earlier runs unknown", message=error.message)
                    )
            yield journal

    def only_driver(self, run: RunId, hint: str = "") -> AbstractContextManager[None]:
        """Hold the run while the block runs; `RunLocked` when another process does."""
        status = command("status", run, f" --offline{self.store_option}")
        wait = tr("Wait until it ends, or check it: {command}", command=status)
        return only_driver(self.paths.run_lock(run), run, hint or wait)

    def gateway_of(self, info: RunInfo) -> AbstractContextManager[GatewayAccount]:
        """The run's own gateway: settings of today must not send it elsewhere.

        Only an address that was typed with this very command counts, and that is logged.
        """
        url, typed = info.gateway_url, self.settings.text("gateway_url")
        if typed and self.settings.origins.get("gateway_url") in _TYPED and typed != url:
            self.ui.say(
                tr(
                    "run {run} is sent to {typed}; it was planned for {url}",
                    run=info.run,
                    typed=typed,
                    url=url or tr("the usual address"),
                )
            )
            url = typed
        return self._opened(info.gateway, url)

    def account(self) -> AbstractContextManager[GatewayAccount]:
        """The gateway that the settings name."""
        name = self.settings.text("gateway", SANDBOX)
        return self._opened(name, self.settings.text("gateway_url"))

    def _opened(self, name: str, url: str) -> AbstractContextManager[GatewayAccount]:
        return opened_gateway(
            self.settings,
            name=name,
            url=url,
            sandbox_state=self.paths.sandbox_state,
            environment=self.environment,
            ask=self.ask,
        )


def operator() -> str:
    """The user's name; `uid 1234` where it has none, as in some containers. Never raises."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no entry in the password file; no such file at all
        uid = getattr(os, "getuid", None)  # absent on Windows
        return "unknown" if uid is None else f"uid {uid()}"


_NOTHING: Mapping[str, object] = {}


def shown_zone(settings: Settings, frozen: Mapping[str, object] = _NOTHING) -> tzinfo:
    """The zone of all times shown: of `--timezone`, else of the run (its frozen settings), else local."""
    zone, known = zone_of(settings), frozen.get("timezone")
    if zone is not None:
        return zone
    if isinstance(known, str) and known:
        with suppress(UnusableCell):  # made on another machine, whose system knew it
            return load_zone(known)
    return local_zone()
