"""The real client, and the gateway of a script behind its sockets.

What the client writes is read here as bytes: a message is taken only when the whole request has
come, and the request alone says whose it is. So the ledger knows nothing of the journal.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from itertools import count
from threading import local

from campaign.domain import Attempt, Balance, Member, Reply, ReplyVerdict, Status, Tracked
from campaign.gateways.json_v2.client import HttpGateway
from campaign.gateways.json_v2.providers import provider_of
from campaign.secret import Credentials, Secret
from tests.fakes import Crash, FakeGateway, Taken
from tests.seeds.faults import BY_ID, REFUSES, Died, Fault, Honest, Row, Stage, Takes
from tests.seeds.line import ADDRESS, PORT, End, Line, http
from tests.seeds.script import Freeze, Queue, Script

_LATE_QUEUE_S = 1200.0
_LATE_TAKING_S = 300.0
_LOGIN, _PASSWORD = "reader", "drone-7-orchard"  # invented
_FINE = '{"status":"ok","balance":[{"type":"RUB","balance":"100.00","credit":"0"}]}'


@cache
def client(dialect: str) -> HttpGateway:
    """The real one; made once, because its certificates take 20 ms."""
    return HttpGateway(provider_of(dialect), Credentials(_LOGIN, Secret(_PASSWORD)), base_url=ADDRESS)


class _Request:
    """What has come of a request so far."""

    def __init__(self) -> None:
        self.raw = b""

    @property
    def call(self) -> str:
        return self.raw.split(b" ", 2)[1].rpartition(b"/")[2].removesuffix(b".json").decode()

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def promised(self) -> int:
        head = self.raw.partition(b"\r\n\r\n")[0].lower()
        return int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])


class ScriptedGateway(FakeGateway):
    """Goes wrong as its script says, and remembers whose status its answers left unknown."""

    def __init__(self, script: Script) -> None:
        super().__init__(dialect_name=script.dialect, echoes=script.echoes,
                         _ids=count(4_000_000_001))  # fmt: skip
        self._script = script
        self._client = client(script.dialect)
        self._chance = random.Random(script.seed + 1)  # noqa: S311  # misfortunes, no secret
        self._freezes = dict(script.freezes)
        self._requests = count()
        self._reads = count()
        self._taken_s: dict[str, float] = {}
        self._late: list[tuple[float, str, list[str]]] = []
        self._submitted: set[str] = set()
        self._mine = local()
        self.take_over: Callable[[], None] = lambda: None
        """Lets another driver do the whole run."""
        self.put_on_the_stop_list: Callable[[int], None] = lambda _: None
        """What another process does meanwhile."""
        self._stopped: set[str] = set()
        self.unknown: dict[str, set[str]] = {}
        """Queue name of an attempt to the clientIds of which its answer said nothing."""
        self.causes: dict[str, str] = {}
        """Queue name of an attempt to the fault that met it."""
        self.injected: Counter[str] = Counter()
        """Id of a fault to how often it struck."""
        self.strange: list[str] = []
        """Requests that no decent client makes, and messages to numbers on the stop-list."""

    # --- the client's side ---

    def send(self, attempt: Attempt, commit_point: Callable[[], None]) -> Reply:
        """Through the real client; the fault of this request goes with its thread."""
        number = next(self._requests)
        due = self._script.faults[number : number + 1]
        self._mine.fault = BY_ID.get(due[0]) if due else None
        self._mine.number = number
        self._mine.queue = attempt.queue_name
        self.sends.append(tuple(member.position for member in attempt.chunk.members))
        if number in self._script.stops and self.clock is not None:
            self.clock.ask_stop()
            self.injected["P10 Ctrl-C"] += 1
        if recipient := self._script.stopped.get(number):
            self.put_on_the_stop_list(recipient)
            self._stopped.add(f"c{recipient}")
            self.injected["a number for the stop-list"] += 1
        try:
            reply = self._client.send(attempt, commit_point)
        finally:
            self._mine.fault = None
        members = attempt.chunk.members
        names = {member.position: str(member.client_id) for member in members}
        self.unknown[attempt.queue_name] = {
            names[one.position]
            for one in self.judge(members, reply).recipients
            if one.status is Status.UNKNOWN
        }
        if self._freezes.pop(number, None) is Freeze.AFTER_ANSWER:
            self._frozen("P13 frozen with the answer")
        return reply

    def request_digest(self, attempt: Attempt) -> str:
        return self._client.request_digest(attempt)

    def judge(self, members: Sequence[Member], reply: Reply) -> ReplyVerdict:
        return self._client.judge(members, reply)

    @property
    def asks_without_client_id(self) -> bool:
        return self._client.asks_without_client_id

    def ask_statuses(self, tracked: Sequence[Tracked]) -> Reply:
        return self._client.ask_statuses(tracked)

    def drain_queue(self, queue_name: str, limit: int) -> Reply:
        return self._client.drain_queue(queue_name, limit)

    def balance(self) -> tuple[Balance, ...]:
        return self._client.balance()

    # --- the other end of the wire ---

    def connect(self, port: int) -> Callable[[Line, bytes], None]:
        """A fresh connection (`line.Host`)."""
        if port != PORT:
            self.strange.append(f"a redirect was followed to port {port}")
            raise ConnectionRefusedError("nobody is there")
        fault: Fault | None = getattr(self._mine, "fault", None)
        if fault is not None and fault.stage is Stage.CONNECT:
            self._note(fault)
            raise _as_error(fault)
        return partial(self._receive, _Request(), fault)

    def waited(self, seconds: float) -> None:
        """Time-outs take their time."""
        if self.clock is not None:
            self.clock.sleep(seconds)

    def _receive(self, request: _Request, fault: Fault | None, line: Line, data: bytes) -> None:
        request.raw += data
        if b"\r\n\r\n" not in request.raw:
            return
        missing = request.promised - len(request.body)
        if not request.body:
            self._strike_at(Stage.HEAD, fault, line)
        elif request.call != "send":
            if missing == 0:
                self._answer_question(request, line)
        elif missing == 1:
            self._strike_at(Stage.BODY, fault, line)
            if self._freezes.get(self._mine.number) is Freeze.BEFORE_COMMIT:
                del self._freezes[self._mine.number]
                self._frozen("P13 frozen before the commit point")
        elif missing == 0:
            self._whole(request, fault, line)
        elif missing < 0:
            self.strange.append("more than was promised")

    def _frozen(self, moment: str) -> None:
        """This driver sleeps while another one does all the work."""
        self.injected[moment] += 1
        saved = dict(self._mine.__dict__)
        self.causes.setdefault(saved["queue"], moment)
        self.take_over()
        self._mine.__dict__.update(saved)

    def _strike_at(self, stage: Stage, fault: Fault | None, line: Line) -> None:
        if fault is not None and fault.stage is stage:
            self._strike(fault, Honest((), self._chance), line)

    def _strike(self, fault: Fault, honest: Honest, line: Line) -> None:
        self._note(fault)
        result = fault.result(honest)
        if isinstance(result, Died):
            raise Crash(fault.id)
        if isinstance(result, OSError):
            line.end(End.RESET)
            raise result
        line.answer(result)
        line.end(fault.end)

    def _whole(self, request: _Request, fault: Fault | None, line: Line) -> None:
        """The whole request has come: take what the script lets, and answer."""
        document = json.loads(request.body)
        if (document["login"], document["password"]) != (_LOGIN, _PASSWORD):
            self.strange.append("a wrong login")
        queue = document["statusQueueName"]
        names = [message["clientId"] for message in document["messages"]]
        if self._script.workers == 1 and self._stopped.intersection(names):
            self.strange.append("a number on the stop-list")
        earlier = self.ledger[0].smsc_id if self.ledger else ""
        honest = Honest(tuple(self._rows_of(queue, names, fault)), self._chance, earlier)
        if fault is not None:
            self._strike(fault, honest, line)
        else:
            line.answer(honest.http(*honest.rows))
            line.end(End.CLOSED)

    def _rows_of(self, queue: str, names: Sequence[str], fault: Fault | None) -> list[Row]:
        takes = Takes.ALL if fault is None else fault.takes
        if takes is Takes.LATE:
            self._late.append((self._now_s() + _LATE_TAKING_S, queue, list(names)))
        number = {Takes.ALL: len(names), Takes.ALL_BUT_ONE: len(names) - 1,
                  Takes.HALF: len(names) // 2}.get(takes, 0)  # fmt: skip
        reason = "" if fault is None else REFUSES.get(fault.id, "text is empty")
        refused: list[Row] = [{"clientId": name, "status": reason} for name in names[number:]]
        return [self._taken(queue, name) for name in names[:number]] + refused

    def _taken(self, queue: str, name: str) -> Row:
        smsc_id = str(next(self._ids))
        self.ledger.append(Taken(queue, name, smsc_id))
        self._taken_s.setdefault(queue, self._now_s())
        status = random.Random(f"{self._script.seed} {name}")  # noqa: S311  # of the recipient alone
        if status.random() < 1 / 4:
            self.status_texts[smsc_id] = status.choice(["delivery error", "smsc reject"])
        if self._script.queue is not Queue.DROPS or self._chance.random() >= 1 / 3:
            self.queues.setdefault(queue, []).append(smsc_id)
        return {"clientId": name, "smscId": int(smsc_id), "status": "accepted", "smsCount": 1,
                "msgCost": "2.50"}  # fmt: skip

    def take_what_was_late(self, *, all_of_it: bool = False) -> None:
        """Requests that lay about somewhere and are carried out now."""
        due = [one for one in self._late if all_of_it or one[0] <= self._now_s()]
        self._late = [one for one in self._late if one not in due]
        for _, queue, names in due:
            for name in names:
                self._taken(queue, name)

    def _note(self, fault: Fault) -> None:
        self.injected[fault.id] += 1
        self.causes[self._mine.queue] = fault.id

    def _now_s(self) -> float:
        return 0.0 if self.clock is None else self.clock.monotonic_s()

    # --- questions ---

    def _answer_question(self, request: _Request, line: Line) -> None:
        self.take_what_was_late()
        asked = json.loads(request.body)
        if request.call == "balance":
            line.answer(http(200, _FINE.encode()))
            line.end(End.CLOSED)
            return
        if request.call == "statusQueue":
            rows = self._queue_rows(asked["statusQueueName"], int(asked["statusQueueLimit"]))
            lost = self._script.queue is Queue.LOSSY and next(self._reads) % 2 == 1
        else:
            rows = [self._status_row(one) for one in asked["messages"]]
            lost = self._script.lose_statuses and next(self._reads) % 3 == 0
        if lost:
            self.injected[f"answer of {request.call} lost"] += 1
        else:
            body = {"status": "ok", "messages": rows} if rows else {
                "status": "error", "description": "queue is empty"}  # fmt: skip
            line.answer(http(200, json.dumps(body).encode()))
        line.end(End.RESET if lost else End.CLOSED)

    def _queue_rows(self, queue: str, limit: int) -> list[Row]:
        entries = self.queues.get(queue, [])
        shown, rest = entries[:limit], entries[limit:]
        match self._script.queue:
            case Queue.SILENT:
                return []
            case Queue.LATE if self._now_s() < self._taken_s.get(queue, 0.0) + _LATE_QUEUE_S:
                return []
            case Queue.KEEPS:
                rest = entries
            case Queue.TWICE:
                rest = rest + [one for one in shown if one not in self._submitted]
        self.queues[queue] = rest
        rows: list[Row] = [{"smscId": one, "status": self._queue_status(one)} for one in shown]
        self._submitted.update(shown)
        return rows

    def _queue_status(self, smsc_id: str) -> str:
        first = self._script.queue is Queue.TWICE and smsc_id not in self._submitted
        return "smsc submit" if first else self.end_of(smsc_id)

    def end_of(self, smsc_id: str) -> str:
        """What becomes of a message, whenever and wherever that is asked."""
        return self.status_texts.get(smsc_id, self.status_text)

    def _status_row(self, asked: Mapping[str, str]) -> Row:
        if "clientId" not in asked and self.dialect_name == "iqsms":
            self.strange.append("status.json without a clientId")
        return self._status(Tracked(asked["smscId"], asked.get("clientId", "")))


def _as_error(fault: Fault) -> BaseException:
    result = fault.result(Honest((), random.Random(0)))  # noqa: S311  # no secret
    return result if isinstance(result, OSError) else Crash(fault.id)
