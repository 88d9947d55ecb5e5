"""Labels of the report in both languages."""

from typing import Final

Lang = str

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
    "status": ("Outcome", "Итог"),
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


PAGE: Final = {
    "title": ("SMS campaign report", "Отчёт о рассылке SMS"),
    "practice": (
        "Practice run: the sandbox gateway was used, no SMS left the machine.",
        "Тренировка: работал учебный шлюз, ни одно SMS не ушло.",
    ),
    # --- the headline
    "said_delivered": (
        "Delivered: {count} of {whole} messages handed to the gateway ({share}).",
        "Доставлено: {count} из {whole} переданных шлюзу сообщений ({share}).",
    ),
    "said_none": (
        "Nothing has been handed to the gateway.",
        "Шлюзу ничего не передано.",
    ),
    "said_doubt": (
        "People in doubt: {count}; the gateway may have taken them.",
        "Под вопросом людей: {count}; шлюз мог их принять.",
    ),
    "said_waiting": ("No final word yet: {count}.", "Итога ещё нет: {count}."),
    "said_undelivered": ("Did not arrive: {count}.", "Не дошло: {count}."),
    "said_refused": ("Refused by the gateway: {count}.", "Шлюз отказал: {count}."),
    "said_unknown": (
        "In doubt: {count}; these people may or may not have got it.",
        "Под вопросом: {count}; эти люди могли получить сообщение, а могли и не получить.",
    ),
    "said_pending": ("Not sent yet: {count}.", "Ещё не отправлено: {count}."),
    "said_left_out": (
        "Left out: {count} (errors, repeats, the stop-list and the like).",
        "Не отправлялось: {count} (ошибки, повторы, стоп-лист и подобное).",
    ),
    "said_cost": ("Cost: {cost}.", "Стоимость: {cost}."),
    "said_named": (
        "Cost named: {cost} for {sms} SMS; price not named for {unpriced}.",
        "Названа стоимость: {cost} за {sms} SMS; цена не названа: {unpriced}.",
    ),
    "said_unpriced": ("Price not named for {unpriced}.", "Цена не названа: {unpriced}."),
    # --- facts
    "facts": ("The run", "Запуск"),
    "files": ("Files", "Файлы"),
    "sender": ("Sender", "Подпись"),
    "schedule": ("Schedule", "Время отправки"),
    "text": ("Text", "Текст"),
    "label": ("Label", "Метка"),
    "who": ("Report made by", "Отчёт сделал"),
    "more": ("and {count} more", "и ещё {count}"),
    # --- tally
    "tally": ("What became of every row", "Что стало с каждой строкой"),
    "tally_note": (
        "Every row of the files has exactly one outcome; together they are all rows.",
        "У каждой строки файлов ровно один итог; вместе это все строки.",
    ),
    "total": ("All rows", "Все строки"),
    # --- funnel
    "funnel": ("From the file to the phone", "От файла до телефона"),
    "funnel_rows": ("Rows of the files", "Строк в файлах"),
    "funnel_valid": ("Could be sent", "Можно отправить"),
    "funnel_handed_over": ("Taken by the gateway", "Принято шлюзом"),
    "funnel_delivered": ("Delivered", "Доставлено"),
    # --- over time
    "timeline": ("Delivery over time", "Доставка по времени"),
    "timeline_table": ("The same as a table", "То же таблицей"),
    "until": ("Until", "К моменту"),
    # --- operators
    "operators": ("By operator", "По операторам"),
    "operators_note": (
        (
            "The operator is that of the number's range ({source}); ported numbers count under "
            "their old one."
        ),
        "Оператор — по диапазону номера ({source}); перенесённые номера считаются за прежним.",
    ),
    "operator": ("Operator", "Оператор"),
    "operator_unknown": ("not known", "неизвестен"),
    "operator_others": ("others", "другие"),
    "in_all": ("In all", "Всего"),
    "by_reason": ("By reason", "По причинам"),
    # --- money
    "money": ("SMS and cost: estimate and actual", "SMS и стоимость: расчёт и факт"),
    "money_estimate": ("SMS estimated, whole list", "SMS по расчёту, весь список"),
    "money_billed_estimate": (
        "SMS estimated, for what has been billed",
        "SMS по расчёту, для того, что уже в счёте",
    ),
    "money_billed": ("SMS billed so far", "SMS по счёту на сейчас"),
    "money_cost": ("Cost so far", "Стоимость на сейчас"),
    "money_named": ("Cost named so far", "Стоимость, названная на сейчас"),
    "money_unpriced": ("Price not named", "Цена не названа"),
    "unpriced": ("{count} of {whole} messages", "{count} из {whole} сообщений"),
    "unpriced_about": (
        "{count} of {whole} messages, about {about}",
        "{count} из {whole} сообщений, примерно {about}",
    ),
    "money_price": ("Price of one SMS, average", "Цена одного SMS, в среднем"),
    "money_whole": (
        "Whole list as estimated, at that price",
        "Весь список по расчёту, по этой цене",
    ),
    "money_none": ("The gateway has named no cost.", "Шлюз не назвал стоимость."),
    # --- reasons
    "first_rows": ("First rows", "Первые строки"),
    "other_reasons": ("Other reasons", "Другие причины"),
    # --- what is open
    "open": ("What is not final", "Что ещё не окончательно"),
    "open_nothing": ("Nothing: every outcome is final.", "Ничего: все итоги окончательные."),
    "open_accepted": (
        "{count} taken by the gateway, no final word yet. Ask again: {command}",
        "{count}: принято шлюзом, итога ещё нет. Спросить снова: {command}",
    ),
    "open_give_up": (
        "Without a word they are given up from {first} to {last} (72 hours after handing over).",
        "Если шлюз промолчит, ожидание кончится с {first} по {last} (72 часа после передачи).",
    ),
    "open_give_up_at": (
        "Without a word they are given up on {moment} (72 hours after handing over).",
        "Если шлюз промолчит, ожидание кончится {moment} (72 часа после передачи).",
    ),
    "open_pending": (
        "{count} not sent yet. Go on: {command}",
        "{count}: ещё не отправлено. Продолжить: {command}",
    ),
    "open_unknown": (
        (
            "{count} in doubt: the answer to their request was lost, so they may or may not have "
            "got the message. It is never sent again by itself. What is known: {command}"
        ),
        (
            "{count}: под вопросом. Ответ на их запрос потерян, сообщение могло дойти, а могло "
            "и нет. Само оно не повторяется. Что известно: {command}"
        ),
    ),
    # --- requests in doubt
    "unknowns": ("Requests in doubt", "Запросы под вопросом"),
    "unknowns_note": (
        "An id in a request's queue proves a message taken; an empty queue proves nothing.",
        "Номер в очереди запроса доказывает, что сообщение взято; пустая ничего не доказывает.",
    ),
    "unknown_share": (
        (
            "Ever in doubt: {recipients}. Settled by what the gateway said later: {evidence}, by a "
            "person's word: {recipient}, sent once more: {resent}. Still in doubt: {left}."
        ),
        (
            "Были под вопросом: {recipients}. Выяснено по ответам шлюза: {evidence}, решил человек: "
            "{recipient}, отправлено ещё раз: {resent}. Ещё под вопросом: {left}."
        ),
    ),
    "unknown_attempt": ("Request", "Запрос"),
    "unknown_people": ("In doubt", "Под вопросом"),
    "unknown_members": ("Recipients", "Людей"),
    "unknown_ids": ("Proven taken", "Точно взято"),
    "unknown_answers": ("Queue answers", "Ответов очереди"),
    "unknown_armed": ("Sent at", "Отправлен"),
    # --- rows to look at
    "problems": ("Rows to look at", "Строки, на которые стоит взглянуть"),
    "problems_note": (
        (
            "Shown: {shown} of {count}. This page is made to be mailed, so it names no person, and "
            "phones are masked. All rows are in the workbook: {command}"
        ),
        (
            "Показано: {shown} из {count}. Страницу можно пересылать: людей она не называет, "
            "номера скрыты. Все строки — в книге Excel: {command}"
        ),
    ),
    "problems_none": ("None.", "Таких нет."),
    "footer": (
        "Made by campaign. Nothing is loaded from the network, no script runs. Times are {zone}.",
        "Сделано программой campaign. Из сети ничего не берётся, сценариев нет. Время: {zone}.",
    ),
}


_BOOK: Final = {
    # --- sheets
    "fix_sheet": ("Fix", "Исправить"),
    "cost_sheet": ("Cost", "Стоимость"),
    "unknown_sheet": ("Unknown", "Под вопросом"),
    "settings_sheet": ("Settings", "Настройки"),
    # --- summary
    "who": ("Report asked for by", "Отчёт запросил"),
    "command": ("Command", "Команда"),
    "zone": ("Times are in", "Время в отчёте"),
    "delivered_share": ("Delivered, of those handed over", "Доставлено, от переданных"),
    "handed_over": ("Handed over", "Передано шлюзу"),
    "evidence_share": (
        "Doubts settled by evidence",
        "Сомнения, которые сняли ответы шлюза",
    ),
    "evidence_said": (
        "{settled} of {recipients} people ever in doubt, without a human; still in doubt: {left}.",
        "{settled} из {recipients} попавших под вопрос, без участия людей; осталось: {left}.",
    ),
    "results": ("Results", "Результат"),
    "notes": ("Good to know", "Важно знать"),
    "parts": ("SMS a message", "SMS в сообщении"),
    "messages": ("Messages", "Сообщений"),
    # --- notes
    "note_practice": (
        "Practice run: the sandbox gateway was used, no SMS left the machine.",
        "Тренировка: работал учебный шлюз, ни одно SMS не ушло.",
    ),
    "note_kept": (
        "The workbook is yours as it was sent; only our columns and sheets were added.",
        "Это ваша книга, какой она была при отправке; добавлены только наши столбцы и листы.",
    ),
    "note_macros": (
        "Macros are not kept: the report is a workbook without them.",
        "Макросы не сохраняются: отчёт — книга без макросов.",
    ),
    "note_gone": (
        "Your formatting is not kept: the file no longer stands where it was read ({name}).",
        "Ваше оформление не сохранено: файла больше нет там, где он был прочитан ({name}).",
    ),
    "note_changed": (
        "Your formatting is not kept: the file was changed since it was read ({name}).",
        "Ваше оформление не сохранено: файл изменился после чтения ({name}).",
    ),
    "note_large": (
        "Your formatting is not kept: the workbook is too large for it ({name}).",
        "Ваше оформление не сохранено: книга слишком велика для этого ({name}).",
    ),
    "note_several": (
        "Your formatting is not kept: the rows come from several files.",
        "Ваше оформление не сохранено: строки взяты из нескольких файлов.",
    ),
    "note_no_heading": (
        "Your formatting is not kept: the table has no headings beside which ours could stand.",
        "Ваше оформление не сохранено: в таблице нет заголовков, рядом с которыми встали бы наши.",
    ),
    "note_exploded": (
        "Your formatting is not kept: a row of several phones has several outcomes.",
        "Ваше оформление не сохранено: у строки с несколькими телефонами несколько итогов.",
    ),
    "note_not_kept": (
        "Your formatting is not kept: the workbook could not be opened for writing ({name}).",
        "Ваше оформление не сохранено: книгу не удалось открыть для записи ({name}).",
    ),
    "note_split": (
        "A sheet holds {limit} rows at most: the table goes on on {sheets}.",
        "На листе помещается не больше {limit} строк: таблица продолжается на {sheets}.",
    ),
    "note_merged": (
        "More than {limit} files: their rows stand on one sheet under common headings.",
        "Больше {limit} файлов: их строки стоят на одном листе под общими заголовками.",
    ),
    "note_fix": (
        (
            "Rows to mend: sheet {sheet}. Mend them there, then: "
            "campaign run FILE --sheet {sheet}{text}"
        ),
        (
            "Строки для исправления: лист {sheet}. Исправьте их: "
            "campaign run ФАЙЛ --sheet {sheet}{text}"
        ),
    ),
    # --- cost
    "cost_title": ("Cost", "Стоимость"),
    "by_sender": ("By sender", "По подписям"),
    "by_segments": ("By SMS a message (estimated)", "По числу SMS в сообщении (расчёт)"),
    "by_day": ("By day handed over, {zone}", "По дням передачи, {zone}"),
    "default_sender": ("(the account's own)", "(подпись аккаунта)"),
    "not_handed_over": ("(not handed over)", "(не передано)"),
    "group_in_doubt": ("(in doubt)", "(под вопросом)"),
    "money_about": ("Their cost, about", "Их стоимость, примерно"),
    "of_messages": ("of {whole} messages", "из {whole} сообщений"),
    "difference": ("SMS over estimate", "SMS сверх расчёта"),
    "cost_note": (
        "Counted over the rows of this report; sums as the gateway named them.",
        "Посчитано по строкам этого отчёта; суммы — как их назвал шлюз.",
    ),
    # --- doubt
    "unknown_title": (
        "Rows in doubt, and what is known",
        "Строки под вопросом и что о них известно",
    ),
    "unknown_note": (
        "Their request left, its answer was lost: they may or may not have got the message.",
        "Запрос ушёл, ответ потерян: сообщение могло дойти, а могло и нет.",
    ),
    "unknown_attempts": ("Requests without a clear answer", "Запросы без ясного ответа"),
    "unknown_rows": ("Rows in doubt", "Строки под вопросом"),
    "unknown_unmatched_ids": (
        "Ids that the gateway named and nobody is paired with",
        "Номера, которые назвал шлюз и которые ни с кем не связаны",
    ),
    "unknown_alarms": (
        "What the gateway said against its own protocol",
        "Что шлюз сказал вопреки своему протоколу",
    ),
    "attempt": ("Request", "Запрос"),
    "chunk": ("Chunk", "Пачка"),
    "armed_at": ("Left at", "Ушёл в"),
    "why": ("What happened", "Что случилось"),
    "recipients": ("Recipients", "Людей"),
    "in_doubt": ("In doubt", "Под вопросом"),
    "evidence": ("Evidence", "Что известно"),
    "evidence_queue": (
        "ids told since: {ids}; answers of its queue: {answers}; lost: {losses}",
        "номеров названо позже: {ids}; ответов очереди: {answers}; потеряно: {losses}",
    ),
    "evidence_balance": (
        "balance before {before}, after {after}",
        "баланс до {before}, после {after}",
    ),
    "said_where": ("Named by", "Где назван"),
    "first_seen": ("First seen", "Впервые"),
    "where_reply": ("answer", "ответ"),
    "where_queue": ("status queue", "очередь статусов"),
    "where_status": ("status answer", "ответ о статусе"),
    "where_operator": ("operator", "оператор"),
    # --- settings
    "settings_title": ("Settings of this run", "Настройки этого запуска"),
    "digest": ("Digest of files and settings", "Отпечаток файлов и настроек"),
    "version": ("Program", "Программа"),
    "numbering": ("Numbering data", "Данные о номерах"),
    "option": ("Setting", "Настройка"),
    "value": ("Value", "Значение"),
    "source": ("File {no}", "Файл {no}"),
    "path": ("Path", "Путь"),
    "sha256": ("SHA-256", "SHA-256"),
    "format": ("Format", "Формат"),
    "sheet": ("Sheet", "Лист"),
    "encoding": ("Encoding", "Кодировка"),
    "delimiter": ("Delimiter", "Разделитель"),
    "heading_row": ("Heading row", "Строка заголовков"),
    "columns": ("Columns used", "Столбцы"),
    "said": ("Note", "Замечание"),
    "none": ("(none)", "(нет)"),
}


def book_label(key: str, lang: Lang, **values: object) -> str:
    """A heading or note of the workbook, filled.

    Args:
        key: Of this module, or of the page's words.
        lang: The language.
        values: Fill its places.
    """
    pair = _BOOK.get(key) or PAGE[key]
    said = pair[1 if lang == "ru" else 0]
    return said.format(**values) if values else said
