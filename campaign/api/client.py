"""The client that plans campaigns: a journal, a gateway, and nothing held open."""

import builtins
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeAlias

from campaign.api.headless import Commands, Environment
from campaign.api.options import settings_of
from campaign.api.run import Run
from campaign.app.history import RunFilter
from campaign.app.sources import Sources, find_sources, sources_of_frame
from campaign.app.summary import as_json_object
from campaign.secret import Credentials
from campaign.sending.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

Recipients: TypeAlias = "pd.DataFrame | str | os.PathLike[str] | Sequence[str | os.PathLike[str]]"


class Client:
    """Plans runs and finds them again; made by `api.open`.

    Between two calls it holds no lock and no file, so several clients, the command line included,
    may work with one journal.
    """

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to close."""

    def __repr__(self) -> str:
        """Journal and gateway."""
        settings = self._commands.settings
        return f"<campaign client {settings.get('store', '')!r} {settings['gateway']}>"

    def plan(
        self,
        recipients: Recipients,
        *,
        text: str | None = None,
        sender: str | None = None,
        name: str = "dataframe",
        **options: object,
    ) -> Run:
        """Check recipients and freeze them in the journal; nothing is sent.

        Args:
            recipients: A DataFrame (its columns are read as texts, its index is not), or a file, a
                folder of files or several files.
            text: For all recipients, with ``{column}`` placeholders; else a column has the texts.
            sender: For rows without one of their own.
            name: For the run of a DataFrame.
            **options: As of `campaign plan`: ``map={"phone": "Телефон"}, schedule="…", …``.

        Returns:
            The run: the same one whenever the same cells and options come again.

        Raises:
            InputError: The recipients or an option cannot be used; nothing was planned.
            GuardRefused: A limit is exceeded, or recipients got this text within the last 30 days.
            NothingToDo: There is no row.
        """
        sources, settings = self._sources(recipients, name, text, sender, options)
        outcome = self._commands.call(lambda app: app.plan(sources), settings)
        return Run(self._commands, outcome.tally.run)

    def check(
        self,
        recipients: Recipients,
        *,
        text: str | None = None,
        sender: str | None = None,
        name: str = "dataframe",
        **options: object,
    ) -> Mapping[str, object]:
        """Read and validate only; returns what `campaign check --json` prints."""
        sources, settings = self._sources(recipients, name, text, sender, options)
        return as_json_object(self._commands.call(lambda app: app.check(sources), settings))

    def run(self, run: str = "") -> Run:
        """A run of the journal, by a unique beginning of its name; the latest by default."""
        return Run(self._commands, self._commands.call(lambda app: app.find(run)).run)

    def runs(
        self,
        *,
        states: Sequence[str] = (),
        since: str = "",
        gateway: str = "",
        file: str = "",
        match: str = "",
    ) -> "pd.DataFrame":
        """All runs, latest first, or those that `campaign runs` would list with these filters.

        Returns:
            One line a run, indexed by `run`: `created_at` and what the gateway names in UTC, texts
            as `string`, a column of Int64 a status, `cost` as exact Decimal.
        """
        which = RunFilter(tuple(states), since, gateway, file, match)
        return self._commands.call(lambda app: app.runs_frame(which))

    @staticmethod
    def _sources(
        recipients: Recipients, name: str, text: str | None, sender: str | None, options: Mapping[str, object]
    ) -> tuple[Sources, dict[str, object]]:
        settings = settings_of({**options, "text": text, "sender": sender}, "reading", "guards")
        if isinstance(recipients, str | os.PathLike):
            return find_sources([Path(recipients)]), settings
        if isinstance(recipients, builtins.list | tuple):
            return find_sources([Path(one) for one in recipients]), settings
        settings["header"] = 1
        return sources_of_frame(recipients, name), settings  # type: ignore[arg-type]  # refused there


def open(  # noqa: A001  # called as `api.open`
    store: "str | os.PathLike[str] | None" = None,
    *,
    gateway: str = "sandbox",
    credentials: Credentials | None = None,
    progress: Progress | None = None,
    lang: str = "en",
    **options: object,
) -> Client:
    """Open a client.

    Args:
        store: The journal, one SQLite file for all runs, made when it is not there; by default the
            one of the command line.
        gateway: As `--gateway`; `sandbox`: nothing leaves the machine.
        credentials: ``Credentials("login", Secret("…"))``; else CAMPAIGN_LOGIN and
            CAMPAIGN_PASSWORD or CAMPAIGN_PASSWORD_FILE count. They are never stored.
        progress: Is called as each stage goes on; see `Progress`.
        lang: Language of reports: `en` or `ru`.
        **options: As of the command line.

    Raises:
        InputError: An option is not known.
    """
    named = {**options, "store": store, "gateway": gateway, "lang": lang}
    settings = settings_of(named, "account", "store", "lang")
    settings["format"] = ""  # no report file but the one that is asked for
    environment = Environment(os.environ)
    if credentials is not None:
        environment["CAMPAIGN_LOGIN"] = credentials.login
        environment["CAMPAIGN_PASSWORD"] = credentials.password.reveal()
    return Client(Commands(settings, environment, progress))
