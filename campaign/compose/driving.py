"""Drive a run: recover, ask, send, follow the statuses, report; one process at a time."""

import getpass
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from campaign.adapters.gateway.client import HttpGateway
from campaign.adapters.journal.facts import CHARGED
from campaign.compose.brief import Question
from campaign.compose.desk import UNFINISHED, Books, Desk, ShowsFates
from campaign.compose.gateways import SANDBOX
from campaign.compose.halting import was_cancelled
from campaign.compose.locks import sole_driver
from campaign.compose.outcome import Outcome, command
from campaign.compose.reporting import outcome, report_files
from campaign.engines.local import Ending, LocalEngine, Pace
from campaign.errors import (
    GatewayError,
    GuardRefused,
    InputError,
    JournalError,
    LoginRefused,
    RunLocked,
)
from campaign.model import Balance, Fate, RunId, RunInfo, RunState
from campaign.steps.follow import follow
from campaign.steps.reconcile import Following, drain_attempt, one_pass, settle_run
from campaign.steps.retry import RetryPolicy
from campaign.steps.send import MENDABLE_CODES, Sending, recover

DEFAULT_LANES = 4
DEFAULT_WAIT_S = 300.0
SETTLE_TIME = timedelta(minutes=15)
"""So old must a doubt be before the policy `resend` may act on it."""

_QUEUE_ALPHABET = string.ascii_lowercase + string.digits
_QUEUE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class _Driver:
    """A run, its journal and its gateway, while this process alone drives it."""

    desk: Desk
    books: Books
    info: RunInfo
    gateway: HttpGateway

    @property
    def sending(self) -> Sending:
        return Sending(self.books.sends, self.gateway, self.desk.clock, _new_queue_name)

    def following(self, open_count: int = 0) -> Following:
        """What following statuses needs; so many people are open as the bar begins."""
        ui, told = self.desk.ui, [open_count]

        def tell_fates(fates: Mapping[Fate, int]) -> None:
            left = fates.get(Fate.ACCEPTED, 0) + fates.get(Fate.UNKNOWN, 0)
            ui.advance(max(0, told[0] - left))
            told[0] = left
            if isinstance(ui, ShowsFates):
                ui.fates(fates)

        return Following(
            self.books.statuses, self.books.sends, self.gateway, self.desk.clock, tell_fates
        )


def drive(desk: Desk, books: Books, info: RunInfo) -> Outcome:
    """Send whoever is pending, wait for statuses, report.

    Raises:
        RunLocked: Another process drives the run.
        GuardRefused: It was never confirmed; nothing was sent.
    """
    pauses = books.halts.last_pause(info.run)
    with (
        sole_driver(desk.places.run_lock(info.run), info.run),
        desk.gateway_of(info) as gateway,
    ):
        if books.sends.run_info(info.run).state is RunState.CANCELLED:  # since it was picked
            return outcome(desk, books, info.run, error=was_cancelled(info.run))
        driver = _Driver(desk, books, info, gateway)
        books.sends.prepare_room()
        recover(driver.sending, info.run)
        books.halts.clear_pause(info.run, up_to=pauses)
        if not _approved(driver):
            raise GuardRefused(
                f"run {info.run} is planned, nothing was sent: nobody said yes",
                hint=command("resume", info.run, f" --yes{desk.store_option}"),
                code="not_confirmed",
            )
        following = driver.following()
        _resend_old_doubts(driver, following)
        ending = _send(driver, following)
        notes: tuple[str, ...] = ()
        try:
            notes = _wait(driver, stop=ending.error is not None)
        except LoginRefused as error:
            ending = Ending(ending.error or error, interrupted=ending.interrupted)
        if not isinstance(ending.error, JournalError):
            books.facts.learn(info.run)
        return outcome(
            desk,
            books,
            info.run,
            error=ending.error,
            interrupted=ending.interrupted,
            notes=notes,
            reports=report_files(desk, books, info.run),
        )


def bring_up_to_date(desk: Desk, books: Books, info: RunInfo, *, wait_s: float) -> tuple[str, ...]:
    """Ask for the statuses; another driver's run is only looked at. Returns notes."""
    try:
        with (
            sole_driver(desk.places.run_lock(info.run), info.run),
            desk.gateway_of(info) as gateway,
        ):
            driver = _Driver(desk, books, info, gateway)
            recover(driver.sending, info.run)
            open_count = settle_run(books.sends, info.run)
            if not open_count:
                return ()
            desk.ui.stage("wait", open_count)
            following = driver.following(open_count)
            if wait_s:
                last = follow(following, info.run, wait_s=wait_s)
            else:
                last = one_pass(following, info.run)
    except RunLocked as error:
        return (f"{error.message}; this is what the journal knows",)
    return (last.trouble,) if last.trouble else ()


def _approved(driver: _Driver) -> bool:
    """A planned run needs a yes; one that was begun has it, `resume` is the word to go on."""
    if (
        driver.desk.assume_yes
        or driver.info.gateway == SANDBOX
        or driver.info.state is not RunState.PLANNED
    ):
        return True
    return bool(driver.desk.ui.confirm(_question(driver)))


def _question(driver: _Driver) -> Question:
    info, reports = driver.info, driver.books.reports
    tally, price = reports.tally(info.run), reports.price(info.gateway)
    try:
        balances = tuple(f"{line.amount} {line.kind}" for line in driver.gateway.balance())
    except LoginRefused:
        raise
    except GatewayError:
        balances = ()
    return Question(
        run=info.run,
        gateway=info.gateway,
        gateway_url=driver.gateway.base_url,
        people=tally.fates.get(Fate.PENDING, 0),
        segments=tally.segments_estimated,
        chunks=info.chunk_count,
        sender=str(info.settings.get("sender", "")),
        send_times=reports.send_times(info.run),
        first_text=reports.first_text(info.run),
        cost=None if price is None else price * tally.segments_estimated,
        balances=balances,
    )


def _send(driver: _Driver, following: Following) -> Ending:
    """Hand over everybody who is pending; the run's state tells how it ended."""
    sends, run = driver.books.sends, driver.info.run
    if driver.info.state in {RunState.PAUSED, RunState.SENDING}:
        # Also after a crash between "no money" and the pause: going on is the operator's word.
        sends.retry_refused(
            run, codes=MENDABLE_CODES, who=getpass.getuser(), why="the run was resumed"
        )
    pending = sends.tally(run).fates.get(Fate.PENDING, 0)
    if not pending:
        if sends.run_info(run).state in UNFINISHED:
            _to_sent(driver, run)
        return Ending()
    sends.set_state(run, RunState.SENDING)
    driver.desk.ui.stage("send", pending)
    ending = _hand_over(driver, following)
    if ending.error is None and not ending.interrupted:
        sends.set_state(run, RunState.SENT)
    elif not isinstance(ending.error, JournalError):
        reason = "interrupted" if ending.error is None else ending.error.message
        sends.set_state(run, RunState.PAUSED, reason=reason)
    return ending


def _hand_over(driver: _Driver, following: Following) -> Ending:
    """Send; a login that is refused already by the question about money is not tried again."""
    run = driver.info.run
    try:
        before = _money_before(driver)
    except LoginRefused as error:
        return Ending(error)
    ending = _engine(driver, following).send_all(run)
    if before and not isinstance(ending.error, JournalError):
        driver.books.facts.learn_charging(run, before)
    return ending


def _money_before(driver: _Driver) -> tuple[Balance, ...]:
    """The balance before a run's first chunk, asked once an account: calibration, nothing else."""
    info, facts = driver.info, driver.books.facts
    if info.state is not RunState.PLANNED or facts.knows(info.run, CHARGED):
        return ()
    try:
        return driver.gateway.balance()
    except LoginRefused:
        raise
    except GatewayError:
        return ()  # sending will meet the same trouble, and say so


def _resend_old_doubts(driver: _Driver, following: Following) -> None:
    """Policy `resend`: opt-in, for doubts older than the settle time and without any evidence."""
    policy = driver.desk.settings.text("on_unknown", "hold")
    if policy not in {"hold", "resend"}:
        raise InputError(
            f"--on-unknown {policy!r} is not known", hint="--on-unknown hold", code="setting"
        )
    doubts = driver.books.doubts.doubts(driver.info.run)
    if policy != "resend" or not doubts:
        return
    one_pass(following, driver.info.run)  # the queues are asked once more, right before
    before = driver.desk.clock.now() - SETTLE_TIME
    people = driver.books.doubts.resend(driver.info.run, before=before, who=getpass.getuser())
    driver.desk.ui.say(
        f"--on-unknown resend: {people} people are sent once more; up to {people} of them may "
        "get the message twice"
        if people
        else "--on-unknown resend: nobody qualifies (too fresh, some evidence, or sent once more "
        "before)"
    )


def _engine(driver: _Driver, following: Following) -> LocalEngine:
    settings, run = driver.desk.settings, driver.info.run
    return LocalEngine(
        driver.sending,
        progress=driver.desk.ui,
        pace=Pace(
            lanes=int(settings.number("lanes", DEFAULT_LANES)),
            rate=settings.number("rate", 0) or None,
        ),
        policy=RetryPolicy(),
        look_for_evidence=lambda attempt_id: drain_attempt(following, run, attempt_id),
        probe=driver.gateway.balance,
    )


def _to_sent(driver: _Driver, run: RunId) -> None:
    """A run that was stopped after its last chunk: nobody is pending, say so."""
    sends = driver.books.sends
    if sends.run_info(run).state is not RunState.SENDING:
        sends.set_state(run, RunState.SENDING)
    sends.set_state(run, RunState.SENT)


def _wait(driver: _Driver, *, stop: bool) -> tuple[str, ...]:
    """Follow the statuses as long as asked; after trouble one short look is enough.

    Raises:
        LoginRefused: The gateway no longer accepts login or password.
    """
    desk, run = driver.desk, driver.info.run
    open_count = settle_run(driver.books.sends, run)
    if not open_count or desk.clock.stop_asked():
        return ()
    desk.ui.stage("wait", open_count)
    wait_s = 0 if stop else desk.settings.seconds("wait", DEFAULT_WAIT_S)
    poll_s = desk.settings.seconds("poll", 0) or None
    following = driver.following(open_count)
    last = follow(following, run, wait_s=wait_s, poll_s=poll_s)
    return (last.trouble,) if last.trouble else ()


def _new_queue_name() -> str:
    """A fresh random name: two copies of a journal must never make the same one."""
    return "".join(secrets.choice(_QUEUE_ALPHABET) for _ in range(_QUEUE_LENGTH))
