"""Pause and cancel a run."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from campaign.app.context import (
    UNFINISHED,
    AppContext,
    who,
)
from campaign.app.gateway import judge
from campaign.app.outcome import (
    Outcome,
    command,
)
from campaign.app.report import outcome
from campaign.app.run_lock import only_driver
from campaign.domain import (
    RunId,
    RunInfo,
    RunState,
    Status,
)
from campaign.errors import (
    GuardRefused,
    NothingToDo,
    RunLocked,
)
from campaign.i18n import counted
from campaign.journal.base import Journal
from campaign.text import tr


@dataclass(frozen=True, slots=True)
class _Halt:
    """A run that a person wants to stop."""

    context: AppContext
    journal: Journal
    run: RunId

    def recover(self) -> None:
        """As before sending; it needs no gateway, and so no login."""
        attempts = self.journal.attempts
        attempts.recover(self.run)
        for attempt, reply in attempts.replied(self.run):
            attempts.apply(attempt, judge(attempt.chunk.members, reply))


def pause(context: AppContext, journal: Journal, info: RunInfo) -> Outcome:
    """Ask the driving process to stop after the chunk in hand; `resume` goes on.

    Raises:
        NothingToDo: Nobody sends the run.
    """
    if info.state not in UNFINISHED:
        raise NothingToDo(
            tr("run {run} is {state}: there is nothing to pause", run=info.run, state=info.state),
            hint=command("status", info.run, context.store_option),
        )
    by = who()
    journal.runs.ask_pause(info.run, who=by)
    try:
        with only_driver(context.places.run_lock(info.run), info.run):
            journal.runs.clear_pause(info.run, up_to=journal.runs.last_pause(info.run))
            journal.runs.pause_idle(info.run, who=by)
            note = _idle_note(journal.runs.info(info.run), by)
    except RunLocked as error:
        note = f"{error.message}; it stops after the chunk in hand"
    return outcome(context, journal, info.run, notes=(note,), did_as_asked=True)


def _idle_note(info: RunInfo, by: str) -> str:
    if info.state is RunState.PLANNED:
        return "nobody sends it; nothing of it is sent before `campaign resume`"
    return f"no process drives it; {info.reason or f'paused by {by}'}"


def was_cancelled(run: RunId) -> NothingToDo:
    """What to say of a run that is to be sent although somebody cancelled it."""
    return NothingToDo(
        tr("run {run} was cancelled; nothing was sent now", run=run),
        hint=tr(
            "To send it to those without it: the same `campaign run` with --skip-sent --again LABEL"
        ),
        code="cancelled",
    )


@contextmanager
def _nobody_drives(context: AppContext, run: RunId) -> Iterator[None]:
    """Hold the run; who drives it has to pause first."""
    with ExitStack() as stack:
        try:
            stack.enter_context(only_driver(context.places.run_lock(run), run))
        except RunLocked as error:
            raise RunLocked(
                error.message,
                hint=tr(
                    "{command}, then once more", command=command("pause", run, context.store_option)
                ),
            ) from error
        yield


def cancel(context: AppContext, journal: Journal, info: RunInfo, *, why: str) -> Outcome:
    """Send nobody more: whoever is pending becomes `cancelled`, for good.

    People in doubt or handed over stay as they are and can still be followed.

    Raises:
        NothingToDo: Nobody is pending.
        GuardRefused: Nobody said yes.
        RunLocked: Another process drives the run.
    """
    run = info.run
    with _nobody_drives(context, run):
        halt = _Halt(context, journal, run)
        if info.state in UNFINISHED:
            halt.recover()
        recipients = journal.runs.tally(run).statuses.get(Status.PENDING, 0)
        state = journal.runs.info(run).state
        if state not in UNFINISHED:
            raise NothingToDo(
                tr("run {run} is {state}: there is nobody to cancel", run=run, state=state),
                hint=command("status", run, context.store_option),
            )
        if not context.agreed(
            f"Type the number of people ({recipients}) who shall not get it", recipients
        ):
            raise GuardRefused(
                tr("run {run} was not cancelled: nobody said yes", run=run),
                hint=command("cancel", run, f" --yes{context.store_option}"),
                code="not_confirmed",
            )
        journal.runs.cancel(run, who=who(), why=why or "cancelled")
    return outcome(
        context, journal, run, notes=(f"{counted(recipients, 'recipient')} will not get it",)
    )
