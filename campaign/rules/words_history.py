"""Headings of the report over runs, English and Russian side by side."""

from typing import Final

from campaign.rules.words import Lang

_HISTORY: Final = {
    "by_month": ("By month", "По месяцам"),
    "by_sender": ("By sender", "По подписям"),
    "by_run": ("By run", "По запускам"),
    "title": ("Campaigns", "Рассылки"),
    "period": (
        "Runs planned from {since} to {until}: {runs}. Times and months: {zone}.",
        "Запуски, составленные с {since} по {until}: {runs}. Время: {zone}.",
    ),
    "note": (
        "The month is that of the handing over. The share is of those handed over.",
        "Месяц — когда сообщение передано шлюзу. Доля — от переданных.",
    ),
    "unpriced_note": (
        (
            "The month is that of the handing over. The share is of those handed over. The cost "
            "is what the gateway named; price not named: {messages}, {sms} SMS estimated."
        ),
        (
            "Месяц — когда сообщение передано шлюзу. Доля — от переданных. Стоимость — по словам "
            "шлюза; цена не названа: {messages}, SMS по расчёту {sms}."
        ),
    ),
    "month": ("Month", "Месяц"),
    "sender": ("Sender", "Подпись"),
    "run": ("Run", "Запуск"),
    "created": ("Planned", "Составлен"),
    "fate": ("Outcome", "Итог"),
    "count": ("Count", "Количество"),
    "file": ("File", "Файл"),
    "gateway": ("Gateway", "Шлюз"),
    "state": ("State", "Состояние"),
    "rows": ("Rows", "Строк"),
    "not_sent": ("Not sent", "Не отправлено"),
    "refused": ("Refused", "Отказ шлюза"),
    "pending": ("Pending", "Ещё не отправлено"),
    "unknown": ("Unknown", "Неизвестно"),
    "sent": ("Handed over", "Передано"),
    "delivered": ("Delivered", "Доставлено"),
    "undelivered": ("Undelivered", "Не доставлено"),
    "accepted": ("Not final yet", "Ещё без итога"),
    "no_final_status": ("No final status", "Итог неизвестен"),
    "share": ("Delivered, share", "Доля доставленных"),
    "segments": ("SMS estimated", "SMS по расчёту"),
    "billed": ("SMS billed", "SMS по счёту"),
    "cost": ("Cost, RUB", "Стоимость, RUB"),
    "total": ("Total", "Всего"),
    "default_sender": ("the account's default", "по умолчанию для счёта"),
    "no_message": ("rows that cannot be sent", "строки, которые нельзя отправить"),
}


def history_label(key: str, lang: Lang) -> str:
    """A heading or a name of the report over runs."""
    english, russian = _HISTORY[key]
    return russian if lang == "ru" else english
