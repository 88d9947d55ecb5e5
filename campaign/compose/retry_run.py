"""Send a retry, or say what the same command (a retry, or a run) came to before."""

from campaign.compose.busy import drive
from campaign.compose.desk import UNFINISHED, Books, Desk
from campaign.compose.halting import was_cancelled
from campaign.compose.outcome import Outcome, command
from campaign.compose.reporting import outcome, require_report_place
from campaign.compose.retrying import Retry
from campaign.errors import NothingToDo
from campaign.model import RunInfo, RunState


def frozen(desk: Desk, retry: Retry) -> RunInfo:
    """The run of a retry, planned now or before; says which."""
    found = retry.planned()
    info = found.info
    if found.found:
        desk.ui.say(
            f"these people of {retry.info.run} are run {info.run} of "
            f"{info.created_at:%Y-%m-%d %H:%M} UTC ({info.state}); going on with it"
        )
    require_report_place(desk, info.run)
    return info


def finished_before(desk: Desk, books: Books, info: RunInfo) -> Outcome:
    """What to say when the same `campaign run` is typed again after it has ended."""
    if info.state is RunState.CANCELLED:
        return outcome(desk, books, info.run, error=was_cancelled(info.run))
    done = NothingToDo(
        f"run {info.run} has sent this already; nothing was sent now",
        hint=f"{command('report', info.run, desk.store_option)}; to those who have not got it: "
        "--skip-sent --again LABEL; to all of them on purpose: --again LABEL",
        code="sent_already",
    )
    return outcome(desk, books, info.run, error=done)


def sent(desk: Desk, books: Books, retry: Retry) -> Outcome:
    """Plan a retry and drive it; what the same command sent before is not sent again."""
    info = frozen(desk, retry)
    if info.state in UNFINISHED:
        return drive(desk, books, info)
    cancelled = info.state is RunState.CANCELLED
    only = "cancelled" if cancelled else ",".join(retry.only)
    done = NothingToDo(
        f"run {info.run} {'was cancelled' if cancelled else 'has sent this already'}; nothing was "
        "sent now",
        hint="For those whom it did not reach either: "
        + command("retry", info.run, f" --only {only}{desk.store_option}"),
        code="nothing_to_do" if cancelled else "sent_already",
    )
    return outcome(desk, books, info.run, error=done)
