"""Names of fates and headings of the reports, English and Russian side by side."""

from typing import Final

from campaign.model import Fate

FATES: Final = {
    Fate.INVALID: ("invalid", "ошибка в строке"),
    Fate.DUPLICATE: ("duplicate", "повтор"),
    Fate.STOPPED: ("on the stop-list", "в стоп-листе"),
    Fate.ALREADY_SENT: ("already sent", "уже отправлено"),
    Fate.PENDING: ("not sent yet", "ещё не отправлено"),
    Fate.EXPIRED: ("expired", "срок прошёл"),
    Fate.CANCELLED: ("cancelled", "отменено"),
    Fate.REFUSED: ("refused", "отказ шлюза"),
    Fate.UNKNOWN: ("unknown", "неизвестно"),
    Fate.ACCEPTED: ("accepted", "принято"),
    Fate.DELIVERED: ("delivered", "доставлено"),
    Fate.UNDELIVERED: ("undelivered", "не доставлено"),
    Fate.NO_FINAL_STATUS: ("no final status", "нет итогового статуса"),
}

FATE_SENTENCES: Final = {
    Fate.INVALID: (
        "The row cannot be sent as it stands; nothing was sent.",
        "Строку нельзя отправить в таком виде; ничего не отправлено.",
    ),
    Fate.DUPLICATE: (
        "The same phone stands further up; the first row counts, this one is not sent.",
        "Тот же телефон есть выше; считается первая строка, эта не отправляется.",
    ),
    Fate.STOPPED: (
        "The person asked not to be texted; nothing was sent.",
        "Человек просил не писать ему; ничего не отправлено.",
    ),
    Fate.ALREADY_SENT: (
        "The person has got this campaign before; nothing was sent again.",
        "Человек уже получил эту рассылку; повторно не отправлено.",
    ),
    Fate.PENDING: (
        "Not handed to the gateway yet; resume goes on with it.",
        "Ещё не передано шлюзу; отправит resume.",
    ),
    Fate.EXPIRED: (
        "Its time passed before it could be sent; nothing was sent.",
        "Срок прошёл раньше отправки; ничего не отправлено.",
    ),
    Fate.CANCELLED: (
        "The run was cancelled before it was sent.",
        "Рассылку отменили до отправки.",
    ),
    Fate.REFUSED: (
        "The gateway refused this message by name; the person did not get it.",
        "Шлюз отклонил именно это сообщение; человек его не получил.",
    ),
    Fate.UNKNOWN: (
        "The person may or may not have got the message; it is never sent again by itself.",
        "Человек мог получить сообщение, а мог и не получить; само оно не повторяется.",
    ),
    Fate.ACCEPTED: (
        "The gateway has taken the message; no final word yet.",
        "Шлюз принял сообщение; окончательного ответа ещё нет.",
    ),
    Fate.DELIVERED: ("The message is on the phone.", "Сообщение на телефоне."),
    Fate.UNDELIVERED: (
        "The gateway took the message, but it did not reach the phone.",
        "Шлюз принял сообщение, но до телефона оно не дошло.",
    ),
    Fate.NO_FINAL_STATUS: (
        "The gateway took the message but never said how it ended.",
        "Шлюз принял сообщение, но так и не сказал, чем кончилось.",
    ),
}

LABELS: Final = {
    # --- columns of the rows
    "row": ("Row", "Строка"),
    "fate": ("Outcome", "Итог"),
    "reason": ("Reason", "Причина"),
    "hint": ("What to do", "Что делать"),
    "gateway_word": ("Gateway's word", "Слово шлюза"),
    "client_id": ("clientId", "clientId"),
    "phone": ("Phone", "Телефон"),
    "own_client_id": ("clientId sent", "clientId сообщения"),
    "own_phone": ("Sent to", "Отправлено на"),
    "text": ("Text", "Текст"),
    "segments": ("SMS estimated", "SMS по расчёту"),
    "sms_count": ("SMS billed", "SMS по счёту"),
    "cost": ("Cost", "Стоимость"),
    "send_at": ("Send at", "Отправить в"),
    "handed_over_at": ("Handed over", "Передано шлюзу"),
    "final_at": ("Final at", "Итог получен"),
    "smsc_id": ("Message id", "Номер сообщения"),
    # --- summary
    "summary": ("Summary", "Сводка"),
    "run": ("Run", "Запуск"),
    "state": ("State", "Состояние"),
    "file": ("File", "Файл"),
    "gateway": ("Gateway", "Шлюз"),
    "created": ("Created", "Создан"),
    "as_of": ("As of", "По состоянию на"),
    "rows": ("Rows", "Строк"),
    "count": ("Count", "Количество"),
    "share": ("Share", "Доля"),
    "cost_total": ("Cost in all", "Стоимость всего"),
    "segments_estimated": ("SMS estimated in all", "SMS по расчёту всего"),
    "segments_billed": ("SMS billed in all", "SMS по счёту всего"),
    "attempts": ("Requests", "Запросы"),
    "attempts_answered": ("answered", "с ответом"),
    "attempts_not_sent": ("not sent", "не отправлены"),
    "attempts_refused": ("refused", "отклонены"),
    "attempts_unknown": ("unknown", "неизвестно"),
    "attempts_settled": ("settled since", "выяснены позже"),
    "reasons": ("Reasons", "Причины"),
    "rows_sheet": ("Recipients", "Получатели"),
    "summary_sheet": ("Summary", "Сводка"),
    "next_step": ("Next step", "Следующий шаг"),
    # --- states of a run
    "state_planned": ("planned, nothing sent yet", "запланирован, ещё ничего не отправлено"),
    "state_sending": ("sending", "отправляется"),
    "state_paused": ("paused", "приостановлен"),
    "state_sent": ("sent, waiting for final statuses", "отправлен, ждёт итоговых статусов"),
    "state_settled": ("finished", "завершён"),
    "state_cancelled": ("cancelled", "отменён"),
}
