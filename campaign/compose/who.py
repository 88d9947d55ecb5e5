"""Who works with the journal: the name that stands beside every decision."""

import getpass
import os


def who() -> str:
    """The user's name; a user without one (a container that was given a bare number) is `uid 1234`.

    Never raises.
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no entry in the password file; no such file at all
        uid = getattr(os, "getuid", None)  # absent on Windows
        return "unknown" if uid is None else f"uid {uid()}"
