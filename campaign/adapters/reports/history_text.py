"""The facts behind the report over runs as CSV and JSON lines: to be pivoted elsewhere."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.adapters.reports.columns import capital, money
from campaign.adapters.reports.safe import csv_guard
from campaign.model import Fate
from campaign.rules.words import Lang, fate_name, label
from campaign.rules.words_history import history_label

if TYPE_CHECKING:
    import pandas as pd


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


def write_csv(draft: Path, frame: "pd.DataFrame", lang: Lang, *, raw: bool) -> None:
    """For Excel (`;`, BOM, guarded, written as the language has it), or raw for programs."""
    encoding, delimiter = ("utf-8", ",") if raw else ("utf-8-sig", ";")
    with draft.open("w", encoding=encoding, newline="") as out:
        write = csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow
        write(frame.columns if raw else [history_label(name, lang) for name in frame.columns])
        for record in _records(frame) if raw else _said(frame, lang):
            cells = ("" if value is None else str(value) for value in record.values())
            write([cell if raw else csv_guard(cell) for cell in cells])


def _said(frame: "pd.DataFrame", lang: Lang) -> Iterator[dict[str, object]]:
    """The facts as people read them, and as Excel takes each for what it is."""
    for record in frame.to_dict("records"):
        yield {
            **{str(key): value for key, value in record.items()},
            "created": _moment(record["created"], lang),
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
