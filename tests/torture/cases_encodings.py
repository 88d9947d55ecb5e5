"""Encodings: what Excel, 1C, DOS programs and Unix scripts in Russia write."""

from collections.abc import Iterator

from tests.torture.expect import RECIPIENTS, Case
from tests.torture.recipients import error, everybody, lines, read, refused, table, text_case

LATIN = (
    ("+79000000111", "Anna", "B001"),
    ("+79000000112", "Oleg", "B002"),
    ("+79000000113", "Vera", "B003"),
)
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


CASES = (*_whole_files(), *_hard_to_tell(), *_given(), *_damaged())
