"""Values of planning and knowing runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign.domain.table import Phone, RunId, RunState, Source


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What is frozen about a run when it is planned; rows and messages follow as a stream."""

    run: RunId
    digest: str  # SHA-256 over the file's bytes and every setting that decides who gets what
    source_name: str
    source_sha256: str
    heading: tuple[str, ...]  # of the first table
    gateway: str
    gateway_url: str
    account: str  # keyed digest of gateway and login; "" when the gateway has no account
    settings: Mapping[str, object]  # those of the digest, JSON-ready, without secrets
    sources: Sequence[Source] = ()
    """Complete when the last row has been taken: files are opened one after the other."""


@dataclass(frozen=True, slots=True)
class RunInfo:
    """A run as the journal knows it; `heading` is that of the first source."""

    run: RunId
    digest: str
    state: RunState
    created_at: datetime
    source_name: str
    heading: tuple[str, ...]
    gateway: str
    gateway_url: str
    account: str
    settings: Mapping[str, object]
    row_count: int
    chunk_count: int
    reason: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class StopEntry:
    """A number that no run may text; `who` put it on the list, and `why`."""

    phone: Phone
    added_at: datetime
    operator: str
    why: str
