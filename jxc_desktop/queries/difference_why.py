"""One cost difference slip with its why: what the cause brought, the average before and after it, and that it all adds up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import VOID_PART, CostDifference, Document, LandedShare, Pool, Product, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.domain.errors import NotFound
from jxc_desktop.domain.money import fen, milli, pieces, unit_cost, yuan
from jxc_desktop.i18n import _
from jxc_desktop.queries.costing import Method, PoolKey, product_methods
from jxc_desktop.queries.differences import (
    ZERO,
    DifferenceRow,
    SlipHead,
    brought_values,
    difference_rows,
    difference_slips,
    landed_acts,
    slip_heads,
    void_acts,
)
from jxc_desktop.queries.settings import shop_settings

Key = tuple[int | str, ...]
"""(moment, posting sequence, line, part): the order of the ledger."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a pool holds: a quantity and what it is worth."""

    quantity: Decimal
    value: Decimal

    @property
    def average(self) -> Decimal | None:
        """The cost of one, to 10^-4; None where nothing is held."""
        return unit_cost(fen(self.value), milli(self.quantity)) if self.quantity > 0 else None


@dataclass(frozen=True, slots=True)
class ProductWhy:
    """What the act did to the cost of one product. Quantities in base units, + into stock; values in yuan.

    ``brought``: what the cause itself put in (a void takes it out). ``before`` and ``after``: the pool at the cause's own
    place, None where it cannot be told exactly (goods of several pools at once). ``issued_quantity`` left by documents whose
    cost changed, by ``issued`` in sum. ``held_before`` and ``held``: all of the product in stock, before and after the act;
    ``latest``: that is what is there today.
    """

    product_id: int
    code: str
    name: str
    unit: str
    brought: Held
    before: Held | None
    after: Held | None
    issued_quantity: Decimal
    issued: Decimal
    held_before: Held
    held: Held
    latest: bool

    @property
    def held_change(self) -> Decimal:
        return self.held.value - self.held_before.value

    @property
    def rest(self) -> Decimal:
        """What is unaccounted for: 0 when what left and what is held changed by just what the cause brought."""
        return self.brought.value - self.issued - self.held_change


@dataclass(frozen=True, slots=True)
class Slip:
    """A whole slip. ``rows``: documents whose sum changed; ``carried``: how many only moved goods on at the new cost.

    ``targets``: numbers of the receipts that a landed cost raised. ``reason``: of a void.
    """

    head: SlipHead
    rows: tuple[DifferenceRow, ...]
    products: tuple[ProductWhy, ...]
    carried: int
    targets: tuple[str, ...]
    reason: str

    @property
    def adds_up(self) -> bool:
        return all(not product.rest for product in self.products)

    def product(self, product_id: int) -> ProductWhy:
        return next(one for one in self.products if one.product_id == product_id)


def difference_slip(session: Session, seq: int) -> Slip:
    """The slip of the act ``seq``. Raises :class:`NotFound` where it changed no other document."""
    rows = difference_rows(session, CostDifference.seq == seq)
    if not rows:
        raise NotFound(what=_("cost difference slip"), key=str(seq))
    (head,) = slip_heads(session, {seq: rows})
    changed, carried = [row for row in rows if not row.moves], {row.document_id for row in rows if row.moves}
    whys, found = [], {row.id: row for row in changed}
    brought = brought_values(session, head.cause_id, seq, head.voided, {row.product_id for row in rows})
    shares = _shares(session, head.cause_id)
    methods = product_methods(session, brought, shop_settings(session))
    for product, method in methods.items():
        ledger = _Ledger(session, product, method, head)
        of_product = [row for row in rows if row.product_id == product]
        why = _why(session, ledger, head, of_product, brought[product], shares.get(product, set()))
        whys.append(why)
        for row in of_product:  # the difference of a count is derived, too: as it was then
            if row.kind == "stocktake" and row.id in found:
                found[row.id] = replace(row, quantity=-ledger.moved(row.document_id, seq))
    reason, targets = _about(session, head.cause_id, {target for some in shares.values() for target in some})
    order = {row.product_id: place for place, row in reversed(list(enumerate(rows)))}
    return Slip(
        head,
        tuple(found.values()),
        tuple(sorted(whys, key=lambda one: order[one.product_id])),
        len(carried - {row.document_id for row in changed}),
        targets,
        reason if head.voided else "",
    )


def slip_of_cause(session: Session, cause_id: int) -> Slip:
    """The newest slip that this document caused. Raises :class:`NotFound`."""
    heads = difference_slips(session, cause_id=cause_id, limit=1)
    if not heads:
        number = session.execute(select(Document.number).where(Document.id == cause_id)).scalar()
        raise NotFound(what=_("cost difference slip"), key=number or str(cause_id))
    return difference_slip(session, heads[0].seq)


def because(slip: Slip) -> str:
    """Why costs were worked out again, in one sentence."""
    head = slip.head
    kind = kind_of(head.kind)
    if head.voided:
        return _("This document was voided; everything is as if it had never been there.")
    if kind.raises_receipts:
        return _("Earlier receipts got their freight or other charges; what left after them is worked out again.")
    if kind.sets_cost:
        return _("The unit cost was set anew for an earlier day; what left after it is worked out again.")
    if kind.is_count:
        return _("A count was entered for an earlier moment; what left after it is worked out again.")
    if all(row.date < head.date for row in slip.rows):
        return _("Goods that had left before they were bought now have their real cost.")
    if kind.is_return:
        return _("Goods that came back were entered for an earlier day; what left after them is worked out again.")
    if kind.stock > 0:
        return _("Goods that came in were entered for an earlier day; what left after them is worked out again.")
    return _("Goods that left were entered for an earlier day; what left after them is worked out again.")


def _shares(session: Session, cause_id: int) -> dict[int, set[int]]:
    """Product -> receipts that the cause, a landed cost, raised."""
    found: dict[int, set[int]] = defaultdict(set)
    for product, target in session.execute(
        select(LandedShare.product_id, LandedShare.target_id).where(LandedShare.document_id == cause_id)
    ):
        found[product].add(target)
    return found


def _about(session: Session, cause_id: int, targets: set[int]) -> tuple[str, tuple[str, ...]]:
    reason = session.execute(select(Document.void_reason).where(Document.id == cause_id)).scalar_one()
    numbers = session.scalars(select(Document.number).where(Document.id.in_(targets)).order_by(Document.moment, Document.id))
    return reason, tuple(number or "" for number in numbers)


def _why(
    session: Session, ledger: _Ledger, head: SlipHead, rows: Sequence[DifferenceRow], brought: int, targets: set[int]
) -> ProductWhy:
    code, name, unit = session.execute(select(Product.code, Product.name, Product.unit).where(Product.id == ledger.product)).one()
    seq = head.seq
    held = ledger.held(seq)
    before, after = ledger.around(targets)
    if before is None or after is None or after.value - before.value != yuan(brought):
        before = after = None
    quantity = ledger.moved(head.cause_id, seq - 1 if head.voided else seq)
    now = session.execute(select(raw(Pool.quantity), raw(Pool.value)).where(Pool.product_id == ledger.product)).all()
    return ProductWhy(
        ledger.product, code, name, unit,
        Held(-quantity if head.voided else quantity, yuan(brought)), before, after,
        sum((row.quantity for row in rows if not row.moves), ZERO), sum((row.difference for row in rows), ZERO),
        ledger.held(seq - 1), held, held == Held(pieces(sum(q for q, _v in now)), yuan(sum(v for _q, v in now))),
    )  # fmt: skip


class _Row(NamedTuple):
    """A ledger row of one product. Quantity in thousandths, value in fen."""

    document_id: int
    key: Key
    warehouse_id: int
    batch_id: int | None
    quantity: int
    counted: int | None
    value: int


_ROWS = (
    StockRow.document_id, StockRow.moment, StockRow.seq, StockRow.line, StockRow.part, StockRow.warehouse_id, StockRow.batch_id,
    raw(StockRow.quantity), raw(StockRow.counted), raw(StockRow.value),
)  # fmt: skip


class _Ledger:
    """The stock ledger of a product as it stood after any act: what was posted by then, at the cost it had then.

    Values of the past are kept per document: what stood before a later difference is that difference's old value, and
    before a landed cost what it is now less the share.
    """

    def __init__(self, session: Session, product: int, method: Method, head: SlipHead) -> None:
        self.product, self._method, self._head = product, method, head
        where = (StockRow.product_id == product, StockRow.part < VOID_PART)
        order = (StockRow.moment, StockRow.seq, StockRow.line, StockRow.part)
        self._rows = [
            _Row(row[0], tuple(row[1:5]), row[5], row[6], row[7], row[8], row[9] or 0)
            for row in session.execute(select(*_ROWS).where(*where).order_by(*order))
        ]
        self._of: dict[int, list[_Row]] = defaultdict(list)
        for one in self._rows:
            self._of[one.document_id].append(one)
        self._later: dict[int, list[tuple[int, int]]] = defaultdict(list)
        changes = select(CostDifference.document_id, CostDifference.seq, raw(CostDifference.old_value)).where(
            CostDifference.product_id == product
        )
        for document, seq, old in session.execute(changes.order_by(CostDifference.seq)):
            self._later[document].append((seq, old))
        self._raised: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for _product, target, seq, share in landed_acts(session, LandedShare.product_id == product):
            self._raised[target].append((seq, share))
        self._ends = void_acts(session, set(session.scalars(select(StockRow.document_id).where(*where, StockRow.void == 1))))
        if head.voided:
            self._ends[head.cause_id] = head.seq

    def held(self, seq: int) -> Held:
        """All of the product after the act ``seq``."""
        value = sum(self._value(document, seq) for document in self._of if self._stands(document, seq))
        return Held(pieces(self._quantity(seq, lambda _row: True)), yuan(value))

    def moved(self, document: int, seq: int) -> Decimal:
        """What ``document`` moved of the product, as of the act ``seq`` (of a count: the difference that it found then)."""
        return pieces(sum(quantity for one, quantity in self._moves(seq) if one.document_id == document))

    def around(self, targets: set[int]) -> tuple[Held | None, Held | None]:
        """The pool before and after the cause, at its own place (of a landed cost: at its receipt); None where not one pool."""
        seq, voided = self._head.seq, self._head.voided
        documents = targets or {self._head.cause_id}  # which may have no row of this product: what it is made of got dearer
        own = [row for document in documents for row in self._of.get(document, ())]
        pools = {self._pool(row) for row in own}
        if len(pools) != 1 or len(targets) > 1:
            return None, None
        (pool,) = pools
        first, last = min(row.key for row in own), (*max(row.key for row in own), 0)
        if targets:
            return self._held_before(seq - 1, last, pool), self._held_before(seq, last, pool)
        if voided:
            return self._held_before(seq - 1, last, pool), self._held_before(seq, first, pool)
        return self._held_before(seq, first, pool), self._held_before(seq, last, pool)

    def _pool(self, row: _Row) -> PoolKey:
        return self._method.pool(self.product, row.warehouse_id, row.batch_id)

    def _stands(self, document: int, seq: int) -> bool:
        posted = int(self._of[document][0].key[1])
        return posted <= seq and self._ends.get(document, seq + 1) > seq

    def _value(self, document: int, seq: int) -> int:
        """What the document's rows were worth after ``seq``: what later acts made of them is undone."""
        changed, value = next(((at, old) for at, old in self._later[document] if at > seq), (None, None))
        if value is None:
            value = sum(row.value for row in self._of[document])
        return value - sum(share for at, share in self._raised[document] if at > seq and (changed is None or at < changed))

    def _unchanged(self, document: int, seq: int) -> bool:
        """Whether no act after ``seq`` made anything of the document's rows: each is still worth what it was."""
        return not any(at > seq for at, _amount in (*self._later[document], *self._raised[document]))

    def _moves(self, seq: int) -> list[tuple[_Row, int]]:
        """(row, what it moved): a count moves what is missing to what was counted."""
        balance: dict[tuple[int, int | None], int] = defaultdict(int)
        found = []
        for row in self._rows:
            if self._stands(row.document_id, seq):
                place = (row.warehouse_id, row.batch_id)
                quantity = row.quantity if row.counted is None else row.counted - balance[place]
                balance[place] += quantity
                found.append((row, quantity))
        return found

    def _quantity(self, seq: int, wanted: Callable[[_Row], bool]) -> int:
        return sum(quantity for row, quantity in self._moves(seq) if wanted(row))

    def _held_before(self, seq: int, key: Key, pool: PoolKey) -> Held | None:
        value = 0
        for document, rows in self._of.items():
            inside = [row for row in rows if row.key < key and self._pool(row) == pool]
            if not inside or not self._stands(document, seq):
                continue
            if len(inside) == len(rows):
                value += self._value(document, seq)
            elif self._unchanged(document, seq):
                value += sum(row.value for row in inside)
            else:
                return None
        return Held(pieces(self._quantity(seq, lambda row: row.key < key and self._pool(row) == pool)), yuan(value))
