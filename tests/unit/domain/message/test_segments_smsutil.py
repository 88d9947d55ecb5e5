"""The count of parts against another library: `smsutil`, which splits texts as a phone would.

Both agree on every text but those with an escape sign: smsutil takes it for a letter of GSM 03.38,
where it only announces the next sign; it cannot be typed, and the check refuses such a text.
"""

import random

import smsutil  # type: ignore[import-untyped]  # it has no stubs

from campaign.domain.message.segments import count_segments

TEXTS = 12_000
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ALPHABETS = (
    GSM,
    GSM + "^{}\\[~]|€\f",
    "ab€[",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя АБВ,.!№«»—",
    "привет😀🎉ё ",
    "hello — ‘world’ … 100 ₽",
    "שלום مرحبا 你好 नमस्ते",
    "".join(map(chr, range(0x20, 0x500))),
)
EDGES = (70, 67 * 2, 67 * 3, 67 * 9, 160, 153 * 2, 153 * 3)
"""Lengths at which one more sign makes one more part."""


def random_texts(seed: int, count: int) -> list[str]:
    """Texts of every alphabet, half of them about as long as a part or several."""
    chance = random.Random(seed)  # noqa: S311  # a reproducible draw, no secret
    texts = []
    for number in range(count):
        alphabet = ALPHABETS[number % len(ALPHABETS)]
        near = chance.choice(EDGES) + chance.randint(-3, 3)
        length = near if chance.random() < 0.5 else chance.randint(0, 700)
        texts.append("".join(chance.choices(alphabet, k=length)))
    return texts


def theirs(text: str) -> tuple[str, int]:
    split = smsutil.split(text)
    return ("GSM-7" if split.encoding == "gsm0338" else "UCS-2"), max(len(split.parts), 1)


def test_parts_are_those_of_an_independent_library() -> None:
    different = []
    kinds = set()
    compared = 0
    for text in filter(None, random_texts(7, TEXTS)):
        ours = count_segments(text)
        compared += 1
        kinds.add((ours.encoding, ours.parts))
        if (ours.encoding, ours.parts) != theirs(text):
            different.append(text)

    assert different == []
    assert compared > 10_000
    assert {encoding for encoding, _ in kinds} == {"GSM-7", "UCS-2"}
    assert {parts for _, parts in kinds} >= set(range(1, 11))


def test_the_one_known_difference_is_the_escape_sign() -> None:
    text = "a" * 100 + "\x1b"

    assert theirs(text) == ("GSM-7", 1)
    assert count_segments(text).encoding == "UCS-2"
    assert count_segments(text).parts == 2
