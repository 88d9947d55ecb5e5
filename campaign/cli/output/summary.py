"""What was understood of files, as lines of text: before anything is planned or sent."""

from collections.abc import Iterator
from typing import Final

from campaign.cli.output.results import about, one_line
from campaign.domain import Source
from campaign.domain.cells import name_character
from campaign.domain.message.segments import ForcingLine, suggestion
from campaign.domain.recipients.headings import heading_of
from campaign.domain.summary import CheckSummary, Problem, ReasonCount, TextFound, makes_client_ids
from campaign.i18n import Lang, Sentence, counted, form, moment, reason, texts_in, translated

_SAMPLE_SHOWN: Final = 30
_FILES_SHOWN: Final = 20
_FORCING_SHOWN: Final = 3
_SENTENCE_ENDS: Final = (".", "!", "?", "…", ":")

_TEXTS: Final = {
    "read": "Read as",
    "heading": "heading in row",
    "no_heading": "no heading, columns by letter",
    "column": "column",
    "not_there": "generated",
    "all_rows": "Rows",
    "rows": "rows",
    "recipients": "recipients",
    "rejected": "rows not sent",
    "all_parts": "SMS parts",
    "parts": "SMS parts",
    "requests": "requests",
    "longest": "Longest text",
    "dearest": "Most expensive text",
    "problems": "Rows not sent (first {n}):",
    "by_reason": "By reason:",
    "look_at": "Sent as they are, but check them:",
    "by_parts": "By number of SMS parts:",
    "part_line": "{recipients} {n} SMS{each}",
    "each": " each",
    "ucs2": "{names}: because of this alone, {texts} {parts} instead of {without}",
    "instead": "instead of {character} write {hint}",
    "left_out": "leave {character} out",
    "example": "First text",
    "sandbox": "SANDBOX: no SMS leaves this machine.",
    "fix_file": "Rows to fix written to",
    "more_files": "… and {n} more {files}",
    "too_slow": (
        "--rate {rate} (per second) is too slow for the send time {time}: {n} would miss "
        "it and get nothing. Use a higher --rate or a later --schedule."
    ),
}


def summary_lines(summary: CheckSummary, lang: Lang) -> Iterator[str]:
    """What was understood of the files, and what is wrong with them."""
    texts = texts_in(lang, _TEXTS)
    for source in summary.sources[:_FILES_SHOWN]:
        yield from _reading_lines(summary, source, lang)
    if len(summary.sources) > _FILES_SHOWN:
        more = len(summary.sources) - _FILES_SHOWN
        yield texts["more_files"].format(n=more, files=form(more, lang, "file"))
    yield from (translated(note, lang) for note in summary.notes)
    yield (
        f"{texts['all_rows']}: {summary.rows}, {texts['recipients']}: {summary.recipients}, "
        f"{texts['rejected']}: {summary.rejected}"
    )
    cost = about(summary.cost, lang)
    yield f"{texts['all_parts']}: {summary.segments}, {texts['requests']}: {summary.chunks}{cost}"
    if summary.first is not None:
        yield f"{texts['example']}: {one_line(summary.first.text)}"
    yield from _worth_a_look(summary, lang)
    if summary.problems:
        yield texts["problems"].format(n=len(summary.problems))
        for problem in summary.problems:
            yield f"  {problem_line(problem, lang)}"
    for path in summary.fix_files:
        yield f"{texts['fix_file']}: {path}"
    if summary.gateway == "sandbox":
        yield texts["sandbox"]


def _worth_a_look(summary: CheckSummary, lang: Lang) -> Iterator[str]:
    """What is sent as it stands, and may be a slip or a waste."""
    if (missed := summary.missed) is not None:
        yield texts_in(lang, _TEXTS)["too_slow"].format(
            rate=f"{summary.rate:g}",
            time=f"{moment(missed.send_at, lang)} UTC",
            n=counted(missed.recipients, "recipient", lang),
        )
    for line in summary.forcing.lines()[:_FORCING_SHOWN]:
        yield _forcing_line(line, summary, lang)
    warnings = summary.by_warning()
    if warnings:
        yield texts_in(lang, _TEXTS)["look_at"]
        for one in warnings:
            yield f"  {one.count:>8}  {_warning_line(one, lang)}"


def _reading_lines(summary: CheckSummary, source: Source, lang: Lang) -> Iterator[str]:
    """What was chosen for one file: all of it can be said otherwise by an option."""
    texts, info, layout = texts_in(lang, _TEXTS), source.info, source.layout
    row_no = layout.heading_row_no
    chosen = [
        info.format,
        *([f"{info.encoding}"] if info.encoding else []),
        *([repr(info.delimiter)] if info.delimiter else []),
        *([f"«{info.sheet}»"] if info.sheet else []),
        f"{texts['heading']} {row_no}" if row_no else texts["no_heading"],
    ]
    if summary.several:
        chosen.append(f"{texts['rows']}: {summary.rows_in[source.no]}")
    name = f"{source.name}: " if summary.several else ""
    yield f"{name}{texts['read']}: {', '.join(chosen)}"
    for role in layout.roles:
        values = summary.samples.get((source.no, role), [])
        samples = ", ".join(one_line(value)[:_SAMPLE_SHOWN] for value in values)
        heading = one_line(heading_of(layout, role))
        yield f"  {role} = {texts['column']} «{heading}» ({samples})"
    if makes_client_ids(source.layout, own=summary.own_client_ids):
        yield f"  client_id = {texts['not_there']}"
    for note in (*info.notes, *layout.notes):
        yield f"  {translated(note, lang)}"


def problem_line(problem: Problem, lang: Lang) -> str:
    """One line: where, what is wrong, what to do."""
    rejection = problem.rejection
    sentence = reason(rejection.code, rejection.details, lang)
    field = f" ({one_line(rejection.field)})" if rejection.field else ""
    return f"{problem.place}{field}: {_glued(sentence)}"


def _glued(sentence: Sentence) -> str:
    """Reason and hint as two sentences, also where the reason ends with a word of the file."""
    if not sentence.hint:
        return sentence.reason
    stop = "" if sentence.reason.endswith(_SENTENCE_ENDS) else "."
    return f"{sentence.reason}{stop} {sentence.hint}"


def figure_lines(summary: CheckSummary, lang: Lang) -> Iterator[str]:
    """The figures of a check: reasons, parts, the longest and dearest texts."""
    texts = texts_in(lang, _TEXTS)
    reasons = summary.by_reason()
    if reasons:
        yield texts["by_reason"]
        for one in reasons:
            yield f"  {one.count:>8}  {_reason_line(one, lang)}"
    if summary.parts:
        yield texts["by_parts"]
        for parts, count in sorted(summary.parts.items()):
            each = texts["each"] if count > 1 else ""
            line = texts["part_line"].format(
                recipients=form(count, lang, "gets"), n=parts, each=each
            )
            price = None if summary.price is None else summary.price * parts * count
            yield f"  {count:>8}  {line}{about(price, lang)}"
    longest, dearest = summary.longest, summary.dearest
    if longest is not None:
        yield _text_line("longest", longest, summary, lang)
    if dearest is not None and dearest != longest:
        yield _text_line("dearest", dearest, summary, lang)


def _reason_line(one: ReasonCount, lang: Lang) -> str:
    """A code for programs, the first such row in texts for people, and where the rows stand."""
    shown = ", ".join(one.places) + (", …" if one.count > len(one.places) else "")
    name = f"{one_line(one.field)}: " if one.field else ""
    said = one_line(reason(one.code, one.details, lang).reason)
    return f"{name}{one.code} ({shown}): {said}"


def _forcing_line(line: ForcingLine, summary: CheckSummary, lang: Lang) -> str:
    """What a few characters cost over the whole list, and what could stand there instead."""
    texts = texts_in(lang, _TEXTS)
    said = texts["ucs2"].format(
        names=", ".join(map(name_character, line.characters)) or "…",
        texts=counted(line.texts, "text_takes", lang),
        parts=counted(line.parts, "part", lang),
        without=line.parts_without,
    )
    extra = None if summary.price is None else summary.price * line.extra_parts
    hints = (
        texts["instead" if suggestion(one) else "left_out"].format(
            character=name_character(one).split(" ")[0], hint=repr(suggestion(one))
        )
        for one in line.characters
    )
    return f"{said}{about(extra, lang)}: {', '.join(hints)}".rstrip(": ")


def _warning_line(one: ReasonCount, lang: Lang) -> str:
    shown = ", ".join(one.places) + (", …" if one.count > len(one.places) else "")
    sentence = reason(one.code, one.details, lang)
    return f"{_glued(sentence)} ({shown})"


def _text_line(key: str, found: TextFound, summary: CheckSummary, lang: Lang) -> str:
    texts, message = texts_in(lang, _TEXTS), found.message
    price = None if summary.price is None else summary.price * message.segments
    return (
        f"{texts[key]}: {found.place}, {counted(len(message.text), 'character', lang)}, "
        f"{texts['parts']}: {message.segments}{about(price, lang)}: {one_line(message.text)}"
    )
