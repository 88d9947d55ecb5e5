"""Fill `{column}` placeholders of a text from a row, in one pass.

A value is only ever text: braces in it have no meaning, and a placeholder can name a column and
nothing else, so neither the file nor the author of a text can make the program do more.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

from campaign.domain.cells import is_blank, is_formula_error, name_key, shown
from campaign.domain.message.mojibake import mojibake_hint
from campaign.errors import InputError, UnusableCell
from campaign.text import Text, joined, tr

_TOKEN: Final = re.compile(r"\{\{|\}\}|\{(?P<inner>[^{}]*)\}|(?P<stray>[{}])")
_NESTED: Final = re.compile(r"\{[^{}]*\{[^{}]*\}[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Slot:
    """A placeholder `{column}` or `{column|default}` with the index of its column."""

    index: int
    column: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """A text with placeholders, of which the columns are known.

    `form` is the literal text in printf form, one `%s` a slot: the fastest way to join.
    """

    form: str
    slots: tuple[Slot, ...]

    @classmethod
    def parse(cls, text: str, heading: Sequence[str]) -> Self:
        """Split a text at its placeholders and find their columns, before anything is sent.

        `{{` and `}}` stand for one brace. Names are trimmed and compared without case.

        Raises:
            InputError: `template_bad` (a brace without its partner, a placeholder without a name),
                `template_unknown_column` or `template_ambiguous_column`.
        """
        literals = [""]
        slots: list[Slot] = []
        for piece in tuple(_split(text)):
            if isinstance(piece, str):
                literals[-1] += piece
                continue
            name, default = piece
            index = _find_column(name, heading)
            slots.append(Slot(index, heading[index].strip(), default))
            literals.append("")
        form = "%s".join(literal.replace("%", "%%") for literal in literals)
        return cls(form, tuple(slots))

    @property
    def literal(self) -> str:
        """What every text has in common: the template without its placeholders."""
        return self.form % (("",) * len(self.slots))

    def render(self, cells: Sequence[str]) -> str:
        """Put the text of one row together; values stand as they are in the file.

        Raises:
            UnusableCell: `placeholder_empty`: a blank cell and no default; `cell_error`: a failed
                formula, even with a default, because the recipient may well have the value.
        """
        values = []
        width = len(cells)
        for slot in self.slots:
            value = cells[slot.index] if slot.index < width else ""
            if is_blank(value):
                if slot.default is None:
                    raise UnusableCell("placeholder_empty", column=slot.column)
                value = slot.default
            elif is_formula_error(value):
                raise UnusableCell("cell_error", column=slot.column, value=shown(value))
            values.append(value)
        return self.form % tuple(values)


def _split(text: str) -> Iterator[str | tuple[str, str | None]]:
    """Literal texts, and placeholders as name and default."""
    done = 0
    for token in _TOKEN.finditer(text):
        if done < token.start():
            yield text[done : token.start()]
        done = token.end()
        if token["stray"] is not None:
            raise _bad_brace(text, token.start())
        if token["inner"] is None:
            yield token[0][0]
            continue
        name, bar, default = token["inner"].partition("|")
        if is_blank(name):
            raise _bad_template(text, token.start(), tr("a placeholder without a column name"))
        yield name.strip(), default if bar else None
    if done < len(text):
        yield text[done:]


def _bad_brace(text: str, position: int) -> InputError:
    if text[position] == "{" and _NESTED.match(text, position):
        what = tr("a placeholder inside another, which has no meaning,")
    else:
        what = tr("a lone {brace!r}", brace=text[position])
    return _bad_template(text, position, what)


def _bad_template(text: str, position: int, what: Text) -> InputError:
    near = text[position : position + 20]
    return InputError(
        tr(
            "The text has {what} at character {position}: {near!r}.",
            what=what,
            position=position + 1,
            near=near,
        ),
        hint=tr("Write {{column}} or {{column|default}}; for a brace itself write {{{{ or }}}}."),
        code="template_bad",
    )


def _find_column(name: str, heading: Sequence[str]) -> int:
    key = name_key(name)
    found = [i for i, title in enumerate(heading) if name_key(title) == key]
    if len(found) > 1:  # "Name" and "name": the spelling decides if it can
        found = [i for i in found if heading[i].strip() == name] or found
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            tr(
                "The text uses {{{name}}}, but {count} columns have that heading.",
                name=name,
                count=len(found),
            ),
            hint=tr("Give each of these columns a heading of its own."),
            code="template_ambiguous_column",
        )
    titles = {name_key(title): title.strip() for title in heading if not is_blank(title)}
    near = difflib.get_close_matches(key, titles, n=1)
    guess = tr("Did you mean {{{name}}}?", name=titles[near[0]]) if near else ""
    raise InputError(
        joined(tr("The text uses {{{name}}}, but the file has no such column.", name=name), guess),
        hint=joined(
            tr("Columns of the file: {columns}.", columns=", ".join(titles.values())),
            mojibake_hint(tuple(titles.values())),
        ),
        code="template_unknown_column",
    )
