"""What the HTML page says, English and Russian side by side.

Sentences with a number are made so that they need no plural: "Delivered: 1 of 1".
"""

from typing import Final

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
    "doubts": ("Requests in doubt", "Запросы под вопросом"),
    "doubts_note": (
        "An id in a request's queue proves a message taken; an empty queue proves nothing.",
        "Номер в очереди запроса доказывает, что сообщение взято; пустая ничего не доказывает.",
    ),
    "doubt_share": (
        (
            "Ever in doubt: {people}. Settled by what the gateway said later: {evidence}, by a "
            "person's word: {person}, sent once more: {resent}. Still in doubt: {left}."
        ),
        (
            "Были под вопросом: {people}. Выяснено по ответам шлюза: {evidence}, решил человек: "
            "{person}, отправлено ещё раз: {resent}. Ещё под вопросом: {left}."
        ),
    ),
    "doubt_attempt": ("Request", "Запрос"),
    "doubt_people": ("In doubt", "Под вопросом"),
    "doubt_members": ("People", "Людей"),
    "doubt_ids": ("Proven taken", "Точно взято"),
    "doubt_answers": ("Queue answers", "Ответов очереди"),
    "doubt_armed": ("Sent at", "Отправлен"),
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
