"""English: why a command ended, whatever names and numbers its own sentence adds.

`{command}` and `{option}` of a hint are those that the error itself gives.
"""

from typing import Final

ERRORS: Final = {
    # --- whole kinds, where nothing more exact is known
    "error": ("The command could not be carried out.", ""),
    "unusable_input": ("A file or a setting cannot be used; nothing was sent.", ""),
    "guard": ("A guard refused; nothing was sent.", ""),
    "nothing_to_do": ("There is nothing to do.", "{command}"),
    "pause_asked": ("A person asked the run to stop after the request in hand.", "{command}"),
    "gateway": ("The gateway could not be used.", "Try again later."),
    "journal": (
        "The journal cannot be read or written; sending has stopped.",
        "Check the disk and the rights, then: campaign doctor",
    ),
    # --- settings
    "setting": ("An option cannot be used as it stands.", "Write it as the example shows."),
    "option_empty": ("The text for everybody is empty.", 'Write it: --text "…"'),
    "map_form": ("--map is not of the form ROLE=COLUMN.", 'For example: --map phone="Телефон"'),
    "map_role": ("--map names a role that does not exist.", 'For example: --map phone="Телефон"'),
    "campaign_file": (
        "The campaign file (or the profile) cannot be used.",
        "Mend it as the second line says; samples/spring.toml is an example.",
    ),
    "text_file": ("The text file cannot be read.", "Save it as UTF-8 text."),
    "docs_unknown": ("There is no such page.", "campaign docs"),
    "report_format": ("There is no such report format.", "--format xlsx,html,csv,csv-raw,jsonl"),
    "report_kind": ("There is no such report format.", "--format xlsx,html,csv,csv-raw,jsonl"),
    "retry_fate": (
        "--only names people who are never sent to again.",
        "--only refused,undelivered,expired,cancelled",
    ),
    "why_missing": ("A reason is needed that others can read later.", '--why "…"'),
    "price_unknown": (
        "--max-cost cannot be held: nobody knows the price of an SMS part yet.",
        "One message teaches it: campaign test FILE --to +7… --sample 1",
    ),
    "too_many_recipients": (
        "More people than --max-recipients allows; nothing was planned.",
        "To send to the first of them only: {option}",
    ),
    "too_expensive": (
        "It would cost more than --max-cost allows; nothing was planned.",
        "A shorter text, --limit N, or a higher --max-cost.",
    ),
    "over_budget": (
        "The rest would cost more than --max-cost allows; it was not sent.",
        "If that is meant: {command}",
    ),
    "clocks_differ": (
        "This machine's clock and the gateway's do not agree on whether the send time is over.",
        "Set the clock of this machine, then: {command}",
    ),
    "already_sent": (
        "These people have got the same text within the last 30 days; nothing was sent to them.",
        "To leave them out: --skip-sent; to send it to them once more on purpose: --again LABEL",
    ),
    "no_such_row": (
        "There is no such row, or nobody could be sent to.",
        "campaign check FILE shows what is wrong with every row.",
    ),
    # --- files
    "file_missing": ("There is no such file.", "Check the name and the folder."),
    "file_unreadable": (
        "The file cannot be read.",
        "Check that you may read it and that no other program holds it.",
    ),
    "file_is_folder": (
        "It is a folder without a table to send to.",
        "Name a file, or a folder with tables in it.",
    ),
    "file_kind": ("It is no table that can be read.", "Save it as .xlsx, or as CSV (UTF-8)."),
    "file_empty": ("There is nothing in the file or the sheet.", "Save the table again."),
    "output_is_input": (
        "The output would be written over a file that is read; nothing was written or sent.",
        "Name another file.",
    ),
    "no_journal_file": (
        "The file named by --store is no journal of campaign.",
        "Name the journal: --store PATH",
    ),
    "file_twice": ("The same file is named twice.", "Name every file once."),
    "file_changed": (
        "The file was changed while it was read; nothing was planned.",
        "Close it in the other program and run the command again.",
    ),
    "file_binary": (
        "It is no text table: it holds bytes that no text has.",
        "Open it in the program that wrote it and save it as .xlsx or as CSV (UTF-8).",
    ),
    "frame_cell": ("The DataFrame holds what is no text.", "Turn the column into texts first."),
    "sheet_unknown": ("The workbook has no such sheet.", "--sheet NAME, one of those named above."),
    "workbook_broken": ("The workbook is damaged.", "Open it, save it again as .xlsx."),
    "workbook_hostile": (
        "The workbook is refused: it could harm this machine.",
        "If you trust it: copy the table into a new workbook, or save it as CSV (UTF-8).",
    ),
    "workbook_password": (
        "The workbook is protected by a password.",
        "Open it in a spreadsheet program and save it without a password.",
    ),
    "cell_unreadable": (
        "A cell of the workbook cannot be read.",
        "Clear that cell or put a value into it, and save the workbook.",
    ),
    "line_too_long": (
        "A line of the file is too long for a table.",
        "Save it again as CSV (UTF-8).",
    ),
    "quote_open": (
        "A quote is opened in the file and never closed where it should be.",
        "Close or delete the quote in that line, or save the table as .xlsx.",
    ),
    "delimiter_unknown": (
        "That cannot be a delimiter.",
        "Use tab, comma, semicolon, pipe, or one character.",
    ),
    "delimiter_unclear": (
        "No usual delimiter was found in the file.",
        "Say which it is: --delimiter ';'",
    ),
    "encoding_unknown": (
        "There is no such encoding.",
        "Usual ones: utf-8, cp1251, utf-16, cp866, koi8-r.",
    ),
    "encoding_unclear": (
        "The encoding of the file cannot be told.",
        "Say which is right: --encoding cp1251, or save it as CSV (UTF-8).",
    ),
    "encoding_wrong": (
        "The file is not in that encoding.",
        "Say another --encoding, or save the table again as CSV (UTF-8).",
    ),
    "stop_list_empty": (
        "The stop-list holds no number that can be read; nothing was changed or sent.",
        "Check that it is the right file and sheet.",
    ),
    "stop_list_rows": (
        "Not all rows of the stop-list can be read; nothing was changed or sent.",
        "Mend those rows; or leave them out: campaign stoplist import FILE --skip-bad",
    ),
    "report_place": (
        "The report cannot be written there.",
        "Name another place: -o PATH; nothing was lost.",
    ),
    "report_incomplete": (
        "The report would not hold every row of the run.",
        "Run the command again; if it stays so, keep the journal file and report it.",
    ),
    "report_not_kept": (
        "The person's own workbook cannot be kept as it is.",
        "The table is drawn anew instead.",
    ),
    # --- runs
    "locked": ("Another process drives this run.", "Wait until it ends, or: {command}"),
    "attempt_taken": (
        "Somebody of this request is no longer pending; it was not sent.",
        "campaign status",
    ),
    "attempt_unknown": ("That attempt is not in doubt.", "campaign unknown"),
    "evidence": (
        "The gateway took at least part of that attempt: it cannot be called not sent.",
        "{command}",
    ),
    "not_confirmed": ("Nobody said yes; nothing was done.", "{command}"),
    "cancelled": (
        "The run was cancelled; nothing was sent now.",
        "To send it to those without it: the same campaign run with --skip-sent --again LABEL",
    ),
    "sent_already": (
        "That was sent already; nothing was sent now.",
        "{command}",
    ),
    "other_account": (
        "The run belongs to another login; nothing was sent or asked.",
        "Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD of that login; what is known of it: {command}",
    ),
    "retry_test": ("That run was a test to your own phone.", "campaign test FILE sends another."),
    "run_unfinished": ("The run must be finished first.", "{command}"),
    "journal_moved": (
        "The journal was moved, deleted or replaced while it was in use; sending has stopped.",
        "Put it back as it was, with its -wal and -shm beside it, then: campaign resume",
    ),
    "journal_busy": (
        "Another program holds the journal and does not let go.",
        "Wait until it ends, or end it; what was stored is safe.",
    ),
    "stopped_meanwhile": (
        "Somebody of this request was put on the stop-list meanwhile.",
        "campaign resume",
    ),
    # --- the gateway
    "gateway_unknown": ("There is no such gateway.", "{option}"),
    "gateway_url": (
        "The gateway's address is not usable.",
        "--gateway-url https://HOST/messages/v2/",
    ),
    "plain_http": (
        "Without TLS, login, phones and texts could be read by anybody on the way.",
        "--gateway-url https://…, or --allow-plain-http",
    ),
    "credentials_missing": (
        "Login or password is missing.",
        "Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD; without an account: --gateway sandbox",
    ),
    "login_not_text": (
        "The login or the password is no UTF-8 text.",
        "Set CAMPAIGN_LOGIN and CAMPAIGN_PASSWORD (or the password file) in UTF-8.",
    ),
    "password_file": (
        "The password file cannot be used.",
        "It must be readable by you alone: chmod 600 FILE",
    ),
    "sandbox": ("The practice gateway did not start.", "campaign sandbox shows why."),
    "not_reached": ("The gateway could not be reached.", "Nothing was sent; it is tried again."),
    "no_answer": (
        "The gateway gave no answer.",
        "Check the network and --gateway-url; asking changes nothing.",
    ),
    "unreadable_answer": ("The gateway's answer made no sense.", "Try again later."),
    "request_refused": ("The gateway refused the request; nobody in it was texted.", ""),
    "unavailable": (
        "The gateway is not available; given up for now, nothing of it was sent.",
        "When the gateway answers again: {command}",
    ),
    "paused": ("Sending is paused.", "Wait until the gateway works again, then: {command}"),
    "money": ("The money on the account is used up.", "Top up the account, then: {command}"),
    "refused_setting": (
        "The gateway refuses messages because of a setting.",
        "See the reasons in the report and campaign senders; then: campaign resume",
    ),
}
