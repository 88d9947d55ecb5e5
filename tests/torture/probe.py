"""One command of campaign in this process; what it cost is written behind it.

`python -m tests.torture.probe RESULT ARGUMENTS…` writes a JSON object to the file RESULT. The peak
of the memory is that of this process and of no other: a child's is bounded by the reader itself.
"""

import json
import resource
import sys
import time
from pathlib import Path


def peak_mb() -> float:
    """Most memory that this process ever had, in MiB.

    Not `ru_maxrss`: that begins with what the parent had when it started this process.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Run the command as the console script does."""
    result, *sys.argv[1:] = sys.argv[1:]
    begun = time.perf_counter()
    try:
        from campaign.cli import entry_point as command  # noqa: PLC0415  its cost counts too

        command()
    finally:
        cost = {"seconds": time.perf_counter() - begun, "mb": peak_mb()}
        Path(result).write_text(json.dumps(cost))


if __name__ == "__main__":
    main()
