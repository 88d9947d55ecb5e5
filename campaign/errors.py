"""Every error this program raises on purpose, and what the caller may do about it.

CampaignError                   code, message, hint, exit code
+-- InputError                  a file or a setting is wrong: fix it, run again           exit 4
|   +-- UnusableCell            one cell; `app.check` makes a Rejection of it
+-- GuardRefused                a guard refused (no --yes, ...): nothing was sent         exit 5
+-- NothingToDo                 there is nothing left to send or report                   exit 9
+-- PauseRequested              an operator asked the run to pause                        exit 7
+-- GatewayError
|   +-- NotSent                 certainly not taken   -> the only one that is tried again exit 7
|   +-- LoginRefused            certainly not taken   -> trying again cannot help         exit 6
|   +-- Refused                 certainly not taken   -> trying again cannot help         exit 4
|   +-- Unreadable              an answer to a *read* call made no sense                  exit 7
+-- JournalError                the journal cannot be written or read: sending stops      exit 74
|   +-- AttemptTaken            another worker holds this chunk
+-- RunLocked                   another process drives this run                           exit 11

A send whose answer was lost is no error here: it is a verdict (`domain.Verdict.UNKNOWN`).
"""

import difflib
from collections.abc import Collection
from enum import IntEnum
from pathlib import PurePath
from typing import Final

from campaign.text import Text, tr


class Exit(IntEnum):
    """Exit codes of the command line (`campaign docs exit-codes`)."""

    DONE = 0
    BUG = 1
    USAGE = 2
    SOME_NOT_REACHED = 3
    UNUSABLE_INPUT = 4
    GUARD = 5
    LOGIN = 6
    UNAVAILABLE = 7
    UNKNOWN = 8
    NOTHING_TO_DO = 9
    LOCKED = 11
    JOURNAL = 74
    INTERRUPTED = 130

    @property
    def rank(self) -> int:
        """Of several that apply, the one with the lowest rank is the exit code."""
        return RANKING.index(self)


RANKING: Final = (
    Exit.JOURNAL, Exit.LOGIN, Exit.INTERRUPTED, Exit.LOCKED, Exit.UNKNOWN, Exit.UNAVAILABLE,
    Exit.GUARD, Exit.UNUSABLE_INPUT, Exit.NOTHING_TO_DO, Exit.SOME_NOT_REACHED,
    Exit.BUG, Exit.USAGE, Exit.DONE,
)  # fmt: skip
"""Exit codes, those first that need the user first; the last three never meet another but 0."""


class CampaignError(Exception):
    """Something the user can act on.

    Args:
        message: What happened and where, one sentence.
        hint: What to do next; a complete command where one helps.
        code: For programs, stable; the class has a default.
    """

    code = "error"
    exit_code = Exit.BUG

    def __init__(self, message: str, *, hint: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code is not None:
            self.code = code


class InputError(CampaignError):
    """A file or a setting cannot be used; nothing was sent."""

    code = "unusable_input"
    exit_code = Exit.UNUSABLE_INPUT


class UnusableCell(InputError):
    """One cell cannot be used; `i18n.reason` has the sentence that `code` and `details` make."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code, code=code)
        self.details = details


class GuardRefused(CampaignError):
    """A guard refused before anything was sent."""

    code = "guard"
    exit_code = Exit.GUARD


class NothingToDo(CampaignError):
    """There is nothing left to send, or no run to speak of."""

    code = "nothing_to_do"
    exit_code = Exit.NOTHING_TO_DO


class PauseRequested(CampaignError):
    """An operator asked the run to pause; `resume` goes on."""

    code = "pause_asked"
    exit_code = Exit.UNAVAILABLE


class GatewayError(CampaignError):
    """The gateway could not be used."""

    code = "gateway"
    exit_code = Exit.UNAVAILABLE


class NotSent(GatewayError):
    """The gateway certainly did not take the request; after `retry_after_s` it may be tried again.

    With `final` trying again cannot help (TLS verification failed).
    """

    code = "not_sent"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        code: str | None = None,
        retry_after_s: float | None = None,
        final: bool = False,
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.retry_after_s = retry_after_s
        self.final = final


class LoginRefused(GatewayError):
    """The gateway refused login or password; trying again might lock the account."""

    code = "login_refused"
    exit_code = Exit.LOGIN


class Refused(GatewayError):
    """The gateway refused the request as such; the next one would fail the same way."""

    code = "request_refused"
    exit_code = Exit.UNUSABLE_INPUT


class Unreadable(GatewayError):
    """An answer to a call that only reads could not be understood."""

    code = "unreadable_answer"


class JournalError(CampaignError):
    """The journal cannot be written or read; sending has stopped."""

    code = "journal"
    exit_code = Exit.JOURNAL


class AttemptTaken(JournalError):
    """The database refused to begin an attempt: a recipient in it is not pending."""

    code = "attempt_taken"


class RunLocked(CampaignError):
    """Another process drives this run."""

    code = "locked"
    exit_code = Exit.LOCKED


_NEAR: Final = 0.5
_OTHERS_SHOWN: Final = 5


def nearest_files(path: PurePath, names: Collection[str], *, kind: Text) -> Text:
    """The hint for a file that does not exist: the nearest of the `names` in its folder, then others.

    `kind` is what they are called, in the plural.
    """

    def likeness(name: str) -> float:
        # Case is what users mistype first.
        return difflib.SequenceMatcher(None, name.casefold(), path.name.casefold()).ratio()

    folder = path.parent
    ranked = sorted(names, key=lambda name: (-likeness(name), name))
    near = [name for name in ranked[:1] if likeness(name) >= _NEAR]
    others = ranked[len(near) : len(near) + _OTHERS_SHOWN]
    more = ", …" if len(ranked) > len(near) + len(others) else ""
    found = {"kind": kind, "folder": folder, "names": ", ".join(others) + more}
    if near and others:
        found["near"] = folder / near[0]
        return tr("Did you mean {near}? Other {kind} in {folder}: {names}.", **found)
    if near:
        return tr("Did you mean {near}?", near=folder / near[0])
    if others:
        return tr("There are these {kind} in {folder}: {names}.", **found)
    return tr("There are no {kind} in {folder}.", kind=kind, folder=folder)
