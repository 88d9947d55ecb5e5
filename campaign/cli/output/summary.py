"""What was understood of files, as lines of text: before anything is planned or sent."""

from collections.abc import Iterator
from typing import Final

from campaign.cli.output.results import about, one_line, parts_label, sandbox_notice
from campaign.domain import Source
from campaign.domain.cells import name_character
from campaign.domain.message.segments import ForcingLine, suggestion
from campaign.domain.recipients.headings import heading_of
from campaign.domain.summary import CheckSummary, Problem, ReasonCount, TextFound, makes_client_ids
from campaign.i18n import Lang, Sentence, counted, form, moment, reason, say, translated

_SAMPLE_SHOWN: Final = 30
_FILES_SHOWN: Final = 20
_FORCING_SHOWN: Final = 3
_SENTENCE_ENDS: Final = (".", "!", "?", "…", ":")


def summary_lines(summary: CheckSummary, lang: Lang) -> Iterator[str]:
    """What was understood of the files, and what is wrong with them."""
    for source in summary.sources[:_FILES_SHOWN]:
        yield from _reading_lines(summary, source, lang)
    if len(summary.sources) > _FILES_SHOWN:
        more = len(summary.sources) - _FILES_SHOWN
        yield say(lang, "… and {n} more {files}", n=more, files=form(more, lang, "file"))
    yield from (translated(note, lang) for note in summary.notes)
    yield (
        f"{say(lang, 'Rows')}: {summary.rows}, {say(lang, 'recipients')}: {summary.recipients}, "
        f"{say(lang, 'rows not sent')}: {summary.rejected}"
    )
    requests = f"{say(lang, 'requests')}: {summary.chunks}"
    yield f"{say(lang, 'SMS parts')}: {summary.segments}, {requests}{about(summary.cost, lang)}"
    if summary.first is not None:
        yield f"{say(lang, 'First text')}: {one_line(summary.first.text)}"
    yield from _warnings(summary, lang)
    if summary.problems:
        yield say(lang, "Rows not sent (first {n}):", n=len(summary.problems))
        for problem in summary.problems:
            yield f"  {problem_line(problem, lang)}"
    for path in summary.fix_files:
        yield f"{say(lang, 'Rows to fix written to')}: {path}"
    if summary.gateway == "sandbox":
        yield sandbox_notice(lang)


def _warnings(summary: CheckSummary, lang: Lang) -> Iterator[str]:
    """What is sent as it stands, and may be a slip or a waste."""
    if (missed := summary.missed) is not None:
        yield say(
            lang,
            "--rate {rate} (per second) is too slow for the send time {time}: {n} would miss "
            "it and get nothing. Use a higher --rate or a later --schedule.",
            rate=f"{summary.rate:g}",
            time=f"{moment(missed.send_at, lang)} UTC",
            n=counted(missed.recipients, "recipient", lang),
        )
    for line in summary.forcing.lines()[:_FORCING_SHOWN]:
        yield _forcing_line(line, summary, lang)
    if warnings := summary.by_warning():
        yield say(lang, "Sent as they are, but check them:")
        for one in warnings:
            sentence = _glued(reason(one.code, one.details, lang))
            yield f"  {one.count:>8}  {sentence} ({_cells(one)})"


def _reading_lines(summary: CheckSummary, source: Source, lang: Lang) -> Iterator[str]:
    """What was chosen for one file: an option can choose otherwise."""
    info, layout = source.info, source.layout
    row_no = layout.heading_row_no
    chosen = [
        info.format,
        *([info.encoding] if info.encoding else []),
        *([repr(info.delimiter)] if info.delimiter else []),
        *([f"«{info.sheet}»"] if info.sheet else []),
        f"{say(lang, 'heading in row')} {row_no}" if row_no else say(lang, "no heading, columns by letter"),
    ]
    name = ""
    if summary.several:
        chosen.append(f"{say(lang, 'rows')}: {summary.rows_in[source.no]}")
        name = f"{source.name}: "
    yield f"{name}{say(lang, 'Read as')}: {', '.join(chosen)}"
    for role in layout.roles:
        values = summary.samples.get((source.no, role), [])
        samples = ", ".join(one_line(value)[:_SAMPLE_SHOWN] for value in values)
        heading = one_line(heading_of(layout, role))
        yield f"  {role} = {say(lang, 'column')} «{heading}» ({samples})"
    if makes_client_ids(source.layout, own=summary.own_client_ids):
        yield f"  client_id = {say(lang, 'generated')}"
    for note in (*info.notes, *layout.notes):
        yield f"  {translated(note, lang)}"


def problem_line(problem: Problem, lang: Lang) -> str:
    """One line: where, what is wrong, what to do."""
    rejection = problem.rejection
    sentence = reason(rejection.code, rejection.details, lang)
    field = f" ({one_line(rejection.field)})" if rejection.field else ""
    return f"{problem.cell}{field}: {_glued(sentence)}"


def _glued(sentence: Sentence) -> str:
    """Reason and hint as two sentences, also where the reason ends with a word of the file."""
    if not sentence.hint:
        return sentence.reason
    stop = "" if sentence.reason.endswith(_SENTENCE_ENDS) else "."
    return f"{sentence.reason}{stop} {sentence.hint}"


def figure_lines(summary: CheckSummary, lang: Lang) -> Iterator[str]:
    """The figures of a check: reasons, parts, the longest and dearest texts."""
    if reasons := summary.by_reason():
        yield say(lang, "By reason:")
        for one in reasons:
            yield f"  {one.count:>8}  {_reason_line(one, lang)}"
    if summary.parts:
        yield say(lang, "By number of SMS parts:")
        for parts, count in sorted(summary.parts.items()):
            line = say(
                lang,
                "{recipients} {n} SMS{each}",
                recipients=form(count, lang, "gets"),
                n=parts,
                each=say(lang, " each") if count > 1 else "",
            )
            yield f"  {count:>8}  {line}{_priced(parts * count, summary, lang)}"
    longest, dearest = summary.longest, summary.dearest
    if longest is not None:
        yield f"{say(lang, 'Longest text')}: {_text_line(longest, summary, lang)}"
    if dearest is not None and dearest != longest:
        yield f"{say(lang, 'Most expensive text')}: {_text_line(dearest, summary, lang)}"


def _reason_line(one: ReasonCount, lang: Lang) -> str:
    """A code for programs, the first such row in texts for people, and where the rows stand."""
    name = f"{one_line(one.field)}: " if one.field else ""
    sentence = one_line(reason(one.code, one.details, lang).reason)
    return f"{name}{one.code} ({_cells(one)}): {sentence}"


def _cells(one: ReasonCount) -> str:
    return ", ".join(one.cells) + (", …" if one.count > len(one.cells) else "")


def _priced(parts: int, summary: CheckSummary, lang: Lang) -> str:
    return about(None if summary.price is None else summary.price * parts, lang)


def _forcing_line(line: ForcingLine, summary: CheckSummary, lang: Lang) -> str:
    """What a few characters cost over the whole list, and what could stand there instead."""
    text = say(
        lang,
        "{names}: because of this alone, {texts} {parts} instead of {without}",
        names=", ".join(map(name_character, line.characters)) or "…",
        texts=counted(line.texts, "text_takes", lang),
        parts=counted(line.parts, "part", lang),
        without=line.parts_without,
    )
    hints = ", ".join(_replacement(one, lang) for one in line.characters)
    return f"{text}{_priced(line.extra_parts, summary, lang)}: {hints}".rstrip(": ")


def _replacement(character: str, lang: Lang) -> str:
    shown, better = name_character(character).split(" ")[0], suggestion(character)
    if better:
        return say(lang, "instead of {character} write {hint}", character=shown, hint=repr(better))
    return say(lang, "leave {character} out", character=shown)


def _text_line(found: TextFound, summary: CheckSummary, lang: Lang) -> str:
    message = found.message
    return (
        f"{found.cell}, {counted(len(message.text), 'character', lang)}, {parts_label(lang)}: "
        f"{message.segments}{_priced(message.segments, summary, lang)}: {one_line(message.text)}"
    )
