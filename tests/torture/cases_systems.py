"""Exports of common systems: address books, CRMs, web forms, and what is no table."""

from collections.abc import Iterator
from struct import pack

from tests.torture.cases_sheets import NOTES, TABLE, book_case
from tests.torture.expect import HEADING, RECIPIENTS, Case, Sent
from tests.torture.recipients import error, everybody, file_case, lines, read, refused, text_case, text_for
from tests.torture.workbooks import Cell, Grid, Sheet, archive, number, unpacked, xlsx

_KIND = "file_kind"


def _address_books() -> Iterator[Case]:
    google = (
        "Name,Given Name,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value\n"
        "Анна,Анна,Mobile,+7 900 000-01-01 ::: 8 (900) 000-02-01,Home,+7 495 100-01-01\n"
        "Пётр,Пётр,* Mobile,+7 900 000-01-02,,\n"
    )
    two = read(everybody(2, RECIPIENTS[:2], ids=False))
    yield text_case(
        "google-contacts",
        "the kind of a phone is a word for phones: the first recipient was taken for the headings",
        google,
        two,
        text="{Given Name}, ждём вас!",
    )
    outlook = (
        "First Name,Last Name,Business Phone,Home Phone,Mobile Phone\r\n"
        "Анна,И.,+74951000101,,+79000000101\r\nПётр,П.,,,+79000000102\r\n"
    )
    bitrix = (
        '\ufeff"ID";"Имя";"Рабочий телефон";"Мобильный телефон"\n'
        '"1";"Анна";"";"+79000000101"\n"2";"Пётр";"+74951000102";"+79000000102"\n'
        '"3";"Ольга";"+79000000103";""\n'
    )
    refusals = lines([("Телефон", "Имя", "Отписан"), (*RECIPIENTS[0][:2], ""), (*RECIPIENTS[1][:2], "да")])
    yield from (
        text_case("outlook-contacts", "three columns with phones, one of mobiles", outlook, two,
                  text="{First Name}, ждём вас!"),
        text_case("bitrix24", "work and mobile phones; a row with only the other one is named",
                  bitrix,
                  read({2: Sent(RECIPIENTS[0][0], text_for("Анна"), "1"),
                        3: Sent(RECIPIENTS[1][0], text_for("Пётр"), "2"),
                        4: refused("phone_empty", field="Мобильный телефон")})),
        text_case("unsubscribed-column",
                  "a column says who wants no SMS: only the user can read it, so it is named",
                  refusals, read(two.rows, advises=("Отписан.*must not get messages",))),
    )  # fmt: skip


def _forms() -> Iterator[Case]:
    heads = ("Код страны", "Телефон", "Имя")
    rows = (
        ("+7", "9000000101", "Анна"),
        ("7", "79000000102", "Пётр"),
        ("996", "9000000103", "Айбек"),
        ("+91", "9123456789", "Раджа"),
        ("375", "291234567", "Вера"),
        ("", "9000000104", "Ольга"),
    )
    two = everybody(2, RECIPIENTS[:2], ids=False)
    abroad = refused("phone_foreign", field="Телефон")
    yield text_case(
        "country-code-column",
        "ten digits of Kyrgyzstan or India are a Russian number if their column is overlooked",
        lines([heads, *rows]),
        read(two | {
            4: abroad,
            5: abroad,
            6: Sent("+375291234567", text_for("Вера")),
            7: Sent(RECIPIENTS[3][0], text_for("Ольга")),
        }),
        countries="BY",
    )  # fmt: skip
    leads = "created_time\tfull_name\tphone_number\n2026-01-01\tАнна\tp:+79000000101\n"
    warned = "Warning: Cannot modify header information in /var/www/x.php on line 5\n"
    yield from (
        text_case("facebook-leads", "UTF-16, tabs, and a letter before the phone", "\ufeff" + leads,
                  read({2: Sent(RECIPIENTS[0][0], "Анна, ждём вас!")}), codec="utf-16-le",
                  text="{full_name}, ждём вас!"),
        text_case("php-warning", "a back end complains into its own export",
                  warned + lines([HEADING, *RECIPIENTS]), read(everybody(3))),
    )  # fmt: skip


def _side_by_side() -> Iterator[Case]:
    phones = [p[0] for p in RECIPIENTS]
    turned = lines([("Телефон", *phones), ("Имя", *(p[1] for p in RECIPIENTS))])
    codes = ("no_phone_column", "phone_column_ambiguous")
    yield from (
        text_case("turned-table", "recipients side by side: one of them would be texted", turned,
                  error(*codes, says=("Transpose",)), text="Ждём вас!"),
        text_case("phones-in-a-line", "a list with commas", ",".join(phones),
                  error(*codes, says=("one below the other",)), file="phones.txt",
                  text="Ждём вас!"),
    )  # fmt: skip


def _journal() -> Iterator[Case]:
    formats = ['"+375 "00\\ 000\\-00\\-00', '"+91 "0000000000', '"+7 "(000) 000-00-00']
    rows: Grid = [
        list(HEADING),
        [number("291234567", 1), *RECIPIENTS[0][1:]],
        [number("9000000102", 2), *RECIPIENTS[1][1:]],
        [number("9000000103", 3), *RECIPIENTS[2][1:]],
    ]
    yield from (
        file_case("struck-out",
                  "a recipient is crossed out: the program cannot know why, so it says so",
                  "table.xlsx", _struck_out, read(says=(r"struck out[^\n]*A3",))),
        book_case("phone-format-abroad",
                  "the calling code is in the format: the cell shows +91, its value is ten digits",
                  Sheet(rows=rows),
                  expect=read({2: refused("phone_foreign", field="Телефон"),
                               3: refused("phone_foreign", field="Телефон"), 4: everybody()[4]}),
                  formats=formats),
        book_case("recipients-on-hidden-sheet", "notes are shown, the recipients' sheet is hidden",
                  NOTES, Sheet(rows=TABLE, name="Клиенты", state="veryHidden"),
                  expect=error("no_phone_column", says=("Клиенты",)), text="Ждём вас!"),
    )  # fmt: skip


def _bare_books() -> Iterator[Case]:
    yield from (
        file_case("xls-of-ten-lines",
                  "a web system writes bare BIFF5 records: no OLE2 file, no styles", "t.xls",
                  _bare_xls(b"\x42\x00\x02\x00" + pack("<H", 1251))),
        file_case("xls-without-code-page",
                  "the same, and it does not say which letters its bytes are", "t.xls",
                  _bare_xls(b""), error("template_unknown_column", says=("probably Телефон",))),
    )  # fmt: skip


def _bare_xls(code_page: bytes) -> bytes:
    """Records BOF, LABEL, NUMBER and EOF. Source: [MS-XLS] 2.4, BIFF5."""
    records = pack("<6H", 0x809, 8, 0, 0x10, 0, 0) + code_page
    for row, cells in enumerate([HEADING, *RECIPIENTS]):
        for column, cell in enumerate(cells):
            if cell.startswith("+"):
                records += pack("<5Hd", 0x203, 14, row, column, 0, int(cell))
            else:
                text = cell.encode("cp1251")
                records += pack("<6H", 0x204, 8 + len(text), row, column, 0, len(text)) + text
    return records + pack("<2H", 0x0A, 0)


def _struck_out() -> bytes:
    rows = [list(row) for row in TABLE]
    rows[2][0] = Cell(f"<is><t>{RECIPIENTS[1][0]}</t></is>", 's="1" t="inlineStr"')
    parts = unpacked(xlsx(Sheet(rows=rows), formats=["@"]))
    styles = parts["xl/styles.xml"].decode()
    styles = styles.replace(
        '<fonts count="1"><font/></fonts>', '<fonts count="2"><font/><font><strike/></font></fonts>'
    ).replace('fontId="0" fillId="0" borderId="0" xfId="0"', 'fontId="1" fillId="0" borderId="0"')
    return archive({**parts, "xl/styles.xml": styles})


def _no_tables() -> Iterator[Case]:
    recipients = '[{"phone": "+79000000101", "name": "Анна"}]'
    contacts = "BEGIN:VCARD\r\nVERSION:2.1\r\nTEL;CELL:+79000000101\r\nEND:VCARD\r\n"
    commands = "INSERT INTO `clients` VALUES\n('79000000101', 'Анна');\n"
    flat = '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:'
    for name, file, content, says in (
        ("json-named-json", "t.json", recipients, "JSON"),
        ("json-named-txt", "t.txt", recipients, "JSON"),
        ("json-lines", "t.csv", recipients[1:-1] + "\n", "JSON"),
        ("vcard", "t.vcf", contacts, "vCard"),
        ("vcard-named-csv", "t.csv", contacts, "vCard"),
        ("sql-dump", "t.csv", commands, "SQL"),
        ("dif-named-xls", "t.xls", 'TABLE\r\n0,1\r\n"EXCEL"\r\n', "DIF"),
        ("sylk-named-xls", "t.xls", "ID;PWXL;N;E\r\n", "SYLK"),
        ("google-link", "t.gsheet", '{"doc_id": "1"}', "Google.*Download"),
        ("fods-named-xls", "t.xls", flat, "OpenDocument"),
        ("moxcel-named-xls", "t.xls", "MOXCEL\0\x08\0", "1C"),
        ("rar-named-csv", "t.csv", "Rar!\x1a\x07\0", "archive.*Unpack"),
    ):
        yield text_case(
            name, f"no table: {says}", content, error(_KIND, says=(says,)), file=file, text="Ждём!"
        )
    numbers = archive({"Index/Document.iwa": b"x", "Metadata/Properties.plist": b"x"})
    yield text_case(
        "numbers-named-xlsx",
        "a Mac's own table, renamed",
        numbers,
        error(_KIND, says=("Numbers.*Export",)),
        file="t.xlsx",
    )


def _web_pages() -> Iterator[Case]:
    cells = "<tr><td>Телефон</td></tr><tr><td>+79000000101</td></tr>"
    mail = "From: <Saved by Excel>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
    xml = (
        '<?xml version="1.0"?>\r\n<?mso-application progid="Excel.Sheet"?>\r\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
    )
    page = "web page"
    for name, content, codec, says in (
        ("page-table", f"<table border=1>{cells}</table>", "cp1251", page),
        ("page-rows-only", cells, "utf-8", page),
        ("page-centred", f"<center><b>Клиенты</b><table>{cells}</table>", "utf-8", page),
        ("page-with-warning", f"<br />\n<b>Notice</b>: x\n<table>{cells}", "utf-8", page),
        ("page-utf-16", f"\ufeff<html><table>{cells}", "utf-16-le", page),
        ("page-mhtml", mail, "utf-8", "MHTML"),
        ("xml-2003-progid", xml, "utf-8", "Excel 2003.*save it as .xlsx"),
        ("xml-2003-utf-16", "\ufeff" + xml, "utf-16-le", "Excel 2003"),
    ):
        yield text_case(
            f"{name}-named-xls",
            "web systems call it .xls; Excel opens it with a warning",
            content,
            error(_KIND, says=(says, "save it as .xlsx")),
            codec=codec,
            file="t.xls",
            text="Ждём вас!",
        )


CASES = (
    *_address_books(), *_forms(), *_side_by_side(), *_journal(), *_bare_books(), *_no_tables(),
    *_web_pages(),
)  # fmt: skip
