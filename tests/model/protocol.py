"""An exhaustive model of the send protocol: every order of steps, crashes, losses and take-overs.

States of recipients and attempts are those of `schema.sql`, steps those of `campaign.sending.send`.
`explore` visits every state that can be reached from a planned run within a scope, and reports a
state that breaks the promise with the shortest way to it. `Rules` are what the program does, and a
wrong one is a mutant; `Assumptions` are what no program can ensure: a false one must break the
promise.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import Final, NamedTuple, TypeVar

PENDING, ACCEPTED, REFUSED, UNKNOWN = "pending", "accepted", "refused", "unknown"
OPEN: Final = frozenset({"prepared", "in_flight", "replied"})
T = TypeVar("T")
NONE: Final[frozenset[int]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How far the model goes."""

    chunks: tuple[tuple[int, ...], ...] = ((0, 1),)
    """The recipients of each."""
    tries: int = 3
    crashes: int = 2
    drains: int = 2
    """Reads of a queue."""
    take_overs: int = 0
    """Drivers that begin although another one lives (frozen, then awake again)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the program does; each default is the protocol, anything else a mutant of it."""

    commit: bool = True
    byte_waits_for_commit: bool = True
    commit_after_body: bool = True
    recover_unknown: str = UNKNOWN
    silence: str = UNKNOWN
    bad_answer: str = UNKNOWN
    missing: str = UNKNOWN
    empty_queue: str = UNKNOWN
    ids_short_of_all: int = 0
    epoch_checked: bool = True
    epoch_checked_at_intent: bool = False
    one_open_attempt: bool = True
    resend: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What the promise rests on (reliability, 3.4)."""

    commits_last: bool = True  # A1, a commit that returned survives
    whole_bodies_only: bool = True  # A2, the gateway does not act on an incomplete body
    taken_once: bool = True  # A3, nothing behind the socket does a request twice
    one_journal: bool = True  # A4, nobody goes on with an old copy of the journal
    safe_answers: bool = True  # A5, answers that mean "not taken" are true
    echoes: bool = False  # status.json names the clientId of an id; the promise needs it not


class Try(NamedTuple):
    """One attempt: what the journal says, and what is true."""

    state: str
    epoch: int
    chunk: int
    members: tuple[int, ...]
    net: str = "none"  # none, partial, whole, again, done, dropped
    taken: frozenset[int] = NONE
    answer: str = ""  # what the journal holds of it: silence, named, cut, bad, busy, refused
    says_no: bool = False
    queued: frozenset[int] = NONE  # ids in the queue
    seen: frozenset[int] = NONE  # ids in the journal
    stale: bool = False


class Driver(NamedTuple):
    """A living process: at rest, or somewhere in an attempt."""

    epoch: int
    step: str = "recovering"
    at: int = -1
    bag: frozenset[int] = NONE


class State(NamedTuple):
    """The whole world at one moment."""

    recipients: tuple[str, ...]
    tries: tuple[Try, ...]
    drivers: tuple[Driver | None, ...]
    epoch: int
    copies: tuple[int, ...]
    crashes: int = 0
    drains: int = 0
    take_overs: int = 0
    old: tuple[tuple[str, ...], tuple[Try, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found."""

    states: int
    rests: int
    """How many of them have nothing more to do."""
    ends: Mapping[tuple[str, int], int]
    """(what the journal says of a recipient at rest, copies that the gateway took) to count."""
    broken: Mapping[str, tuple[str, ...]]
    """Name of a broken promise to the shortest way there."""
    moves: frozenset[tuple[str, str]]
    """Moves of attempts that occurred."""

    @property
    def idle_holds(self) -> int:
        """Recipients held at rest of whom the gateway took no copy."""
        return self.ends.get((UNKNOWN, 0), 0)


Moves = Iterator[tuple[str, State]]


@dataclass(frozen=True, slots=True)
class Model:
    """One protocol in one world."""

    scope: Scope = field(default_factory=Scope)
    rules: Rules = field(default_factory=Rules)
    world: Assumptions = field(default_factory=Assumptions)

    def start(self) -> State:
        """A planned run, and no process yet."""
        number = sum(map(len, self.scope.chunks))
        return State((PENDING,) * number, (), (None, None), 0, (0,) * number)

    def moves(self, now: State) -> Moves:
        """Everything that can happen next."""
        yield from self._gateway(now)
        for slot, driver in enumerate(now.drivers):
            if driver is None:
                yield from self._begin(now, slot)
            else:
                yield from self._die(now, slot)
                yield from self._drive(now, slot, driver)
        if not self.world.one_journal:
            yield from self._copy(now)

    # --- the gateway and the world around ---

    def _gateway(self, now: State) -> Moves:
        acts = {"whole", "again"} if self.world.whole_bodies_only else {"whole", "again", "partial"}
        for at, one in enumerate(now.tries):
            if one.net not in acts:
                continue
            for taken in _subsets(one.members):
                for label, change in self._ways(one, taken):
                    copies = tuple(count + (at in taken) for at, count in enumerate(now.copies))
                    later = now._replace(tries=_put(now.tries, at, change), copies=copies)
                    yield label, later
            yield ("request lost", now._replace(tries=_put(now.tries, at, one._replace(net="dropped"))))

    def _ways(self, one: Try, taken: frozenset[int]) -> Iterator[tuple[str, Try]]:
        done = one._replace(net="done", taken=one.taken | taken, queued=one.queued | taken)
        yield f"gateway takes {sorted(taken)}", done
        if not taken or not self.world.safe_answers:
            yield "gateway says no", done._replace(says_no=True)
        if not self.world.taken_once and one.net == "whole":
            yield "gateway will take it again", done._replace(net="again")

    def _die(self, now: State, slot: int) -> Moves:
        if now.crashes >= self.scope.crashes:
            return
        dead = now._replace(drivers=_put(now.drivers, slot, None), crashes=now.crashes + 1)
        yield "crash", dead
        driver = now.drivers[slot]
        if self.world.commits_last or driver is None or driver.at < 0:
            return
        last = now.tries[driver.at]
        if last.state == "in_flight":
            tries = _put(now.tries, driver.at, last._replace(state="prepared"))
            yield "crash, and the last commit is gone", dead._replace(tries=tries)

    def _copy(self, now: State) -> Moves:
        """Copy the journal; later go on with the copy."""
        if now.old is None:
            yield "the journal is copied", now._replace(old=(now.recipients, now.tries))
        elif now.drivers == (None, None):
            recipients, tries = now.old
            # The gateway does not forget what the old journal does not know.
            truth = [
                old._replace(net=new.net, taken=new.taken, queued=new.queued)
                for old, new in zip(tries, now.tries, strict=False)
            ]
            yield "the copy is put back", now._replace(recipients=recipients, tries=tuple(truth))

    # --- the program ---

    def _begin(self, now: State, slot: int) -> Moves:
        alone = now.drivers == (None, None)
        if (slot and alone) or (not alone and now.take_overs >= self.scope.take_overs):
            return
        recipients, tries = list(now.recipients), list(now.tries)
        for at, one in enumerate(tries):
            if one.state == "prepared":
                tries[at] = one._replace(state="not_sent")
            elif one.state == "in_flight":
                held = self.rules.recover_unknown
                tries[at] = one._replace(state="unknown" if held == UNKNOWN else "not_sent")
                _set(recipients, one.members, held)
        yield (
            "a driver begins" if alone else "another driver takes over",
            now._replace(
                recipients=tuple(recipients),
                tries=tuple(tries),
                drivers=_put(now.drivers, slot, Driver(now.epoch + 1)),
                epoch=now.epoch + 1,
                take_overs=now.take_overs + (not alone),
            ),
        )

    def _drive(self, now: State, slot: int, driver: Driver) -> Moves:
        match driver.step:
            case "recovering":
                yield from self._recover(now, slot)
            case "idle":
                yield from self._intend(now, slot)
                yield from self._drain(now, slot)
                yield from self._send_again(now)
            case "connect":
                yield from self._connect(now, slot)
            case "commit":
                yield from self._commit(now, slot)
            case "byte":
                yield from self._byte(now, slot)
            case "wait":
                yield from self._wait(now, slot)
            case "apply":
                yield "APPLY", self._apply(now, slot)
            case "popped":
                yield "queue answer stored and applied", self._settle(now, slot)
            case other:
                raise AssertionError(other)

    def _go(self, now: State, slot: int, step: str, at: int = -1) -> State:
        driver = now.drivers[slot]
        if driver is None:
            raise AssertionError(step)
        return now._replace(drivers=_put(now.drivers, slot, Driver(driver.epoch, step, at)))

    def _here(self, now: State, slot: int) -> tuple[int, Try, Driver]:
        driver = now.drivers[slot]
        if driver is None:
            raise AssertionError(slot)
        return driver.at, now.tries[driver.at], driver

    def _refused(self, now: State, slot: int) -> State:
        """The database refused: this driver ends."""
        return now._replace(drivers=_put(now.drivers, slot, None))

    def _recover(self, now: State, slot: int) -> Moves:
        stored = [at for at, one in enumerate(now.tries) if one.state == "replied"]
        if stored:
            yield "a stored answer is taken up", self._go(now, slot, "apply", stored[0])
        else:
            yield "recovered", self._go(now, slot, "idle")

    def _intend(self, now: State, slot: int) -> Moves:
        if len(now.tries) >= self.scope.tries:
            return
        driver = now.drivers[slot]
        for chunk, all_of_it in enumerate(self.scope.chunks):
            members = tuple(one for one in all_of_it if now.recipients[one] == PENDING)
            busy = any(one.chunk == chunk and one.state in OPEN for one in now.tries)
            if not members or driver is None or (busy and self.rules.one_open_attempt):
                continue
            if driver.epoch != now.epoch and self.rules.epoch_checked_at_intent:
                yield "INTENT is refused", self._refused(now, slot)
            else:
                one = Try("prepared", driver.epoch, chunk, members)
                step = "connect" if self.rules.commit_after_body else "commit"
                later = now._replace(tries=(*now.tries, one))
                yield "INTENT", self._go(later, slot, step, len(now.tries))

    def _close(self, now: State, slot: int, state: str) -> State:
        """Let the attempt go: its members stay pending."""
        at, one, _ = self._here(now, slot)
        if one.state not in {"prepared", "in_flight"}:
            return self._refused(now, slot)
        return self._go(
            now._replace(tries=_put(now.tries, at, one._replace(state=state, net="dropped"))), slot, "idle"
        )

    def _connect(self, now: State, slot: int) -> Moves:
        at, one, _ = self._here(now, slot)
        yield "not reached", self._close(now, slot, "not_sent")
        net = "partial" if self.rules.byte_waits_for_commit else "whole"
        later = now._replace(tries=_put(now.tries, at, one._replace(net=net)))
        step = "commit" if self.rules.commit_after_body else "byte"
        yield "body less its last byte", self._go(later, slot, step, at)

    def _commit(self, now: State, slot: int) -> Moves:
        at, one, driver = self._here(now, slot)
        if one.net == "partial":
            yield "broken before COMMIT", self._close(now, slot, "not_sent")
            yield "refused before COMMIT", self._close(now, slot, "refused")
        stale = driver.epoch != now.epoch
        step = "byte" if self.rules.commit_after_body else "connect"
        if not self.rules.commit:
            yield "no COMMIT", self._go(now, slot, step, at)
        elif one.state != "prepared" or (stale and self.rules.epoch_checked):
            yield "COMMIT is refused", self._refused(now, slot)
        else:
            committed = one._replace(state="in_flight", stale=stale)
            later = now._replace(tries=_put(now.tries, at, committed))
            yield "COMMIT", self._go(later, slot, step, at)

    def _byte(self, now: State, slot: int) -> Moves:
        at, one, _ = self._here(now, slot)
        if one.net == "partial":
            yield "broken by the last byte", self._close(now, slot, "not_sent")
            yield "refused by the last byte", self._close(now, slot, "refused")
            one = one._replace(net="whole")
        later = now._replace(tries=_put(now.tries, at, one))
        yield "the last byte", self._go(later, slot, "wait", at)

    def _wait(self, now: State, slot: int) -> Moves:
        _, one, _ = self._here(now, slot)
        answers = ["silence", "bad"]
        if one.net in {"done", "again"}:
            answers += ["busy", "refused"] if one.says_no else ["named", "cut"]
        for answer in answers:
            yield f"RAW: {answer}", self._store(now, slot, answer)

    def _store(self, now: State, slot: int, answer: str) -> State:
        at, one, _ = self._here(now, slot)
        if one.state != "in_flight" and (self.rules.commit or one.state != "prepared"):
            return self._refused(now, slot)
        stored = one._replace(state="replied", answer=answer)
        return self._go(now._replace(tries=_put(now.tries, at, stored)), slot, "apply", at)

    def _apply(self, now: State, slot: int) -> State:
        at, one, _ = self._here(now, slot)
        if one.state != "replied":
            return self._refused(now, slot)
        recipients = list(now.recipients)
        state, seen = self._judge(one, recipients)
        closed = one._replace(state=state, seen=one.seen | seen)
        later = now._replace(recipients=tuple(recipients), tries=_put(now.tries, at, closed))
        return self._go(later, slot, "recovering")

    def _judge(self, one: Try, recipients: list[str]) -> tuple[str, frozenset[int]]:
        """What the stored answer proves: the attempt's end, and the ids that were named."""
        match one.answer:
            case "busy":
                return "not_sent", NONE
            case "refused":
                return "refused", NONE
            case "named":
                _set(recipients, one.taken, ACCEPTED)
                _set(recipients, set(one.members) - one.taken, REFUSED)
                return "answered", one.taken
            case "cut":
                named = frozenset(sorted(one.taken)[: len(one.members) - 1])
                _set(recipients, named, ACCEPTED)
                _set(recipients, set(one.members) - named, self.rules.missing)
                return "answered" if named else "unknown", named
            case answer:
                status = self.rules.silence if answer == "silence" else self.rules.bad_answer
                _set(recipients, one.members, status)
                return "not_sent" if status == PENDING else "unknown", NONE

    def _drain(self, now: State, slot: int) -> Moves:
        driver = now.drivers[slot]
        if driver is None or now.drains >= self.scope.drains:
            return
        for at, one in enumerate(now.tries):
            if not any(now.recipients[member] == UNKNOWN for member in one.members):
                continue
            if one.state not in {"unknown", "answered"}:
                continue
            empty = now._replace(tries=_put(now.tries, at, one._replace(queued=NONE)), drains=now.drains + 1)
            if one.queued:
                popped = Driver(driver.epoch, "popped", at, one.queued)
                yield "queue read", empty._replace(drivers=_put(now.drivers, slot, popped))
                yield "queue read, answer lost", empty
            elif self.rules.empty_queue != UNKNOWN:
                recipients = list(now.recipients)
                _set(recipients, one.members, self.rules.empty_queue)
                yield "empty queue", empty._replace(recipients=tuple(recipients))

    def _settle(self, now: State, slot: int) -> State:
        at, one, driver = self._here(now, slot)
        recipients = list(now.recipients)
        held = {member for member in one.members if recipients[member] == UNKNOWN}
        seen = one.seen | driver.bag
        ids = seen - (set(one.members) - held)
        if self.world.echoes:
            _set(recipients, ids & held, ACCEPTED)
        elif ids and len(ids) >= len(held) - self.rules.ids_short_of_all:
            _set(recipients, held, ACCEPTED)
        later = now._replace(recipients=tuple(recipients), tries=_put(now.tries, at, one._replace(seen=seen)))
        return self._go(later, slot, "idle")

    def _send_again(self, now: State) -> Moves:
        if self.rules.resend and UNKNOWN in now.recipients and len(now.tries) < self.scope.tries:
            recipients = list(now.recipients)
            _set(recipients, range(len(recipients)), PENDING, only=UNKNOWN)
            yield "an operator sends again", now._replace(recipients=tuple(recipients))

    # --- the promise ---

    def broken(self, now: State) -> Iterator[str]:
        """Promises that this state breaks."""
        for recipient, (status, copies) in enumerate(zip(now.recipients, now.copies, strict=True)):
            if copies > 1:
                yield "DUPLICATE"
            if status == ACCEPTED and not copies:
                yield "FALSE_ACCEPTED"
            if status == REFUSED and copies:
                yield "FALSE_REFUSED"
            open_now = [one for one in now.tries if one.state in OPEN and recipient in one.members]
            if status == PENDING and copies and not open_now:
                yield "PENDING_BUT_TAKEN"
            if len(open_now) > 1:
                yield "TWO_OPEN_ATTEMPTS"
        if any(one.stale for one in now.tries):
            yield "STALE_DRIVER_COMMITTED"

    def rests(self, now: State) -> bool:
        """Whether a living driver has nothing to do and nothing can be done for it."""
        alive = [slot for slot, driver in enumerate(now.drivers) if driver is not None]
        if len(alive) != 1:
            return False
        (slot,) = alive
        driver = now.drivers[slot]
        idle = driver is not None and driver.step == "idle" and driver.epoch == now.epoch
        return idle and not any(True for _ in self._intend(now, slot))

    def broken_at_rest(self, now: State) -> Iterator[str]:
        """Promises about the end that a resting state breaks."""
        left = [one for one in now.tries if one.state in OPEN]
        # A driver that was taken over can begin an attempt and die: the next start clears it away.
        waits = {member for one in left if one.epoch != now.epoch for member in one.members}
        if waits:
            yield "WAITS_FOR_THE_NEXT_START"
        pending = {at for at, status in enumerate(now.recipients) if status == PENDING}
        if pending - waits and len(now.tries) < self.scope.tries:
            yield "SKIPPED"
        if any(one.epoch == now.epoch for one in left):
            yield "STUCK"


def explore(model: Model, *, until: str = "") -> Found:
    """Visit every state, nearest first, or as many as it takes to break that promise."""
    first = model.start()
    came: dict[State, tuple[State, str] | None] = {first: None}
    todo = deque([first])
    broken: dict[str, State] = {}
    ends: Counter[tuple[str, int]] = Counter()
    moved: set[tuple[str, str]] = set()
    rests = 0
    while todo and until not in broken:
        now = todo.popleft()
        for name in model.broken(now):
            broken.setdefault(name, now)
        if model.rests(now):
            rests += 1
            ends.update(zip(now.recipients, now.copies, strict=True))
            for name in model.broken_at_rest(now):
                broken.setdefault(name, now)
        for label, later in model.moves(now):
            if later.tries is not now.tries:
                pairs = zip(now.tries, later.tries, strict=False)
                moved.update((a.state, b.state) for a, b in pairs if a.state != b.state)
            if later not in came:
                came[later] = (now, label)
                todo.append(later)
    ways = {name: _way(came, state) for name, state in broken.items()}
    return Found(len(came), rests, dict(ends), ways, frozenset(moved))


def _way(came: Mapping[State, tuple[State, str] | None], state: State) -> tuple[str, ...]:
    labels: list[str] = []
    while (step := came[state]) is not None:
        state, label = step
        labels.append(label)
    return tuple(reversed(labels))


def _subsets(members: tuple[int, ...]) -> list[frozenset[int]]:
    sizes = range(len(members) + 1)
    return [frozenset(some) for some in chain.from_iterable(combinations(members, n) for n in sizes)]


def _put(items: tuple[T, ...], at: int, item: T) -> tuple[T, ...]:
    return (*items[:at], item, *items[at + 1 :])


def _set(recipients: list[str], chosen: Iterable[int], status: str, *, only: str = "") -> None:
    """Move recipients on; none that is accepted or refused comes back."""
    for one in chosen:
        if recipients[one] == only or (not only and recipients[one] in {PENDING, UNKNOWN}):
            recipients[one] = status
