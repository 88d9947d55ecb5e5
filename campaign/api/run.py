"""One run: send it, follow it, read it back."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.api.headless import Commands
from campaign.api.options import settings_of
from campaign.app.outcome import Outcome
from campaign.domain import RunId, RunState, Status
from campaign.errors import GuardRefused
from campaign.text import tr

if TYPE_CHECKING:
    import pandas as pd

_NO_WAIT: Mapping[str, object] = {"wait": 0}
"""`send` waits for no status; `wait` does."""


class Run:
    """A planned run; it can be fetched again at any time by its name (`client.run`).

    Attributes:
        name: Its name in the journal and on the command line.
    """

    def __init__(self, commands: Commands, name: RunId) -> None:
        self._commands = commands
        self.name = name

    def __repr__(self) -> str:
        """Its name."""
        return f"<campaign run {self.name}>"

    def __str__(self) -> str:
        """Its name, as commands take it."""
        return self.name

    @property
    def state(self) -> str:
        """`planned`, `sending`, `paused`, `sent`, `settled` or `cancelled`."""
        return self._now().tally.state.value

    @property
    def recipients(self) -> int:
        """How many recipients are still to be handed over: the number that `send` may ask for."""
        return self._now().tally.statuses.get(Status.PENDING, 0)

    def send(self, *, confirm: int | None = None, **pace: object) -> None:
        """Hand over all pending recipients; also what is left after any interruption.

        Args:
            confirm: The number of recipients (`run.recipients`), as the command line has it typed
                before the first message; the sandbox needs none.
            **pace: ``concurrency=``, ``rate=``, ``on_unknown=``, as of `campaign resume`.

        Raises:
            GuardRefused: The number was not given or is another one; nothing was sent.
            LoginRefused: Nothing more was sent.
            GatewayError: The gateway is not available or out of money: send again later.
            PauseRequested: Somebody paused the run.
            JournalError: The journal cannot be written; sending stopped.
            RunLocked: Another process drives the run.
            KeyboardInterrupt: Ctrl-C; the current requests were finished, sending again is safe.
        """
        settings = {**_NO_WAIT, **settings_of(pace, "concurrency", "rate", "on_unknown")}
        try:
            outcome = self._commands.call(lambda app: app.resume(self.name), settings, confirm=confirm)
        except GuardRefused as error:
            if error.code != "not_confirmed":
                raise
            raise GuardRefused(
                error.message, hint=tr("run.send(confirm=run.recipients)"), code=error.code
            ) from error
        _raise_for(outcome)

    def wait(self, time: float | str = "5m", *, poll: float | str | None = None) -> bool:
        """Follow the delivery statuses until all are final, or that long.

        Args:
            time: Seconds, or a text such as ``"30s"``, ``"10m"``; 0 checks once.
            poll: Pause between checks; by default longer and longer ones.

        Returns:
            Whether every row has its final status.
        """
        settings = settings_of({"wait": time, "poll": poll}, "wait", "poll")
        outcome = self._commands.call(lambda app: app.status(self.name, offline=False), settings)
        _raise_for(outcome)
        return outcome.tally.state in {RunState.SETTLED, RunState.CANCELLED}

    def tally(self) -> "pd.Series[int]":
        """Rows by status, int64; their sum is the number of rows."""
        import pandas as pd  # noqa: PLC0415  # a third of a second

        statuses = self._now().tally.statuses
        counts = {status.value: count for status, count in statuses.items()}
        return pd.Series(counts, name=self.name, dtype="int64").rename_axis("status")

    def outcome(self) -> Mapping[str, object]:
        """The state of the run, as `campaign status --offline --json` prints it."""
        return self._now().as_json()

    def rows(self) -> "pd.DataFrame":
        """One line a row of the input, in its order, with what became of it.

        Returns:
            The input's own columns as `string`, then ours: `row` (2 is the first below the
            headings), `status`, `reason` (a code), `gateway_status` (the gateway's own), `client_id`, `phone`,
            `text`, `segments`, `sms_count` (Int64), `cost` (exact Decimal), `send_at`,
            `handed_over_at`, `final_at` (datetime64, UTC), `smsc_id`. Empty values are missing. A
            column of the input that is called like one of ours gets its number:
            ``phone (column 1)``.
        """
        return self._commands.call(lambda app: app.rows_frame(self.name))

    def report(self, path: "str | PathLike[str]", *, format: str = "") -> Path:  # noqa: A002  # the option's name
        """Write a report file from what the journal knows.

        Args:
            path: A numbered copy is written where that is open in another program.
            format: As `--format` takes; by the path's ending, if not given.

        Returns:
            Where it was written.
        """
        kind = format or Path(path).suffix.lower().lstrip(".") or "xlsx"
        settings = {"output": str(path), "format": kind}
        outcome = self._commands.call(lambda app: app.report(self.name, offline=True), settings)
        return outcome.reports[0]

    def retry(self, only: str | Sequence[str], *, schedule: str | None = None) -> "Run":
        """Plan a new run for recipients whom this one did not reach; send it as any other.

        Args:
            only: Of `refused`, `undelivered`, `expired`, `cancelled`.
            schedule: When to send; at once if not given.

        Raises:
            InputError: Such recipients may have got the text.
            NothingToDo: There is no such recipient.
        """
        statuses = only if isinstance(only, str) else ",".join(only)
        settings = settings_of({"schedule": schedule}, "schedule")
        info = self._commands.call(lambda app: app.plan_retry(self.name, only=statuses), settings)
        return Run(self._commands, info.run)

    def _now(self) -> Outcome:
        return self._commands.call(lambda app: app.status(self.name, offline=True))


def _raise_for(outcome: Outcome) -> None:
    """An error that the command line would show at its end is raised here."""
    if outcome.error is not None:
        raise outcome.error
    if outcome.interrupted:
        raise KeyboardInterrupt
