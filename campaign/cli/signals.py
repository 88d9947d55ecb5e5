"""Ctrl-C and SIGTERM: first finish the chunks in hand, then warn, then abandon."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Protocol

import click

from campaign.errors import Exit

if TYPE_CHECKING:
    from campaign.rules.words import Lang

_WORDS = {
    "en": (
        "stopping after the chunks in hand; `campaign resume` goes on safely",
        (
            "still waiting for an answer; giving up now would leave up to 200 people unknown: "
            "press once more to abandon"
        ),
        "abandoned; `campaign status` collects what the gateway knows",
    ),
    "ru": (
        "остановимся после текущих запросов; `campaign resume` безопасно продолжит",
        (
            "ещё ждём ответа; если бросить сейчас, до 200 человек останутся под вопросом: "
            "нажмите ещё раз, чтобы бросить"
        ),
        "брошено; `campaign status` соберёт то, что знает шлюз",
    ),
}


class Stoppable(Protocol):
    """Whatever can be asked to stop; safe to call from a signal handler."""

    def ask_stop(self) -> None:
        """Begin nothing new."""
        ...


@contextmanager
def stoppable(clock: Stoppable, lang: "Lang" = "en") -> Iterator[None]:
    """While the block runs, signals only set a flag: no exception enters the critical section."""
    count = 0

    def on_signal(number: int, frame: FrameType | None) -> None:
        nonlocal count
        del number, frame
        count += 1
        clock.ask_stop()
        match count:
            case 1 | 2:
                _tell(_WORDS[lang][count - 1])
            case _:
                _tell(_WORDS[lang][2])
                os._exit(Exit.INTERRUPTED)

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    previous = {name: signal.signal(getattr(signal, name), on_signal) for name in names}
    try:
        yield
    finally:
        for name, handler in previous.items():
            signal.signal(getattr(signal, name), handler)


def _tell(text: str) -> None:
    click.echo(f"\n{text}", err=True)
