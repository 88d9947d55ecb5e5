"""`python -m tests.mutants [WORD]`: which mistakes do the tests notice?"""

import sys

from tests.mutants.patches import MUTANTS, NOT_HERE
from tests.mutants.runner import try_all


def main() -> int:
    """Try those whose name holds the word, or all; 1 when one survives."""
    word = " ".join(sys.argv[1:])
    survived = 0
    for trial in try_all([one for one in MUTANTS if word in one.name]):
        survived += not trial.killed
        how = trial.by[0] if trial.killed else "by nothing"
        word_for_it = "killed  " if trial.killed else "SURVIVED"
        sys.stdout.write(f"{word_for_it} {trial.seconds:5.1f} s  {trial.mutant}: {how}\n")
        sys.stdout.flush()
    for name, why in NOT_HERE.items():
        sys.stdout.write(f"not here          {name}: {why}\n")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
