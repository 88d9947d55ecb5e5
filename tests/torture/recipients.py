"""The few invented recipients that most files hold, and the plain ways to write them down."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from tests.torture.expect import HEADING, RECIPIENTS, TEXT, Case, Expect, Refused, Sent

Row = Sequence[str]


def text_for(name: str, text: str = TEXT) -> str:
    """The SMS of a recipient in most cases."""
    return text.replace("{Имя|клиент}", name or "клиент")


def everybody(
    first_row: int = 2, recipients: Iterable[Row] = RECIPIENTS, *, ids: bool = True
) -> dict[int, Sent | Refused]:
    """All of them, one a row, in order; without `ids` the program makes the clientIds."""
    return {
        row: Sent(phone, text_for(name), client_id if ids else "")
        for row, (phone, name, client_id) in enumerate(recipients, first_row)
    }


def table(recipients: Iterable[Row] = RECIPIENTS) -> list[Row]:
    """Heading and recipients."""
    return [HEADING, *recipients]


def with_names(*names: str) -> list[Row]:
    """The recipients under other names, as many as there are names."""
    return [(p[0], name, p[2]) for name, p in zip(names, RECIPIENTS, strict=False)]


def with_phones(*cells: str) -> list[Row]:
    """The recipients with other cells for their phones."""
    return [(cell, *p[1:]) for cell, p in zip(cells, RECIPIENTS, strict=False)]


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
        rows=everybody() if rows is None else rows, says=says, advises=advises, or_errors=frozenset(or_errors)
    )


def file_case(  # noqa: PLR0913  what makes a file, by name
    name: str,
    why: str,
    file: str,
    content: str | bytes | Callable[[], bytes],
    expect: Expect | None = None,
    /,
    *,
    codec: str = "utf-8",
    hostile: bool = False,
    slow: bool = False,
    settings: Mapping[str, object] | None = None,
) -> Case:
    """A case of any file; what takes long to make is made when it is needed."""
    made = content.encode(codec) if isinstance(content, str) else content
    return Case(
        name=name,
        why=why,
        file=file,
        content=made if callable(made) else made.__bytes__,
        expect=expect or read(),
        settings={"text": TEXT, **(settings or {})},
        hostile=hostile,
        slow=slow,
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
    return file_case(name, why, file, text, expect, codec=codec, settings=settings)
