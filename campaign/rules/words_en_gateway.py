"""English: what the gateway's answers, and their absence, mean for a person.

Every sentence of an unknown outcome says two things: the person may or may not have got the
message, and it is never sent again by itself.
"""

from typing import Final

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
