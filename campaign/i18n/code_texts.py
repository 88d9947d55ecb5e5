"""English: why a row of the file, or the file itself, cannot be used."""

from collections.abc import Mapping
from typing import Final

from campaign.domain import Status

ROWS: Final = {
    # --- the row as a whole
    "row_hidden": (
        "The row is hidden or filtered out in the spreadsheet.",
        "Show the row, or use --include-hidden, if this person is meant to be texted.",
    ),
    "row_too_wide": (
        "The row has more cells than the heading row, so its columns cannot be trusted.",
        "Put quotes around cells that hold the delimiter, or remove the surplus cells.",
    ),
    "quote_broken": (
        "The quotes of the row are broken, so it is not sure where its cells end.",
        'Double the quotes inside a quoted cell ("" for "), or save the table as .xlsx.',
    ),
    "repeated_heading": (
        "The row repeats the headings of the table.",
        "Nothing to do: nobody is meant by it.",
    ),
    "totals_row": (
        "The row holds totals and not a person.",
        "Nothing to do: nobody is meant by it.",
    ),
    "formula_without_value": (
        "A cell of the row holds a formula whose result is not stored in the file.",
        "Open the file in a spreadsheet program, let it calculate, and save it.",
    ),
    "over_limit": (
        "It is behind the first people, as many as --limit {limit} allows.",
        "To send to the next ones: the same command with --skip-sent.",
    ),
    "duplicate": (
        "The same phone is already in row {row}, and the first row counts.",
        "If the person is meant to get different texts: --allow-duplicates.",
    ),
    "duplicate_message": (
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
    "phone_letters": (
        "{value} holds a letter among its digits: {character}",
        "Write the digits again, like +79161234567.",
    ),
    "phone_comment": (
        "Beside the number {number} stands a comment: {comment}",
        "Move it to another column; it may say that the number is not to be used.",
    ),
    "phone_short": (
        "{value} is a short service number and cannot get an SMS.",
        "Write a mobile number.",
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
        "Allow that country if it is meant: --countries {country}.",
    ),
    "phone_extension": (
        "{value} has an extension; an SMS cannot be sent to one.",
        "Write a mobile number without extension.",
    ),
    "phone_two_numbers": (
        "{value} seems to hold several numbers, but not where each of them ends.",
        "Put commas between them, leave one, or make a row for each.",
    ),
    # --- clientId
    "client_id_empty": (
        "The clientId cell is blank.",
        "Write 1 to 72 Latin letters or digits, or use --client-id auto.",
    ),
    "client_id_bad_characters": (
        "Character {position} of the clientId {value} is not allowed: {character}",
        "Use Latin letters and digits only, or --client-id auto.",
    ),
    "client_id_look_alike": (
        "Character {position} of clientId {value} is Cyrillic, not the Latin {latin}: {character}",
        "Type it with the Latin keyboard, or use --client-id auto.",
    ),
    "client_id_space": (
        "Character {position} of the clientId {value} is a space: {character}",
        "Use Latin letters and digits only, or --client-id auto.",
    ),
    "client_id_dash": (
        "Character {position} of the clientId {value} is a dash: {character}",
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
        "Shorten the text, or allow more: --max-segments {parts}.",
    ),
    "text_bad_characters": (
        "The text holds a broken or control character that cannot be sent: {character}",
        "Type the text again in this row.",
    ),
    "text_garbled": (
        "{value}: the program that wrote it took one encoding for another; probably {reading}.",
        "Export the table again, as .xlsx or CSV (UTF-8).",
    ),
    "text_letters_lost": (
        "{value}: the program that wrote it has put question marks for the letters.",
        "The letters are lost: export the table again, as .xlsx or CSV (UTF-8).",
    ),
    "placeholder_empty": (
        "The text needs the column {column}, which is blank in this row.",
        "Fill the cell, or give a default in the text: {{{column}|default}}.",
    ),
    "cell_error": (
        "The column {column} holds {value}, the word of a formula that failed.",
        "Mend the formula or write the value into the cell.",
    ),
    # --- warnings: the row is sent, and nothing is mended
    "phone_others": (
        "The cell holds several numbers: {used} is used, {others} not.",
        "To text each of them: --explode-phones.",
    ),
    "text_edge_blanks": (
        "The text begins or ends with a blank.",
        "It is sent so; take the blank out if it is not meant.",
    ),
    "text_double_space": (
        "The text holds two blanks in a row.",
        "It is sent so; take one out if it is not meant.",
    ),
    "text_invisible": (
        "The text holds a character that nobody sees: {character}",
        "It is sent so; take it out if it is not meant.",
    ),
    "value_long": (
        "The column {column} puts {length} characters into the text.",
        "It is sent so; check that it is the right column.",
    ),
    "value_link": (
        "The column {column} puts a link into the text: {value}",
        "It is sent so; check that it is yours.",
    ),
    "value_odd": (
        "The column {column} puts into the text what may be no value: {value}",
        "It is sent so; clear the cell, or write what people are to read.",
    ),
    "value_lines": (
        "The column {column} puts a line break into the text.",
        "It is sent so; take it out if it is not meant.",
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
        "Write it with its zone: 2026-12-01 10:00+03:00 or 01.12.2026 10:00 Europe/Moscow.",
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
    "map_unknown_column": (
        "--map names a column that the file does not have.",
        "Name one that it has.",
    ),
    "map_ambiguous_column": (
        "--map names a heading that several columns have.",
        "Name the column by its letter.",
    ),
    "header_row": (
        "--header names a row that is blank or behind the end of the table.",
        "Give the row number that the spreadsheet program shows, or 0 for none.",
    ),
    "second_heading": (
        "Other headings stand among the rows: another table begins there.",
        "Put each table into a file or a sheet of its own.",
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
    "template_unknown_column": (
        "The text uses a column that the file does not have.",
        "Use one that it has.",
    ),
    "template_ambiguous_column": (
        "The text uses a heading that several columns have.",
        "Give each of these columns a heading of its own.",
    ),
    "countries": (
        "--countries names something that is no country.",
        "Write calling codes or ISO names with commas: --countries 375,UZ.",
    ),
    "duration": ("That is no duration.", "Write it like 30s, 10m or 2h."),
    "no_journal": (
        "There is no journal there.",
        "--store PATH of the run; or, for a new one: campaign run FILE",
    ),
    "run_unknown": ("There is no such run.", "campaign runs"),
    "run_ambiguous": ("Several runs begin like that.", "Write more of the name."),
}

_PERHAPS: Final = (
    "The person may or may not have got the message; it is never sent again by itself."
)

_ASK: Final = f"{_PERHAPS} campaign status asks the gateway again."

_SETTINGS: Final = "Every other message would be refused too: mend the setting, then resume."

GATEWAY: Final = {
    "pending": ("Not sent yet.", "campaign resume"),
    "not_sent": ("The request did not reach the gateway; nobody in it was texted.", ""),
    "never_completed": ("The gateway answered before the request was complete; not taken.", ""),
    "answered": ("The gateway answered for everybody in the request.", ""),
    # --- taken
    "accepted": ("The gateway has taken the message; no final word yet.", "campaign status"),
    "accepted_without_id": (
        "The gateway says that it has taken the message but named no id for it.",
        "Its delivery cannot be followed. It is never sent again by itself.",
    ),
    "taken_unrecognised": (
        "The gateway gave the message an id with a word that is not known; it counts as taken.",
        "Look at the gateway's word. It is never sent again by itself.",
    ),
    "settled_all": (
        "The answer was lost, but the status queue shows as many messages as people: all taken.",
        "",
    ),
    "settled_echo": (
        "The answer was lost, but the gateway has named this clientId since: it has the message.",
        "",
    ),
    "settled_operator": ("The answer was lost; a person has settled what became of it.", ""),
    # --- refused by name
    "refused_phone": ("The gateway refuses the phone number.", "Check the number."),
    "refused_text": ("The gateway refuses the text.", "Check the text of this row."),
    "refused_wapurl": ("The gateway refuses the link.", "Check the link of this row."),
    "refused_sender": ("The gateway refuses the sender name.", f"{_SETTINGS} campaign senders"),
    "refused_schedule": ("The gateway refuses the time of sending.", _SETTINGS),
    "refused_queue": ("The gateway refuses the name of the status queue.", _SETTINGS),
    "refused_param": ("The gateway misses something in the request.", _SETTINGS),
    "refused_money": (
        "There is not enough money on the account.",
        "Top up the account, then: campaign resume",
    ),
    # --- unknown
    "unknown_word": ("The gateway answered with a word that is not known and no id.", _ASK),
    "missing_in_reply": ("The gateway's answer does not name this person.", _ASK),
    "named_twice": ("The gateway's answer names this person more than once.", _ASK),
    "id_repeated": ("The gateway gave the same id to several people.", _ASK),
    "no_messages": ("The gateway's answer names nobody.", _ASK),
    "no_answer": ("The connection ended after the whole request had left.", _ASK),
    "http_status": ("The gateway answered with HTTP {status} instead of an answer.", _ASK),
    "not_json": ("The gateway's answer could not be read.", _ASK),
    "empty_answer": ("The gateway's answer was empty.", _ASK),
    "truncated": ("The gateway's answer was cut off.", _ASK),
    "status_error": ("The gateway reported an error: {description}", _ASK),
    "in_flight": ("The request is on its way, or its answer could not be stored yet.", _ASK),
    "killed": ("The program was stopped between sending and storing the answer.", _ASK),
    # --- the request as a whole
    "error_authorization": (
        "The gateway refused login or password; nobody was texted.",
        "Check CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD.",
    ),
    "login_refused": (
        "The gateway refused login or password; nobody was texted.",
        "Check CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD.",
    ),
    "http_refused": ("The gateway refused the request (HTTP {status}); nobody was texted.", ""),
    "http_429": ("The gateway is busy; the request was not taken.", ""),
    "schedule_over": (
        "The time of sending has passed or is too near; nothing was sent.",
        "Plan the campaign again with a later time.",
    ),
    # --- delivery
    "on_its_way": ("The message is on its way.", "campaign status"),
    "delivered": ("Delivered to the phone.", ""),
    "delivery_error": (
        "Not delivered: the phone could not be reached in time.",
        "Send to this person again later.",
    ),
    "smsc_reject": ("Not delivered: the number is blocked or does not exist.", "Check the number."),
    "two_ends": (
        "The gateway named two different ends of this message; the last one is shown.",
        "Ask the gateway's support with the message id.",
    ),
    "lost_by_gateway": (
        "The gateway took the message but no longer knows it.",
        "Ask the gateway's support with the message id.",
    ),
    "no_final_status": (
        "The gateway took the message but has said nothing final about it for too long.",
        "Ask the gateway's support with the message id.",
    ),
    "expired": ("The time until which it might be sent has passed; not sent.", ""),
    "cancelled": ("The run was cancelled before this message was sent.", ""),
    "stopped": ("The number is on the stop-list; not sent.", ""),
    "already_sent": (
        "Run {run} has sent the same text to this phone within the last 30 days.",
        "Nothing to do; --again LABEL sends it once more on purpose.",
    ),
}

STATUSES: Final = {
    Status.INVALID: ("invalid"),
    Status.DUPLICATE: ("duplicate"),
    Status.STOPPED: ("on the stop-list"),
    Status.ALREADY_SENT: ("already sent"),
    Status.PENDING: ("not sent yet"),
    Status.EXPIRED: ("expired"),
    Status.CANCELLED: ("cancelled"),
    Status.REFUSED: ("refused"),
    Status.UNKNOWN: ("unknown"),
    Status.ACCEPTED: ("accepted"),
    Status.DELIVERED: ("delivered"),
    Status.UNDELIVERED: ("undelivered"),
    Status.NO_FINAL_STATUS: ("no final status"),
}

STATUS_SENTENCES: Final = {
    Status.INVALID: ("The row cannot be sent as it stands; nothing was sent."),
    Status.DUPLICATE: (
        "The same phone stands further up; the first row counts, this one is not sent."
    ),
    Status.STOPPED: ("The person asked not to be texted; nothing was sent."),
    Status.ALREADY_SENT: ("The person has got this campaign before; nothing was sent again."),
    Status.PENDING: ("Not handed to the gateway yet; resume goes on with it."),
    Status.EXPIRED: ("Its time passed before it could be sent; nothing was sent."),
    Status.CANCELLED: ("The run was cancelled before it was sent."),
    Status.REFUSED: ("The gateway refused this message by name; the person did not get it."),
    Status.UNKNOWN: (
        "The person may or may not have got the message; it is never sent again by itself."
    ),
    Status.ACCEPTED: ("The gateway has taken the message; no final word yet."),
    Status.DELIVERED: ("The message is on the phone."),
    Status.UNDELIVERED: ("The gateway took the message, but it did not reach the phone."),
    Status.NO_FINAL_STATUS: ("The gateway took the message but never said how it ended."),
}

NOUNS: Final = {
    "message": ("message", "messages"),
    "of_messages": ("message", "messages"),
    "row": ("row", "rows"),
    "text_takes": ("text takes", "texts take"),
    "part": ("part", "parts"),
    "sms_part": ("SMS part", "SMS parts"),
    "character": ("character", "characters"),
    "file": ("file", "files"),
    "table": ("table", "tables"),
    "number": ("number", "numbers"),
    "run": ("run", "runs"),
    "id": ("id", "ids"),
    "queue_answer": ("queue answer", "queue answers"),
    "message_id": ("message id", "message ids"),
    "gets": ("recipient gets", "recipients get"),
    "was": ("recipient was", "recipients were"),
    "recipient": ("recipient", "recipients"),
}
"""Key to one and many: nouns that follow a number, some with their verb or in another case."""

CODES: Final = {**ROWS, **FILES, **GATEWAY}
"""Code to reason and hint."""

ALARMS: Final[Mapping[str, str]] = {
    "named_twice": "clientId {client_id}: the reply named it twice",
    "id_repeated": "clientId {client_id}: its message id belongs to another one in the same reply",
    "accepted_without_id": "clientId {client_id}: accepted without a message id",
    "foreign_messages": "the reply named {count} messages that were not in the request",
    "impossible_prices": "the reply named {count} prices that no SMS has: msgCost {price}",
    "status_contradicts_body": (
        "the gateway answered HTTP {status}, which means that nothing was taken, with a body that "
        "says that some messages were: each recipient is judged individually, who is not named is "
        "unknown"
    ),
    "id_of_two": "the gateway gave the message id {smsc_id} to two recipients",
    "late_taken": (
        "a late reply says that the gateway took recipient {position}, who was put back as not "
        "sent: they may get the message twice"
    ),
    "late_refused": (
        "a late reply refuses recipient {position}, whom the status queue shows as taken"
    ),
    "two_ends": "message {smsc_id}: the gateway reported {before!r}, and then {after!r}",
    "two_messages": "clientId {client_id}: the gateway has {count} messages of one request",
    "queue_of_another": (
        "a status queue reports a message that the reply to another request named: {smsc_id}"
    ),
    "queue_too_long": (
        "a status queue reports more messages than recipients: the gateway may have taken one twice"
    ),
    "taken_refused": (
        "message {smsc_id}: the gateway reports {status_text!r} for recipient {position}, who was "
        "refused individually and is not sent again"
    ),
    "taken_put_back": (
        "message {smsc_id}: the gateway reports {status_text!r} for recipient {position}, who was "
        "put back and is not sent again"
    ),
    "taken_sent_again": (
        "message {smsc_id}: the gateway reports {status_text!r} for recipient {position}, who was "
        "put back and is being sent again: they may get the message twice"
    ),
}
"""Where the gateway broke its own protocol (`domain.Alarm`)."""
