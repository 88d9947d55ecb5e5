"""Sentences and a bar on stderr, questions only on a terminal."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Final, cast

import click

from campaign.app.ui import Confirmation
from campaign.cli.output.results import live_line, question_lines, wait_line, when_lines
from campaign.cli.output.summary import summary_lines
from campaign.cli.signals import NothingBegun, Unheard, ending_at_once, show_line
from campaign.domain import Status
from campaign.domain.printable import visible
from campaign.domain.summary import CheckSummary
from campaign.errors import GuardRefused
from campaign.i18n import Lang, say, technical_last, texts_in, translated
from campaign.text import tr

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

_STAGE_TEXTS: Final = {
    "check": "Checking",
    "send": "Sending",
    "wait": "Waiting for statuses",
    "report": "Report",
}

_SHOW_EVERY_S: Final = 60.0
"""Between two lines of counts where there is no terminal."""


class PlainUi:
    """Sentences only: no terminal, or a quiet one."""

    def __init__(self, *, quiet: bool, verbose: bool, lang: Lang, wait_s: float = 0) -> None:
        self._wait_s = wait_s
        self._quiet = quiet
        self._verbose = verbose
        self._lang: Lang = lang
        self._current: tuple[str, float] | None = None
        self._shown = ("", time.monotonic() + _SHOW_EVERY_S)
        self.stop_asked: Callable[[], bool] = lambda: False

    @property
    def checking(self) -> bool:
        """Whether the rows are being read and nothing is planned yet."""
        return self._current is not None and self._current[0] == "check"

    def stage(self, name: str, total: int | None) -> None:
        """Nothing to draw; a long wait is announced."""
        self.end_stage()
        began = time.monotonic()
        self._current = (name, began)
        if name == "wait" and total and self._wait_s:
            self._shown = ("", began + _SHOW_EVERY_S)
            self.say(wait_line(total, datetime.now(UTC), self._wait_s, self._lang))

    def end_stage(self) -> None:
        """Called once more at the end of the command; a verbose UI reports the seconds."""
        if self._current is not None and self._verbose:
            name, began = self._current
            self.say(tr("{name}: {value} s", name=name, value=f"{time.monotonic() - began:.1f}"))
        self._current = None

    def advance(self, count: int) -> None:
        """Nothing to draw.

        Raises:
            NothingBegun: Somebody asked to stop while rows are read: what they came to is undone.
        """
        del count
        if self.checking and self.stop_asked():
            raise NothingBegun

    def statuses(self, statuses: Mapping[Status, int]) -> None:
        """A line when the counts have changed, and not more often than once a minute."""
        line, now = live_line(statuses, self._lang), time.monotonic()
        if line != self._shown[0] and now >= self._shown[1]:
            self._shown = (line, now + _SHOW_EVERY_S)
            self.say(line)

    def say(self, text: str) -> None:
        """One line on stderr."""
        if not self._quiet:
            show_line(self._in_language(text))

    def _in_language(self, text: str) -> str:
        return visible(technical_last(translated(text, self._lang)))

    def summary(self, summary: CheckSummary) -> None:
        """What was understood of the file."""
        for line in (*summary_lines(summary, self._lang), *when_lines(summary.send_times, self._lang)):
            self.say(line)

    def confirm(self, question: Confirmation) -> bool | None:
        """Nobody can be asked without a terminal.

        Raises:
            GuardRefused: Something else than the number was typed.
        """
        for line in question_lines(question, self._lang):
            self.say(line)
        if not (sys.stdin is not None and sys.stdin.isatty()):
            return None
        prompt = say(
            self._lang,
            "Type the number of recipients ({count}) to send, anything else to stop",
            count=question.recipients,
        )
        try:
            with ending_at_once():
                typed = str(click.prompt(prompt, default="", show_default=False, err=True))
        except NothingBegun as signal:
            raise click.Abort from signal  # it is planned: `resume` goes on
        except OSError:
            return None  # the terminal was closed
        if not typed.strip():
            return False
        if typed.strip().replace(" ", "") == str(question.recipients):
            return True
        raise GuardRefused(
            tr(
                "run {run} is planned, nothing was sent: {typed!r} is not the number of "
                "recipients, {recipients}",
                run=question.run,
                typed=typed.strip(),
                recipients=question.recipients,
            ),
            hint=f"campaign resume {question.run}",
            code="not_confirmed",
        )


class BarUi(PlainUi):
    """The same with a progress bar."""

    def __init__(self, bar: "RichProgress", *, verbose: bool, lang: Lang) -> None:
        super().__init__(quiet=False, verbose=verbose, lang=lang)
        self._bar = bar
        self._task: TaskID | None = None

    def stage(self, name: str, total: int | None) -> None:
        """A new bar; the one before stays as it ended."""
        self.end_stage()
        self._current = (name, time.monotonic())
        description = texts_in(self._lang, _STAGE_TEXTS).get(name, name)
        self._task = self._bar.add_task(description, total=total)

    def advance(self, count: int) -> None:
        """So many rows or recipients further."""
        super().advance(count)
        if self._task is not None:
            self._bar.advance(self._task, count)

    def statuses(self, statuses: Mapping[Status, int]) -> None:
        """The counts, live, next to the name of the stage."""
        if self._task is not None:
            name = texts_in(self._lang, _STAGE_TEXTS)["wait"]
            self._bar.update(self._task, description=f"{name}: {live_line(statuses, self._lang)}")

    def say(self, text: str) -> None:
        """A line above the bars."""
        self._bar.console.print(self._in_language(text), markup=False, highlight=False)

    def confirm(self, question: Confirmation) -> bool | None:
        """Ask with the bars out of the way."""
        self._bar.stop()
        try:
            return super().confirm(question)
        finally:
            self._bar.start()


@contextmanager
def make_ui(*, quiet: bool, verbose: bool, lang: Lang, wait_s: float) -> Iterator[PlainUi]:
    """A bar where there is a terminal, sentences elsewhere; `wait_s` as the command's `--wait`."""
    if quiet or not sys.stderr.isatty():
        ui = PlainUi(quiet=quiet, verbose=verbose, lang=lang, wait_s=wait_s)
        yield ui
        ui.end_stage()
        return
    from rich.console import Console  # 34 ms, only where something is drawn
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(file=cast("IO[str]", Unheard(sys.stderr))),
    ) as bar:
        ui = BarUi(bar, verbose=verbose, lang=lang)
        yield ui
        ui.end_stage()
