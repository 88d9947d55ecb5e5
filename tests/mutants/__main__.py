"""`python -m tests.mutants [TEXT]`: which mistakes do the tests notice?"""

import sys

from tests.mutants.patches import MUTANTS, NOT_HERE
from tests.mutants.runner import try_all


def main() -> int:
    """Try those whose name holds the text, or all; 1 when one survives, 2 when there is none."""
    text = " ".join(sys.argv[1:])
    chosen = [one for one in MUTANTS if text in one.name]
    if not chosen:
        sys.stderr.write(f"no mistake has {text!r} in its name\n")
        return 2
    survived = 0
    for trial in try_all(chosen):
        survived += not trial.killed
        how = trial.by[0] if trial.killed else "by nothing"
        end = "killed  " if trial.killed else "SURVIVED"
        sys.stdout.write(f"{end} {trial.seconds:5.1f} s  {trial.mutant}: {how}\n")
        sys.stdout.flush()
    for name, why in NOT_HERE.items():
        sys.stdout.write(f"not here          {name}: {why}\n")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
