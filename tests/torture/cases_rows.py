"""Rows: phones, clientIds, duplicates; templates, texts of each row, what costs money."""

from collections.abc import Iterator

from tests.torture.expect import HEADING, RECIPIENTS, Case, Sent
from tests.torture.recipients import error, everybody, lines, read, refused, table, text_case, text_for

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
    expected = {n: refused(*codes.split(), field="Телефон") for n, (_, codes) in enumerate(BAD_PHONES, 2)}
    good = [(phone, "Анна", f"G{n}") for n, phone in enumerate(GOOD_PHONES)]
    digits = ["".join(filter(str.isdigit, phone))[-10:] for phone in GOOD_PHONES]
    abroad = (("375291234567", "Анна", "F1"), ("+44 7700 900123", "Анна", "F2"))
    yield from (
        text_case("phones-bad", "each with its own reason", lines(table(rows)), read({**expected})),
        text_case("phones-good", "as users write them", lines(table(good)),
                  read({n: Sent(f"+7{ten}", text_for("Анна"), f"G{n - 2}")
                        for n, ten in enumerate(digits, 2)})),
        text_case("phones-abroad", "one country more is allowed", lines(table(abroad)),
                  read({2: Sent("+375291234567", text_for("Анна"), "F1"),
                        3: refused("phone_foreign", field="Телефон")}), countries="BY"),
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


_LONG = "Очень длинный текст. "
TEXT_HEADING = ("Телефон", "Текст", "Код клиента")


def _texts(text: str, *names: str) -> dict[int, Sent]:
    return {
        n: Sent(p[0], text.replace("{}", name), p[2])
        for n, (name, p) in enumerate(zip(names, RECIPIENTS, strict=True), 2)
    }


def _templates() -> Iterator[Case]:
    names = tuple(p[1] for p in RECIPIENTS)
    plain = lines(table())
    blank = lines([HEADING, (RECIPIENTS[0][0], "", "A001"), *RECIPIENTS[1:]])
    rows = {2: refused("placeholder_empty", field="Имя")}
    own = lines(table()).replace("Анна", "{Код клиента}")
    yield from (
        text_case("template-case", "{ИМЯ}", plain, read({**_texts("Ура, {}!", *names)}),
                  text="Ура, {ИМЯ}!"),
        text_case("template-unknown", "a slip of the finger: the nearest column is named", plain,
                  error("template_unknown_column", says=("Имя",)), text="Ура, {Имяя}!"),
        text_case("template-blank", "no name, no default", blank,
                  read({**_texts("{}!", *names), **rows}), text="{Имя}!"),
        text_case("template-default", "no name, but a default", blank.replace("Пётр", "\u00a0"),
                  read({**_texts("{}!", "Друг", "Друг", *names[2:])}), text="{Имя|Друг}!"),
        text_case("template-braces", "{{ is a brace", plain, read({**_texts("{Имя} {}", *names)}),
                  text="{{Имя}} {Имя}"),
        text_case("template-open", "a brace alone", plain, error("template_bad"),
                  text="Ура, {Имя!"),
        text_case("template-attribute", "no code is run", plain, error("template_unknown_column"),
                  text="{Имя.__class__}"),
        text_case("template-once", "a value with braces is not filled again", own,
                  read({**_texts("{}!", "{Код клиента}", *names[1:])}), text="{Имя}!"),
        text_case("no-text", "neither --text nor a column", plain,
                  error("no_text", says=("--text",)), text=None),
    )  # fmt: skip


def _own(*texts: str) -> str:
    rows = zip(texts, RECIPIENTS, strict=False)
    return lines([TEXT_HEADING, *((p[0], f'"{text}"', p[2]) for text, p in rows)])


def _own_texts() -> Iterator[Case]:
    texts = ("Анна, ждём", "Скидка {15}%", "  два  пробела ", "Строка\nещё")
    yield text_case(
        "own-texts",
        "a text in each row goes out as it is, blanks and braces too; blanks are warned about",
        _own(*texts),
        read({**_texts("{}", *texts)}, advises=("blank|space|пробел",)),
        text=None,
    )
    yield from (
        text_case("own-texts-bad", "blank, and a pasted document",
                  _own("", _LONG * 60, "Ждём", "\u200b"),
                  read({2: refused("text_empty", field="Текст"),
                        3: refused("text_too_long", field="Текст"),
                        4: Sent(RECIPIENTS[2][0], "Ждём", "A003"),
                        5: refused("text_empty", field="Текст")}), text=None),
        text_case("max-segments", "no more than two parts are paid",
                  _own("я" * 134, "я" * 135, "z" * 306, "z" * 307),
                  read({2: Sent(RECIPIENTS[0][0], "я" * 134, "A001"), 3: refused("text_too_long"),
                        4: Sent(RECIPIENTS[2][0], "z" * 306, "A003"), 5: refused("text_too_long")}),
                  text=None, max_segments=2),
    )  # fmt: skip


def _characters() -> Iterator[Case]:
    emoji = ("Ждём 🎉", "Скидка — 15%", "Ёлка №1", "👨\u200d👩\u200d👧 скидка")
    latin = ("Sale", "Sale – now", "Sale’s", "Sale €5")
    controls = ("Да\x07", "Нет\u202eатаД", "Ждём", "Ок\x1b[31m")
    bad = refused("text_bad_characters")
    turned = Sent(RECIPIENTS[1][0], controls[1], "A002", bad.codes)
    mixed = ("Акция", "\u0410\u043a\u0446\u0438\u044f", "Aкция", "Акция")
    yield from (
        text_case("emoji", "two code units, and joiners inside", _own(*emoji),
                  read({**_texts("{}", *emoji)}), text=None),
        text_case("ucs2-by-one-sign", "a dash of Word halves what fits: it is named", _own(*latin),
                  read({**_texts("{}", *latin)}, advises=("–|U\\+2013",)), text=None),
        text_case("controls", "a bell, a turned-round word, a terminal's colour", _own(*controls),
                  read({2: bad, 3: turned, 4: Sent(RECIPIENTS[2][0], "Ждём", "A003"), 5: bad},
                       advises=("202E|RIGHT-TO-LEFT",)), text=None),
        text_case("look-alikes", "Latin A in a Russian word: sent as it is", _own(*mixed),
                  read({**_texts("{}", *mixed)}), text=None),
    )  # fmt: skip


CASES = (*_phones(), *_client_ids(), *_duplicates(), *_templates(), *_own_texts(), *_characters())
