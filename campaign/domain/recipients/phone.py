"""Read a phone number: the phonenumbers library decides, a pattern of its own metadata is faster.

The short way must never give another answer than the library; a property test holds them together.
"""

import re
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult
from phonenumbers import is_valid_short_number_for_region as is_short_number

from campaign.domain.cells import INVISIBLE, name_character, shown, tidy
from campaign.domain.table import Phone
from campaign.errors import InputError, UnusableCell
from campaign.text import tr

RUSSIA: Final = frozenset({7})
"""Country codes allowed by default; +7 is Russia and Kazakhstan."""
_RUSSIAN_CODE: Final = 7


def _russian_mobile() -> re.Pattern[str]:
    """Build the pattern of a clean Russian mobile from the metadata of the installed library."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region("RU")
    if metadata is None or metadata.mobile is None:  # a library without Russia knows no short way
        return re.compile(r"(?!)(?P<national>)")
    # ASCII: other digits are for the library, the answer must not carry them on.
    pattern = rf"(?:\+?7|8)?(?P<national>{metadata.mobile.national_number_pattern})"
    return re.compile(pattern, re.ASCII)


_RUSSIAN_MOBILE: Final = _russian_mobile()
_DECORATION: Final = INVISIBLE | dict.fromkeys(map(ord, " \u00a0\u202f()-"))
_MOST_OF_A_NUMBER: Final = 7
"""Digits from which on letters among them are slips; with fewer it is a text with a figure."""
_MOST_DIGITS: Final = 15
"""Digits of an international number. Source: ITU-T E.164."""
_TWO_NUMBERS_DIGITS: Final = 20
"""Digits, with something between them, that are two numbers and not one too long."""
SEPARATORS: Final = re.compile(r"[,;|/\n\r]|\s(?:и|или|and|or)\s", re.IGNORECASE)
"""What stands between two numbers in one cell."""
_QUOTES: Final = "'\"`\u00b4\u2018\u2019\u02bc"
_EXPORTED: Final = ".0"
_WHOLE_NUMBER: Final = re.compile(r"(\+?\d{7,15})[.,]0+")
_SCIENTIFIC: Final = re.compile(r"\+?(\d)(?:[.,](\d*))?[eEеЕ]\+?(\d{1,3})")  # noqa: RUF001
_DASHES: Final = "--"
_CROSSED_OUT: Final = re.compile(r"\s*(?:#|//|--|/\*|<!--|~~)")
"""What takes a line out in tables that programs and programmers keep."""
_EXTENSION: Final = re.compile(r"\d[^\w]*(?:доб|внутр|вн\.|ext|#)", re.IGNORECASE)
_LETTER: Final = re.compile(r"[^\W\d_]")

_LABEL: Final = (
    r"(?:номер телефона|телефон|тел|мобильный|моб|сотовый|сот|номер|т|м|p(?=:)|"
    r"telephone|phone|tel|mobile|mob|cell|whats ?app|viber|telegram|ватсап|вайбер|телеграм)"
)
_LABELS_BEFORE: Final = re.compile(
    rf"(?<![^\W\d_])(?:{_LABEL}(?![^\W\d_])[\s.:№#=-]*)+(?=\D?\d|\+|\()", re.IGNORECASE
)
_LABELS_BEHIND: Final = re.compile(rf"(?<=[\d)])[\s,.(-]*\b(?:{_LABEL}(?![^\W\d_])\.?[\s)]*)+", re.IGNORECASE)
_STRETCH: Final = re.compile(r"[+(]?\d[\d\s().\u2010-\u2015-]{5,}\d")

_MARK: Final = re.compile(
    "[?*\u2190-\u260d\u260f-\u2705\u2707-\u2bff"
    "\U0001f300-\U0001f4dd\U0001f4df-\U0001f4f0\U0001f4f3-\U0001f57e\U0001f580-\U0001faff]"
)
"""What people put next to a number for a remark: doubt, a footnote, a sign; the pictures
of telephones say nothing."""
_INTERNATIONAL_PREFIX: Final = re.compile(r"^\D*?00(?=[\d\s()-])")

_PARSE_CODES: Final = {
    NumberParseException.INVALID_COUNTRY_CODE: "phone_impossible",
    NumberParseException.NOT_A_NUMBER: "phone_not_a_number",
    NumberParseException.TOO_SHORT_AFTER_IDD: "phone_too_short",
    NumberParseException.TOO_SHORT_NSN: "phone_too_short",
    NumberParseException.TOO_LONG: "phone_too_long",
}

_LENGTH_CODES: Final = {
    ValidationResult.INVALID_COUNTRY_CODE: "phone_impossible",
    ValidationResult.TOO_SHORT: "phone_too_short",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "phone_too_short",
    # Between the shortest and the longest length of the country: 11 to 13 digits in Russia, whose
    # only longer numbers are 14 digits of calling cards.
    ValidationResult.INVALID_LENGTH: "phone_too_long",
    ValidationResult.TOO_LONG: "phone_too_long",
}

_TYPE_CODES: Final = {
    PhoneNumberType.MOBILE: "",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "",
    PhoneNumberType.FIXED_LINE: "phone_landline",
    PhoneNumberType.PREMIUM_RATE: "phone_premium",
    PhoneNumberType.TOLL_FREE: "phone_premium",
    PhoneNumberType.SHARED_COST: "phone_premium",
}
_KINDS: Final = frozenset({"phone_landline", "phone_premium", "phone_cannot_sms"})
_MAY_LACK_PLUS: Final = frozenset({"phone_impossible", "phone_too_short", "phone_too_long"})


def parse_phone(cell: str, *, region: str = "RU", countries: frozenset[int] = RUSSIA) -> Phone:
    """Read a number that can get an SMS from one cell of the recipients file, as `+79161234567`.

    `8…`, `7…`, ten digits, `+7`, brackets, dashes, odd spaces and an apostrophe in front are
    understood; so is `79161234567.0`, a number that a program took for an amount. Digits that are
    no number of the region are tried once more with the `+` that spreadsheets drop.

    Args:
        region: Where a number without country code belongs, ISO 3166.
        countries: Country calling codes that may be texted.

    Raises:
        UnusableCell: `phone_…`, with `value`; `phone_foreign` also with `country`, `phone_letters`
            with `character`, `phone_comment` with `number` and `comment`; `phone_two_numbers` is
            for `phone_cell.read_phones`.

    Source:
        Gateway documents, send.json, `phone`; the numbering plans are those of phonenumbers.
    """
    if region == "RU" and _RUSSIAN_CODE in countries:
        # Most cells are bare digits; taking the decoration off costs as much as all the rest.
        match = _RUSSIAN_MOBILE.fullmatch(cell)
        if match is None and not cell.startswith(_DASHES):
            match = _RUSSIAN_MOBILE.fullmatch(cell.translate(_DECORATION))
        if match:
            return Phone("+7" + match["national"])
        # A program that took the column for amounts wrote it so, and then in every row.
        if cell.endswith(_EXPORTED) and (match := _RUSSIAN_MOBILE.fullmatch(cell[:-2])):
            return Phone("+7" + match["national"])
    return ask_library(cell, region=region, countries=countries)


def ask_library(cell: str, *, region: str = "RU", countries: frozenset[int] = RUSSIA) -> Phone:
    """Do the same as `parse_phone`, without the short way (about 25 µs instead of half a one)."""
    value = shown(cell)
    text = _undo_spreadsheet(cell, value, region)
    number, code = _judge(text, region)
    if number is not None and code == "phone_too_short" and is_short_number(number, region):
        code = "phone_short"
    if code in _MAY_LACK_PLUS and "+" not in text:
        abroad, code_abroad = _judge("+" + text, region)
        if abroad is not None and not code_abroad:
            number, code = abroad, ""
    if number is not None and code != "phone_extension" and number.country_code not in countries:
        raise UnusableCell("phone_foreign", value=value, country=f"+{number.country_code}")
    if number is None or code:
        raise UnusableCell(code, value=value)
    if mark := _MARK.search(text):
        bare = shown(_MARK.sub("", text))
        raise UnusableCell("phone_comment", value=value, number=bare, comment=mark[0])
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _undo_spreadsheet(cell: str, value: str, region: str) -> str:
    """Take back what spreadsheets do to numbers, and refuse what the library would half accept."""
    text = tidy(cell).strip(_QUOTES).strip()
    digits = sum(map(str.isdigit, text))
    if not text:
        raise UnusableCell("phone_empty", value=value)
    if digits == 0:
        raise UnusableCell("phone_not_a_number", value=value)
    if match := _SCIENTIFIC.fullmatch(text):
        return _from_scientific(match, value)
    if match := _WHOLE_NUMBER.fullmatch(text):
        return match[1]
    if _holds_two(cell, digits):
        raise UnusableCell("phone_two_numbers", value=value)
    if crossed_out := _CROSSED_OUT.match(cell):
        number = cell[crossed_out.end() :]
        mark = crossed_out[0].strip()
        raise UnusableCell("phone_comment", value=value, number=shown(number), comment=mark)
    if _EXTENSION.search(text):
        raise UnusableCell("phone_extension", value=value)
    if _LETTER.search(text):
        text = _LABELS_BEHIND.sub("", _LABELS_BEFORE.sub("", text, count=1), count=1)
    # The library would dial letters by keypad and cut words off; both are guesses.
    if letter := _LETTER.search(text):
        raise _with_letters(text, value, region, letter[0])
    return _INTERNATIONAL_PREFIX.sub("+", text)


def _with_letters(text: str, value: str, region: str, letter: str) -> UnusableCell:
    """Why a cell with words is refused: a comment may well say that the number is not to be used.

    "(wife)" is somebody else, "(do not call)" is nobody; a program cannot tell them from "(work)".
    """
    for match in _STRETCH.finditer(text):
        before, behind = text[: match.start()], text[match.end() :]
        if before[-1:].isalnum() or behind[:1].isalnum():
            continue
        code = _judge(match[0], region)[1]
        if code in _KINDS:
            return UnusableCell(code, value=value)
        if not code:
            comment = f"{before} {behind}".strip(" ().,:;-")
            return UnusableCell("phone_comment", value=value, number=shown(match[0]), comment=shown(comment))
    if sum(map(str.isdigit, text)) < _MOST_OF_A_NUMBER:
        return UnusableCell("phone_not_a_number", value=value)
    return UnusableCell("phone_letters", value=value, character=name_character(letter))


def _from_scientific(match: re.Match[str], value: str) -> str:
    """`7.9161234567E10` still has all its digits; `7,91612E+10` has lost some for ever."""
    first, fraction, exponent = match[1], match[2] or "", int(match[3])
    if len(fraction) < exponent or exponent > _MOST_DIGITS or fraction[exponent:].strip("0"):
        raise UnusableCell("phone_digits_lost", value=value)
    return first + fraction[:exponent]


def _holds_two(cell: str, digits: int) -> bool:
    """Whether two whole numbers stand in the cell; which one is meant is not for us to choose."""
    pieces = [p for p in SEPARATORS.split(cell) if sum(map(str.isdigit, p)) >= _MOST_OF_A_NUMBER]
    together = cell.strip().isdigit()
    return len(pieces) > 1 or (digits >= _TWO_NUMBERS_DIGITS and not together)


def _judge(text: str, region: str) -> tuple[phonenumbers.PhoneNumber | None, str]:
    """Ask the library; the code is "" for a number that can get an SMS."""
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as error:
        code = _PARSE_CODES.get(error.error_type, "phone_not_a_number")
        # Digits there are, or this would not have been asked: too few of them.
        lacks_digits = code == "phone_not_a_number" and not _LETTER.search(text)
        return None, "phone_too_short" if lacks_digits else code
    if number.extension:
        return number, "phone_extension"
    if code := _LENGTH_CODES.get(phonenumbers.is_possible_number_with_reason(number), ""):
        return number, code
    if not phonenumbers.is_valid_number(number):
        return number, "phone_impossible"
    return number, _TYPE_CODES.get(phonenumbers.number_type(number), "phone_cannot_sms")


_CALLING_CODE: Final = re.compile(r"\+?([1-9]\d{0,2})", re.ASCII)


def parse_countries(text: str) -> frozenset[int]:
    """Read which countries may be texted besides +7: `375,998`, `BY,UZ` or `+375`, in any mix.

    Raises:
        InputError: `countries`: one of them is neither.
    """
    names = text.replace(";", ",").replace(",", " ").split()
    return RUSSIA.union(map(_calling_code, names))


def _calling_code(name: str) -> int:
    if match := _CALLING_CODE.fullmatch(name):
        code = int(match[1])
        known = code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    else:
        code = int(phonenumbers.country_code_for_region(name.upper()))
        known = code > 0
    if not known:
        raise InputError(
            tr("--countries: {word!r} is neither a country calling code nor a country", word=name),
            hint=tr('Write calling codes or ISO names with commas: --countries "375,UZ".'),
            code="countries",
        )
    return code
