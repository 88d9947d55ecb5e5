"""Headings and notes of the report workbook, English and Russian side by side.

What the page to mail says too is said in its words: see `words_page`.
"""

from typing import Final

from campaign.rules.words import Lang
from campaign.rules.words_page import PAGE

_BOOK: Final = {
    # --- sheets
    "fix_sheet": ("Fix", "Исправить"),
    "cost_sheet": ("Cost", "Стоимость"),
    "doubt_sheet": ("Doubt", "Под вопросом"),
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
        "{settled} of {people} people ever in doubt, without a human; still in doubt: {left}.",
        "{settled} из {people} попавших под вопрос, без участия людей; осталось: {left}.",
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
    "doubt_title": ("Rows in doubt, and what is known", "Строки под вопросом и что о них известно"),
    "doubt_note": (
        "Their request left, its answer was lost: they may or may not have got the message.",
        "Запрос ушёл, ответ потерян: сообщение могло дойти, а могло и нет.",
    ),
    "doubt_attempts": ("Requests without a clear answer", "Запросы без ясного ответа"),
    "doubt_rows": ("Rows in doubt", "Строки под вопросом"),
    "doubt_strangers": (
        "Ids that the gateway named and nobody is paired with",
        "Номера, которые назвал шлюз и которые ни с кем не связаны",
    ),
    "doubt_alarms": (
        "What the gateway said against its own protocol",
        "Что шлюз сказал вопреки своему протоколу",
    ),
    "attempt": ("Request", "Запрос"),
    "chunk": ("Chunk", "Пачка"),
    "armed_at": ("Left at", "Ушёл в"),
    "why": ("What happened", "Что случилось"),
    "people": ("People", "Людей"),
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
