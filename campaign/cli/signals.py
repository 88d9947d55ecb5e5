"""Ctrl-C and SIGTERM: first finish the chunks in hand, then warn, then abandon.

Where nothing is sent (a command that only reads, a question) they end it at once. A closed terminal
stops the run as the first Ctrl-C does.
"""

import errno
import os
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import IO, TYPE_CHECKING, Final, Protocol

import click

from campaign.errors import Exit
from campaign.i18n import say

if TYPE_CHECKING:
    from campaign.i18n import Lang


def show_line(text: str) -> None:
    """A line on stderr; safe in a signal handler, and when nobody reads it."""
    try:
        click.echo(text, err=True)
    except OSError:
        hush(sys.stderr)
    except RuntimeError:  # the signal came in the middle of another line
        return


@contextmanager
def while_anybody_reads() -> Iterator[None]:
    """Let a block end quietly where the reader of stdout has gone; a full disk is no such thing."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        if not _gone(error):
            raise
        hush(sys.stdout)


def hush(stream: IO[str] | None) -> None:
    """Send what is still to come nowhere: Python's own flush at the end must not fail."""
    if stream is None:
        return
    with suppress(OSError, ValueError):  # a stream of a test has no number
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def hush_the_lost() -> None:
    """At the end of the command: a stream that cannot be flushed shall not change its exit code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            hush(stream)


def _gone(error: OSError) -> bool:
    """A pipe without a reader, or a terminal that was closed."""
    if error.errno == errno.EPIPE:
        return True
    try:
        return error.errno == errno.EIO and stat.S_ISCHR(os.fstat(sys.stdout.fileno()).st_mode)
    except (OSError, ValueError):
        return False


class Unheard:
    """A stream whose reader may go: for a library that draws on it."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """As long as somebody reads it."""
        try:
            return self._stream.write(text)
        except OSError:
            hush(self._stream)
            return len(text)

    def flush(self) -> None:
        """The same."""
        try:
            self._stream.flush()
        except OSError:
            hush(self._stream)

    def __getattr__(self, name: str) -> object:
        """Everything else is the stream's own."""
        return getattr(self._stream, name)


_TEXTS: Final = (
    "stopping after the current requests; `campaign resume` continues safely",
    (
        "still waiting for an answer; quitting now would leave up to 200 recipients with "
        "unknown status: press again to quit"
    ),
    "stopped without waiting; `campaign status` collects what the gateway knows",
)


class Stoppable(Protocol):
    """Whatever can be asked to stop."""

    def ask_stop(self) -> None:
        """Begin nothing new; safe to call from a signal handler."""
        ...


class NothingBegun(BaseException):
    """Interrupted before anything was planned or sent: no error, and none of click's business."""


class _Process:
    """Signals belong to the whole process, and so does this."""

    ends_at_once = False


@contextmanager
def ending_at_once() -> Iterator[None]:
    """While the block runs a signal ends the command with `NothingBegun`: no run is in hand."""
    before, _Process.ends_at_once = _Process.ends_at_once, True
    try:
        yield
    finally:
        _Process.ends_at_once = before


@contextmanager
def stoppable(
    clock: Stoppable, lang: "Lang" = "en", *, unbegun: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """While the block runs, signals only set a flag: no exception enters the critical section.

    `unbegun` is whether nothing is planned yet: then there is no chunk in hand to speak of.
    """
    count = 0

    def on_signal(number: int, frame: FrameType | None) -> None:
        nonlocal count
        del frame
        if _Process.ends_at_once:
            raise NothingBegun
        clock.ask_stop()
        if number == getattr(signal, "SIGHUP", None):
            return  # nobody is there who could read it, or press once more
        count += 1
        if count >= len(texts):
            show_line(f"\n{texts[-1]}")
            os._exit(Exit.INTERRUPTED)
        if not unbegun():
            show_line(f"\n{texts[count - 1]}")

    texts = [say(lang, one) for one in _TEXTS]
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    previous = {name: signal.signal(getattr(signal, name), on_signal) for name in names}
    try:
        yield
    finally:
        for name, handler in previous.items():
            signal.signal(getattr(signal, name), handler)
