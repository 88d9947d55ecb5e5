"""The command line: flags in, one call, print, exit code. One file a command."""

import sys


def entry_point() -> None:
    """Entry point of the console command and of `python -m campaign`."""
    from campaign.cli.errors import guarded  # so that errors in imports are caught
    from campaign.cli.main import root

    sys.exit(guarded(root))
