"""Ctrl-C and SIGTERM: first finish the chunks in hand, then warn, then abandon."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

import click

from campaign.errors import Exit


class Stoppable(Protocol):
    """Whatever can be asked to stop; safe to call from a signal handler."""

    def ask_stop(self) -> None:
        """Begin nothing new."""
        ...


@contextmanager
def stoppable(clock: Stoppable) -> Iterator[None]:
    """While the block runs, signals only set a flag: no exception enters the critical section."""
    count = 0

    def on_signal(number: int, frame: FrameType | None) -> None:
        nonlocal count
        del number, frame
        count += 1
        clock.ask_stop()
        match count:
            case 1:
                _tell("stopping after the chunks in hand; `campaign resume` goes on safely")
            case 2:
                _tell(
                    "still waiting for an answer; giving up now would leave up to 200 people "
                    "unknown: press once more to abandon"
                )
            case _:
                _tell("abandoned; `campaign status` collects what the gateway knows")
                os._exit(Exit.INTERRUPTED)

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    previous = {name: signal.signal(getattr(signal, name), on_signal) for name in names}
    try:
        yield
    finally:
        for name, handler in previous.items():
            signal.signal(getattr(signal, name), handler)


def _tell(text: str) -> None:
    click.echo(f"\n{text}", err=True)
