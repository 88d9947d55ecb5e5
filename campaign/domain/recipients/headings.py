"""How headings are compared: without case, spaces, punctuation, dots of yo; how one fits a role."""

import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from campaign.domain.cells import column_index, column_letters, name_key
from campaign.domain.table import Layout, Role, Source

KNOWN: Final[Mapping[Role, frozenset[str]]] = MappingProxyType(
    {
        role: frozenset(titles.split())
        for role, titles in {
            Role.PHONE: (
                "phone phones phonenumber mobile mobilephone mobilenumber mobilephonenumber tel "
                "telephone telephonenumber cell cellphone msisdn recipient телефон телефоны "
                "номертелефона номерателефонов мобильный мобильныйтелефон мобтелефон мобтел тел "
                "номермобильного номермобильноготелефона сотовый сотовыйтелефон"
            ),
            Role.CLIENT_ID: (
                "clientid client id ид customerid клиентид идклиента idклиента кодклиента "
                "идентификатор идентификаторклиента"
            ),
            Role.TEXT: (
                "text message sms smstext textsms messagetext body текст сообщение смс текстсмс "
                "текстsms текстсообщения"
            ),
            Role.SENDER: ("sender sendername from отправитель имяотправителя подпись подписьотправителя"),
            Role.SCHEDULE: (
                "schedule scheduletime scheduledat sendat sendtime времяотправки датаотправки "
                "датаивремяотправки времяидатаотправки датавремяотправки"
            ),
            Role.TIMEZONE: "timezone tz часовойпояс таймзона",
            Role.FLASH: "flash flashsms флеш флэш",
            Role.WAPURL: "wapurl wappush wap",
        }.items()
    }
)
"""Role to headings that mean it, as `heading_key` writes them."""
MAYBE_PHONE: Final = frozenset({"номер", "number", "контакт", "контакты", "contact", "моб"})
"""A phone where no better heading stands; often the number of an order or of a row."""
PHONE_STEMS: Final = ("телефон", "phone", "msisdn", "мобильн")
"""What a longer heading that speaks of phones contains."""

NOT_PHONE_STEMS: Final = (
    "инн", "кпп", "огрн", "снилс", "окпо", "счет", "паспорт", "заказ", "договор", "накладн", "сумм",
    "артикул", "штрих", "бик", "полис", "vin", "iban", "inn", "order", "invoice", "amount",
    "barcode",
)  # fmt: skip
"""What a heading contains under which digits are no phones, though some may look like them."""

REFUSAL_STEMS: Final = (
    "отпис", "отказ", "согласи", "небеспоко", "незвонить", "неписать", "нерассыл", "черныйсписок",
    "стоплист", "архивн", "unsubscri", "optout", "optin", "donot", "consent", "blacklist",
)  # fmt: skip
"""What a heading contains that may name who does not want to be texted."""

COMMON: Final = frozenset({
    "имя", "фио", "фамилия", "отчество", "фамилияимя", "фамилияимяотчество", "клиент", "контрагент",
    "покупатель", "пациент", "абонент", "получатель", "наименование", "название", "организация",
    "компания", "город", "адрес", "улица", "дата", "датарождения", "деньрождения", "время", "сумма",
    "долг", "баланс", "скидка", "бонусы", "заказ", "номерзаказа", "номердоговора", "комментарий",
    "примечание", "статус", "пол", "магазин", "филиал", "товар", "количество", "цена", "промокод",
    "почта", "электроннаяпочта", "менеджер", "код", "инн", "ім'я", "імя", "прізвище", "місто",
})  # fmt: skip
"""Other headings of such tables: they prove a code page, and a row of them is no row of data."""
YO: Final = str.maketrans("ё", "е")
"""People write either letter."""
NAMED_EXACTLY, KNOWN_HEADING, MAYBE, NO = 3, 2, 1, 0
"""Ranks of a heading for a role: named as the role, a word for it, perhaps, not at all."""
_LONGEST_HEADING: Final = 30
"""Letters from which on a cell that speaks of phones is a sentence and no heading."""
_LAST_LETTERS: Final = 3


def heading_key(heading: str) -> str:
    """Letters and digits of a heading alone: `Client_ID:` and `client id` are the same."""
    folded = unicodedata.normalize("NFKC", heading).casefold().translate(YO)
    return "".join(filter(str.isalnum, folded))


def heading_of(layout: Layout, role: Role) -> str:
    """Heading of the column with that role, its letter where the heading is blank."""
    index = layout.roles[role]
    title = layout.heading[index].strip() if index < len(layout.heading) else ""
    return title or column_letters(index)


def columns_named(heading: Sequence[str], name: str) -> list[int]:
    """Columns with that heading; the narrowest comparison that finds any decides."""
    spellings = (str.strip, name_key, heading_key)
    for key in spellings:
        wanted = key(name)
        found = [i for i, title in enumerate(heading) if wanted and key(title) == wanted]
        if found:
            return found
    return []


def letter_index(name: str, width: int) -> int | None:
    """Index of the column with that letter, if the file is that wide."""
    letters = name.strip().upper()
    if not (letters.isascii() and letters.isalpha() and len(letters) <= _LAST_LETTERS):
        return None
    index = column_index(letters)
    return index if index < width else None


def rank(role: Role, title: str) -> int:
    """How well a heading fits a role, 0 not at all."""
    if role is Role.PHONE:
        return rank_phone(title)
    if title.strip() == role:
        return NAMED_EXACTLY
    return KNOWN_HEADING if heading_key(title) in KNOWN[role] else NO


def rank_phone(title: str) -> int:
    """The same for the phone, where "phone" and "телефон" are equals: neither wins silently."""
    key = heading_key(title)
    if key in KNOWN[Role.PHONE]:
        return KNOWN_HEADING
    if key in MAYBE_PHONE:
        return MAYBE
    speaks_of_phones = len(key) <= _LONGEST_HEADING and any(stem in key for stem in PHONE_STEMS)
    return MAYBE if speaks_of_phones else NO


def cell_name(source: Source, row_no: int, field: str, *, several: bool) -> str:
    """Name a cell: `Sheet1!C17`, `a.csv!C17`; `[b.xlsx]Sheet1!C17` where there are several files.

    Without `field`, the heading of the column, it is the row as a whole: `Sheet1!17`.
    """
    sheet = source.info.sheet
    name = source.name
    if sheet is not None:
        name = f"[{name}]{sheet}" if several else sheet
    return f"{name}!{_column(source, field)}{row_no}"


def _column(source: Source, field: str) -> str:
    if not field:
        return ""
    layout = source.layout
    for role, index in layout.roles.items():
        if heading_of(layout, role) == field:
            return column_letters(index)
    found = columns_named(layout.heading, field)
    if found:
        return column_letters(found[0])
    index_of_letter = letter_index(field, len(layout.heading))
    return "" if index_of_letter is None else column_letters(index_of_letter)
