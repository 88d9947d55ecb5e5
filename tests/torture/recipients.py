"""The few invented people that most files hold, and the plain ways to write them down."""

from collections.abc import Iterable, Mapping, Sequence

from tests.torture.expect import HEADING, RECIPIENTS, TEXT, Case, Expect, Refused, Sent

Row = Sequence[str]


def text_for(name: str, text: str = TEXT) -> str:
    """The SMS of a person in most cases."""
    return text.replace("{Имя|клиент}", name or "клиент")


def everybody(
    first_row: int = 2, recipients: Iterable[Row] = RECIPIENTS
) -> dict[int, Sent | Refused]:
    """All of them, one a row, in order."""
    return {
        row: Sent(phone, text_for(name), client_id)
        for row, (phone, name, client_id) in enumerate(recipients, first_row)
    }


def table(recipients: Iterable[Row] = RECIPIENTS) -> list[Row]:
    """Heading and people."""
    return [HEADING, *recipients]


def lines(rows: Iterable[Row], delimiter: str = ";", end: str = "\r\n") -> str:
    """A text table without any quotes."""
    return "".join(delimiter.join(row) + end for row in rows)


def refused(*codes: str, field: str | None = None) -> Refused:
    """A row that must be refused for one of these reasons."""
    return Refused(frozenset(codes), field)


def error(*codes: str, says: tuple[str, ...] = ()) -> Expect:
    """A file that must be refused as a whole."""
    return Expect(errors=frozenset(codes), says=says)


def read(
    rows: Mapping[int, Sent | Refused] | None = None,
    *,
    says: tuple[str, ...] = (),
    advises: tuple[str, ...] = (),
    or_errors: tuple[str, ...] = (),
) -> Expect:
    """A file that must be read: everybody, or these rows."""
    return Expect(
        rows=everybody() if rows is None else rows,
        says=says,
        advises=advises,
        or_errors=frozenset(or_errors),
    )


def text_case(  # noqa: PLR0913  what makes a file, by name
    name: str,
    why: str,
    text: str | bytes,
    expect: Expect | None = None,
    /,
    *,
    codec: str = "utf-8",
    file: str = "table.csv",
    **settings: object,
) -> Case:
    """A case of a text file."""
    content = text if isinstance(text, bytes) else text.encode(codec)
    return Case(
        name=name,
        why=why,
        file=file,
        content=lambda: content,
        expect=expect or read(),
        settings={"text": TEXT, **settings},
    )
