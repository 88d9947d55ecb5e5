"""What the codes of rows, gateway replies and statuses mean, in English."""

from collections.abc import Mapping
from typing import Final

_ROWS: Final = {
    # --- the row as a whole
    "row_hidden": (
        "The row is hidden or filtered out in the spreadsheet.",
        "Show the row, or use --include-hidden if this recipient should get the message.",
    ),
    "row_too_wide": (
        "The row has more cells than the heading row, so its columns cannot be trusted.",
        "Put quotes around cells that contain the delimiter, or remove the extra cells.",
    ),
    "quote_broken": (
        "The quotes in the row are broken, so it is unclear where its cells end.",
        'Double the quotes inside a quoted cell ("" for "), or save the table as .xlsx.',
    ),
    "repeated_heading": ("The row repeats the table's headings.", "Nothing to do: it is not a recipient."),
    "totals_row": ("The row contains totals, not a recipient.", "Nothing to do: it is not a recipient."),
    "formula_without_value": (
        "A cell in the row contains a formula whose result is not stored in the file.",
        "Open the file in a spreadsheet program, let it calculate, and save it.",
    ),
    "over_limit": (
        "The row comes after the first recipients that --limit {limit} allows.",
        "To send to the next ones, run the same command with --skip-sent.",
    ),
    "duplicate": (
        "The same phone is already in row {row}; the first row counts.",
        "If this recipient should get different texts, use --allow-duplicates.",
    ),
    "duplicate_message": (
        "The same text to the same phone is already in row {row}.",
        "Nothing to do: the recipient gets it once.",
    ),
    # --- phone
    "phone_empty": ("The phone cell is empty.", "Enter the number, for example +79161234567."),
    "phone_not_a_number": (
        "{value} is not a phone number.",
        "Leave only the number in the cell, for example +79161234567.",
    ),
    "phone_digits_lost": (
        "{value}: the spreadsheet rounded the number; its last digits are lost.",
        "Format the column as text and enter the number again.",
    ),
    "phone_letters": (
        "{value} has a letter among its digits: {character}",
        "Type the digits again, for example +79161234567.",
    ),
    "phone_comment": (
        "There is a comment next to the number {number}: {comment}",
        "Move it to another column; it may say that the number must not be used.",
    ),
    "phone_short": ("{value} is a short service number and cannot get an SMS.", "Enter a mobile number."),
    "phone_too_short": ("{value} has too few digits.", "Enter all of them, for example +79161234567."),
    "phone_too_long": ("{value} has too many digits.", "Enter one number, for example +79161234567."),
    "phone_impossible": (
        "{value} is not a number of any operator.",
        "Check the digits after the country code.",
    ),
    "phone_landline": ("{value} is a landline and cannot get an SMS.", "Enter a mobile number."),
    "phone_premium": (
        "{value} is a toll-free or premium number and cannot get an SMS.",
        "Enter a mobile number.",
    ),
    "phone_cannot_sms": ("{value} is not a mobile number and cannot get an SMS.", "Enter a mobile number."),
    "phone_foreign": (
        "{value} has country code {country}; this campaign does not send there.",
        "If you want to send there, allow the country: --countries {country}.",
    ),
    "phone_extension": (
        "{value} has an extension; an SMS cannot be sent to one.",
        "Enter a mobile number without an extension.",
    ),
    "phone_two_numbers": (
        "{value} seems to contain several numbers, but it is unclear where each one ends.",
        "Separate them with commas, keep one, or make a row for each.",
    ),
    # --- clientId
    "client_id_empty": (
        "The clientId cell is empty.",
        "Enter 1 to 72 Latin letters or digits, or use --client-id auto.",
    ),
    "client_id_bad_characters": (
        "Character {position} of the clientId {value} is not allowed: {character}",
        "Use Latin letters and digits only, or --client-id auto.",
    ),
    "client_id_look_alike": (
        "Character {position} of clientId {value} is Cyrillic, not the Latin {latin}: {character}",
        "Type it with a Latin keyboard, or use --client-id auto.",
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
    "text_empty": ("The text is empty.", "Enter the text."),
    "text_too_long": (
        "The text needs {parts} SMS parts; at most {limit} are allowed.",
        "Shorten the text, or allow more: --max-segments {parts}.",
    ),
    "text_bad_characters": (
        "The text contains a broken or control character that cannot be sent: {character}",
        "Type the text again in this row.",
    ),
    "text_garbled": (
        "{value}: the program that wrote it mixed up encodings; it was probably {reading}.",
        "Export the table again as .xlsx or CSV (UTF-8).",
    ),
    "text_letters_lost": (
        "{value}: the program that wrote it replaced the letters with question marks.",
        "The letters are lost: export the table again as .xlsx or CSV (UTF-8).",
    ),
    "placeholder_empty": (
        "The text needs column {column}, which is empty in this row.",
        "Fill in the cell, or give a default in the text: {{{column}|default}}.",
    ),
    "cell_error": (
        "Column {column} contains {value}, the result of a failed formula.",
        "Fix the formula or enter the value in the cell.",
    ),
    # --- warnings: the row is sent as it is
    "phone_others": (
        "The cell contains several numbers: {used} is used, {others} not.",
        "To send to each of them, use --explode-phones.",
    ),
    "text_edge_blanks": (
        "The text begins or ends with a space.",
        "It is sent as is; remove the space if it is not intended.",
    ),
    "text_double_space": (
        "The text contains two spaces in a row.",
        "It is sent as is; remove one if it is not intended.",
    ),
    "text_invisible": (
        "The text contains an invisible character: {character}",
        "It is sent as is; remove it if it is not intended.",
    ),
    "value_long": (
        "Column {column} puts {length} characters into the text.",
        "It is sent as is; check that this is the right column.",
    ),
    "value_link": (
        "Column {column} puts a link into the text: {value}",
        "It is sent as is; check that the link is yours.",
    ),
    "value_odd": (
        "Column {column} puts something into the text that may not be a real value: {value}",
        "It is sent as is; clear the cell, or enter what recipients should read.",
    ),
    "value_lines": (
        "Column {column} puts a line break into the text.",
        "It is sent as is; remove it if it is not intended.",
    ),
    # --- sender, flash, link
    "sender_bad": (
        "{value} cannot be a sender name.",
        "Use at most 11 Latin letters or digits, or a number of up to 15 digits.",
    ),
    "flash_bad": ("{value} in the flash column is neither yes nor no.", "Enter 1, 0 or nothing."),
    "flash_unsupported": ("This gateway has no flash messages.", "Clear the cell to send an ordinary SMS."),
    "wapurl_bad": ("{value} is not a link.", "Enter it like wap.example.com."),
    "wapurl_unsupported": (
        "This gateway has no wap-push messages.",
        "Clear the cell to send an ordinary SMS.",
    ),
    # --- time
    "time_unreadable": (
        "{value} is not a date and time.",
        "Enter it with its time zone: 2026-12-01 10:00+03:00 or 01.12.2026 10:00 Europe/Moscow.",
    ),
    "time_without_zone": (
        "{value} does not say which time zone it is in.",
        "Add the zone: 01.12.2026 10:00 Europe/Moscow.",
    ),
    "time_does_not_exist": (
        "At {value} the clocks in {zone} go forward: that time does not exist.",
        "Choose a time an hour earlier or later.",
    ),
    "time_ambiguous": (
        "At {value} the clocks in {zone} go back: that time occurs twice.",
        "Add the offset, like 2026-10-25T02:30:00+01:00.",
    ),
    "time_too_near": (
        "{value} is in the past or less than {minutes} minutes ahead.",
        "Choose a later time, or clear the cell to send immediately.",
    ),
    "zone_unknown": ("{value} is not a known time zone.", "Enter it like Europe/Moscow, UTC+5 or MSK+2."),
}

_PERHAPS: Final = (
    "The recipient may or may not have received the message; it is never sent again automatically."
)

_ASK: Final = f"{_PERHAPS} `campaign status` asks the gateway again."

_SETTINGS: Final = "Every other message would be rejected too: fix the setting, then resume."

_LOGIN: Final = (
    "The gateway rejected the login or password; nothing was sent.",
    "Check CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD.",
)

_SUPPORT: Final = "Ask the gateway's support, giving the message id."

_GATEWAY: Final = {
    "pending": ("Not sent yet.", "campaign resume"),
    "not_sent": ("The request did not reach the gateway; none of its messages was sent.", ""),
    "never_completed": ("The gateway answered before the request was complete; it was not accepted.", ""),
    "answered": ("The gateway answered for every recipient in the request.", ""),
    # --- accepted
    "accepted": ("The gateway accepted the message; there is no final status yet.", "campaign status"),
    "accepted_without_id": (
        "The gateway accepted the message but did not return an id for it.",
        "Its delivery cannot be tracked. It is never sent again automatically.",
    ),
    "taken_unrecognised": (
        ("The gateway returned an id for the message with an unknown status; it counts as accepted."),
        "See the gateway status. It is never sent again automatically.",
    ),
    "settled_all": (
        (
            "The answer was lost, but the status queue shows as many messages as recipients: "
            "all were accepted."
        ),
        "",
    ),
    "settled_echo": (
        ("The answer was lost, but the gateway has reported this clientId since: it has the message."),
        "",
    ),
    "settled_operator": ("The answer was lost; the status was set by an operator.", ""),
    # --- refused individually
    "refused_phone": ("The gateway rejects the phone number.", "Check the number."),
    "refused_text": ("The gateway rejects the text.", "Check the text of this row."),
    "refused_wapurl": ("The gateway rejects the link.", "Check the link of this row."),
    "refused_sender": ("The gateway rejects the sender name.", f"{_SETTINGS} campaign senders"),
    "refused_schedule": ("The gateway rejects the send time.", _SETTINGS),
    "refused_queue": ("The gateway rejects the name of the status queue.", _SETTINGS),
    "refused_param": ("The gateway reports that something is missing in the request.", _SETTINGS),
    "refused_money": (
        "There is not enough money in the account.",
        "Top up the account, then: campaign resume",
    ),
    # --- unknown
    "unknown_word": ("The gateway answered with an unknown status and no id.", _ASK),
    "missing_in_reply": ("The gateway's answer does not mention this recipient.", _ASK),
    "named_twice": ("The gateway's answer mentions this recipient more than once.", _ASK),
    "id_repeated": ("The gateway returned the same id for several recipients.", _ASK),
    "no_messages": ("The gateway's answer mentions no recipients.", _ASK),
    "no_answer": ("The connection broke after the whole request had been sent.", _ASK),
    "http_status": ("The gateway answered with HTTP {status}.", _ASK),
    "not_json": ("The gateway's answer could not be read.", _ASK),
    "empty_answer": ("The gateway's answer was empty.", _ASK),
    "truncated": ("The gateway's answer was cut off.", _ASK),
    "status_error": ("The gateway reported an error: {description}", _ASK),
    "in_flight": ("The request is in progress, or its answer could not be stored yet.", _ASK),
    "killed": ("The program was stopped between sending and storing the answer.", _ASK),
    # --- the request as a whole
    "error_authorization": _LOGIN,
    "login_refused": _LOGIN,
    "http_refused": ("The gateway rejected the request (HTTP {status}); nothing was sent.", ""),
    "http_429": ("The gateway is busy; the request was not accepted.", ""),
    "schedule_over": (
        "The send time has passed or is too near; nothing was sent.",
        "Plan the campaign again with a later time.",
    ),
    # --- delivery
    "on_its_way": ("The message is on its way.", "campaign status"),
    "delivered": ("Delivered to the phone.", ""),
    "delivery_error": (
        "Not delivered: the phone could not be reached in time.",
        "Send to this recipient again later.",
    ),
    "smsc_reject": ("Not delivered: the number is blocked or does not exist.", "Check the number."),
    "two_ends": (
        ("The gateway reported two different final statuses for this message; the last one is shown."),
        _SUPPORT,
    ),
    "lost_by_gateway": ("The gateway accepted the message but no longer knows it.", _SUPPORT),
    "no_final_status": (
        "The gateway accepted the message but has reported no final status for too long.",
        _SUPPORT,
    ),
    "expired": ("Its send deadline has passed; not sent.", ""),
    "cancelled": ("The run was cancelled before this message was sent.", ""),
    "stopped": ("The number is on the stop-list; not sent.", ""),
    "already_sent": (
        "Run {run} sent the same text to this phone within the last 30 days.",
        "Nothing to do; --again LABEL sends it again on purpose.",
    ),
}

STATUSES: Final = {
    "invalid": "invalid",
    "duplicate": "duplicate",
    "stopped": "on the stop-list",
    "already_sent": "already sent",
    "pending": "not sent yet",
    "expired": "expired",
    "cancelled": "cancelled",
    "refused": "refused",
    "unknown": "unknown",
    "accepted": "accepted",
    "delivered": "delivered",
    "undelivered": "undelivered",
    "no_final_status": "no final status",
}

STATUS_SENTENCES: Final = {
    "invalid": "The row cannot be sent as it is; nothing was sent.",
    "duplicate": ("The same phone appears further up; the first row counts, this one is not sent."),
    "stopped": "The recipient asked not to get messages; nothing was sent.",
    "already_sent": "The recipient already got this campaign; nothing was sent again.",
    "pending": "Not sent to the gateway yet; `campaign resume` continues with it.",
    "expired": "Its deadline passed before it could be sent; nothing was sent.",
    "cancelled": "The run was cancelled before it was sent.",
    "refused": "The gateway rejected this message; the recipient did not get it.",
    "unknown": _PERHAPS,
    "accepted": "The gateway accepted the message; there is no final status yet.",
    "delivered": "The message was delivered to the phone.",
    "undelivered": "The gateway accepted the message, but it did not reach the phone.",
    "no_final_status": "The gateway accepted the message but never reported a final status.",
}

NOUNS: Final = {
    "message": ("message", "messages"),
    "of_messages": ("message", "messages"),
    "of_recipients": ("recipient", "recipients"),
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
    "recipient": ("recipient", "recipients"),
}
"""Key to one and many: nouns that follow a number, some with their verb or in another case."""

CODES: Final = {**_ROWS, **_GATEWAY}
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
    "late_refused": ("a late reply refuses recipient {position}, whom the status queue shows as taken"),
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
