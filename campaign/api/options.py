"""What may be said by keyword, with types; each key means the option of the same name."""

import difflib
from collections.abc import Iterable, Mapping
from os import PathLike
from typing import TypedDict

from campaign.errors import InputError
from campaign.text import tr


class AccountOptions(TypedDict, total=False):
    """How the gateway is reached: `campaign run --help`."""

    gateway_url: str
    allow_plain_http: bool
    ca_file: str
    timeout: float | str


class PlanOptions(TypedDict, total=False):
    """Who is told what, and when: `campaign run --help`."""

    text_file: str
    map: Mapping[str, str]
    client_id: str
    sheet: str
    encoding: str
    delimiter: str
    header: int
    include_hidden: bool
    region: str
    countries: str
    explode_phones: bool
    allow_duplicates: bool
    max_segments: int
    schedule: str
    timezone: str
    again: str
    skip_sent: bool
    stop_list: str
    limit: int
    max_recipients: int
    max_cost: str


class PaceOptions(TypedDict, total=False):
    """How fast, and what about people in doubt: `campaign resume --help`."""

    workers: int
    rate: float
    on_unknown: str


def settings_of(options: Mapping[str, object], known: Iterable[str]) -> dict[str, object]:
    """Keywords as settings: paths become texts, None means not said.

    Raises:
        InputError: A keyword is no option; names the nearest.
    """
    names = sorted(known)
    for name in options:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            raise InputError(
                tr("there is no option {name!r}", name=name),
                hint=(
                    tr("Did you mean {near}?", near=near[0])
                    if near
                    else tr("Options: {names}", names=", ".join(names))
                ),
                code="setting",
            )
    return {
        name: str(value) if isinstance(value, PathLike) else value
        for name, value in options.items()
        if value is not None
    }
