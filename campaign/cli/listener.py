"""Whoever reads our output may go away (`| head`, a closed terminal): the run does not care."""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

import click


def tell(text: str) -> None:
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
        """As far as anybody reads it."""
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
