"""Headings by which people call their columns, in Russian and English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from campaign.model import Role

KNOWN: Final[Mapping[Role, frozenset[str]]] = MappingProxyType(
    {
        role: frozenset(words.split())
        for role, words in {
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
            Role.SENDER: (
                "sender sendername from отправитель имяотправителя подпись подписьотправителя"
            ),
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
"""Role to headings that mean it, as `columns.heading_key` writes them."""

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
"""What a heading contains that may tell who does not want to be texted."""

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
