"""Phones, clientIds, duplicates: each its own code."""

from collections.abc import Iterator

from tests.torture.expect import HEADING, RECIPIENTS, Case, Sent
from tests.torture.recipients import everybody, lines, read, refused, table, text_case, text_for

BAD_PHONES = (
    ("+7 495 000-01-01", "phone_landline"),
    ("8 800 000-01-01", "phone_premium"),
    ("8 809 000-01-01", "phone_premium"),
    ("112", "phone_short phone_too_short"),
    ("0890", "phone_short phone_too_short"),
    ("900000010", "phone_too_short"),
    ("+7 900 000-01-011", "phone_too_long"),
    ("+7900000010111111", "phone_too_long"),
    ("+375 29 123-45-67", "phone_foreign"),
    ("375291234567", "phone_foreign"),
    ("+1 201 555 0123", "phone_foreign"),
    ("+7 300 000-01-01", "phone_impossible"),
    ("+999 900 000 01 01", "phone_impossible"),
    ("00000000000", "phone_impossible phone_too_short phone_too_long"),
    ("89OO0000101", "phone_letters"),
    ("anna@example.com", "phone_not_a_number"),
    ("нет", "phone_not_a_number"),
    ("-", "phone_not_a_number phone_empty"),
    ("", "phone_empty"),
    ("\u00a0", "phone_empty"),
    ("01.03.2026", "phone_not_a_number phone_too_short phone_date"),
    ("1500,50", "phone_not_a_number phone_too_short phone_extension"),
    ("#ССЫЛКА!", "phone_not_a_number cell_error"),
)
GOOD_PHONES = (
    "+79000000201",
    "89000000202",
    "79000000203",
    "9000000204",
    "8 (900) 000-02-05",
    "8-900-000-02-06",
    "+7 701 000 02 07",
)
BAD_IDS = (
    ("\u0410001", "client_id_look_alike"),
    ("A 001", "client_id_space"),
    ("A-001", "client_id_dash"),
    ("A_001", "client_id_bad_characters"),
    ("№1", "client_id_bad_characters"),
    ("A\u200b001", "client_id_bad_characters"),
    ("\uff21001", "client_id_bad_characters"),
    ("C" * 73, "client_id_too_long"),
    ("", "client_id_empty"),
    ("a002", "client_id_repeated"),
)


def _phones() -> Iterator[Case]:
    rows = [(phone, "Анна", f"P{n}") for n, (phone, _) in enumerate(BAD_PHONES)]
    expected = {
        n: refused(*codes.split(), field="Телефон") for n, (_, codes) in enumerate(BAD_PHONES, 2)
    }
    yield text_case(
        "phones-bad", "each with its own reason", lines(table(rows)), read({**expected})
    )
    good = [(phone, "Анна", f"G{n}") for n, phone in enumerate(GOOD_PHONES)]
    digits = ["".join(filter(str.isdigit, phone))[-10:] for phone in GOOD_PHONES]
    yield text_case(
        "phones-good",
        "as users write them",
        lines(table(good)),
        read({
            n: Sent(f"+7{ten}", text_for("Анна"), f"G{n - 2}") for n, ten in enumerate(digits, 2)
        }),
    )  # fmt: skip
    abroad = (("375291234567", "Анна", "F1"), ("+44 7700 900123", "Анна", "F2"))
    yield text_case(
        "phones-abroad",
        "one country more is allowed",
        lines(table(abroad)),
        read({
            2: Sent("+375291234567", text_for("Анна"), "F1"),
            3: refused("phone_foreign", field="Телефон"),
        }),
        countries="BY",
    )  # fmt: skip


def _client_ids() -> Iterator[Case]:
    rows = [*RECIPIENTS[:2], *((f"+7900000030{n}", "Вера", c) for n, (c, _) in enumerate(BAD_IDS))]
    expected = everybody(2, RECIPIENTS[:2]) | {
        n: refused(code, field="Код клиента") for n, (_, code) in enumerate(BAD_IDS, 4)
    }
    plain = [row[:2] for row in table()]
    yield from (
        text_case("client-ids-bad", "look-alikes, blanks, too long, repeated", lines(table(rows)),
                  read(expected)),
        text_case("client-ids-auto", "the same file, and the program makes them",
                  lines(table(rows)), read(everybody(2, rows, ids=False)), client_id="auto"),
        text_case("client-ids-none", "no such column", lines(plain), read(everybody(ids=False))),
    )  # fmt: skip


def _duplicates() -> Iterator[Case]:
    again = (("8 900 000-01-01", "Анна", "A005"), ("8(900)0000102", "Другое имя", "A006"))
    rows = everybody() | {6: refused("duplicate"), 7: refused("duplicate", "duplicate_phone")}
    both = everybody() | {
        6: refused("duplicate_message"),
        7: Sent("+79000000102", text_for("Другое имя"), "A006"),
    }
    fixed = [HEADING, ("+7900000010", "Анна", "A001"), *RECIPIENTS]
    yield from (
        text_case("duplicates", "a recipient twice: the first row counts, whatever the text",
                  lines([*table(), *again]), read(rows)),
        text_case("duplicates-allowed", "two orders, two texts, and the user wants both sent",
                  lines([*table(), *again]), read(both), allow_duplicates=True),
        text_case("fixed-below", "the row that fixes a bad one is no duplicate of it", lines(fixed),
                  read({2: refused("phone_too_short"), **everybody(3)})),
    )  # fmt: skip


CASES = (*_phones(), *_client_ids(), *_duplicates())
