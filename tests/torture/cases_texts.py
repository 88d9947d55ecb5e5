"""Texts: templates, per-row texts, what costs money, what is not meant."""

from collections.abc import Iterator

from tests.torture.expect import HEADING, RECIPIENTS, Case, Sent
from tests.torture.recipients import error, lines, read, refused, table, text_case

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
        "a text in each row goes out as it stands, blanks and braces too; blanks are warned about",
        _own(*texts),
        read({**_texts("{}", *texts)}, advises=("blank|space|пробел",)),
        text=None,
    )
    yield text_case(
        "own-texts-bad",
        "blank, and a pasted document",
        _own("", _LONG * 60, "Ждём", "\u200b"),
        read({
            2: refused("text_empty", field="Текст"),
            3: refused("text_too_long", field="Текст"),
            4: Sent(RECIPIENTS[2][0], "Ждём", "A003"),
            5: refused("text_empty", field="Текст"),
        }),
        text=None,
    )  # fmt: skip
    yield text_case(
        "max-segments",
        "no more than two parts are paid",
        _own("я" * 134, "я" * 135, "z" * 306, "z" * 307),
        read({
            2: Sent(RECIPIENTS[0][0], "я" * 134, "A001"),
            3: refused("text_too_long"),
            4: Sent(RECIPIENTS[2][0], "z" * 306, "A003"),
            5: refused("text_too_long"),
        }),
        text=None,
        max_segments=2,
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
        text_case("look-alikes", "Latin A in a Russian word: sent as it stands", _own(*mixed),
                  read({**_texts("{}", *mixed)}), text=None),
    )  # fmt: skip


CASES = (*_templates(), *_own_texts(), *_characters())
