"""The goods of one product as derivations see them: its ledger rows with their documents, and what a pool held before one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, Document, Product, StockRow, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain import errors
from jxc_desktop.domain.costing import Cost, Entry, EntryResult, PoolState, replay
from jxc_desktop.domain.money import unit_cost
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.i18n import _
from jxc_desktop.queries.costing import Method, PoolKey, RowId, load_entries, method_of
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.queries.stock import latest_day
from jxc_desktop.queries.why_parts import Change

Order = tuple[str, int, int, int]
"""(moment, sequence, line, part): the order of the ledger."""


class Moved(NamedTuple):
    """A living row of the stock ledger with the document it comes from. Thousandths and fen."""

    document_id: int
    line: int
    part: int
    moment: str
    seq: int
    day: str
    warehouse_id: int
    batch_id: int | None
    cost: str
    quantity: int
    value: int | None
    provisional: int
    number: str
    kind: str

    @property
    def order(self) -> Order:
        return self.moment, self.seq, self.line, self.part


_ROWS = (
    select(
        StockRow.document_id, StockRow.line, StockRow.part, StockRow.moment, StockRow.seq, StockRow.day, StockRow.warehouse_id,
        StockRow.batch_id, StockRow.cost, raw(StockRow.quantity), raw(StockRow.value), StockRow.provisional, Document.number,
        Document.kind,
    )
    .join(Document, Document.id == StockRow.document_id)
    .order_by(StockRow.moment, StockRow.seq, StockRow.line, StockRow.part)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Goods:
    """A product with everything a derivation about it needs."""

    id: int
    name: str
    unit: str
    method: Method
    settings: ShopSettings
    warehouses: dict[int, tuple[str, str]]
    """(code, name) by id."""
    batches: dict[int, str]

    def pool(self, row: Moved) -> PoolKey:
        return self.method.pool(self.id, row.warehouse_id, row.batch_id)

    def warehouse_id(self, code: str | None) -> int | None:
        """Raises :class:`UnknownWarehouse`."""
        if code is None:
            return None
        found = next((id for id, (known, _name) in self.warehouses.items() if known == code), None)
        if found is None:
            raise errors.UnknownWarehouse(what=_("warehouse"), key=code, known=", ".join(c for c, _n in self.warehouses.values()))
        return found

    def batch_id(self, number: str | None) -> int | None:
        """The batch of this number; 0 where the product has none of it (goods without a batch)."""
        return None if number is None else next((id for id, known in self.batches.items() if known == number), 0)


def goods_of(session: Session, product_id: int) -> Goods:
    """Raises :class:`UnknownProduct`."""
    found = session.execute(select(Product.name, Product.unit, Product.costing).where(Product.id == product_id)).first()
    if found is None:
        raise errors.UnknownProduct(what=_("product"), key=str(product_id))
    settings = shop_settings(session)
    places = {id: (code, name) for id, code, name in session.execute(select(Warehouse.id, Warehouse.code, Warehouse.name))}
    batches = dict(session.execute(select(Batch.id, Batch.number).where(Batch.product_id == product_id)).all())
    return Goods(product_id, found.name, found.unit, method_of(found.costing, settings), settings, places, batches)


def moved(session: Session, product_id: int, *, until: str | None = None, voided: bool = False) -> list[Moved]:
    """The living rows of a product up to the day ``until`` (``voided``: the others, too), in the order of the ledger."""
    wanted = _ROWS.where(StockRow.product_id == product_id, *([] if voided else [StockRow.void == 0]))
    if until is not None:
        wanted = wanted.where(StockRow.day <= until)
    return [Moved._make(row) for row in session.execute(wanted)]


def changes(rows: Iterable[Moved]) -> list[Change]:
    """What each document changed in all, without those that changed nothing (goods moved within)."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        entry = found.setdefault(row.document_id, [row, 0, 0, True])
        entry[1] += row.quantity
        entry[2] += row.value or 0
        entry[3] = entry[3] and row.value is None
    return [
        Change(row.document_id, row.kind, row.number, row.moment, quantity, None if unknown else value)
        for row, quantity, value, unknown in found.values()
        if quantity or value
    ]


def counted_again(
    session: Session, goods: Goods, *, before: RowId | None = None, until: str | None = None
) -> tuple[dict[PoolKey, PoolState], dict[RowId, EntryResult]]:
    """All pools and rows of a product replayed from the facts: of all rows, up to the day ``until``, or those before a row.

    What was put together of other products, or taken out of one, counts at the value it has.
    """
    stored, entries = load_entries(session, goods.id, goods.method)
    values = {(row.document_id, row.line, row.part): row.value for row in stored}
    days = {(row.document_id, row.line, row.part): row.day for row in stored}
    facts = [_alone(entry, values) for entry in entries]
    if until is not None:
        facts = [entry for entry in facts if days[_id(entry)] <= until]
    if before is not None:
        place = next((n for n, entry in enumerate(facts) if entry.row == before), len(facts))
        facts = facts[:place]
    done: Any = replay({}, facts, goods.method.name)
    return done.states, done.results


def _id(entry: Entry) -> RowId:
    return entry.row  # type: ignore[return-value]


def _alone(entry: Entry, values: dict[RowId, int | None]) -> Entry:
    if entry.cost is not Cost.MADE:
        return entry
    return Entry(entry.key, entry.row, entry.pool, entry.place, Cost.GIVEN, entry.quantity, given=values[_id(entry)])


def cost_words(goods: Goods) -> str:
    """How the unit cost of this product comes about."""
    return {
        "average": _("moving average"),
        "fifo": _("first in, first out"),
        "batch": _("the batch's own cost"),
    }[goods.method.name]


def unknown_and_guessed(rows: Iterable[Moved]) -> tuple[str, ...]:
    """Sentences about rows whose cost is a guess or was never known."""
    guessed = unknown = 0
    for row in rows:
        unknown += row.value is None
        guessed += bool(row.provisional) and row.value is not None
    notes = []
    if guessed:
        notes.append(_("{count} rows have a provisional cost; it is counted again when goods arrive.").format(count=guessed))
    if unknown:
        notes.append(_("{count} rows have no known cost; they count as 0.").format(count=unknown))
    return tuple(notes)


def is_past(session: Session, key: WhyKey) -> bool:
    """Whether a day is asked for after which stock moved: for such days no figure is kept."""
    return key.last is not None and key.last.isoformat() < (latest_day(session) or "")


def average(value: int, quantity: int) -> Decimal | None:
    """Fen over thousandths as a price; None for nothing."""
    return unit_cost(value, quantity) if quantity else None
