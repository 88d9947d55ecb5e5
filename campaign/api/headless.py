"""In place of the terminal: a callback, a log, and a number given beforehand."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TypeVar

from campaign.app import App
from campaign.app.context import AppContext
from campaign.app.ui import Confirmation
from campaign.clock import SystemClock
from campaign.config import Layer, resolve
from campaign.domain.summary import CheckSummary
from campaign.sending.progress import Progress

_LOG = logging.getLogger("campaign")

T = TypeVar("T")


class Environment(dict[str, str]):
    """Where credentials are looked up; never shown, not even in a traceback with variables."""

    def __repr__(self) -> str:
        """Only that it is there."""
        return "<environment>"


class HeadlessUi:
    """Calls back as the stages go on, if asked to; texts go to the log as well.

    Args:
        progress: The callback.
        confirm: How many recipients the caller means to text; None: not given.
    """

    def __init__(self, progress: Progress | None = None, confirm: int | None = None) -> None:
        self._progress = progress
        self._confirm = confirm

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins."""
        if self._progress is not None:
            self._progress.stage(name, total)

    def advance(self, count: int) -> None:
        """So many recipients further."""
        if self._progress is not None:
            self._progress.advance(count)

    def say(self, text: str) -> None:
        """One line that the user should see now."""
        _LOG.info("%s", text)
        if self._progress is not None:
            self._progress.say(text)

    def summary(self, summary: CheckSummary) -> None:
        """What was understood of the table: its notes."""
        for source in summary.sources:
            for note in (*source.info.notes, *source.layout.notes):
                self.say(note)

    def confirm(self, question: Confirmation) -> bool | None:
        """Whether the caller named the right number of recipients."""
        return None if self._confirm is None else self._confirm == question.recipients


@contextmanager
def interruptible(clock: SystemClock) -> Iterator[None]:
    """While the block runs, Ctrl-C lets the current chunks end; then it is a KeyboardInterrupt.

    In a thread that is not the main one Python delivers no signal, and nothing is changed.
    """
    interrupted = False

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        del number, frame
        interrupted = True
        clock.ask_stop()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
    if interrupted:
        raise KeyboardInterrupt


@dataclass(frozen=True, slots=True)
class Commands:
    """Does commands of the program with the settings of a client."""

    settings: Mapping[str, object]
    environment: Environment
    progress: Progress | None

    def call(
        self,
        act: Callable[[App], T],
        settings: Mapping[str, object] | None = None,
        *,
        confirm: int | None = None,
    ) -> T:
        """Do one command with these settings over the client's own."""
        layers = (Layer("the arguments", settings or {}), Layer("api.open", self.settings))
        context = AppContext(
            settings=resolve(*layers), ui=HeadlessUi(self.progress, confirm), environment=self.environment
        )
        with interruptible(context.clock):
            return act(App(context))
