"""The message ids of the program, and the catalogues that translate them.

`python -m tests.catalogue` adds new ids to every `campaign/locale/*/LC_MESSAGES/campaign.po`, drops those
that are gone, and compiles `campaign.mo` beside it.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from campaign.i18n import code_texts, labels
from campaign.journal.sqlite.doctor import invariants

HOUSE = Path(__file__).resolve().parents[1] / "campaign"
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(\w+)(?:!r)?\}")
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""So that the same `.po` makes the same `.mo`."""
_MARKED = {"tr": 0, "say": 1, "ntr": 0}


class Id(NamedTuple):
    """A message id: English, its plural ("" without one), and what tells it from an equal one."""

    text: str
    plural: str = ""
    context: str = ""


def ids() -> list[Id]:
    """Every message id, once, in the order of the files."""
    found = dict.fromkeys([*_of_tables(), *_of_sources(), *_of_click()])
    return [one for one in found if one.text.strip()]


def _of_tables() -> Iterator[Id]:
    for pair in code_texts.CODES.values():
        yield from map(Id, pair)
    yield from map(Id, code_texts.STATUSES.values())
    yield from map(Id, code_texts.STATUS_SENTENCES.values())
    yield from map(Id, code_texts.ALARMS.values())
    for noun, (one, many) in code_texts.NOUNS.items():
        yield Id(one, many, f"noun:{noun}")
    yield from map(Id, labels.LABELS.values())
    yield Id("%Y-%m-%d %H:%M")
    for _, _, meaning, _ in invariants():
        yield Id(meaning)


def _of_click() -> Iterator[Id]:
    """What click looks up by gettext, of the modules that talk to users."""
    for name in ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types"):
        source = Path(click.__file__).with_name(f"{name}.py").read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Call(func=ast.Name("_"), args=[ast.Constant(str(text))]):
                    yield Id(text)
                case ast.Call(
                    func=ast.Name("ngettext"), args=[ast.Constant(str(one)), ast.Constant(str(many)), _]
                ):
                    yield Id(one, many)
                case _:
                    pass


def _of_sources() -> Iterator[Id]:
    """What stands in `tr(...)`, `say(lang, ...)`, `ntr(...)`, and in tables of texts (`*_TEXTS`)."""
    for path in sorted(HOUSE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name)) if name in _MARKED:
                    first = node.args[_MARKED[name]] if len(node.args) > _MARKED[name] else None
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        many = node.args[1] if name == "ntr" else None
                        yield Id(first.value, str(many.value) if isinstance(many, ast.Constant) else "")
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict() | ast.Tuple() as value) if (
                    name.endswith("_TEXTS")
                ):
                    yield from (
                        Id(one.value)
                        for one in ast.walk(value)
                        if isinstance(one, ast.Constant) and isinstance(one.value, str)
                        and not _is_key(one, value)
                    )  # fmt: skip
                case _:
                    pass


def _is_key(node: ast.Constant, table: ast.expr) -> bool:
    return isinstance(table, ast.Dict) and node in table.keys


def catalogues() -> list[Path]:
    return sorted(HOUSE.glob("locale/*/LC_MESSAGES/campaign.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def updated(path: Path) -> Catalog:
    """The catalogue with every id of the program; what no language knows yet is empty."""
    old = read(path)
    new = Catalog(locale=old.locale, project="campaign", version="", fuzzy=False)
    new.header_comment = old.header_comment
    wanted = ids()
    bare = {one.text for one in wanted}
    for one in wanted:
        known = _translation(old, one)
        new.add((one.text, one.plural) if one.plural else one.text, known, context=one.context or None)
    for message in old:  # translations for one context only
        if message.context and not message.pluralizable and message.id in bare:
            new.add(message.id, message.string, context=message.context)
    return new


def _translation(catalog: Catalog, one: Id) -> str | tuple[str, ...] | list[str]:
    found = catalog.get((one.text, one.plural) if one.plural else one.text, one.context or None)
    empty: str | tuple[str, ...] = ("",) * catalog.num_plurals if one.plural else ""
    return found.string if found is not None and found.string else empty


def as_po(catalog: Catalog) -> bytes:
    made = io.BytesIO()
    write_po(made, catalog, width=110, sort_output=True, omit_header=False)
    dates = re.compile(rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid).*\n', re.MULTILINE)
    return dates.sub(b"", made.getvalue())


def as_mo(catalog: Catalog) -> bytes:
    made = io.BytesIO()
    catalog.creation_date = catalog.revision_date = _NO_DATE
    write_mo(made, catalog)
    return made.getvalue()


def is_whole(message: Message) -> bool:
    """Whether every form of a text is translated."""
    string = message.string
    return all(string) if isinstance(string, tuple | list) and string else bool(string)


def main() -> int:
    """Bring all catalogues up to date; exit code 1 while a text has no translation."""
    missing = 0
    for path in catalogues():
        new = updated(path)
        path.write_bytes(as_po(new))
        path.with_suffix(".mo").write_bytes(as_mo(read(path)))
        bare = [m.id for m in new if m.id and not is_whole(m)]
        missing += len(bare)
        sys.stdout.write(f"{path.parts[-3]}: {len(new)} texts, {len(bare)} without a translation\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
