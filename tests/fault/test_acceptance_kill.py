"""Kill -9 at a random moment, resume: nobody twice, nobody forgotten.

The moments are seeded. Most are a few hundredths of a second after the gateway saw the n-th send
request begin, because that is where the interesting instructions are; some are counted from the
start of the process, so that reading, planning, waiting and reporting are hit too.
"""

import random
import signal
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.fault.acceptance import customers
from tests.foreign.driver import Ended, Shell
from tests.foreign.gateway import Dialect, ForeignGateway
from tests.foreign.judge import NOT_FINAL, accepted_twice, bad_manners, wrong_rows
from tests.foreign.recipients import Recipient
from tests.foreign.together import live_together

RECIPIENTS = 2_000
CHUNKS = 10
LATENCY_S = 0.3
QUICK_S = 0.01
WORKERS = 4
IN_CI = 8
IN_ALL = 30
JUST_BEFORE_S = 1.0
"""An answer given so shortly before a kill may not have reached the journal."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When to strike: this long after send request `send_no` began; 0 is the process itself."""

    send_no: int
    after_s: float

    @classmethod
    def of(cls, seed: int, latency_s: float) -> "Moment":
        """One moment out of all, the same for the same seed."""
        chance = random.Random(seed)  # noqa: S311 - moments, no secret
        send_no = chance.randrange(CHUNKS + 1)
        return cls(send_no, chance.uniform(0, 1.5 if send_no == 0 else latency_s * 1.5))


def strike(gateway: ForeignGateway, shell: Shell, arguments: tuple[str, ...], moment: Moment) -> float:
    """Start a command and kill it; returns the monotonic time of the kill."""
    process = shell.start(*arguments)
    try:
        deadline_s = time.monotonic() + 60
        while not gateway.await_send(moment.send_no, timeout_s=0.01):
            if process.poll() is not None or time.monotonic() > deadline_s:
                break
        time.sleep(moment.after_s)
    finally:
        process.kill()
        process.wait()
    return time.monotonic()


def in_flight(gateway: ForeignGateway, killed_at_s: float) -> set[str]:
    """Phones of the requests, whole or not, whose answer may not have reached the journal."""
    return {
        phone
        for seen in gateway.sends
        if seen.ended_at_s is None or seen.ended_at_s > killed_at_s - JUST_BEFORE_S
        for phone in seen.phones
    }


def finish(shell: Shell, file: Path, *, by_typing_again: bool) -> Ended:
    """What the operator does: resume, or the same command again; both until nobody is pending."""
    ended = shell.run(file) if by_typing_again else shell.resume()
    if ended.code in {4, 9} and not by_typing_again:
        ended = shell.run(file)  # killed before there was a plan: there is nothing to resume
    ended = shell.resume_until_nobody_is_pending(ended)
    return shell.status() if ended.code == 9 else ended


def check(  # noqa: PLR0913 - what the story has gathered
    gateway: ForeignGateway,
    shell: Shell,
    everybody: list[Recipient],
    ended: Ended,
    perhaps_sent: set[str],
    *,
    kill_count: int = 1,
) -> None:
    """All that must hold after crashes."""
    rows = shell.report()
    unknown = {row["phone"] for row in rows if row["status"] == "unknown"}

    assert accepted_twice(gateway) == []
    assert bad_manners(gateway) == []
    assert wrong_rows(rows, everybody, gateway, unknown=perhaps_sent) == []
    assert unknown <= perhaps_sent
    assert sum(row["status"] in NOT_FINAL for row in rows) <= WORKERS * 200 * kill_count
    assert ended.code == (8 if unknown else 3), ended.tell()
    assert sum(ended.statuses.values()) == ended.summary["rows"] == len(everybody)


def test_after_a_kill_nobody_gets_it_twice_and_nobody_is_missing(tmp_path: Path) -> None:
    live_together(tmp_path, {f"{seed}": partial(die_and_resume, seed=seed) for seed in range(IN_CI)})


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(IN_ALL))
@pytest.mark.parametrize("latency_s", [LATENCY_S, QUICK_S])
def test_after_each_of_thirty_kills_nobody_gets_it_twice(tmp_path: Path, seed: int, latency_s: float) -> None:
    """With a quick gateway the kill falls into our own writing rather than into the waiting."""
    die_and_resume(tmp_path, seed=seed, latency_s=latency_s)


def die_and_resume(folder: Path, *, seed: int, latency_s: float = LATENCY_S) -> None:
    """One run, one kill, and what the operator does then."""
    everybody, file = customers(folder, RECIPIENTS)
    with ForeignGateway(
        list(Dialect)[seed % 2], latency_s=latency_s, status_delay_s=0.1, status_echo=seed % 4 < 2
    ) as gateway:
        shell = Shell.at(gateway, folder, "--concurrency", str(WORKERS), wait="2s")
        killed_at_s = strike(gateway, shell, shell.run_arguments(file), Moment.of(seed, latency_s))
        time.sleep(LATENCY_S)
        perhaps_sent = in_flight(gateway, killed_at_s)
        ended = finish(shell, file, by_typing_again=seed % 3 == 2)

        check(gateway, shell, everybody, ended, perhaps_sent)


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(100, 106))
def test_after_many_kills_of_one_run_nobody_gets_it_twice(tmp_path: Path, seed: int) -> None:
    """Each resume is killed too, sooner or later after its first request."""
    everybody, file = customers(tmp_path, RECIPIENTS)
    chance = random.Random(seed)  # noqa: S311 - moments, no secret
    with ForeignGateway(latency_s=LATENCY_S, status_delay_s=0.1, status_echo=True) as gateway:
        shell = Shell.at(gateway, tmp_path, wait="2s")
        perhaps_sent: set[str] = set()
        kill_count = 4
        arguments = shell.run_arguments(file)
        for _ in range(kill_count):
            next_send = len(gateway.sends) + 1
            moment = Moment(next_send, chance.uniform(0, LATENCY_S))
            killed_at_s = strike(gateway, shell, arguments, moment)
            time.sleep(LATENCY_S)
            perhaps_sent |= in_flight(gateway, killed_at_s)
            arguments = shell.resume_arguments()
        ended = finish(shell, file, by_typing_again=False)

        check(gateway, shell, everybody, ended, perhaps_sent, kill_count=kill_count)


def test_a_run_killed_while_it_waits_for_statuses_is_resumed_to_its_report(tmp_path: Path) -> None:
    """All is sent, but `run` also promised final words and a report: those are what is left."""
    _, file = customers(tmp_path, 10)
    with ForeignGateway(status_delay_s=3) as gateway:
        shell = Shell.at(gateway, tmp_path)
        strike(gateway, shell, shell.run_arguments(file), Moment(1, 1.0))
        assert len(gateway.ledger) == 10
        ended = shell.resume()

    assert ended.code == 3, ended.tell()
    assert ended.summary["state"] == "settled"
    assert ended.summary["reports"]
    assert len(gateway.sends) == 1


@pytest.mark.parametrize(
    "largest_file",
    [
        1_000_000,
        *(pytest.param(size, marks=pytest.mark.sweep) for size in range(100_000, 2_500_000, 120_000)),
    ],
)
def test_a_full_disk_stops_the_sending_and_resume_goes_on(tmp_path: Path, largest_file: int) -> None:
    """Exit 74, wherever the journal could not grow; nobody is forgotten and nobody told twice."""
    everybody, file = customers(tmp_path, RECIPIENTS)
    with ForeignGateway(latency_s=0.02, status_echo=True) as gateway:
        shell = Shell.at(gateway, tmp_path, "--concurrency", str(WORKERS), wait="2s")
        arguments = shell.run_arguments(file, "--format", "jsonl")
        full = shell.call(*arguments, largest_file=largest_file)
        armed = {phone for seen in gateway.sends for phone in seen.phones}
        ended = finish(shell, file, by_typing_again=False)

        assert full.code == 74 or len(gateway.ledger) == RECIPIENTS, full.tell()
        check(gateway, shell, everybody, ended, armed)


def test_an_interrupt_finishes_what_is_in_flight_and_can_be_resumed(tmp_path: Path) -> None:
    """Ctrl-C once: exit 130, and no doubt about anybody."""
    everybody, file = customers(tmp_path, RECIPIENTS)
    with ForeignGateway(latency_s=LATENCY_S) as gateway:
        shell = Shell.at(gateway, tmp_path)
        process = shell.start(*shell.run_arguments(file))
        try:
            assert gateway.await_send(2, timeout_s=60)
            process.send_signal(signal.SIGINT)
            code = process.wait(timeout=30)
        finally:
            process.kill()
            process.wait()
        before = len(gateway.ledger)
        ended = shell.resume()

        assert code == 130
        assert 0 < before < RECIPIENTS
        check(gateway, shell, everybody, ended, set(), kill_count=0)
