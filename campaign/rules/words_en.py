"""English: why a row of the file, or the file itself, cannot be used."""

from typing import Final

ROWS: Final = {
    # --- the row as a whole
    "row_hidden": (
        "The row is hidden or filtered out in the spreadsheet.",
        "Show the row if this person is meant to be texted.",
    ),
    "row_too_wide": (
        "The row has more cells than the heading row, so its columns cannot be trusted.",
        "Put quotes around cells that hold the delimiter, or remove the surplus cells.",
    ),
    "formula_without_value": (
        "A cell of the row holds a formula whose result is not stored in the file.",
        "Open the file in a spreadsheet program, let it calculate, and save it.",
    ),
    "duplicate": (
        "The same text to the same phone is already in row {row}.",
        "Nothing to do: the person gets it once.",
    ),
    # --- phone
    "phone_empty": ("The phone cell is blank.", "Write the number, like +79161234567."),
    "phone_not_a_number": (
        "{value} is not a phone number.",
        "Leave nothing but the number in the cell, like +79161234567.",
    ),
    "phone_digits_lost": (
        "{value}: the spreadsheet has rounded the number, its last digits are lost.",
        "Format the column as text and enter the number again.",
    ),
    "phone_too_short": ("{value} has too few digits.", "Write all of them, like +79161234567."),
    "phone_too_long": ("{value} has too many digits.", "Write one number, like +79161234567."),
    "phone_impossible": (
        "{value} is a number that no operator has.",
        "Check the digits after the country code.",
    ),
    "phone_landline": ("{value} is a landline and cannot get an SMS.", "Write a mobile number."),
    "phone_premium": (
        "{value} is a free or paid service number and cannot get an SMS.",
        "Write a mobile number.",
    ),
    "phone_cannot_sms": (
        "{value} is not a mobile number and cannot get an SMS.",
        "Write a mobile number.",
    ),
    "phone_foreign": (
        "{value} belongs to country code {country}, which this campaign does not text.",
        "Allow that country if it is meant, or check the number.",
    ),
    "phone_extension": (
        "{value} has an extension; an SMS cannot be sent to one.",
        "Write a mobile number without extension.",
    ),
    "phone_two_numbers": (
        "{value} seems to hold two numbers.",
        "Leave one of them, or make two rows.",
    ),
    # --- clientId
    "client_id_empty": (
        "The clientId cell is blank.",
        "Write 1 to 72 Latin letters or digits, or use --client-id auto.",
    ),
    "client_id_bad_characters": (
        "The clientId {value} holds a character that is not allowed: {character}",
        "Use Latin letters and digits only, or --client-id auto.",
    ),
    "client_id_too_long": (
        "The clientId {value} has {length} characters; 72 are allowed.",
        "Shorten it, or use --client-id auto.",
    ),
    "client_id_repeated": (
        "The same clientId is already in row {row} (case does not count).",
        "Give every row its own clientId, or use --client-id auto.",
    ),
    # --- text
    "text_empty": ("The text is blank.", "Write the text."),
    "text_too_long": (
        "The text would take {parts} SMS; {limit} are allowed.",
        "Shorten the text.",
    ),
    "text_bad_characters": (
        "The text holds a broken character that cannot be sent.",
        "Type the text again in this row.",
    ),
    "placeholder_empty": (
        "The text needs the column {column}, which is blank in this row.",
        "Fill the cell, or give a default in the text: {{{column}|default}}.",
    ),
    # --- sender, flash, link
    "sender_bad": (
        "{value} cannot be a sender name.",
        "Use at most 11 Latin letters or digits, or a number of up to 15 digits.",
    ),
    "flash_bad": ("{value} in the flash column is neither yes nor no.", "Write 1, 0 or nothing."),
    "flash_unsupported": (
        "This gateway has no flash messages.",
        "Clear the cell to send an ordinary SMS.",
    ),
    "wapurl_bad": ("{value} is not a link.", "Write it like wap.example.com."),
    "wapurl_unsupported": (
        "This gateway has no wap-push messages.",
        "Clear the cell to send an ordinary SMS.",
    ),
    # --- time
    "time_unreadable": (
        "{value} is not a date with a time.",
        "Write it like 2026-12-01 10:00 or 01.12.2026 10:00.",
    ),
    "time_without_zone": (
        "{value} does not say in which time zone it is meant.",
        "Add the zone: 01.12.2026 10:00 Europe/Moscow.",
    ),
    "time_does_not_exist": (
        "At {value} the clocks in {zone} are put forward: that time does not exist.",
        "Choose a time an hour earlier or later.",
    ),
    "time_ambiguous": (
        "At {value} the clocks in {zone} are put back: that time comes twice.",
        "Add the offset, like 2026-10-25T02:30:00+01:00.",
    ),
    "time_too_near": (
        "{value} is past, or less than {minutes} minutes ahead.",
        "Choose a later time, or clear the cell to send at once.",
    ),
    "zone_unknown": (
        "{value} is not a known time zone.",
        "Write it like Europe/Moscow, UTC+5 or MSK+2.",
    ),
}

FILES: Final = {
    "empty_file": ("The file has no rows.", "Check the file and the sheet."),
    "no_phone_column": ("No column holds the phone.", 'Name it: --map phone="…".'),
    "phone_column_ambiguous": (
        "Several columns may hold the phone.",
        'Say which one: --map phone="…".',
    ),
    "map_unknown_column": ("--map names a column that the file does not have.", ""),
    "map_ambiguous_column": (
        "--map names a heading that several columns have.",
        "Name the column by its letter.",
    ),
    "rows_above_heading": (
        "A row above the headings holds a phone number.",
        "Move it below the headings.",
    ),
    "no_client_id_column": (
        "No column holds the clientId.",
        'Name it: --map client_id="…", or use --client-id auto.',
    ),
    "no_text": (
        "There is no text: neither --text nor a text column.",
        'Use --text "…", or --map text="…".',
    ),
    "template_bad": (
        "The braces of the text do not match.",
        "Write {{column}} or {{column|default}}; for a brace itself write it twice.",
    ),
    "template_unknown_column": ("The text uses a column that the file does not have.", ""),
    "template_ambiguous_column": (
        "The text uses a heading that several columns have.",
        "Give each of these columns a heading of its own.",
    ),
    "duration": ("That is no duration.", "Write it like 30s, 10m or 2h."),
    "run_unknown": ("There is no such run.", "campaign runs"),
    "run_ambiguous": ("Several runs begin like that.", "Write more of the name."),
}
