"""Drive a run: recover, confirm, send, follow the statuses, report; one process at a time."""

import secrets
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from campaign.app.account import account_of, hint_to_go_on, lacks_account, require_still_unsent
from campaign.app.cancel import was_cancelled
from campaign.app.context import UNFINISHED, AppContext, ShowsStatuses, operator
from campaign.app.gateway import SANDBOX
from campaign.app.outcome import Outcome, command
from campaign.app.plan import Planned, log_found, remember
from campaign.app.report import outcome, report_files, require_report_paths
from campaign.app.spec import require_pace, typed_max_cost
from campaign.app.ui import Confirmation
from campaign.domain import RunId, RunInfo, RunState, Status, UnknownAttempt
from campaign.errors import (
    CampaignError,
    GatewayError,
    GuardRefused,
    InputError,
    JournalError,
    LoginRefused,
    NothingToDo,
    RunLocked,
)
from campaign.gateways.base import GatewayAccount
from campaign.i18n import count_of
from campaign.journal.base import Journal
from campaign.sending.engine import Ending
from campaign.sending.polling import poll
from campaign.sending.send import FIXABLE_CODES, Sending, recover
from campaign.sending.statuses import Polling, collect_evidence, poll_once, read_unknown_queues, settle_run
from campaign.text import joined, ntr, tr

SETTLE_TIME = timedelta(minutes=15)
"""How long a status must be unknown before the policy `resend` may act on it."""


def resend_old_unknowns(
    context: AppContext, journal: Journal, run: RunId, check: Callable[[], object]
) -> None:
    """Act on the policy `on_unknown`; `check` asks the queues once more right before.

    Raises:
        InputError: There is no such policy.
    """
    policy = context.settings.text("on_unknown", "hold")
    if policy not in {"hold", "resend"}:
        raise InputError(
            tr("--on-unknown {policy!r} is not known", policy=policy),
            hint="--on-unknown hold",
            code="setting",
        )
    if policy != "resend" or not journal.unknown.of(run):
        return
    check()
    before = context.clock.now() - SETTLE_TIME
    unknowns = journal.unknown.of(run)
    recipients = journal.unknown.resend(run, before=before, operator=operator())
    context.ui.say(joined("--on-unknown resend:", _resent(recipients, unknowns, before)))


def _resent(recipients: int, unknowns: Sequence[UnknownAttempt], before: datetime) -> str:
    if recipients:
        return ntr(
            "{n} recipient is sent again and may get the message twice",
            "{n} recipients are sent again; up to {n} of them may get the message twice",
            recipients,
        )
    fresh = evidence = other = 0
    ripe = before
    for one in unknowns:
        if one.ids_seen:
            evidence += one.unknown_count
        elif one.committed_at is not None and one.committed_at >= before:
            fresh += one.unknown_count
            ripe = max(ripe, one.committed_at)
        else:
            other += one.unknown_count
    settled = f"{ripe + SETTLE_TIME:%Y-%m-%d %H:%M:%S}"
    reasons = (
        (fresh, tr("too fresh until {moment} UTC", moment=settled)),
        (evidence, tr("in a request of which the gateway took at least a part")),
        (other, tr("sent once more before, scheduled, or without an answer of a queue that proves it")),
    )
    return joined(
        tr("no recipient qualifies"),
        *(
            tr("{count} {why}", count=count_of(count, "recipient"), why=why)
            for count, why in reasons
            if count
        ),
        separator="; ",
    )


DEFAULT_WAIT_S = 300.0
_QUEUE_ALPHABET = string.ascii_lowercase + string.digits
_QUEUE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class _Driver:
    """A run, its journal and its gateway, while this process alone drives it."""

    context: AppContext
    journal: Journal
    info: RunInfo
    gateway: GatewayAccount

    @property
    def sending(self) -> Sending:
        return Sending(self.journal, self.gateway, self.context.clock, _new_queue_name)

    def polling(self, open_count: int = 0) -> Polling:
        """What polling needs; so many recipients have no final status as the bar begins."""
        ui = self.context.ui

        def report_statuses(statuses: Mapping[Status, int]) -> None:
            nonlocal open_count
            left = statuses.get(Status.ACCEPTED, 0) + statuses.get(Status.UNKNOWN, 0)
            ui.advance(max(0, open_count - left))
            open_count = left
            if isinstance(ui, ShowsStatuses):
                ui.statuses(statuses)

        return Polling(self.journal, self.gateway, self.context.clock, report_statuses)


def drive(
    context: AppContext, journal: Journal, info: RunInfo, *, max_cost: Decimal | None = None
) -> Outcome:
    """Send to all who are pending, wait for statuses, report.

    `max_cost` is the operator's newer decision on what an unfinished run may cost.

    Raises:
        RunLocked: Another process drives the run.
        GuardRefused: It was not confirmed; nothing was sent.
    """
    pauses = journal.runs.last_pause(info.run)
    with context.only_driver(info.run), context.gateway_of(info) as gateway:
        now = journal.runs.info(info.run)
        if now.state is RunState.CANCELLED:  # since it was picked
            return outcome(context, journal, info.run, error=was_cancelled(info.run))
        account = account_of(context, journal, now, gateway.login)
        if lacks_account(now, account):
            require_still_unsent(context, journal, now, gateway.login)
        driver = _Driver(context, journal, info, gateway)
        journal.attempts.prepare_room()
        recover(driver.sending, info.run)
        journal.runs.clear_pause(info.run, up_to=pauses)
        if not _approved(driver):
            raise GuardRefused(
                tr("run {run} is planned, nothing was sent: not confirmed", run=info.run),
                hint=command("resume", info.run, f" --yes{context.store_option}"),
                code="not_confirmed",
            )
        if max_cost is not None:
            _bound(driver, now, max_cost)
        if lacks_account(now, account):
            _name_account(driver, account)
        polling = driver.polling()
        if journal.attempts.may_change(info.run):  # who was put back may have been taken after all
            read_unknown_queues(polling, info.run)
            journal.budget.forget(info.run)
        resend_old_unknowns(context, journal, info.run, lambda: poll_once(polling, info.run))
        ending = _send(driver, polling)
        notes: tuple[str, ...] = ()
        try:
            notes = _wait(driver, stop=ending.error is not None)
        except LoginRefused as error:
            ending = replace(ending, error=ending.error or error)
        return outcome(
            context,
            journal,
            info.run,
            error=_with_a_way_out(context, info, ending.error),
            interrupted=ending.interrupted,
            notes=notes,
            reports=report_files(context, journal, info.run),
        )


def bring_up_to_date(context: AppContext, journal: Journal, info: RunInfo) -> tuple[str, ...]:
    """Ask for the statuses, once or up to `--wait`; another driver's run is only read. Returns notes."""
    require_pace(context.settings)
    wait_s = context.settings.seconds("wait", 0)
    try:
        with context.only_driver(info.run), context.gateway_of(info) as gateway:
            account_of(context, journal, journal.runs.info(info.run), gateway.login)
            driver = _Driver(context, journal, info, gateway)
            recover(driver.sending, info.run)
            open_count = settle_run(journal, info.run)
            if not open_count:
                return ()
            context.ui.stage("wait", open_count)
            polling = driver.polling(open_count)
            last = poll(polling, info.run, wait_s=wait_s) if wait_s else poll_once(polling, info.run)
    except RunLocked as error:
        return (tr("{message}; this is what the journal knows", message=error.message),)
    return (last.trouble,) if last.trouble else ()


def _bound(driver: _Driver, info: RunInfo, max_cost: Decimal) -> None:
    """Change what an unfinished run may cost, and say so; `info` was read under the run's lock."""
    before = info.settings.get("max_cost")
    if info.state not in UNFINISHED:
        change = tr(
            "--max-cost {max_cost} changes nothing: run {run} is {state}",
            max_cost=max_cost,
            run=info.run,
            state=info.state,
        )
    elif str(before) == str(max_cost):
        return
    else:
        driver.journal.budget.bound(info.run, max_cost)
        change = (
            tr("--max-cost of the run is {after} now; it had none", after=max_cost)
            if before is None
            else tr("--max-cost of the run changed from {before} to {after}", before=before, after=max_cost)
        )
    driver.context.ui.say(change)


def _name_account(driver: _Driver, account: str) -> None:
    """Store the run's account; never that of a login that the gateway refuses (LoginRefused)."""
    try:
        driver.gateway.balance()
    except LoginRefused:
        raise
    except GatewayError:
        pass  # it says nothing about the login; sending will meet the same trouble
    driver.journal.plans.name_account(driver.info.run, account)


def _with_a_way_out(context: AppContext, info: RunInfo, error: CampaignError | None) -> CampaignError | None:
    """Another run meanwhile sent the text to a recipient: `resume` has no option against that."""
    if not isinstance(error, GuardRefused) or error.code != "already_sent":
        return error
    return GuardRefused(error.message, hint=hint_to_go_on(context, info), code=error.code)


def _approved(driver: _Driver) -> bool:
    """A planned run needs a confirmation; one that was begun has it, `resume` is enough."""
    return (
        driver.context.assume_yes
        or driver.info.gateway == SANDBOX
        or driver.info.state is not RunState.PLANNED
        or bool(driver.context.ui.confirm(_question(driver)))
    )


def _question(driver: _Driver) -> Confirmation:
    info, reports = driver.info, driver.journal.reports
    tally, price = driver.journal.runs.tally(info.run), reports.price(info.gateway)
    try:
        balances = tuple(f"{line.amount} {line.kind}" for line in driver.gateway.balance())
    except LoginRefused:
        raise
    except GatewayError:
        balances = ()
    return Confirmation(
        run=info.run,
        gateway=info.gateway,
        gateway_url=driver.gateway.base_url,
        recipients=tally.statuses.get(Status.PENDING, 0),
        segments=tally.segments_estimated,
        chunks=info.chunk_count,
        sender=str(info.settings.get("sender", "")),
        send_times=reports.send_times(info.run),
        first_text=reports.first_text(info.run),
        cost=None if price is None else price * tally.segments_estimated,
        balances=balances,
    )


def _send(driver: _Driver, polling: Polling) -> Ending:
    """Hand over all who are pending; the run's state shows how it ended."""
    runs, run = driver.journal.runs, driver.info.run
    if driver.info.state in {RunState.PAUSED, RunState.SENDING}:
        # Also after a crash between "no money" and the pause: going on is the operator's word.
        driver.journal.attempts.retry_refused(
            run, codes=FIXABLE_CODES, operator=operator(), why="the run was resumed"
        )
    pending = runs.tally(run).statuses.get(Status.PENDING, 0)
    if not pending:
        # A run that was stopped after its last chunk is sent.
        state = runs.info(run).state
        if state in UNFINISHED and state is not RunState.SENDING:
            runs.set_state(run, RunState.SENDING)
        if state in UNFINISHED:
            runs.set_state(run, RunState.SENT)
        return Ending()
    runs.set_state(run, RunState.SENDING)
    driver.context.ui.stage("send", pending)
    engine = driver.context.engine(
        driver.sending,
        collect_evidence=lambda attempt_id: collect_evidence(polling, run, attempt_id),
        probe=driver.gateway.balance,
    )
    ending = engine.run(run)
    if ending.error is None and not ending.interrupted:
        runs.set_state(run, RunState.SENT)
    elif not isinstance(ending.error, JournalError):
        reason = "interrupted" if ending.error is None else ending.error.message
        runs.set_state(run, RunState.PAUSED, reason=reason)
    return ending


def _wait(driver: _Driver, *, stop: bool) -> tuple[str, ...]:
    """Follow the statuses as long as asked; after trouble one check is enough."""
    context, run = driver.context, driver.info.run
    open_count = settle_run(driver.journal, run)
    if not open_count or context.clock.stop_asked():
        return ()
    context.ui.stage("wait", open_count)
    wait_s = 0 if stop else context.settings.seconds("wait", DEFAULT_WAIT_S)
    poll_s = context.settings.seconds("poll", 0) or None
    last = poll(driver.polling(open_count), run, wait_s=wait_s, poll_s=poll_s)
    return (last.trouble,) if last.trouble else ()


def _new_queue_name() -> str:
    """A fresh random name: two copies of a journal must never make the same one."""
    return "".join(secrets.choice(_QUEUE_ALPHABET) for _ in range(_QUEUE_LENGTH))


def send_planned(context: AppContext, journal: Journal, found: Planned) -> Outcome:
    """Drive a run that was planned just now or before, unless it has ended."""
    if found.found and found.info.state not in UNFINISHED:
        return _finished_before(context, journal, found.info)
    if found.found:
        log_found(context, found.info)
    return _drive_and_remember(context, journal, found.info)


def resume(context: AppContext, journal: Journal, info: RunInfo) -> Outcome:
    """Go on with what is left of a run."""
    if info.state is RunState.CANCELLED:
        return outcome(context, journal, info.run, error=was_cancelled(info.run))
    require_report_paths(context, info.run)
    max_cost = typed_max_cost(context.settings)
    return _drive_and_remember(context, journal, info, max_cost=max_cost)


def _drive_and_remember(
    context: AppContext, journal: Journal, info: RunInfo, *, max_cost: Decimal | None = None
) -> Outcome:
    """Drive a run; that a user let it be sent confirms the columns that were named."""
    ended = drive(context, journal, info, max_cost=max_cost)
    if not isinstance(ended.error, JournalError):
        remember(journal, info)
    return ended


def _finished_before(context: AppContext, journal: Journal, info: RunInfo) -> Outcome:
    """The outcome when the same `campaign run` is typed again after it has ended."""
    if info.state is RunState.CANCELLED:
        return outcome(context, journal, info.run, error=was_cancelled(info.run))
    done = NothingToDo(
        tr("run {run} has sent this already; nothing was sent now", run=info.run),
        hint=tr(
            "{command}; to those who have not got it: --skip-sent --again LABEL; to all of "
            "them on purpose: --again LABEL",
            command=command("report", info.run, context.store_option),
        ),
        code="sent_already",
    )
    return outcome(context, journal, info.run, error=done)
