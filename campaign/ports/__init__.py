"""The roles that the steps need played; the comments are the contract.

Each has at least two players: a real one in `adapters` and a fake in the tests, and one contract
suite that both pass.
"""

from campaign.ports.gateway import Gateway
from campaign.ports.journal import (
    PlanJournal,
    ReportJournal,
    SendJournal,
    SentLedger,
    StatusJournal,
    StopList,
)
from campaign.ports.world import Clock, Progress, ReportWriter, TableReader

__all__ = [
    "Clock",
    "Gateway",
    "PlanJournal",
    "Progress",
    "ReportJournal",
    "ReportWriter",
    "SendJournal",
    "SentLedger",
    "StatusJournal",
    "StopList",
    "TableReader",
]
