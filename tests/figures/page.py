"""The page, written from the stored measurements alone."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.figures.measurements import PROGRAM, Measured, Piece
from tests.figures.parts import PARTS
from tests.mutants.patches import NOT_HERE
from tests.seeds.faults import FAULTS
from tests.seeds.totals import Share, Totals, revived, together

PAGE = PROGRAM / "docs" / "reliability.md"
TEMPLATE = Path(__file__).with_name("template.md")
_RESUMES_IN_S = 2.0
Sweeps = Sequence[Measured]


class Unfit(Exception):
    """The pieces do not make a page; says why."""


def page(pieces: Sequence[Piece], *, digest: str, mixed: bool) -> str:
    """The text.

    Args:
        digest: Of the program as it is now.
        mixed: Accept pieces measured on other programs; the page says so.

    Raises:
        Unfit: A part is missing or sampled, or was measured on another program.
    """
    by_part = {part: [one for one in pieces if one.part == part] for part in PARTS}
    others = sorted({one.digest for one in pieces} - {digest})
    if others and not mixed:
        raise Unfit(
            f"measured on other programs ({', '.join(others)}) than this one ({digest}): "
            + ", ".join(sorted({one.part for one in pieces if one.digest != digest}))
            + "; measure again, or use --mixed"
        )
    if missing := [part for part in PARTS if not by_part[part]]:
        raise Unfit(f"not measured yet: {', '.join(missing)}")
    totals = together(revived(one.measured) for one in by_part["seeds"])
    return TEMPLATE.read_text(encoding="utf-8").format(
        warning=_warning(pieces, others),
        table=_table(totals, {part: _measured(by_part[part]) for part in PARTS}),
        resolved=_resolved(totals),
        not_taken=totals.not_taken,
        resent=totals.resent,
        faults=_faults(totals),
        kinds=len(FAULTS),
        runs=f"{totals.runs:,}",
        recipients=f"{totals.recipients:,}",
        requests=f"{totals.requests:,}",
        crashes=f"{totals.crashes:,}",
        take_overs=f"{totals.take_overs:,}",
        bad=f"**Broken by seeds {totals.bad_seeds}.**" if totals.bad_seeds else "None broke it.",
        kills=_points(by_part["kills"]),
        disks=_points(by_part["disks"]),
        power=_points(by_part["power"]),
        drivers=_drivers(by_part["drivers"]),
        canary=_canary(by_part["canary"]),
        model=_model(by_part["model"]),
        mutants=_mutants(by_part["mutants"]),
        resume=_resume(by_part["resume"]),
        commands=_commands(by_part),
    )


def broken(pieces: Iterable[Piece]) -> list[str]:
    """What the promise says must not be, and was found."""
    found: list[str] = []
    for one in pieces:
        measured = one.measured
        control = one.part == "power" and one.name == "control"
        if control and not measured["duplicates"]:
            found.append("power: the control found no duplicate, so the sweep is blind")
        elif not control:
            found += [f"{one.part}, {one.name}: {bad}" for bad in _wrong_in(one.part, measured)]
    return found


def _wrong_in(part: str, measured: Measured) -> list[Any]:  # noqa: PLR0911  # a table of parts
    match part:
        case "seeds":
            return list(measured["bad_seeds"])
        case "model":
            blind = measured["wrong"] - measured["noticed"]
            return [*measured["broken"], *[f"{blind} wrong rules unnoticed"] * bool(blind)]
        case "mutants":
            return [one["mutant"] for one in measured["trials"] if not one["killed"]]
        case "canary":
            return list(measured["hits"])
        case "drivers":
            bad = [name for name in ("duplicates", "missing", "pending", "late_sends")
                   if measured[name]]  # fmt: skip
            return [*measured["wrong"], *bad]
        case "resume":
            return [f"{measured['seconds']:.1f} s"] * (measured["seconds"] > _RESUMES_IN_S)
    return [one["point"] for one in measured["offenders"]]


def _warning(pieces: Sequence[Piece], others: Sequence[str]) -> str:
    warning = ""
    if others:
        warning += " **Not all of it was measured on one program**: see the digests at the end."
    if sampled := sorted({one.part for one in pieces if one.sample.startswith("every")}
                         - {"power", "canary"}):  # fmt: skip
        warning += f" **Only sampled: {', '.join(sampled)}.**"
    return warning


def _measured(pieces: Sequence[Piece]) -> Sweeps:
    return [one.measured for one in pieces if one.name != "control"]


def _table(totals: Totals, by_part: dict[str, Sweeps]) -> str:
    rows: list[tuple[str, object, str, str]] = [
        ("runs, or points", totals.runs, "points", "10,000; 1,000 kills"),
        ("recipients", totals.recipients, "recipients", ""),
        ("**duplicates**", totals.duplicates, "duplicates", "0"),
        ("**false accepted**", totals.false_accepted, "false_accepted", "0"),
        ("false refused", totals.false_refused, "false_refused", "0"),
        ("false final status", totals.false_final, "", "0"),
        ("**skipped**", totals.skipped, "skipped", "0"),
        ("**stuck**", totals.stuck, "stuck", "0"),
        ("unknown, not taken, and sent to again", totals.resent, "sent_again", "0"),
        ("broken invariants", totals.invariants, "", "0"),
        ("recipients held", totals.held, "held", ""),
        ("of which taken", totals.held_taken, "held_taken", ""),
    ]
    columns = [by_part["kills"], by_part["disks"], by_part["power"]]
    lines = ["| | seeded campaigns | kills | disks | power cuts | bar |", "|---|---|---|---|---|---|"]
    for name, value, key, bar in rows:
        numbers = " | ".join(f"{sum(one[key] for one in column):,}" if key else "-" for column in columns)
        lines.append(f"| {name} | {value:,} | {numbers} | {bar} |")
    shares = " | ".join(
        str(Share(sum(one["resolved"] for one in column),
                  sum(one["unknown_taken"] for one in column)))
        for column in columns
    )  # fmt: skip
    worst = " | ".join(
        f"{max((one['worst_resume_s'] for one in column), default=0):.2f} s" for column in columns
    )
    lines.append(f"| **unknown and taken: resolved without an operator** | {totals.resolved()} "
                 f"| {shares} | 95 % |")  # fmt: skip
    lines.append(f"| slowest command after it | - | {worst} | |")
    return "\n".join(lines)


def _resolved(totals: Totals) -> str:
    rows = [
        ("every recipient of the request", "as many ids as recipients", totals.resolved(whole=True)),
        ("of these, where no process crashed", "", totals.resolved(whole=True, crashed=False)),
        ("of these, where one crashed", "", totals.resolved(whole=True, crashed=True)),
        ("some of them, and status.json names clientIds", "the echo",
         totals.resolved(whole=False, echoes=True)),
        ("some of them, and it does not", "nothing",
         totals.resolved(whole=False, echoes=False)),
        ("**all together**", "", f"**{totals.resolved()}**"),
        ("in recipients", "", totals.recipients_resolved),
    ]  # fmt: skip
    lines = ["| the gateway accepted | known from | resolved |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def _faults(totals: Totals) -> str:
    lines = ["| fault | struck | unknown | held | of which taken |", "|---|---|---|---|---|"]
    order = {fault.id: number for number, fault in enumerate(FAULTS)}
    for name in sorted(totals.injected, key=lambda one: (order.get(one, len(order)), one)):
        unknowns = [one for one in totals.unknowns if one.cause == name]
        lines.append(
            f"| {name} | {totals.injected[name]:,} | {len(unknowns):,} "
            f"| {sum(one.held for one in unknowns):,} | {sum(one.held_taken for one in unknowns):,} |"
        )
    return "\n".join(lines)


def _points(pieces: Sequence[Piece]) -> str:
    lines = []
    for one in pieces:
        found = one.measured
        control = one.name == "control"
        duplicates = f", {found['duplicates']:,} duplicates, as expected" if control else ""
        lines.append(f"  - {found['name']}: {found['points']:,} points ({found['seed']}){duplicates}")
    return "\n" + "\n".join(lines)


def _drivers(pieces: Sequence[Piece]) -> str:
    wrong = sum(bool(_wrong_in("drivers", one.measured)) for one in pieces)
    names = ", ".join(one.name for one in pieces)
    return f"{names}; {wrong or 'none'} went wrong."


def _canary(pieces: Sequence[Piece]) -> str:
    found = pieces[0].measured
    return (
        f"One password was searched for in {found['artefacts']:,} files of {found['stories']} "
        "interrupted commands, and in what the system shows of their processes, raw and in every "
        f"encoding: found {len(found['hits'])} times."
    )


def _model(pieces: Sequence[Piece]) -> str:
    found = pieces[0].measured
    return (
        "Every order of steps, crashes, losses, late requests and take-overs of small runs: "
        f"{found['states']:,} states; in {len(found['broken']) or 'none'} of them a recipient has "
        "two copies, a false status, or none. "
        f"{found['noticed']} of {found['wrong']} wrong rules and false assumptions break it. Its "
        "moves are compared with those that the journal's schema allows."
    )


def _mutants(pieces: Sequence[Piece]) -> str:
    trials = pieces[0].measured["trials"]
    killed = [one for one in trials if one["killed"]]
    listed = sum(one["listed"] for one in killed)
    not_here = "".join(f" Not among them: *{name}* ({why})." for name, why in NOT_HERE.items())
    names = "\n".join(f"  - {one['mutant']}: `{one['by'][0]}`" for one in killed)
    return (
        f"{len(killed)} of {len(trials)} wrong programs were noticed by a named test; {listed} of "
        f"them are on the design's list.{not_here}\n{names}"
    )


def _resume(pieces: Sequence[Piece]) -> str:
    found = pieces[0].measured
    return (
        f"From opening the journal of {found['recipients']:,} recipients after a crash to the next "
        f"request: {found['seconds']:.2f} s (bar: 2 s)."
    )


def _commands(by_part: dict[str, list[Piece]]) -> str:
    lines = ["| part | command | what | program | when | Python, SQLite | minutes |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    for part, pieces in by_part.items():
        first = pieces[0]
        digests = ", ".join(sorted({one.digest for one in pieces}))
        samples = f"seeds 1-{pieces[-1].sample.partition('-')[2]}" if part == "seeds" else first.sample
        minutes = sum(one.seconds for one in pieces) / 60
        last = max(one.at for one in pieces)
        lines.append(
            f"| {part} | `{first.command}` | {samples} | {digests} | {last} "
            f"| {first.python}, {first.sqlite} | {minutes:.1f} |"
        )
    return "\n".join(lines)
