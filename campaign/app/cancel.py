"""Pause and cancel a run."""

from campaign.app.context import UNFINISHED, AppContext, operator
from campaign.app.gateway import judge
from campaign.app.outcome import Outcome, command
from campaign.app.report import outcome
from campaign.domain import RunId, RunInfo, RunState, Status
from campaign.errors import GuardRefused, NothingToDo, RunLocked
from campaign.i18n import count_of
from campaign.journal.base import Journal
from campaign.sending.send import recover_judging
from campaign.text import tr


def pause(context: AppContext, journal: Journal, info: RunInfo) -> Outcome:
    """Ask the driving process to stop after the current chunk; `resume` goes on."""
    if info.state not in UNFINISHED:
        raise NothingToDo(
            tr("run {run} is {state}: there is nothing to pause", run=info.run, state=info.state),
            hint=command("status", info.run, context.store_option),
        )
    by = operator()
    journal.runs.ask_pause(info.run, operator=by)
    try:
        with context.only_driver(info.run):
            journal.runs.clear_pause(info.run, up_to=journal.runs.last_pause(info.run))
            journal.runs.pause_idle(info.run, operator=by)
            note = _idle_note(journal.runs.info(info.run), by)
    except RunLocked as error:
        note = tr("{message}; it stops after the current chunk", message=error.message)
    return outcome(context, journal, info.run, notes=(note,), did_as_asked=True)


def _idle_note(info: RunInfo, by: str) -> str:
    if info.state is RunState.PLANNED:
        return tr("no process is sending it; nothing is sent before `campaign resume`")
    reason = info.reason or tr("paused by {operator}", operator=by)
    return tr("no process is sending it; {reason}", reason=reason)


def was_cancelled(run: RunId) -> NothingToDo:
    """Why a cancelled run is not sent."""
    return NothingToDo(
        tr("run {run} was cancelled; nothing was sent now", run=run),
        hint=tr("To send it to those without it: the same `campaign run` with --skip-sent --again LABEL"),
        code="cancelled",
    )


def cancel(context: AppContext, journal: Journal, info: RunInfo, *, why: str) -> Outcome:
    """Cancel the unsent part: pending recipients become `cancelled`, for good.

    Recipients whose status is unknown or who were handed over can still be followed.
    """
    run = info.run
    first = command("pause", run, context.store_option)
    with context.only_driver(run, tr("{command}, then run it again", command=first)):
        if info.state in UNFINISHED:
            recover_judging(journal, judge, run)
        recipients = journal.runs.tally(run).statuses.get(Status.PENDING, 0)
        state = journal.runs.info(run).state
        if state not in UNFINISHED:
            raise NothingToDo(
                tr("run {run} is {state}: no recipient can be cancelled", run=run, state=state),
                hint=command("status", run, context.store_option),
            )
        if not context.agreed(
            tr("Type the number of recipients ({count}) who should not get it", count=recipients), recipients
        ):
            raise GuardRefused(
                tr("run {run} was not cancelled: not confirmed", run=run),
                hint=command("cancel", run, f" --yes{context.store_option}"),
                code="not_confirmed",
            )
        journal.runs.cancel(run, operator=operator(), why=why or "cancelled")
    return outcome(
        context, journal, run, notes=(tr("{count} will not get it", count=count_of(recipients, "recipient")),)
    )
