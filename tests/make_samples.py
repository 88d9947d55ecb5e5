"""Write `samples/`: invented customers with the dirt of real life.

`python -m tests.make_samples` writes the same bytes each time, and a test holds the files to it.

No number here is known to be in use. Every mobile is `+7 9CC 000-NN-NN`: codes that the
phonenumbers library takes for Russian mobiles, and a subscriber number that begins with three
zeros. Send these files to the sandbox only: a real gateway would try, and charge for it.

The sandbox decides by the last three digits of a number: 990 is refused, 991 ends in `delivery
error`, 992 in `smsc reject`, so that a report has something to show. 993 never gets a final status
and is therefore not used here.
"""

import csv
import datetime as dt
import io
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
RECIPIENTS = 1000
SPECIAL_EACH = 10
NAMELESS = 5
TWINS = 12
SPECIAL_ENDINGS = (990, 991, 992)
_TAKEN_ENDINGS = frozenset({*SPECIAL_ENDINGS, 993})
_CODES = ("903", "905", "909", "910", "915", "916", "917", "921", "925", "926", "961", "963", "985")
_MEN = ("Александр", "Алексей", "Андрей", "Борис", "Виктор", "Дмитрий", "Иван", "Олег", "Пётр")
_WOMEN = ("Алёна", "Анна", "Вера", "Дарья", "Екатерина", "Мария", "Наталья", "Ольга", "Юлия")
_CITIES = ("Москва", "Санкт-Петербург", "Казань", "Самара", "Тверь", "Нижний Новгород", "Уфа")
_DISCOUNTS = (5, 7, 10, 15, 20, 25)
_CREATED = dt.datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001  a workbook's date has no zone
_ZERO_WIDTH = "\u200b"

SPRING = """\
# A campaign file: what `campaign run samples/spring.toml` sends, to whom and how.
# Every key is also an option of the command line (`text` is --text), which wins over this file.

# The table, beside this file. The column with phones is found by its heading.
recipients = "customers.csv"

# {name} is taken from the column of that heading; what stands after | is used where it is blank.
# Russian letters: an SMS holds 70 of them, or 67 in each part of a longer one.
text = "{name|Здравствуйте}, весна в «Ромашке»! Скидка {discount|5}% на всё до 31 марта. Ждём вас!"

# The name that people see instead of a number. A real gateway must have approved it.
sender = "SPRING"

# The sandbox runs on this machine: no SMS leaves it and nothing is paid.
# The numbers of the sample are invented (all are +7 9CC 000-NN-NN), so keep it that way.
gateway = "sandbox"
"""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One row of a sample, before it is written in the ways of its format."""

    phone: str
    name: str
    city: str
    discount: str
    client_id: str
    born: dt.date


def main() -> None:
    """Write all samples."""
    SAMPLES.mkdir(exist_ok=True)
    for name, content in contents().items():
        (SAMPLES / name).write_bytes(content)
        sys.stdout.write(f"samples/{name}: {len(content)} bytes\n")


def contents() -> dict[str, bytes]:
    """Name to bytes of every sample."""
    return {
        "customers.csv": customers_csv(),
        "customers-1c.csv": customers_1c(),
        "customers.xlsx": customers_xlsx(),
        "spring.toml": SPRING.encode(),
    }


def customers_csv() -> bytes:
    """UTF-8 and commas, as a web shop exports it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["phone", "name", "city", "discount", "client_id"])
    for recipient in _recipients(random.Random(1)):  # noqa: S311  not a secret, but the same each time
        if recipient is None:
            writer.writerow([""] * 5)
        else:
            p = recipient
            writer.writerow([p.phone, p.name, p.city, p.discount, p.client_id])
    return out.getvalue().encode()


def customers_1c() -> bytes:
    """cp1251 and semicolons, texts in quotes, as 1C exports it on Windows."""
    lines = ["Телефон;Имя;Город;Скидка;Код клиента;Организация"]
    rng = random.Random(2)  # noqa: S311
    for recipient in _recipients(rng):
        if recipient is None:
            lines.append("")
            continue
        firm = rng.choice(("", "", "", 'ООО "Ромашка"', 'ИП "Лютик; цветы"'))
        phone = recipient.phone.replace(_ZERO_WIDTH, "")  # cp1251 has no such character
        texts = [phone, recipient.name, recipient.city]
        quoted = ['"' + text.replace('"', '""') + '"' for text in texts]
        discount = recipient.discount and f"{recipient.discount},00"
        doubled = firm.replace('"', '""')
        lines.append(";".join([*quoted, discount, recipient.client_id, f'"{doubled}"']))
    return ("\r\n".join(lines) + "\r\n").encode("cp1251")


def customers_xlsx() -> bytes:
    """A workbook in daily use: a title, phones as numbers, a hidden row, a second sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": "Клиенты", "created": _CREATED})
    title = book.add_format({"bold": True, "font_size": 14})
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet = book.add_worksheet("Клиенты")
    sheet.set_column(0, 5, 18)
    sheet.write_string(0, 0, "Клиенты «Ромашки», весна 2026", title)
    headings = ("Телефон", "Имя", "Город", "Скидка", "Дата рождения", "ID клиента")
    for column, heading in enumerate(headings):
        sheet.write_string(2, column, heading, bold)
    for row, recipient in enumerate(_recipients(random.Random(3)), 3):  # noqa: S311
        if recipient is not None:
            _write_recipient(sheet, row, recipient, day)
    sheet.set_row(120, None, None, {"hidden": True})
    notes = book.add_worksheet("Заметки")
    notes.write_string(0, 0, "Скрытая строка: клиент просил не писать.")
    notes.write_string(1, 0, "Скидки согласованы 27 февраля.")
    book.close()
    return out.getvalue()


def _write_recipient(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, p: Recipient, day: xlsxwriter.format.Format
) -> None:
    if p.phone.isdecimal():
        sheet.write_number(row, 0, int(p.phone))
    else:
        sheet.write_string(row, 0, p.phone)
    sheet.write_string(row, 1, p.name)
    sheet.write_string(row, 2, p.city)
    if p.discount:
        sheet.write_number(row, 3, int(p.discount))
    sheet.write_datetime(row, 4, dt.datetime.combine(p.born, dt.time()), day)
    sheet.write_string(row, 5, p.client_id)


def _recipients(rng: random.Random) -> list[Recipient | None]:
    """People in the order of the file, `None` for a blank row."""
    recipients = [_recipient(rng, number, ordinal) for ordinal, number in enumerate(_numbers(), 1)]
    rng.shuffle(recipients)
    good = [_with(p, phone=_written(rng, p.phone)) for p in recipients]
    rows: list[Recipient | None] = [*_with_dirt(rng, good)]
    for place in (250, 251, 700):
        rows.insert(place, None)
    return rows


def _numbers() -> list[str]:
    """The numbers of all recipients: mostly ordinary ones, and the special endings of the sandbox."""
    ordinary = (n for n in range(1, 10_000) if n % 1000 not in _TAKEN_ENDINGS)
    special = [thousand * 1000 + ending for ending in SPECIAL_ENDINGS for thousand in range(SPECIAL_EACH)]
    chosen = [*special, *(next(ordinary) for _ in range(RECIPIENTS - len(special)))]
    return [f"{_CODES[i % len(_CODES)]}000{number:04}" for i, number in enumerate(chosen)]


def _recipient(rng: random.Random, number: str, ordinal: int) -> Recipient:
    return Recipient(
        phone=number,
        name=rng.choice(_MEN + _WOMEN),
        city=rng.choice(_CITIES),
        discount=str(rng.choice(_DISCOUNTS)),
        client_id=f"C{ordinal:05}",
        born=dt.date(1950, 1, 1) + dt.timedelta(days=rng.randrange(20_000)),
    )


def _with(recipient: Recipient, **changes: str) -> Recipient:
    values = {name: changes.get(name, getattr(recipient, name)) for name in Recipient.__slots__}
    return Recipient(**values)


def _written(rng: random.Random, ten: str) -> str:
    """Write a number in one of the usual ways."""
    code, a, b, c = ten[:3], ten[3:6], ten[6:8], ten[8:]
    ways = (
        f"7{ten}",
        f"+7{ten}",
        f"8{ten}",
        ten,
        f"+7 {code} {a}-{b}-{c}",
        f"8({code}){a}-{b}-{c}",
        f"8 ({code}) {a} {b} {c}",
        f"+7\u00a0{code}\u00a0{a}\u00a0{b}\u00a0{c}",
        f" 7-{code}-{a}-{b}-{c} ",
        f"{_ZERO_WIDTH}+7{ten}",
    )
    return rng.choices(ways, weights=(24, 24, 16, 8, 8, 6, 6, 3, 3, 2))[0]


def _with_dirt(rng: random.Random, recipients: list[Recipient]) -> list[Recipient]:
    """Spoil or double about one row in twenty, never one with a special ending."""
    spoilt_phones = (
        *(f"+7 495 000-{n:02}-{n:02}" for n in range(10, 16)),
        *("7916000", "91600", "8 916 000-00", "123", "+7 916 000 00"),
        *("7,91612E+10", "7,91612E+10", "7.91612E+10"),
        *("8 916 000-00-01, 8 903 000-00-02", "79160000003/79030000004"),
        *("", "", "", "", "нет", "-", "не звонить", "+7 (___) ___-__-__"),
        *("+7 916 000-00-01 доб. 12", "89OO0000001", "+7 999"),
    )
    bad_ids = ("C 00017", "C-00018", "нет", "C" * 73, "C_19", "№20")
    ordinary = [place for place, p in enumerate(recipients) if _ending(p) not in SPECIAL_ENDINGS]
    places = iter(rng.sample(ordinary, len(ordinary)))
    rows = list(recipients)
    for phone in spoilt_phones:
        place = next(places)
        rows[place] = _with(rows[place], phone=phone)
    for client_id in bad_ids:
        place = next(places)
        rows[place] = _with(rows[place], client_id=client_id)
    for _ in range(NAMELESS):
        place = next(places)
        rows[place] = _with(rows[place], name="")
    twins = [rows[next(places)] for _ in range(TWINS)]
    for ordinal, twin in enumerate(twins):
        ten = _digits(twin)[-10:]
        again = _with(twin, phone=f"8 {ten[:3]} {ten[3:]}", client_id=f"D{ordinal:05}")
        # After everybody, so that it is this row and not the first that is the duplicate.
        rows.insert(rng.randrange(len(recipients), len(rows) + 1), again)
    return rows


def _digits(recipient: Recipient) -> str:
    return "".join(filter(str.isdigit, recipient.phone))


def _ending(recipient: Recipient) -> int:
    return int(_digits(recipient)[-3:])


if __name__ == "__main__":
    main()
