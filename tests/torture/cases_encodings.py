"""Encodings: what Excel, 1C, DOS programs and Unix scripts write, and what was garbled before."""

from collections.abc import Iterator

from tests.torture.expect import RECIPIENTS, Case, Refused, Sent
from tests.torture.recipients import (
    error,
    everybody,
    lines,
    read,
    refused,
    table,
    text_case,
    text_for,
    with_names,
    with_phones,
)

LATIN = (("+79000000111", "Anna", "B001"), ("+79000000112", "Oleg", "B002"), ("+79000000113", "Vera", "B003"))
UPPER = (
    ("+79000000121", "АННА", "C001"),
    ("+79000000122", "ПЁТР", "C002"),
    ("+79000000123", "ОЛЬГА ЁЛКИНА", "C003"),
    ("+79000000124", "ЩУКИН ЭДУАРД ЮРЬЕВИЧ", "C004"),
)
_UNSURE = ("encoding_unclear",)
_BOM = "\ufeff"


def _whole_files() -> Iterator[Case]:
    text = lines(table())
    for codec, why in (
        ("utf-8", "a web shop"),
        ("utf-8-sig", "Excel: CSV UTF-8"),
        ("cp1251", "Excel in Russia: CSV (разделители — запятые)"),
        ("cp866", "a DOS program, Excel: CSV (MS-DOS)"),
        ("koi8-r", "an old Unix mailing"),
    ):
        yield text_case(f"encoding-{codec}", why, text, codec=codec)
    tabs = lines(table(), "\t")
    for codec in ("utf-16-le", "utf-16-be"):
        marked = (_BOM + tabs).encode(codec)
        yield text_case(f"encoding-{codec}-bom", "Excel: Текст Юникод", marked, file="table.txt")
        why = "an exporter that forgets the mark"
        yield text_case(f"encoding-{codec}-no-bom", why, tabs, codec=codec)
    ascii_table = [("phone", "Имя", "client_id"), *LATIN]
    yield from (
        text_case("encoding-utf-32", "a script with encode('utf-32')", text,
                  read(or_errors=("file_binary",)), codec="utf-32"),
        text_case("encoding-ascii", "no Russian letter at all",
                  lines(ascii_table).replace("Имя", "name"), read(everybody(2, LATIN)),
                  text="{name|клиент}, ждём вас!"),
    )  # fmt: skip


def _hard_to_tell() -> Iterator[Case]:
    for codec in ("cp1251", "koi8-r", "cp866"):
        for kind, recipients in (("heading-only", LATIN), ("uppercase", UPPER)):
            yield text_case(
                f"{kind}-{codec}",
                "few Russian letters" if kind == "heading-only" else "capitals, as banks write",
                lines(table(recipients)),
                read(everybody(2, recipients), or_errors=_UNSURE),
                codec=codec,
            )
    many = [(f"+7900000{n:04}", "Ivan", f"D{n:03}") for n in range(1, 400)]
    many[350] = ("+79000000351", "Ёлкина Ольга", "D351")
    for codec in ("cp1251", "utf-8"):
        yield text_case(
            f"one-name-{codec}",
            "one Russian name in 400",
            lines(table(many)),
            read(everybody(2, many), or_errors=_UNSURE),
            codec=codec,
        )
    signs = (("+79000000131", "ООО «Ромашка» — №1", "E001"), ("+79000000132", "ИП Ёж", "E002"))
    yield text_case(
        "signs-cp1251",
        "quotation marks, a dash and № from Word",
        lines(table(signs)),
        read(everybody(2, signs)),
        codec="cp1251",
    )


def _given() -> Iterator[Case]:
    yield from (
        text_case("given-cp866", "the user names the encoding", lines(table(UPPER)),
                  read(everybody(2, UPPER)), codec="cp866", encoding="cp866"),
        text_case("given-wrong", "the user names the wrong one", lines(table()),
                  error("encoding_wrong", says=(r"line 1|row 1|строк", "utf-?8")), codec="cp1251",
                  encoding="utf-8"),
        text_case("given-unknown", "a slip of the finger", lines(table()),
                  error("encoding_unknown", says=("cp1521",)), encoding="cp1521"),
    )  # fmt: skip


def _damaged() -> Iterator[Case]:
    good = lines(table()).encode()
    fifth = ("+79000000105", "Юлия", "A005")
    joined = good + (_BOM + lines([fifth])).encode()
    yield from (
        text_case("two-encodings", "rows of another export pasted behind",
                  good + lines([fifth]).encode("cp1251"),
                  error("encoding_wrong", says=("line 6|row 6",))),
        text_case("cut-letter", "the copy broke off in the middle of a letter",
                  good.removesuffix("д;A004\r\n".encode()) + "д".encode()[:1],
                  error("encoding_wrong", says=("line 5|row 5",))),
        text_case("second-bom", "copy /b a.csv + b.csv: a mark in the middle of the file", joined,
                  read(everybody(2, (*RECIPIENTS, fifth)))),
        text_case("replacement-signs",
                  "opened in the wrong encoding and saved: the name is gone for ever",
                  lines(table()).replace("Пётр", "\ufffd\ufffd\ufffd\ufffd"),
                  read({**everybody(), 3: refused("text_bad_characters", "text_broken")})),
    )  # fmt: skip


_GARBLED = refused("text_garbled", field="Имя")
_LOST = refused("text_letters_lost", field="Имя")
_WRONG_WAYS = (
    ("utf-8", "cp1251"), ("utf-8", "cp1252"), ("utf-8", "latin-1"), ("utf-8", "cp866"),
    ("cp1251", "cp1252"), ("cp1251", "latin-1"), ("cp1251", "cp866"), ("cp866", "cp1251"),
)  # fmt: skip
"""What the bytes were, and what a program took them for."""


def _wrong_encodings() -> Iterator[Case]:
    for was, taken in _WRONG_WAYS:
        # The first is whole: neither the headings nor the first text show the damage.
        names = ("Анна", *(p[1].encode(was).decode(taken, "replace") for p in RECIPIENTS[1:]))
        rows: dict[int, Sent | Refused] = dict.fromkeys((3, 4, 5), _GARBLED)
        if (was, taken) == ("cp866", "cp1251"):
            # One odd letter in so short a name may be right; the others are enough.
            rows[3] = Sent(RECIPIENTS[1][0], text_for(names[1]), "A002", _GARBLED.codes)
        yield text_case(
            f"garbled-{was}-as-{taken}",
            f"rows of an export in {was} that a program read as {taken} and saved as UTF-8",
            lines(table(with_names(*names))),
            read({2: everybody()[2], **rows}),
        )
    garbled = lines(table()).encode("cp1251").decode("latin-1")
    own = [("Телефон", "Текст"), (RECIPIENTS[0][0], "Ждём вас".encode().decode("cp1251"))]
    yield from (
        text_case("garbled-headings",
                  "the headings too: the phone column is found by its phones, the name is not",
                  garbled, error("template_unknown_column", says=("Телефон",))),
        text_case("garbled-own-text", "a text column of another program", lines(own),
                  read({2: refused("text_garbled", field="Текст")}), text=None),
    )  # fmt: skip
    garbled = "Ждём".encode("cp1251").decode("latin-1")
    yield text_case(
        "garbled-template",
        "a console in another code page: the text itself is garbled",
        lines(table()),
        read(dict.fromkeys(range(2, 6), refused("text_garbled"))),
        text=f"{garbled}, {{Имя}}",
    )


def _lost() -> Iterator[Case]:
    marks = ("????", "????? ??????", "Анна", "Пётр?")
    rows: dict[int, Sent | Refused] = {
        2: _LOST,
        3: _LOST,
        4: Sent(RECIPIENTS[2][0], text_for("Анна"), "A003"),
        5: Sent(RECIPIENTS[3][0], text_for("Пётр?"), "A004"),
    }
    heads = lines(table()).encode("ascii", "replace").decode()
    texts = [("Телефон", "Текст"), (RECIPIENTS[0][0], "??????, ???? ???!"), (RECIPIENTS[1][0], "Что???")]
    yield from (
        text_case("question-marks", "saved in a code page without Cyrillic",
                  lines(table(with_names(*marks))), read(rows)),
        text_case("question-marks-headings", "the same, headings and all", heads,
                  error("template_unknown_column", says=("question mark",))),
    )  # fmt: skip
    yield text_case(
        "question-marks-own-text",
        "a text column; three of them may also be meant",
        lines(texts),
        read({2: refused("text_letters_lost", field="Текст"), 3: Sent(RECIPIENTS[1][0], "Что???")}),
        text=None,
    )


def _names_that_are_right() -> Iterator[Case]:
    recipients = with_names("François Müller", "ООО «Ёж» — №1", "Çelik Öztürk", "Ђоковић Љубиша")
    yield text_case(
        "letters-of-others",
        "accents, quotes and Serbian letters are no garbage",
        lines(table(recipients)),
        read(everybody(2, recipients)),
    )


def _codes() -> Iterator[Case]:
    recipients = with_names("NULL", "Анна<br>", "%D0%90%D0%BD%D0%BD%D0%B0", "аННА")
    yield text_case(
        "values-odd",
        "a database's NULL, tags, a coded link, Caps Lock: sent, and reported",
        lines(table(recipients)),
        read(everybody(2, recipients), advises=(r"\b4\b[^\n]*may not be a real value",)),
    )


def _crossed_out() -> Iterator[Case]:
    cells = ("#+79000000101", "// 89000000102", "-- 89000000103", RECIPIENTS[3][0])
    out = refused("phone_comment", field="Телефон")
    rest = read({2: out, 3: out, 4: out, 5: everybody()[5]})
    yield text_case(
        "rows-commented-out",
        "a programmer's way to take recipients out",
        lines(table(with_phones(*cells))),
        rest,
    )
    marks = ("+7 900 000-01-01 \u274c", "79000000102?", "*79000000103", "\u260e 79000000104")
    yield text_case(
        "phones-with-marks",
        "a cross, a question mark and a footnote are about the number, a telephone does not",
        lines(table(with_phones(*marks))),
        rest,
    )


CASES = (
    *_whole_files(), *_hard_to_tell(), *_given(), *_damaged(), *_wrong_encodings(), *_lost(),
    *_names_that_are_right(), *_codes(), *_crossed_out(),
)  # fmt: skip
