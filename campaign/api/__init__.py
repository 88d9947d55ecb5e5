"""Campaigns from Python: plan, send, wait, and read the statuses back as DataFrames.

    from campaign import api

    with api.open(store="demo.sqlite3", gateway="sandbox") as client:
        run = client.plan(recipients, text="Hello, {name}!")
        run.send()

The commands of the command line as methods and nothing more: the same checks, journal, guards and
promises, so a run begun here can be resumed there. It prints nothing and asks no questions. pandas is
imported where a DataFrame is made or taken. `campaign docs api` shows all of it at work.
"""

from campaign.api.client import Client, open  # noqa: A004  # called as `api.open`
from campaign.api.run import Run
from campaign.errors import (
    CampaignError,
    GatewayError,
    GuardRefused,
    InputError,
    JournalError,
    LoginRefused,
    NothingToDo,
    PauseRequested,
    RunLocked,
)
from campaign.secret import Credentials, Secret
from campaign.sending.progress import Progress

__all__ = [
    "CampaignError",
    "Client",
    "Credentials",
    "GatewayError",
    "GuardRefused",
    "InputError",
    "JournalError",
    "LoginRefused",
    "NothingToDo",
    "PauseRequested",
    "Progress",
    "Run",
    "RunLocked",
    "Secret",
    "open",
]
