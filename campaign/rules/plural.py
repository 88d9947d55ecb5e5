"""Choose the form of a word that goes with a number: 1 message, 2 messages; 1 запуск, 2 запуска."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

_TEENS: Final = range(11, 15)
_FEW: Final = range(2, 5)

NOUNS: Final[Mapping[str, tuple[str, str, str, str, str]]] = MappingProxyType({
    # English one and other; Russian one (1, 21, 31), few (2-4, 22-24) and many (0, 5-20, 25)
    "person": ("person", "people", "человек", "человека", "человек"),
    "message": ("message", "messages", "сообщение", "сообщения", "сообщений"),
    "of_messages": ("message", "messages", "сообщения", "сообщений", "сообщений"),
    "row": ("row", "rows", "строка", "строки", "строк"),
    "text_takes": ("text takes", "texts take", "тексте", "текстах", "текстах"),
    "part": ("part", "parts", "часть", "части", "частей"),
    "sms_part": ("SMS part", "SMS parts", "часть SMS", "части SMS", "частей SMS"),
    "character": ("character", "characters", "знак", "знака", "знаков"),
    "file": ("file", "files", "файл", "файла", "файлов"),
    "table": ("table", "tables", "таблица", "таблицы", "таблиц"),
    "number": ("number", "numbers", "номер", "номера", "номеров"),
    "run": ("run", "runs", "запуск", "запуска", "запусков"),
    "id": ("id", "ids", "id", "id", "id"),
    "queue_answer": (
        "queue answer", "queue answers", "ответ очереди", "ответа очереди", "ответов очереди",
    ),
    "message_id": (
        "message id", "message ids", "номер сообщения", "номера сообщений", "номеров сообщений",
    ),
    "gets": ("person gets", "people get", "человек получит", "человека получат", "человек получат"),
    "was": ("person was", "people were", "человек был", "человека были", "человек были"),
})  # fmt: skip
"""Words that stand behind a number, some with what the person does, or in another case."""


def form(count: int, lang: Literal["en", "ru"], noun: str) -> str:
    """The form of a noun that goes with a number.

    Args:
        count: How many; its sign does not count.
        lang: `en` or `ru`.
        noun: A key of `NOUNS`.

    Source:
        Unicode CLDR, plural rules for cardinal numbers, "en" and "ru", for whole numbers.
    """
    forms = NOUNS[noun]
    if lang == "en":
        return forms[0 if abs(count) == 1 else 1]
    tens, ones = abs(count) % 100, abs(count) % 10
    if tens not in _TEENS and ones == 1:
        return forms[2]
    return forms[3 if tens not in _TEENS and ones in _FEW else 4]


def counted(count: int, noun: str, lang: Literal["en", "ru"] = "en") -> str:
    """The number and its noun: `2 messages`, `21 сообщение`."""
    return f"{count} {form(count, lang, noun)}"
