"""Values of planning and knowing runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign.domain.table import Phone, RunId, RunState, Source


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What is frozen about a run when it is planned; rows and messages follow as a stream.

    Attributes:
        digest: SHA-256 over the file's bytes and every setting that decides who gets what.
        heading: Of the first table.
        account: Keyed digest of gateway and login; "" when the gateway has no account.
        settings: Those settings, JSON-ready, without secrets.
        sources: Complete when the last row has been taken: a file is opened when those before it
            have been read.
    """

    run: RunId
    digest: str
    source_name: str
    source_sha256: str
    heading: tuple[str, ...]
    gateway: str
    gateway_url: str
    account: str
    settings: Mapping[str, object]
    sources: Sequence[Source] = ()


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
