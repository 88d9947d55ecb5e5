"""Values as lines of text: what a person reads on the terminal, in English or Russian."""

from collections.abc import Iterator, Sequence
from typing import Final

from campaign.compose.brief import Brief, Question
from campaign.compose.outcome import Outcome
from campaign.model import Balance, Doubt, Finding, Rejection, RunInfo, Sender, Tally
from campaign.rules.words import Lang, fate_name, label, reason

_TEXT_SHOWN = 160

_WORDS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "read": "Read as",
        "heading": "heading in row",
        "column": "column",
        "not_there": "made by us",
        "rows": "rows",
        "people": "people will get the text",
        "rejected": "rows will not be sent",
        "parts": "SMS parts",
        "requests": "requests",
        "longest": "longest text",
        "problems": "Rows to mend (first {n}):",
        "by_reason": "By reason:",
        "example": "First text",
        "sender": "sender",
        "default_sender": "the account's default",
        "when": "send at",
        "now": "now",
        "cost": "about",
        "sandbox": "SANDBOX: no SMS leaves this machine.",
        "live": "LIVE: these SMS go to real phones and cost money.",
        "balance": "balance",
        "run": "Run",
        "reports": "Report",
        "next": "Next",
        "nothing": "nothing is left to do",
        "no_runs": "no runs yet",
    },
    "ru": {
        "read": "Прочитано как",
        "heading": "заголовки в строке",
        "column": "столбец",
        "not_there": "создаём сами",
        "rows": "строк",
        "people": "человек получат текст",
        "rejected": "строк не будет отправлено",
        "parts": "частей SMS",
        "requests": "запросов",
        "longest": "самый длинный текст",
        "problems": "Строки, которые надо исправить (первые {n}):",
        "by_reason": "По причинам:",
        "example": "Первый текст",
        "sender": "подпись",
        "default_sender": "по умолчанию для счёта",
        "when": "отправить",
        "now": "сейчас",
        "cost": "около",
        "sandbox": "ПЕСОЧНИЦА: ни одно SMS не покинет этот компьютер.",
        "live": "БОЕВОЙ РЕЖИМ: эти SMS уйдут на настоящие телефоны и стоят денег.",
        "balance": "баланс",
        "run": "Запуск",
        "reports": "Отчёт",
        "next": "Дальше",
        "nothing": "делать больше нечего",
        "no_runs": "запусков ещё нет",
    },
}


_DOUBT_WORDS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "none": "nobody is in doubt",
        "attempt": "attempt",
        "of": "people in doubt of",
        "phones": "phones",
        "evidence": "evidence",
        "ids": "ids in its queue (each was taken)",
        "answers": "queue answers (an empty queue proves nothing)",
        "losses": "queue answers lost",
        "money": "balance before and after",
    },
    "ru": {
        "none": "неясных отправок нет",
        "attempt": "попытка",
        "of": "человек под вопросом из",
        "phones": "телефоны",
        "evidence": "что известно",
        "ids": "id в её очереди (каждое принято)",
        "answers": "ответов очереди (пустая ничего не доказывает)",
        "losses": "ответов очереди потеряно",
        "money": "баланс до и после",
    },
}


def _one_line(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _TEXT_SHOWN else flat[: _TEXT_SHOWN - 1] + "…"


def brief_lines(brief: Brief, lang: Lang) -> Iterator[str]:
    """What was understood of a file, and what is wrong with it."""
    words = _WORDS[lang]
    yield from _reading_lines(brief, lang)
    rejected = brief.rows - brief.people
    yield (
        f"{brief.rows} {words['rows']}: {brief.people} {words['people']}, "
        f"{rejected} {words['rejected']}"
    )
    cost = "" if brief.cost is None else f", {words['cost']} {brief.cost:.2f} RUB"
    yield f"{brief.segments} {words['parts']}, {brief.chunks} {words['requests']}{cost}"
    if brief.first is not None:
        yield f"{words['example']}: {_one_line(brief.first.text)}"
    if brief.problems:
        yield words["problems"].format(n=len(brief.problems))
        for problem in brief.problems:
            yield f"  {problem_line(problem, lang)}"
    if brief.gateway == "sandbox":
        yield words["sandbox"]


def _reading_lines(brief: Brief, lang: Lang) -> Iterator[str]:
    words = _WORDS[lang]
    info = brief.info
    chosen = [
        info.format,
        *([f"{info.encoding}"] if info.encoding else []),
        *([repr(info.delimiter)] if info.delimiter else []),
        *([f"«{info.sheet}»"] if info.sheet else []),
        f"{words['heading']} {brief.layout.heading_row_no}",
    ]
    yield f"{words['read']}: {', '.join(chosen)}"
    for role, column in brief.layout.roles.items():
        samples = ", ".join(_one_line(sample)[:30] for sample in brief.samples.get(role, []))
        heading = _one_line(brief.layout.heading[column])
        yield f"  {role} = {words['column']} «{heading}» ({samples})"
    if not brief.own_client_ids:
        yield f"  client_id = {words['not_there']}"
    for note in info.notes:
        yield f"  {note}"


def problem_line(problem: Rejection, lang: Lang) -> str:
    """One line: where, what is wrong, what to do."""
    sentence = reason(problem.code, problem.details, lang)
    where = f"{label('row', lang)} {problem.row_no}"
    field = f", {_one_line(problem.field)}" if problem.field else ""
    return f"{where}{field}: {sentence.reason} {sentence.hint}".rstrip()


def question_lines(question: Question, lang: Lang) -> Iterator[str]:
    """The summary that a person approves."""
    words = _WORDS[lang]
    yield f"{words['run']} {question.run}: {question.people} {words['people']}"
    yield words["sandbox" if question.gateway == "sandbox" else "live"]
    yield f"  {question.gateway} {question.gateway_url}"
    cost = "" if question.cost is None else f", {words['cost']} {question.cost:.2f} RUB"
    yield f"  {question.segments} {words['parts']}, {question.chunks} {words['requests']}{cost}"
    yield f"  {words['sender']}: {question.sender or words['default_sender']}"
    for moment, count in list(question.send_times.items())[:10]:
        when = (
            words["now"]
            if moment is None
            else f"{moment.astimezone():%Y-%m-%d %H:%M %Z} ({moment:%H:%M} UTC)"
        )
        yield f"  {words['when']}: {when} — {count}"
    if question.balances:
        yield f"  {words['balance']}: {', '.join(question.balances)}"
    yield f"  {words['example']}: {_one_line(question.first_text)}"


def outcome_lines(outcome: Outcome, lang: Lang) -> Iterator[str]:
    """How a command about a run ended."""
    words = _WORDS[lang]
    tally = outcome.tally
    state = label(f"state_{tally.state}", lang)
    yield f"{words['run']} {tally.run}: {state}, {tally.rows} {words['rows']}"
    for fate, count in tally.fates.items():
        yield f"  {count:>8}  {fate_name(fate, lang)}"
    money = ", ".join(f"{amount} {currency}" for currency, amount in tally.cost.items())
    if money:
        yield f"  {label('cost_total', lang)}: {money}"
    for note in outcome.notes:
        yield f"  ! {note}"
    for path in outcome.reports:
        yield f"{words['reports']}: {path}"
    if outcome.next_command:
        yield f"{words['next']}: {outcome.next_command}"


def reason_table(rows: Sequence[tuple[str, str, int, Sequence[int]]], lang: Lang) -> Iterator[str]:
    """Problems by reason: count, field, sentence, first rows."""
    if not rows:
        return
    yield _WORDS[lang]["by_reason"]
    for field, code, count, first in rows:
        shown = ", ".join(str(number) for number in first) + ("…" if count > len(first) else "")
        name = f"{_one_line(field)}: " if field else ""
        yield f"  {count:>8}  {name}{code} ({label('row', lang)} {shown})"


def run_lines(runs: Sequence[tuple[RunInfo, Tally]], lang: Lang) -> Iterator[str]:
    """One line a run."""
    if not runs:
        yield _WORDS[lang]["no_runs"]
    for info, tally in runs:
        fates = ", ".join(f"{count} {fate_name(fate, lang)}" for fate, count in tally.fates.items())
        state = label(f"state_{info.state}", lang)
        yield f"{info.created_at:%Y-%m-%d %H:%M}  {info.run}  {info.gateway}  {state}: {fates}"


def doubt_lines(doubts: Sequence[Doubt], lang: Lang) -> Iterator[str]:
    """What is known about attempts in doubt, and how to say more."""
    words = _DOUBT_WORDS[lang]
    if not doubts:
        yield words["none"]
    for doubt in doubts:
        when = "" if doubt.armed_at is None else f"{doubt.armed_at:%Y-%m-%d %H:%M:%S} UTC"
        yield (
            f"{doubt.run}  {words['attempt']} {doubt.attempt_id} ({when}): "
            f"{doubt.unknown_count} {words['of']} {doubt.member_count}"
        )
        yield f"  {reason(doubt.code, {'status': '', 'description': doubt.words}, lang).reason}"
        yield f"  {words['phones']}: {', '.join(_masked(phone) for phone in doubt.phones)} …"
        yield (
            f"  {words['evidence']}: {doubt.ids_seen} {words['ids']}, "
            f"{doubt.queue_answers} {words['answers']}, {doubt.queue_losses} {words['losses']}"
        )
        if doubt.balance_before or doubt.balance_after:
            before, after = doubt.balance_before or "?", doubt.balance_after or "?"
            yield f"  {words['money']}: {before} → {after}"
        yield (
            f"  campaign resolve {doubt.run} --attempt {doubt.attempt_id} "
            '--as sent|not-sent --why "…"'
        )


def finding_lines(findings: Sequence[Finding], lang: Lang) -> Iterator[str]:
    """What the doctor found."""
    if not findings:
        yield {"en": "nothing is wrong", "ru": "всё в порядке"}[lang]
    for one in findings:
        yield f"{one.level} {one.code}: {one.text}"


def _masked(phone: str) -> str:
    return f"{phone[:5]}***{phone[-4:]}"


def balance_lines(lines: Sequence[Balance]) -> Iterator[str]:
    """One line a balance."""
    for line in lines:
        credit = f" (credit {line.credit})" if line.credit else ""
        yield f"{line.amount} {line.kind}{credit}"


def sender_lines(senders: Sequence[Sender]) -> Iterator[str]:
    """One line a sender."""
    for sender in senders:
        mark = "+" if sender.usable else "-"
        info = f"  {sender.info}" if sender.info else ""
        yield f"{mark} {sender.name}  {sender.status}{info}"
