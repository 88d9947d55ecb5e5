"""What to do about a run that another process drives: a complete command, with the run's name."""

from collections.abc import Iterator
from contextlib import contextmanager

from campaign.compose import driving
from campaign.compose.desk import Books, Desk
from campaign.compose.locks import sole_driver
from campaign.compose.outcome import Outcome, command
from campaign.errors import RunLocked
from campaign.model import RunId, RunInfo


@contextmanager
def naming_the_run(run: RunId, store_option: str) -> Iterator[None]:
    """Let the hint of a locked run name it and its journal.

    Raises:
        RunLocked: As the block did, with a command that can be copied.
    """
    try:
        yield
    except RunLocked as error:
        look = command("status", run, f" --offline{store_option}")
        raise RunLocked(error.message, hint=f"Wait until it ends, or look at it: {look}") from error


@contextmanager
def alone_with(desk: Desk, run: RunId) -> Iterator[None]:
    """Hold the run while the block runs.

    Raises:
        RunLocked: Another process holds it.
    """
    with (
        naming_the_run(run, desk.store_option),
        sole_driver(desk.places.run_lock(run), run),
    ):
        yield


def drive(desk: Desk, books: Books, info: RunInfo) -> Outcome:
    """Drive a run, as `driving.drive`."""
    with naming_the_run(info.run, desk.store_option):
        return driving.drive(desk, books, info)
