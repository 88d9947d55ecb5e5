"""The till: charges the messages of one send request, one by one, and numbers those it takes."""

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from campaign.model import CHUNK_SIZE
from campaign.rules.segments import count_segments
from campaign.sandbox import checks
from campaign.sandbox.options import Dialect
from campaign.sandbox.store import Account, Entry, Known

Document = dict[str, object]

REFUSED_IDS = 2**31
"""Ids of refused messages lie this far above `id_base`, those of accepted ones below."""


class Till:
    """Charges the messages of one request, one by one, inside its transaction."""

    def __init__(
        self, price: Decimal, dialect: Dialect, account: Account, terms: checks.Terms, now: float
    ) -> None:
        self.entries: list[Entry] = []
        self._price = price
        self._dialect = dialect
        self._account = account
        self._terms = terms
        self._now = now

    def serve(
        self, position: int, client_id: object, request: checks.Request | str, *, broke: bool
    ) -> Document:
        """Take a message or refuse it; returns its object in the answer."""
        if isinstance(request, str):
            return self._refuse(position, client_id, request)
        parts = _parts(request.text)
        tariff = _tariff(self._price, parts)
        account = self._account
        if broke or tariff.cost > account.balance:
            return self._refuse(position, client_id, self._dialect.money_word)
        account.balance -= tariff.cost
        account.seq += 1
        smsc_id = self._dialect.id_text(account.id_base + account.seq)
        self.entries.append(
            Entry(
                seq=account.seq,
                request_no=account.request_no,
                queue=self._terms.queue,
                client_id=str(client_id),
                smsc_id=smsc_id,
                phone=request.phone,
                text=request.text,
                sender=request.sender,
                parts=parts,
                cost=tariff.exact,
                accepted_at=self._now,
                send_at=self._terms.send_at,
            )
        )
        answer: Document = {
            "status": "accepted",
            "smscId": self._dialect.id_json(smsc_id),
            "clientId": client_id if isinstance(client_id, str) else str(client_id),
        }
        if self._terms.billing:
            answer["smsCount"] = parts
            answer["msgCost"] = tariff.told
        return answer

    def _refuse(self, position: int, client_id: object, word: str) -> Document:
        answer: Document = {"status": word}
        if word == checks.INVALID_SENDER:  # as the documents' own example shows
            number = self._account.id_base + REFUSED_IDS
            number += self._account.request_no * CHUNK_SIZE + position
            answer["smscId"] = self._dialect.id_json(self._dialect.id_text(number))
        if client_id is not None:
            answer["clientId"] = str(client_id)
        return answer


def money(amount: Decimal) -> str:
    """Write roubles exactly, with two decimals at least, as the documents do."""
    exponent = amount.as_tuple().exponent
    exact = isinstance(exponent, int) and exponent < -2  # noqa: PLR2004 - two decimals of a rouble
    return f"{amount:f}" if exact else f"{amount:.2f}"


def balance_line(balance: Decimal) -> Document:
    """Make the rouble line of a balance list. Source: gateway documents, balance.json."""
    return {"credit": 0.0, "balance": money(balance), "type": "RUB"}


def known(entry: Entry) -> Known:
    """Return what a status needs to know of a message that was just taken."""
    return Known(
        entry.seq, entry.smsc_id, entry.client_id, entry.phone, entry.accepted_at, entry.send_at
    )


class _Tariff(NamedTuple):
    """What so many parts cost: the amount, as it is kept, as it is told."""

    cost: Decimal
    exact: str
    told: str


@lru_cache(maxsize=64)
def _tariff(price: Decimal, parts: int) -> _Tariff:
    cost = price * parts
    return _Tariff(cost, str(cost), money(cost))


@lru_cache(maxsize=1024)
def _parts(text: str) -> int:
    """Count the parts of a text; a campaign without placeholders asks for the same one."""
    return count_segments(text).parts
