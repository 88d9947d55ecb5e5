"""Labels of reports and of the terminal, in English: key to text, with `{name}` placeholders."""

from typing import Final

_SHARED: Final = {
    # --- columns of the rows
    "row": ("Row"),
    "status": ("Outcome"),
    "reason": ("Reason"),
    "hint": ("What to do"),
    "gateway_word": ("Gateway's word"),
    "client_id": ("clientId"),
    "phone": ("Phone"),
    "own_client_id": ("clientId sent"),
    "own_phone": ("Sent to"),
    "text": ("Text"),
    "segments": ("SMS estimated"),
    "sms_count": ("SMS billed"),
    "cost": ("Cost"),
    "send_at": ("Send at"),
    "handed_over_at": ("Handed over"),
    "final_at": ("Final at"),
    "smsc_id": ("Message id"),
    # --- summary
    "summary": ("Summary"),
    "run": ("Run"),
    "state": ("State"),
    "file": ("File"),
    "gateway": ("Gateway"),
    "created": ("Created"),
    "as_of": ("As of"),
    "rows": ("Rows"),
    "count": ("Count"),
    "share": ("Share"),
    "cost_total": ("Cost in all"),
    "segments_estimated": ("SMS estimated in all"),
    "segments_billed": ("SMS billed in all"),
    "attempts": ("Requests"),
    "attempts_answered": ("answered"),
    "attempts_not_sent": ("not sent"),
    "attempts_refused": ("refused"),
    "attempts_unknown": ("unknown"),
    "attempts_settled": ("settled since"),
    "reasons": ("Reasons"),
    "rows_sheet": ("Recipients"),
    "summary_sheet": ("Summary"),
    "next_step": ("Next step"),
    # --- states of a run
    "state_planned": ("planned, nothing sent yet"),
    "state_sending": ("sending"),
    "state_paused": ("paused"),
    "state_sent": ("sent, waiting for final statuses"),
    "state_settled": ("finished"),
    "state_cancelled": ("cancelled"),
}

_HISTORY: Final = {
    "by_month": ("By month"),
    "by_sender": ("By sender"),
    "by_run": ("By run"),
    "history_title": ("Campaigns"),
    "period": ("Runs planned from {since} to {until}: {runs}. Times and months: {zone}."),
    "note": ("The month is that of the handing over. The share is of those handed over."),
    "unpriced_note": (
        "The month is that of the handing over. The share is of those handed over. The cost "
        "is what the gateway named; price not named: {messages}, {sms} SMS estimated."
    ),
    "month": ("Month"),
    "sender": ("Sender"),
    "run": ("Run"),
    "history_created": ("Planned"),
    "status": ("Outcome"),
    "count": ("Count"),
    "file": ("File"),
    "gateway": ("Gateway"),
    "state": ("State"),
    "rows": ("Rows"),
    "not_sent": ("Not sent"),
    "refused": ("Refused"),
    "pending": ("Pending"),
    "unknown": ("Unknown"),
    "sent": ("Handed over"),
    "delivered": ("Delivered"),
    "undelivered": ("Undelivered"),
    "accepted": ("Not final yet"),
    "no_final_status": ("No final status"),
    "history_share": ("Delivered, share"),
    "segments": ("SMS estimated"),
    "billed": ("SMS billed"),
    "history_cost": ("Cost, RUB"),
    "history_total": ("Total"),
    "history_default_sender": ("the account's default"),
    "no_message": ("rows that cannot be sent"),
}

_PAGE: Final = {
    "title": ("SMS campaign report"),
    "practice": ("Practice run: the sandbox gateway was used, no SMS left the machine."),
    # --- the headline
    "said_delivered": ("Delivered: {count} of {whole} messages handed to the gateway ({share})."),
    "said_none": ("Nothing has been handed to the gateway."),
    "said_doubt": ("People in doubt: {count}; the gateway may have taken them."),
    "said_waiting": ("No final word yet: {count}."),
    "said_undelivered": ("Did not arrive: {count}."),
    "said_refused": ("Refused by the gateway: {count}."),
    "said_unknown": ("In doubt: {count}; these people may or may not have got it."),
    "said_pending": ("Not sent yet: {count}."),
    "said_left_out": ("Left out: {count} (errors, repeats, the stop-list and the like)."),
    "said_cost": ("Cost: {cost}."),
    "said_named": ("Cost named: {cost} for {sms} SMS; price not named for {unpriced}."),
    "said_unpriced": ("Price not named for {unpriced}."),
    # --- facts
    "facts": ("The run"),
    "files": ("Files"),
    "sender": ("Sender"),
    "schedule": ("Schedule"),
    "text": ("Text"),
    "label": ("Label"),
    "who": ("Report made by"),
    "more": ("and {count} more"),
    # --- tally
    "tally": ("What became of every row"),
    "tally_note": ("Every row of the files has exactly one outcome; together they are all rows."),
    "total": ("All rows"),
    # --- funnel
    "funnel": ("From the file to the phone"),
    "funnel_rows": ("Rows of the files"),
    "funnel_valid": ("Could be sent"),
    "funnel_handed_over": ("Taken by the gateway"),
    "funnel_delivered": ("Delivered"),
    # --- over time
    "timeline": ("Delivery over time"),
    "timeline_table": ("The same as a table"),
    "until": ("Until"),
    # --- operators
    "operators": ("By operator"),
    "operators_note": (
        "The operator is that of the number's range ({source}); ported numbers count under "
        "their old one."
    ),
    "operator": ("Operator"),
    "operator_unknown": ("not known"),
    "operator_others": ("others"),
    "in_all": ("In all"),
    "by_reason": ("By reason"),
    # --- money
    "money": ("SMS and cost: estimate and actual"),
    "money_estimate": ("SMS estimated, whole list"),
    "money_billed_estimate": ("SMS estimated, for what has been billed"),
    "money_billed": ("SMS billed so far"),
    "money_cost": ("Cost so far"),
    "money_named": ("Cost named so far"),
    "money_unpriced": ("Price not named"),
    "unpriced": ("{count} of {whole} messages"),
    "unpriced_about": ("{count} of {whole} messages, about {about}"),
    "money_price": ("Price of one SMS, average"),
    "money_whole": ("Whole list as estimated, at that price"),
    "money_none": ("The gateway has named no cost."),
    # --- reasons
    "first_rows": ("First rows"),
    "other_reasons": ("Other reasons"),
    # --- what is open
    "open": ("What is not final"),
    "open_nothing": ("Nothing: every outcome is final."),
    "open_accepted": ("{count} taken by the gateway, no final word yet. Ask again: {command}"),
    "open_give_up": (
        "Without a word they are given up from {first} to {last} (72 hours after handing over)."
    ),
    "open_give_up_at": (
        "Without a word they are given up on {moment} (72 hours after handing over)."
    ),
    "open_pending": ("{count} not sent yet. Go on: {command}"),
    "open_unknown": (
        "{count} in doubt: the answer to their request was lost, so they may or may not have "
        "got the message. It is never sent again by itself. What is known: {command}"
    ),
    # --- requests in doubt
    "unknowns": ("Requests in doubt"),
    "unknowns_note": (
        "An id in a request's queue proves a message taken; an empty queue proves nothing."
    ),
    "unknown_share": (
        "Ever in doubt: {recipients}. Settled by what the gateway said later: {evidence}, by a "
        "person's word: {recipient}, sent once more: {resent}. Still in doubt: {left}."
    ),
    "unknown_attempt": ("Request"),
    "unknown_people": ("In doubt"),
    "unknown_members": ("Recipients"),
    "unknown_ids": ("Proven taken"),
    "unknown_answers": ("Queue answers"),
    "unknown_armed": ("Sent at"),
    # --- rows to look at
    "problems": ("Rows to look at"),
    "problems_note": (
        "Shown: {shown} of {count}. This page is made to be mailed, so it names no person, and "
        "phones are masked. All rows are in the workbook: {command}"
    ),
    "problems_none": ("None."),
    "footer": (
        "Made by campaign. Nothing is loaded from the network, no script runs. Times are {zone}."
    ),
}

_WORKBOOK: Final = {
    # --- sheets
    "fix_sheet": ("Fix"),
    "cost_sheet": ("Cost"),
    "unknown_sheet": ("Unknown"),
    "settings_sheet": ("Settings"),
    # --- summary
    "command": ("Command"),
    "zone": ("Times are in"),
    "delivered_share": ("Delivered, of those handed over"),
    "handed_over": ("Handed over"),
    "evidence_share": ("Doubts settled by evidence"),
    "evidence_said": (
        "{settled} of {recipients} people ever in doubt, without a human; still in doubt: {left}."
    ),
    "results": ("Results"),
    "notes": ("Good to know"),
    "parts": ("SMS a message"),
    "messages": ("Messages"),
    # --- notes
    "note_practice": ("Practice run: the sandbox gateway was used, no SMS left the machine."),
    "note_kept": ("The workbook is yours as it was sent; only our columns and sheets were added."),
    "note_macros": ("Macros are not kept: the report is a workbook without them."),
    "note_gone": (
        "Your formatting is not kept: the file no longer stands where it was read ({name})."
    ),
    "note_changed": (
        "Your formatting is not kept: the file was changed since it was read ({name})."
    ),
    "note_large": ("Your formatting is not kept: the workbook is too large for it ({name})."),
    "note_several": ("Your formatting is not kept: the rows come from several files."),
    "note_no_heading": (
        "Your formatting is not kept: the table has no headings beside which ours could stand."
    ),
    "note_exploded": ("Your formatting is not kept: a row of several phones has several outcomes."),
    "note_not_kept": (
        "Your formatting is not kept: the workbook could not be opened for writing ({name})."
    ),
    "note_split": ("A sheet holds {limit} rows at most: the table goes on on {sheets}."),
    "note_merged": (
        "More than {limit} files: their rows stand on one sheet under common headings."
    ),
    "note_fix": (
        "Rows to mend: sheet {sheet}. Mend them there, then: "
        "campaign run FILE --sheet {sheet}{text}"
    ),
    # --- cost
    "cost_title": ("Cost"),
    "by_sender": ("By sender"),
    "by_segments": ("By SMS a message (estimated)"),
    "by_day": ("By day handed over, {zone}"),
    "default_sender": ("(the account's own)"),
    "not_handed_over": ("(not handed over)"),
    "group_in_doubt": ("(in doubt)"),
    "money_about": ("Their cost, about"),
    "of_messages": ("of {whole} messages"),
    "difference": ("SMS over estimate"),
    "cost_note": ("Counted over the rows of this report; sums as the gateway named them."),
    # --- doubt
    "unknown_title": ("Rows in doubt, and what is known"),
    "unknown_note": (
        "Their request left, its answer was lost: they may or may not have got the message."
    ),
    "unknown_attempts": ("Requests without a clear answer"),
    "unknown_rows": ("Rows in doubt"),
    "unknown_unmatched_ids": ("Ids that the gateway named and nobody is paired with"),
    "unknown_alarms": ("What the gateway said against its own protocol"),
    "attempt": ("Request"),
    "chunk": ("Chunk"),
    "armed_at": ("Left at"),
    "why": ("What happened"),
    "recipients": ("Recipients"),
    "in_doubt": ("In doubt"),
    "evidence": ("Evidence"),
    "evidence_queue": ("ids told since: {ids}; answers of its queue: {answers}; lost: {losses}"),
    "evidence_balance": ("balance before {before}, after {after}"),
    "said_where": ("Named by"),
    "first_seen": ("First seen"),
    "where_reply": ("answer"),
    "where_queue": ("status queue"),
    "where_status": ("status answer"),
    "where_operator": ("operator"),
    # --- settings
    "settings_title": ("Settings of this run"),
    "digest": ("Digest of files and settings"),
    "version": ("Program"),
    "numbering": ("Numbering data"),
    "option": ("Setting"),
    "value": ("Value"),
    "source": ("File {no}"),
    "path": ("Path"),
    "sha256": ("SHA-256"),
    "format": ("Format"),
    "sheet": ("Sheet"),
    "encoding": ("Encoding"),
    "delimiter": ("Delimiter"),
    "heading_row": ("Heading row"),
    "columns": ("Columns used"),
    "said": ("Note"),
    "none": ("(none)"),
}

LABELS: Final = {**_SHARED, **_HISTORY, **_PAGE, **_WORKBOOK}
"""Key to text."""
