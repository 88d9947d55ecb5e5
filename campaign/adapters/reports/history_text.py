"""The facts behind the report over runs as CSV and JSON lines: to be pivoted elsewhere."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.adapters.reports.safe import csv_guard
from campaign.rules.words import Lang
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
    """For Excel (`;`, BOM, guarded, senders in words), or raw for programs."""
    encoding, delimiter = ("utf-8", ",") if raw else ("utf-8-sig", ";")
    with draft.open("w", encoding=encoding, newline="") as out:
        write = csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow
        write(frame.columns)
        for record in _records(frame):
            sender = record["sender"]
            if not raw:
                record["sender"] = sender_name(sender, lang)
            cells = ("" if value is None else str(value) for value in record.values())
            write([cell if raw else csv_guard(cell) for cell in cells])
