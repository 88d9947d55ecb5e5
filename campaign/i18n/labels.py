"""Labels of reports and of the terminal, in English: key to text, with `{name}` placeholders."""

from typing import Final

_SHARED: Final = {
    # --- columns of the rows
    "row": "Row",
    "status": "Status",
    "reason": "Reason",
    "hint": "What to do",
    "gateway_word": "Gateway status",
    "client_id": "clientId",
    "phone": "Phone",
    "own_client_id": "clientId sent",
    "own_phone": "Sent to",
    "text": "Text",
    "segments": "SMS estimated",
    "sms_count": "SMS billed",
    "cost": "Cost",
    "send_at": "Send at",
    "handed_over_at": "Accepted at",
    "final_at": "Final at",
    "smsc_id": "Message id",
    # --- summary
    "summary": "Summary",
    "run": "Run",
    "state": "State",
    "file": "File",
    "gateway": "Gateway",
    "created": "Created",
    "as_of": "As of",
    "rows": "Rows",
    "count": "Count",
    "share": "Share",
    "cost_total": "Total cost",
    "attempts": "Requests",
    "attempts_answered": "answered",
    "attempts_not_sent": "not sent",
    "attempts_refused": "refused",
    "attempts_unknown": "unknown",
    "attempts_settled": "resolved later",
    "reasons": "Reasons",
    "rows_sheet": "Recipients",
    "summary_sheet": "Summary",
    "next_step": "Next step",
    # --- states of a run
    "state_planned": "planned, nothing sent yet",
    "state_sending": "sending",
    "state_paused": "paused",
    "state_sent": "sent, waiting for final statuses",
    "state_settled": "finished",
    "state_cancelled": "cancelled",
}

_HISTORY: Final = {
    "by_month": "By month",
    "by_sender": "By sender",
    "by_run": "By run",
    "history_title": "Campaigns",
    "period": "Runs planned from {since} to {until}: {runs}. Times and months: {zone}.",
    "note": ("The month is when the gateway accepted the message. The share is of accepted messages."),
    "unpriced_note": (
        "The month is when the gateway accepted the message. The share is of accepted "
        "messages. The cost is what the gateway reported; price not reported: {messages},"
        " {sms} SMS estimated."
    ),
    "month": "Month",
    "history_created": "Planned",
    "not_sent": "Not sent",
    "refused": "Refused",
    "pending": "Pending",
    "unknown": "Unknown",
    "sent": "Accepted",
    "delivered": "Delivered",
    "undelivered": "Undelivered",
    "accepted": "No final status yet",
    "no_final_status": "No final status",
    "history_share": "Delivered, share",
    "billed": "SMS billed",
    "history_cost": "Cost, RUB",
    "history_total": "Total",
    "history_default_sender": "the account's default",
    "no_message": "rows that cannot be sent",
}

PAGE: Final = {  # whole: the page is filled with this table alone
    "title": "SMS campaign report",
    "practice": "Sandbox run: no SMS left this machine.",
    # --- the headline
    "said_delivered": "Delivered: {count} of {whole} messages accepted by the gateway ({share}).",
    "said_none": "The gateway has not accepted any messages.",
    "said_doubt": "Status unknown: {count}; the gateway may have accepted them.",
    "said_waiting": "No final status yet: {count}.",
    "said_undelivered": "Not delivered: {count}.",
    "said_refused": "Rejected by the gateway: {count}.",
    "said_unknown": ("Status unknown: {count}; these recipients may or may not have received the message."),
    "said_pending": "Not sent yet: {count}.",
    "said_left_out": "Left out: {count} (errors, duplicates, the stop-list and the like).",
    "said_cost": "Cost: {cost}.",
    "said_named": "Cost reported: {cost} for {sms} SMS; price not reported for {unpriced}.",
    "said_unpriced": "Price not reported for {unpriced}.",
    # --- properties of the run
    "facts": "The run",
    "files": "Files",
    "sender": "Sender",
    "schedule": "Schedule",
    "text": "Text",
    "label": "Label",
    "who": "Report made by",
    "more": "and {count} more",
    # --- tally
    "tally": "Status of every row",
    "tally_note": "Every row of the files has exactly one status; the counts add up to all rows.",
    "total": "All rows",
    # --- funnel
    "funnel": "From the file to the phone",
    "funnel_rows": "Rows of the files",
    "funnel_valid": "Valid",
    "funnel_handed_over": "Accepted by the gateway",
    "funnel_delivered": "Delivered",
    # --- over time
    "timeline": "Delivery over time",
    "timeline_table": "The same as a table",
    "until": "Until",
    # --- operators
    "operators": "By operator",
    "operators_note": (
        "The operator is taken from the number range ({source}); ported numbers count "
        "under their original operator."
    ),
    "operator": "Operator",
    "operator_unknown": "not known",
    "operator_others": "others",
    "in_all": "Total",
    "by_reason": "By reason",
    # --- money
    "money": "SMS and cost: estimate and actual",
    "money_estimate": "SMS estimated, whole list",
    "money_billed_estimate": "SMS estimated, billed messages only",
    "money_billed": "SMS billed so far",
    "money_cost": "Cost so far",
    "money_named": "Cost reported so far",
    "money_unpriced": "Price not reported",
    "unpriced": "{count} of {whole} messages",
    "unpriced_about": "{count} of {whole} messages, about {about}",
    "money_price": "Price of one SMS, average",
    "money_whole": "Whole list as estimated, at that price",
    "money_none": "The gateway has not reported a cost.",
    # --- reasons
    "first_rows": "First rows",
    "other_reasons": "Other reasons",
    # --- what is open
    "open": "Not final yet",
    "open_nothing": "Nothing: every status is final.",
    "open_accepted": ("{count} accepted by the gateway, no final status yet. Check again: {command}"),
    "open_give_up": (
        "If no status arrives, tracking ends from {first} to {last} (72 hours after acceptance)."
    ),
    "open_give_up_at": ("If no status arrives, tracking ends on {moment} (72 hours after acceptance)."),
    "open_pending": "{count} not sent yet. Continue: {command}",
    "open_unknown": (
        "{count} with unknown status: the answer to their request was lost, so these "
        "recipients may or may not have received the message. It is never sent again "
        "automatically. What is known: {command}"
    ),
    # --- requests whose status is unknown
    "unknowns": "Requests with unknown status",
    "unknowns_note": (
        "An id in a request's queue proves that a message was accepted; an empty queue proves nothing."
    ),
    "unknown_share": (
        "Ever unknown: {recipients}. Resolved by later gateway reports: {evidence}, by an"
        " operator: {recipient}, sent again: {resent}. Still unknown: {left}."
    ),
    "unknown_attempt": "Request",
    "unknown_people": "Unknown",
    "unknown_members": "Recipients",
    "unknown_ids": "Proven accepted",
    "unknown_answers": "Queue answers",
    "unknown_armed": "Sent at",
    # --- rows to look at
    "problems": "Rows to check",
    "problems_note": (
        "Shown: {shown} of {count}. This page is meant to be shared, so it contains no "
        "names and phones are masked. All rows are in the workbook: {command}"
    ),
    "problems_none": "None.",
    "footer": ("Made by campaign. Nothing is loaded from the network, no script runs. Times: {zone}."),
}

_WORKBOOK: Final = {
    # --- of a fix-file: must never change, old files would not be recognised
    "fix_row": "Row (campaign)",
    "fix_reason": "Why not sent (campaign)",
    "fix_hint": "What to do (campaign)",
    "fix_sheet": "Fix",
    "cost_sheet": "Cost",
    "unknown_sheet": "Unknown",
    "settings_sheet": "Settings",
    # --- summary
    "command": "Command",
    "zone": "Times are in",
    "delivered_share": "Delivered, of accepted",
    "handed_over": "Accepted",
    "evidence_share": "Unknown statuses resolved by the gateway",
    "evidence_said": (
        "{settled} of {recipients} recipients with an unknown status, without an "
        "operator; still unknown: {left}."
    ),
    "results": "Results",
    "notes": "Good to know",
    "parts": "SMS per message",
    "messages": "Messages",
    # --- notes
    "note_practice": "Sandbox run: no SMS left this machine.",
    "note_kept": (
        "This is your workbook as it was when sent; only the report's columns and sheets were added."
    ),
    "note_macros": "Macros are not kept: the report is a workbook without macros.",
    "note_gone": "Your formatting is not kept: the file is no longer where it was read ({name}).",
    "note_changed": ("Your formatting is not kept: the file has changed since it was read ({name})."),
    "note_large": "Your formatting is not kept: the workbook is too large for it ({name}).",
    "note_several": "Your formatting is not kept: the rows come from several files.",
    "note_no_heading": ("Your formatting is not kept: the table has no headings to put ours next to."),
    "note_exploded": ("Your formatting is not kept: a row with several phones has several statuses."),
    "note_not_kept": ("Your formatting is not kept: the workbook could not be opened for writing ({name})."),
    "note_split": "A sheet holds {limit} rows at most: the table continues on {sheets}.",
    "note_merged": "More than {limit} files: their rows are on one sheet under common headings.",
    "note_fix": ("Rows to fix: sheet {sheet}. Fix them there, then: campaign run FILE --sheet {sheet}{text}"),
    # --- cost
    "cost_title": "Cost",
    "by_segments": "By SMS per message (estimated)",
    "by_day": "By day of acceptance, {zone}",
    "default_sender": "(account default)",
    "not_handed_over": "(not accepted)",
    "group_in_doubt": "(unknown)",
    "money_about": "Their approximate cost",
    "of_messages": "of {whole} messages",
    "difference": "SMS over estimate",
    "cost_note": "Counted over the rows of this report; amounts as the gateway reported them.",
    # --- unknown statuses
    "unknown_title": "Rows with unknown status, and what is known",
    "unknown_note": (
        "Their request was sent but its answer was lost: they may or may not have received the message."
    ),
    "unknown_attempts": "Requests without a clear answer",
    "unknown_rows": "Rows with unknown status",
    "unknown_unmatched_ids": "Message ids from the gateway that match no recipient",
    "unknown_alarms": "Gateway replies that break its own protocol",
    "attempt": "Request",
    "chunk": "Chunk",
    "armed_at": "Sent at",
    "why": "What happened",
    "recipients": "Recipients",
    "in_doubt": "Unknown",
    "evidence": "Evidence",
    "evidence_queue": "ids reported since: {ids}; queue answers: {answers}; lost: {losses}",
    "evidence_balance": "balance before {before}, after {after}",
    "said_where": "Reported by",
    "first_seen": "First seen",
    "where_reply": "reply",
    "where_queue": "status queue",
    "where_status": "status reply",
    "where_operator": "operator",
    # --- settings
    "settings_title": "Settings of this run",
    "digest": "Digest of files and settings",
    "version": "Program",
    "numbering": "Numbering data",
    "option": "Setting",
    "value": "Value",
    "source": "File {no}",
    "path": "Path",
    "sha256": "SHA-256",
    "format": "Format",
    "sheet": "Sheet",
    "encoding": "Encoding",
    "delimiter": "Delimiter",
    "heading_row": "Heading row",
    "columns": "Columns used",
    "said": "Note",
    "none": "(none)",
}

LABELS: Final = {**_SHARED, **_HISTORY, **PAGE, **_WORKBOOK}
"""Key to text."""
