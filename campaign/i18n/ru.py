"""Русский: why a row of the file, or the file itself, cannot be used."""

from typing import Final, Literal

Lang = Literal["en", "ru"]

ROWS: Final = {
    # --- the row as a whole
    "row_hidden": (
        "Строка скрыта или отфильтрована в таблице.",
        "Покажите строку или добавьте --include-hidden, если человек должен получить сообщение.",
    ),
    "row_too_wide": (
        "В строке больше ячеек, чем в заголовке: столбцам нельзя доверять.",
        "Возьмите в кавычки ячейки с разделителем или уберите лишние ячейки.",
    ),
    "quote_broken": (
        "В строке нарушены кавычки: неясно, где кончаются её ячейки.",
        'Удвойте кавычки внутри ячейки в кавычках ("" вместо ") или сохраните таблицу в .xlsx.',
    ),
    "repeated_heading": (
        "Строка повторяет заголовки таблицы.",
        "Ничего не делайте: в ней нет получателя.",
    ),
    "totals_row": (
        "В строке итоги, а не получатель.",
        "Ничего не делайте: в ней нет получателя.",
    ),
    "formula_without_value": (
        "В ячейке строки формула, результат которой не сохранён в файле.",
        "Откройте файл в табличной программе, дайте ей посчитать и сохраните.",
    ),
    "over_limit": (
        "Строка стоит после первых получателей, сколько разрешает --limit {limit}.",
        "Чтобы отправить следующим: та же команда с --skip-sent.",
    ),
    "duplicate": (
        "Тот же телефон уже есть в строке {row}, считается первая.",
        "Если человек должен получить разные тексты: --allow-duplicates.",
    ),
    "duplicate_message": (
        "Тот же текст на тот же телефон уже есть в строке {row}.",
        "Ничего делать не нужно: человек получит сообщение один раз.",
    ),
    # --- phone
    "phone_empty": ("Ячейка телефона пуста.", "Впишите номер, например +79161234567."),
    "phone_not_a_number": (
        "{value} — не номер телефона.",
        "Оставьте в ячейке только номер, например +79161234567.",
    ),
    "phone_digits_lost": (
        "{value}: таблица округлила номер, последние цифры потеряны.",
        "Задайте столбцу текстовый формат и введите номер заново.",
    ),
    "phone_letters": (
        "{value}: среди цифр есть буква: {character}",
        "Наберите цифры заново, например +79161234567.",
    ),
    "phone_comment": (
        "Рядом с номером {number} стоит пометка: {comment}",
        "Перенесите её в другой столбец: она может значить, что номер использовать нельзя.",
    ),
    "phone_short": (
        "{value} — короткий служебный номер, SMS на него не придёт.",
        "Впишите мобильный номер.",
    ),
    "phone_too_short": ("{value}: слишком мало цифр.", "Впишите все, например +79161234567."),
    "phone_too_long": ("{value}: слишком много цифр.", "Впишите один номер: +79161234567."),
    "phone_impossible": (
        "{value}: такого номера нет ни у одного оператора.",
        "Проверьте цифры после кода страны.",
    ),
    "phone_landline": (
        "{value} — городской номер, SMS на него не придёт.",
        "Впишите мобильный номер.",
    ),
    "phone_premium": (
        "{value} — бесплатный или платный сервисный номер, SMS на него не придёт.",
        "Впишите мобильный номер.",
    ),
    "phone_cannot_sms": (
        "{value} — не мобильный номер, SMS на него не придёт.",
        "Впишите мобильный номер.",
    ),
    "phone_foreign": (
        "{value}: код страны {country}, в неё эта рассылка не отправляется.",
        "Разрешите эту страну, если так задумано: --countries {country}.",
    ),
    "phone_extension": (
        "{value}: добавочный номер, на него SMS не отправить.",
        "Впишите мобильный номер без добавочного.",
    ),
    "phone_two_numbers": (
        "{value}: похоже, в ячейке несколько номеров, но не видно, где кончается каждый.",
        "Разделите их запятыми, оставьте один или сделайте строку для каждого.",
    ),
    # --- clientId
    "client_id_empty": (
        "Ячейка clientId пуста.",
        "Впишите от 1 до 72 латинских букв или цифр или укажите --client-id auto.",
    ),
    "client_id_bad_characters": (
        "Знак {position} в clientId {value} недопустим: {character}",
        "Используйте только латинские буквы и цифры или --client-id auto.",
    ),
    "client_id_look_alike": (
        "Знак {position} в clientId {value} — кириллица и только похож на {latin}: {character}",
        "Наберите его в латинской раскладке или укажите --client-id auto.",
    ),
    "client_id_space": (
        "Знак {position} в clientId {value} — пробел: {character}",
        "Используйте только латинские буквы и цифры или --client-id auto.",
    ),
    "client_id_dash": (
        "Знак {position} в clientId {value} — дефис или тире: {character}",
        "Используйте только латинские буквы и цифры или --client-id auto.",
    ),
    "client_id_too_long": (
        "В clientId {value} знаков: {length}; можно не больше 72.",
        "Сократите его или укажите --client-id auto.",
    ),
    "client_id_repeated": (
        "Такой же clientId уже есть в строке {row} (регистр не важен).",
        "Дайте каждой строке свой clientId или укажите --client-id auto.",
    ),
    # --- text
    "text_empty": ("Текст пуст.", "Впишите текст."),
    "text_too_long": (
        "Текст займёт SMS: {parts}; можно не больше {limit}.",
        "Сократите текст или разрешите больше: --max-segments {parts}.",
    ),
    "text_bad_characters": (
        "В тексте повреждённый или управляющий знак, его нельзя отправить: {character}",
        "Наберите текст этой строки заново.",
    ),
    "text_garbled": (
        "{value}: программа, записавшая таблицу, перепутала кодировку; было, вероятно, {reading}.",
        "Выгрузите таблицу заново: .xlsx или CSV (UTF-8).",
    ),
    "text_letters_lost": (
        "{value}: программа, записавшая таблицу, поставила вместо букв вопросительные знаки.",
        "Буквы потеряны: выгрузите таблицу заново, .xlsx или CSV (UTF-8).",
    ),
    "placeholder_empty": (
        "Тексту нужен столбец {column}, а в этой строке он пуст.",
        "Заполните ячейку или дайте замену в тексте: {{{column}|замена}}.",
    ),
    "cell_error": (
        "В столбце {column} стоит {value}: так таблица показывает ошибку в формуле.",
        "Исправьте формулу или впишите значение в ячейку.",
    ),
    # --- warnings: the row is sent, and nothing is mended
    "phone_others": (
        "В ячейке несколько номеров: сообщение уйдёт на {used}, но не на {others}.",
        "Чтобы отправить на каждый: --explode-phones.",
    ),
    "text_edge_blanks": (
        "Текст начинается или кончается пробелом.",
        "Так и уйдёт; уберите пробел, если он не нужен.",
    ),
    "text_double_space": (
        "В тексте два пробела подряд.",
        "Так и уйдёт; уберите один, если он не нужен.",
    ),
    "text_invisible": (
        "В тексте знак, которого не видно: {character}",
        "Так и уйдёт; уберите его, если он не нужен.",
    ),
    "value_long": (
        "Столбец {column} подставляет в текст знаков: {length}.",
        "Так и уйдёт; проверьте, тот ли это столбец.",
    ),
    "value_link": (
        "Столбец {column} подставляет в текст ссылку: {value}",
        "Так и уйдёт; проверьте, ваша ли она.",
    ),
    "value_odd": (
        "Из столбца {column} в текст попадает, возможно, не значение: {value}",
        "Так и будет отправлено; очистите ячейку или впишите, что люди должны прочесть.",
    ),
    "value_lines": (
        "Столбец {column} подставляет в текст перевод строки.",
        "Так и уйдёт; уберите его, если он не нужен.",
    ),
    # --- sender, flash, link
    "sender_bad": (
        "{value} не может быть подписью отправителя.",
        "Не больше 11 латинских букв и цифр или номер до 15 цифр.",
    ),
    "flash_bad": ("{value} в столбце flash — не да и не нет.", "Впишите 1, 0 или ничего."),
    "flash_unsupported": (
        "Этот шлюз не умеет отправлять flash-сообщения.",
        "Очистите ячейку, чтобы отправить обычное SMS.",
    ),
    "wapurl_bad": ("{value} — не ссылка.", "Впишите её так: wap.example.com."),
    "wapurl_unsupported": (
        "Этот шлюз не умеет отправлять wap-push.",
        "Очистите ячейку, чтобы отправить обычное SMS.",
    ),
    # --- time
    "time_unreadable": (
        "{value} — не дата со временем.",
        "Впишите вместе с поясом: 2026-12-01 10:00+03:00 или 01.12.2026 10:00 Europe/Moscow.",
    ),
    "time_without_zone": (
        "{value}: не сказано, в каком часовом поясе.",
        "Добавьте пояс: 01.12.2026 10:00 Europe/Moscow.",
    ),
    "time_does_not_exist": (
        "{value}: часы в поясе {zone} переводят вперёд, такого времени нет.",
        "Выберите время на час раньше или позже.",
    ),
    "time_ambiguous": (
        "{value}: часы в поясе {zone} переводят назад, такое время бывает дважды.",
        "Добавьте смещение: 2026-10-25T02:30:00+01:00.",
    ),
    "time_too_near": (
        "{value} уже прошло или наступит раньше чем через {minutes} мин.",
        "Выберите время позже или очистите ячейку, чтобы отправить сразу.",
    ),
    "zone_unknown": (
        "{value} — неизвестный часовой пояс.",
        "Впишите так: Europe/Moscow, UTC+5 или МСК+2.",
    ),
}

FILES: Final = {
    "empty_file": ("В файле нет строк.", "Проверьте файл и лист."),
    "no_phone_column": ("Нет столбца с телефоном.", 'Назовите его: --map phone="…".'),
    "phone_column_ambiguous": (
        "Телефон может быть в нескольких столбцах.",
        'Скажите, в каком: --map phone="…".',
    ),
    "map_unknown_column": (
        "--map называет столбец, которого нет в файле.",
        "Назовите тот, что в нём есть.",
    ),
    "map_ambiguous_column": (
        "--map называет заголовок, который есть у нескольких столбцов.",
        "Назовите столбец буквой.",
    ),
    "header_row": (
        "--header называет пустую строку или строку за концом таблицы.",
        "Укажите номер строки, как его показывает программа, или 0, если заголовков нет.",
    ),
    "second_heading": (
        "Среди строк стоят другие заголовки: там начинается другая таблица.",
        "Поместите каждую таблицу в свой файл или на свой лист.",
    ),
    "rows_above_heading": (
        "В строке над заголовком стоит номер телефона.",
        "Перенесите её под заголовок.",
    ),
    "no_client_id_column": (
        "Нет столбца с clientId.",
        'Назовите его: --map client_id="…" или укажите --client-id auto.',
    ),
    "no_text": (
        "Нет текста: ни --text, ни столбца с текстом.",
        'Укажите --text "…" или --map text="…".',
    ),
    "template_bad": (
        "Скобки в тексте не сходятся.",
        "Пишите {{столбец}} или {{столбец|замена}}; саму скобку пишите дважды.",
    ),
    "template_unknown_column": (
        "Текст называет столбец, которого нет в файле.",
        "Назовите тот, что в нём есть.",
    ),
    "template_ambiguous_column": (
        "Текст называет заголовок, который есть у нескольких столбцов.",
        "Дайте каждому из этих столбцов свой заголовок.",
    ),
    "countries": (
        "--countries называет то, что не страна.",
        "Пишите коды или имена ISO через запятую: --countries 375,UZ.",
    ),
    "duration": ("Это не длительность.", "Пишите так: 30s, 10m или 2h."),
    "no_journal": (
        "Там нет журнала.",
        "--store PATH того запуска; или, для нового: campaign run FILE",
    ),
    "run_unknown": ("Такого запуска нет.", "campaign runs"),
    "run_ambiguous": ("Так начинаются несколько запусков.", "Напишите больше букв."),
}

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
"""Key to English and Russian."""

ERRORS: Final = {
    # --- whole kinds, where nothing more exact is known
    "error": ("Команду не удалось выполнить.", ""),
    "unusable_input": ("Файл или настройку нельзя использовать; ничего не отправлено.", ""),
    "guard": ("Сработала защита; ничего не отправлено.", ""),
    "nothing_to_do": ("Делать нечего.", "{command}"),
    "pause_asked": ("Попросили остановить запуск после текущего запроса.", "{command}"),
    "gateway": ("Шлюз недоступен.", "Попробуйте позже."),
    "journal": (
        "Журнал не читается или не записывается; отправка остановлена.",
        "Проверьте диск и права, затем: campaign doctor",
    ),
    # --- settings
    "setting": ("Значение параметра не подходит.", "Запишите его как в примере."),
    "option_empty": ("Общий текст пуст.", 'Напишите его: --text "…"'),
    "map_form": ("--map пишется как РОЛЬ=СТОЛБЕЦ.", 'Например: --map phone="Телефон"'),
    "map_role": ("--map называет роль, которой нет.", 'Например: --map phone="Телефон"'),
    "campaign_file": (
        "Файл рассылки (или профиль) нельзя использовать.",
        "Исправьте то, что названо во второй строке; пример: samples/spring.toml.",
    ),
    "text_file": ("Файл с текстом не читается.", "Сохраните его как текст в UTF-8."),
    "docs_unknown": ("Такой страницы нет.", "campaign docs"),
    "report_format": ("Такого вида отчёта нет.", "--format xlsx,html,csv,csv-raw,jsonl"),
    "report_kind": ("Такого вида отчёта нет.", "--format xlsx,html,csv,csv-raw,jsonl"),
    "retry_fate": (
        "--only называет тех, кому повторно не отправляют никогда.",
        "--only refused,undelivered,expired,cancelled",
    ),
    "why_missing": ("Нужна причина, которую потом прочтут другие.", '--why "…"'),
    "price_unknown": (
        "--max-cost проверить нельзя: цена части SMS ещё неизвестна.",
        "Её покажет одно сообщение: campaign test FILE --to +7… --sample 1",
    ),
    "too_many_recipients": (
        "Получателей больше, чем разрешает --max-recipients; ничего не запланировано.",
        "Чтобы отправить только первым из них: {option}",
    ),
    "too_expensive": (
        "Это стоит больше, чем разрешает --max-cost; ничего не запланировано.",
        "Сократите текст, укажите --limit N или поднимите --max-cost.",
    ),
    "over_budget": (
        "Остальное стоит больше, чем разрешает --max-cost; оно не отправлено.",
        "Если так и надо: {command}",
    ),
    "clocks_differ": (
        "Часы этого компьютера и часы шлюза расходятся в том, прошло ли время отправки.",
        "Поставьте часы этого компьютера, затем: {command}",
    ),
    "already_sent": (
        "Эти люди уже получили тот же текст за последние 30 дней; им ничего не отправлено.",
        "Чтобы пропустить их: --skip-sent; чтобы отправить ещё раз намеренно: --again МЕТКА",
    ),
    "no_such_row": (
        "Такой строки нет, или отправлять некому.",
        "Что не так с каждой строкой, покажет campaign check FILE.",
    ),
    # --- files
    "file_missing": ("Такого файла нет.", "Проверьте имя и папку."),
    "file_unreadable": (
        "Файл не читается.",
        "Проверьте, что вам можно его читать и что его не держит другая программа.",
    ),
    "file_is_folder": (
        "Это папка, в ней нет таблицы для рассылки.",
        "Назовите файл или папку с таблицами.",
    ),
    "file_kind": ("Это не таблица, которую можно прочитать.", "Сохраните как .xlsx или CSV UTF-8."),
    "file_empty": ("В файле или на листе ничего нет.", "Сохраните таблицу заново."),
    "output_is_input": (
        "Результат лёг бы поверх файла, который читается; ничего не записано и не отправлено.",
        "Назовите другой файл.",
    ),
    "no_journal_file": (
        "Файл, названный в --store, — не журнал campaign.",
        "Назовите журнал: --store ПУТЬ",
    ),
    "file_twice": ("Один и тот же файл назван дважды.", "Назовите каждый файл один раз."),
    "file_changed": (
        "Файл изменили, пока он читался; ничего не запланировано.",
        "Закройте его в другой программе и повторите команду.",
    ),
    "file_binary": (
        "Это не текстовая таблица: в ней байты, каких в тексте не бывает.",
        "Откройте файл в его программе и сохраните как .xlsx или CSV (UTF-8).",
    ),
    "frame_cell": ("В DataFrame есть то, что не текст.", "Сначала превратите столбец в тексты."),
    "sheet_unknown": ("В книге нет такого листа.", "--sheet ИМЯ, одно из названных выше."),
    "workbook_broken": ("Книга повреждена.", "Откройте её и сохраните заново как .xlsx."),
    "workbook_hostile": (
        "Книга не принята: она может навредить этому компьютеру.",
        "Если доверяете ей: скопируйте таблицу в новую книгу или сохраните как CSV (UTF-8).",
    ),
    "workbook_password": (
        "Книга защищена паролем.",
        "Откройте её в табличной программе и сохраните без пароля.",
    ),
    "cell_unreadable": (
        "Одна из ячеек книги не читается.",
        "Очистите эту ячейку или впишите в неё значение и сохраните книгу.",
    ),
    "line_too_long": (
        "Строка файла слишком длинная для таблицы.",
        "Сохраните её заново как CSV (UTF-8).",
    ),
    "quote_open": (
        "В файле открыта кавычка, которая не закрыта там, где должна.",
        "Закройте или уберите кавычку в этой строке или сохраните таблицу как .xlsx.",
    ),
    "delimiter_unknown": (
        "Таким разделитель быть не может.",
        "Табуляция (tab), запятая, точка с запятой, черта или один знак.",
    ),
    "delimiter_unclear": (
        "Обычного разделителя в файле не нашлось.",
        "Назовите его: --delimiter ';'",
    ),
    "encoding_unknown": (
        "Такой кодировки нет.",
        "Обычные: utf-8, cp1251, utf-16, cp866, koi8-r.",
    ),
    "encoding_unclear": (
        "Кодировку файла определить нельзя.",
        "Скажите, какая верна: --encoding cp1251, или сохраните как CSV (UTF-8).",
    ),
    "encoding_wrong": (
        "Файл не в этой кодировке.",
        "Укажите другую --encoding или сохраните таблицу заново как CSV (UTF-8).",
    ),
    "stop_list_empty": (
        "В стоп-листе нет ни одного номера, который читается; ничего не изменено и не отправлено.",
        "Проверьте, тот ли это файл и лист.",
    ),
    "stop_list_rows": (
        "Не все строки стоп-листа читаются; ничего не изменено и не отправлено.",
        "Исправьте эти строки или пропустите их: campaign stoplist import FILE --skip-bad",
    ),
    "report_place": (
        "Отчёт туда записать нельзя.",
        "Назовите другое место: -o PATH; ничего не потеряно.",
    ),
    "report_incomplete": (
        "В отчёте были бы не все строки запуска.",
        "Повторите команду; если не поможет, сохраните файл журнала и сообщите нам.",
    ),
    "report_not_kept": (
        "Вашу книгу нельзя сохранить как она есть.",
        "Таблица рисуется заново.",
    ),
    # --- runs
    "locked": ("Этот запуск ведёт другой процесс.", "Дождитесь его конца или: {command}"),
    "attempt_taken": (
        "Кто-то из этого запроса уже не ждёт отправки; запрос не отправлен.",
        "campaign status",
    ),
    "attempt_unknown": ("Эта попытка не под вопросом.", "campaign unknown"),
    "evidence": (
        "Шлюз принял хотя бы часть этой попытки: назвать её неотправленной нельзя.",
        "{command}",
    ),
    "not_confirmed": ("Никто не подтвердил; ничего не сделано.", "{command}"),
    "cancelled": (
        "Запуск отменён; сейчас ничего не отправлено.",
        "Чтобы отправить тем, кто не получил: та же campaign run с --skip-sent --again МЕТКА",
    ),
    "sent_already": (
        "Это уже отправлено; сейчас ничего не отправлено.",
        "{command}",
    ),
    "other_account": (
        "Запуск принадлежит другому логину; ничего не отправлено и не спрошено.",
        "Задайте CAMPAIGN_LOGIN и CAMPAIGN_PASSWORD того логина; что о нём известно: {command}",
    ),
    "retry_test": (
        "Этот запуск был проверкой на ваш собственный телефон.",
        "Ещё одну отправит campaign test FILE.",
    ),
    "run_unfinished": ("Сначала запуск надо закончить.", "{command}"),
    "journal_moved": (
        "Журнал переместили, удалили или заменили во время работы; отправка остановлена.",
        "Верните его на место вместе с файлами -wal и -shm, затем: campaign resume",
    ),
    "journal_busy": (
        "Журнал держит другая программа и не отпускает.",
        "Дождитесь её конца или завершите её; всё записанное цело.",
    ),
    "stopped_meanwhile": (
        "Кого-то из этого запроса тем временем внесли в стоп-лист.",
        "campaign resume",
    ),
    # --- the gateway
    "gateway_unknown": ("Такого шлюза нет.", "{option}"),
    "gateway_url": (
        "Адрес шлюза не подходит.",
        "--gateway-url https://HOST/messages/v2/",
    ),
    "plain_http": (
        "Без TLS логин, телефоны и тексты по дороге прочтёт кто угодно.",
        "--gateway-url https://… или --allow-plain-http",
    ),
    "credentials_missing": (
        "Нет логина или пароля.",
        "Задайте CAMPAIGN_LOGIN и CAMPAIGN_PASSWORD; без договора: --gateway sandbox",
    ),
    "login_not_text": (
        "Логин или пароль — не текст в UTF-8.",
        "Задайте CAMPAIGN_LOGIN и CAMPAIGN_PASSWORD (или файл с паролем) в UTF-8.",
    ),
    "password_file": (
        "Файл с паролем нельзя использовать.",
        "Читать его должны только вы: chmod 600 FILE",
    ),
    "sandbox": ("Учебный шлюз не запустился.", "Почему, покажет campaign sandbox."),
    "not_reached": ("До шлюза не удалось дойти.", "Ничего не отправлено; попробуем ещё раз."),
    "no_answer": (
        "Шлюз не ответил.",
        "Проверьте сеть и --gateway-url; вопрос к шлюзу ничего не меняет.",
    ),
    "unreadable_answer": ("Ответ шлюза непонятен.", "Попробуйте позже."),
    "request_refused": ("Шлюз отклонил запрос; никому из него не отправлено.", ""),
    "unavailable": (
        "Шлюз недоступен; пока отступаем, из этого запроса ничего не отправлено.",
        "Когда шлюз снова ответит: {command}",
    ),
    "paused": ("Отправка приостановлена.", "Дождитесь, пока шлюз заработает, затем: {command}"),
    "money": ("Деньги на счёте кончились.", "Пополните счёт, затем: {command}"),
    "refused_setting": (
        "Шлюз отклоняет сообщения из-за настройки (подпись, время и другие).",
        "Причины — в отчёте, подписи — в campaign senders; затем: campaign resume",
    ),
}

_PERHAPS: Final = "Человек мог получить сообщение, а мог и не получить; само оно не повторяется."

_ASK: Final = f"{_PERHAPS} campaign status спросит шлюз ещё раз."

_SETTINGS: Final = "Так же откажут и в остальных: исправьте настройку и продолжите (resume)."

GATEWAY: Final = {
    "pending": ("Ещё не отправлено.", "campaign resume"),
    "not_sent": ("Запрос не дошёл до шлюза; никому из него не отправлено.", ""),
    "never_completed": ("Шлюз ответил раньше, чем ушёл весь запрос; запрос не принят.", ""),
    "answered": ("Шлюз ответил обо всех людях запроса.", ""),
    # --- taken
    "accepted": ("Шлюз принял сообщение; окончательного ответа ещё нет.", "campaign status"),
    "accepted_without_id": (
        "Шлюз говорит, что принял сообщение, но не назвал его номер.",
        "Доставку проследить нельзя. Само сообщение не повторяется.",
    ),
    "taken_unrecognised": (
        "Шлюз дал сообщению номер и неизвестное слово; сообщение считается принятым.",
        "Посмотрите на слово шлюза. Само сообщение не повторяется.",
    ),
    "settled_all": (
        "Ответ потерян, но в очереди статусов столько сообщений, сколько людей: приняты все.",
        "",
    ),
    "settled_echo": (
        "Ответ потерян, но шлюз потом назвал этот clientId: сообщение у него.",
        "",
    ),
    "settled_operator": ("Ответ потерян; чем кончилось, решил человек.", ""),
    # --- refused by name
    "refused_phone": ("Шлюз не принимает номер телефона.", "Проверьте номер."),
    "refused_text": ("Шлюз не принимает текст.", "Проверьте текст этой строки."),
    "refused_wapurl": ("Шлюз не принимает ссылку.", "Проверьте ссылку этой строки."),
    "refused_sender": ("Шлюз не принимает подпись отправителя.", f"{_SETTINGS} campaign senders"),
    "refused_schedule": ("Шлюз не принимает время отправки.", _SETTINGS),
    "refused_queue": ("Шлюз не принимает название очереди статусов.", _SETTINGS),
    "refused_param": ("Шлюзу чего-то не хватает в запросе.", _SETTINGS),
    "refused_money": (
        "На счёте не хватает денег.",
        "Пополните счёт, затем: campaign resume",
    ),
    # --- unknown
    "unknown_word": ("Шлюз ответил неизвестным словом и не дал номера.", _ASK),
    "missing_in_reply": ("В ответе шлюза этого человека нет.", _ASK),
    "named_twice": ("В ответе шлюза этот человек назван больше одного раза.", _ASK),
    "id_repeated": ("Шлюз дал один и тот же номер нескольким людям.", _ASK),
    "no_messages": ("В ответе шлюза никто не назван.", _ASK),
    "no_answer": ("Связь оборвалась, когда весь запрос уже ушёл.", _ASK),
    "http_status": ("Вместо ответа шлюз вернул HTTP {status}.", _ASK),
    "not_json": ("Ответ шлюза не удалось прочитать.", _ASK),
    "empty_answer": ("Ответ шлюза пуст.", _ASK),
    "truncated": ("Ответ шлюза оборван.", _ASK),
    "status_error": ("Шлюз сообщил об ошибке: {description}", _ASK),
    "in_flight": ("Запрос в пути, или его ответ ещё не удалось сохранить.", _ASK),
    "killed": ("Программу остановили между отправкой и записью ответа.", _ASK),
    # --- the request as a whole
    "error_authorization": (
        "Шлюз не принял логин или пароль; никому не отправлено.",
        "Проверьте CAMPAIGN_LOGIN и CAMPAIGN_PASSWORD.",
    ),
    "login_refused": (
        "Шлюз не принял логин или пароль; никому не отправлено.",
        "Проверьте CAMPAIGN_LOGIN и CAMPAIGN_PASSWORD.",
    ),
    "http_refused": ("Шлюз отклонил запрос (HTTP {status}); никому не отправлено.", ""),
    "http_429": ("Шлюз перегружен; запрос не принят.", ""),
    "schedule_over": (
        "Время отправки прошло или слишком близко; ничего не отправлено.",
        "Запланируйте рассылку заново на более позднее время.",
    ),
    # --- delivery
    "on_its_way": ("Сообщение в пути.", "campaign status"),
    "delivered": ("Доставлено на телефон.", ""),
    "delivery_error": (
        "Не доставлено: телефон был недоступен.",
        "Отправьте этому человеку ещё раз позже.",
    ),
    "smsc_reject": ("Не доставлено: номер заблокирован или не существует.", "Проверьте номер."),
    "two_ends": (
        "Шлюз назвал два разных исхода этого сообщения; показан последний.",
        "Спросите поддержку шлюза, назвав id сообщения.",
    ),
    "lost_by_gateway": (
        "Шлюз принял сообщение, но больше его не знает.",
        "Спросите поддержку шлюза, назвав номер сообщения.",
    ),
    "no_final_status": (
        "Шлюз принял сообщение, но слишком долго не говорит ничего окончательного.",
        "Спросите поддержку шлюза, назвав номер сообщения.",
    ),
    "expired": ("Срок, до которого можно было отправить, прошёл; не отправлено.", ""),
    "cancelled": ("Рассылку отменили раньше, чем дошло до этого сообщения.", ""),
    "stopped": ("Номер в стоп-листе; не отправлено.", ""),
    "already_sent": (
        "Запуск {run} уже отправил этот текст на этот номер за последние 30 дней.",
        "Делать ничего не нужно; --again МЕТКА отправит ещё раз намеренно.",
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
