"""Encodings without a mark: right, or refused with a reason, and never garbled."""

from collections import Counter
from pathlib import Path

import pytest

from campaign.domain import FileOptions
from campaign.errors import InputError
from campaign.tables.text.encoding import find_encoding
from campaign.tables.text.reader import CsvReader
from tests.conftest import raises_code

ENCODINGS = (
    "utf-8", "utf-8-sig", "cp1251", "cp866", "koi8-r", "koi8-u", "mac-cyrillic", "cp1252", "cp1250",
    "utf-16", "utf-16-le", "utf-16-be",
)  # fmt: skip
RUSSIAN = "Телефон;Имя\n79160000001;{}\n79160000002;{}\n"
PLAIN = "phone;name\n79160000001;{}\n79160000002;{}\n"
CONTENTS = {
    "names": RUSSIAN.format("Пётр Щукин", "Алёна Юрьева"),
    "capitals": RUSSIAN.format("ПЁТР ЩУКИН", "АЛЁНА ЮРЬЕВА"),
    "heading alone": RUSSIAN.format("Ivan", "Anna"),
    "one word of the heading": "phone;Имя\n79160000001;Ivan\n",
    "English heading": PLAIN.format("Пётр Щукин", "Алёна Юрьева"),
    "English heading, capitals": PLAIN.format("ПЁТР ЩУКИН", "АЛЁНА ЮРЬЕВА"),
    "one name in a thousand": PLAIN.format("Ivan", "Anna") + "79160000003;Anna\n" * 999 + "1;Мария",
    "Ukrainian": RUSSIAN.format("Олексій Їжак", "Наталія Ковальчук"),
    "Ukrainian, English heading": PLAIN.format("Олексій Мельниченко", "Наталія Ковальчук"),
    "company": RUSSIAN.format("ООО «Ромашка» — №1", "ИП Ёж"),
    "German": PLAIN.format("Jürgen Müller", "Bärbel Groß"),
    "Polish": PLAIN.format("Łukasz Wójcik", "Grażyna Dąbrowska"),
    "French": PLAIN.format("François Lefèvre", "Noël Hémon"),
    "three letters": PLAIN.format("Ян", "Ева"),
}


def _outcome(path: Path, text: str, encoding: str) -> str:
    path.write_bytes(text.encode(encoding))
    try:
        found = find_encoding(path, None)
    except InputError as error:
        return "refused" if error.code == "encoding_unclear" and error.hint else error.code
    return "right" if path.read_bytes().decode(found) == text else f"garbled: {found}"


def _possible(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def test_no_content_in_no_encoding_is_garbled(tmp_path: Path) -> None:
    """The whole matrix: at least 8 encodings by 8 contents."""
    path = tmp_path / "table.csv"
    outcomes = {
        (encoding, name): _outcome(path, text, encoding)
        for encoding in ENCODINGS
        for name, text in CONTENTS.items()
        if _possible(text, encoding)
    }
    counts = Counter(outcomes.values())

    assert len(outcomes) >= 100
    assert set(counts) == {"right", "refused"}, {k: v for k, v in outcomes.items() if ":" in v}
    assert counts["refused"] <= 15, [k for k, v in outcomes.items() if v == "refused"]


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "koi8-r"])
@pytest.mark.parametrize("name", list(CONTENTS)[:5])
def test_what_users_really_have_is_read(tmp_path: Path, encoding: str, name: str) -> None:
    assert _outcome(tmp_path / "table.csv", CONTENTS[name], encoding) == "right"


def test_a_refusal_shows_a_name_in_each_code_page(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("phone;name\n1;Яна\n".encode("cp1251"))

    with pytest.raises(InputError) as caught:
        find_encoding(path, None)

    assert "'Яна' in cp1251" in caught.value.message
    assert "in cp866" in caught.value.message
    assert "--encoding cp1251" in caught.value.hint


def test_letters_far_behind_the_sample_count(tmp_path: Path) -> None:
    """Ukrainian letters distinguish KOI8-U from KOI8-R, wherever they are."""
    path = tmp_path / "table.csv"
    text = "Телефон;Имя\n" + "79160000001;Пётр\n" * 60_000 + "79160000002;Олексій\n"
    path.write_bytes(text.encode("koi8-u"))

    assert find_encoding(path, None) == "koi8_u"


@pytest.mark.parametrize("name", ["Їжак", "Ґудзик", "Єва"])
def test_one_ukrainian_letter_is_enough_with_a_known_heading(tmp_path: Path, name: str) -> None:
    """KOI8-R has frames in its place, and no name has a frame."""
    path = tmp_path / "table.csv"
    path.write_bytes(f"Телефон;Имя\n79160000001;{name}\n".encode("koi8-u"))

    assert find_encoding(path, None) == "koi8_u"


def test_utf16_of_letters_alone_is_recognised(tmp_path: Path) -> None:
    """Few zeros: only the line ends have one."""
    path = tmp_path / "names.csv"
    path.write_bytes(("Наименование организации покупателя\n" * 9).encode("utf-16-be"))

    assert find_encoding(path, None) == "utf-16-be"


@pytest.mark.parametrize("content", [b"a;b\n\x00\x01\x02\x03\xff", "пример".encode("utf-32-le")])
def test_other_files_with_zeros_are_no_text(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)

    with raises_code(InputError, "file_binary"), CsvReader().open(path, FileOptions()):
        pass
