"""`python -m tests.figures`: measure the promise, and write what came out into the docs."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir

import campaign
from tests.figures.measurements import PROGRAM, Measurements, digest_of
from tests.figures.page import PAGE, Unfit, broken, page
from tests.figures.parts import PARTS, SEEDS, Options, possible, processors


def main(words: list[str] | None = None) -> int:
    """Measure what is asked for and not stored yet, write the page; 1 when a promise is broken."""
    asked = _asked(words)
    if Path(campaign.__file__).parent != PROGRAM:
        raise SystemExit(f"{campaign.__file__} is not the program beside these tests: {PROGRAM}")
    folder = asked.keep / "quick" if asked.quick else asked.keep
    store = Measurements(folder)
    options = Options(asked.seeds, asked.quick, asked.workers, asked.every)
    for name in asked.only or list(PARTS):
        if not possible(name):
            _say(f"{name}: cannot be measured on this machine")
            continue
        for piece in PARTS[name](store, options):
            _say(f"{name}, {piece.name}: {piece.sample}, {piece.seconds:.0f} s, {piece.digest}")
    pieces = list(store.pieces())
    wrong = broken(pieces)
    for one in wrong:
        _say(f"BROKEN: {one}")
    try:
        text = page(pieces, digest=digest_of(), mixed=asked.mixed)
    except Unfit as why:
        _say(f"no page: {why}")
    else:
        place = folder / PAGE.name if asked.quick else PAGE
        place.write_text(text, encoding="utf-8")
        _say(f"written: {place}")
    return 1 if wrong else 0


def _asked(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.figures", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(PARTS), metavar="PART",
                        help=f"only this part (repeatable): {', '.join(PARTS)}")  # fmt: skip
    parser.add_argument("--keep", type=Path, default=Path(gettempdir()) / "campaign-figures",
                        metavar="FOLDER", help="where results are stored")  # fmt: skip
    parser.add_argument("--seeds", type=int, default=SEEDS, metavar="N")
    parser.add_argument("--workers", type=int, default=processors(), metavar="N",
                        help="processes at the same time")  # fmt: skip
    parser.add_argument("--every", type=int, default=1, metavar="N",
                        help="only every N-th point of kills, disks and power")  # fmt: skip
    parser.add_argument("--quick", action="store_true",
                        help="a sample of each part, and the page next to the results")  # fmt: skip
    parser.add_argument("--mixed", action="store_true",
                        help="a page also of parts measured on other programs")  # fmt: skip
    return parser.parse_args(words)


def _say(text: str) -> None:
    sys.stdout.write(f"{datetime.now(UTC):%H:%M:%S} {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
