"""The facts behind the report over runs as CSV and JSON lines: to be pivoted elsewhere."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.adapters.reports.columns import capital, money
from campaign.adapters.reports.safe import csv_guard
from campaign.model import Fate
from campaign.rules.words import Lang, fate_name, label
from campaign.rules.words_history import history_label
from campaign.rules.zone_words import in_short

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Clothes:
    """How people are told.

    Attributes:
        timezone: Of all times and months.
        begun: The first of these times.
    """

    lang: Lang
    timezone: tzinfo
    begun: datetime

    def heading(self, column: str) -> str:
        """Of a column, with the zone where it holds times."""
        said = history_label(column, self.lang)
        zone = in_short(self.timezone, self.lang, self.begun)
        return f"{said}, {zone}" if column == "created" else said


def sender_name(sender: object, lang: Lang) -> str:
    """A sender as people read it."""
    if isinstance(sender, str):
        return sender or history_label("default_sender", lang)
    return history_label("no_message", lang)


def _records(frame: "pd.DataFrame") -> Iterator[dict[str, object]]:
    for record in frame.to_dict("records"):
        sender, created = record["sender"], record["created"]
        yield {
            **{str(key): value for key, value in record.items()},
            "created": created.isoformat(),
            "sender": sender if isinstance(sender, str) else None,
            "cost": str(record["cost"]),
        }


def write_jsonl(draft: Path, frame: "pd.DataFrame") -> None:
    """One object a line of the facts; empty values are null."""
    with draft.open("w", encoding="utf-8", newline="\n") as out:
        for record in _records(frame):
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def write_csv_raw(draft: Path, frame: "pd.DataFrame") -> None:
    """For programs: nothing guarded."""
    with draft.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\r\n").writerow
        write(frame.columns)
        for record in _records(frame):
            write(["" if value is None else str(value) for value in record.values()])


def write_csv(draft: Path, frame: "pd.DataFrame", clothes: Clothes) -> None:
    """For Excel: `;`, BOM, guarded, written as the language has it, times in their zone."""
    with draft.open("w", encoding="utf-8-sig", newline="") as out:
        write = csv.writer(out, delimiter=";", lineterminator="\r\n").writerow
        write(list(map(clothes.heading, frame.columns)))
        for record in _said(frame, clothes):
            write([csv_guard(str(value)) for value in record.values()])


def _said(frame: "pd.DataFrame", clothes: Clothes) -> Iterator[dict[str, object]]:
    """The facts as people read them, and as Excel takes each for what it is."""
    lang = clothes.lang
    for record in frame.to_dict("records"):
        yield {
            **{str(key): value for key, value in record.items()},
            "created": _moment(record["created"].astimezone(clothes.timezone), lang),
            "state": label(f"state_{record['state']}", lang),
            "sender": sender_name(record["sender"], lang),
            "fate": capital(fate_name(Fate(record["fate"]), lang)),
            "cost": _cost(record["cost"], lang),
        }


def _moment(moment: datetime, lang: Lang) -> str:
    date = "%d.%m.%Y" if lang == "ru" else "%Y-%m-%d"
    return f"{moment:{date} %H:%M:%S}"


def _cost(cost: Decimal, lang: Lang) -> str:
    # A Russian Excel reads 2.50 as the first of February 1950 and 2,50 as money.
    return money(cost).replace(".", ",") if lang == "ru" else money(cost)
