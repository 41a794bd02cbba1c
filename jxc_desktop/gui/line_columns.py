"""The columns of the grid in which the lines of a document are typed: which kind has which, their words, tones and widths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from jxc_desktop.columns import EMPTY, word
from jxc_desktop.domain.documents import DocumentKind
from jxc_desktop.domain.money import round_half_up
from jxc_desktop.gui.document_lines import EditLine, has_price
from jxc_desktop.gui.line_batches import planned_words, takes_batches
from jxc_desktop.i18n import N_, _

Words = Callable[[EditLine], str]
Tone = Callable[[EditLine], str | None]
SOON = 30
"""Days before the end of its life at which goods that come in are marked."""


@dataclass(frozen=True, slots=True)
class LineColumn:
    """One column. ``editable`` cells are framed; ``walk``: Enter stops there; ``applies``: False leaves the cell blank.

    ``hint``: what stands there, quietly, while nothing is typed.
    ``priority`` 1 is always shown, 2 gives way when the names become narrow, 3 stands only in wide windows.
    """

    key: str
    title: str
    width: int
    words: Words
    align: str = "right"
    editable: bool = False
    walk: bool = False
    priority: int = 1
    muted: bool = False
    tone: Tone | None = None
    applies: Callable[[EditLine], bool] | None = None
    hint: Words | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What cells compare with: the warehouse goods leave, whether lines fulfil an order, today."""

    warehouse_id: int | None
    ordered: bool
    today: date


def _cell(key: str) -> Words:
    return lambda line: line.text(key)


def _number(value: Decimal | None, shape: str = "quantity") -> str:
    return EMPTY if value is None else word(value, shape)  # type: ignore[arg-type]


_QUANTITY = {
    "purchase_receipt": N_("Taken in now"),
    "purchase_order": N_("Ordered quantity"),
    "sales_order": N_("Ordered quantity"),
}
_PRICE = {
    "purchase_order": N_("Cost price"),
    "purchase_receipt": N_("Cost price"),
    "purchase_return": N_("Credit price"),
    "sales_return": N_("Refund price"),
    "retail_return": N_("Refund price"),
    "opening_stock": N_("Unit cost"),
    "stock_in": N_("Unit cost"),
    "overage": N_("Unit cost"),
    "disassembly": N_("Worth"),
    "cost_adjustment": N_("New unit cost"),
}


def columns_of(kind: DocumentKind, around: Surroundings) -> tuple[LineColumn, ...]:
    """The columns of ``kind``, from left to right; number and product stand before them."""
    leaves = kind.stock < 0 or kind.code in ("transfer", "sales_order")
    short = _shorter_than_there(kind, around)
    found = [
        LineColumn("unit", N_("Unit"), 58, lambda line: line.unit.name, "left", muted=True),
        LineColumn(
            "on_hand", N_("On hand"), 72, _here(around),
            priority=3, muted=True, applies=lambda _line: not leaves,
        ),
        LineColumn("last", N_("Last price"), 84, _last, priority=3, muted=True),
    ]  # fmt: skip
    if around.ordered:
        found.append(
            LineColumn("ordered", N_("Ordered"), 72, lambda line: _number(line.in_unit(line.ordered)), tone=_under_order)
        )
    elif kind.is_return and kind.code != "retail_return":
        found.append(
            LineColumn(
                "left", N_("Can come back"), 76, lambda line: _number(line.in_unit(line.original.left if line.original else None))
            )
        )
    elif leaves:
        found.append(
            LineColumn(
                "available",
                N_("Available"),
                72,
                lambda line: _number(line.in_unit(line.product.available(around.warehouse_id))),
                tone=short,
            )
        )
    if kind.sets_cost:
        return (
            LineColumn("unit", N_("Unit"), 58, lambda line: line.unit.name, "left", muted=True),
            LineColumn("on_hand", N_("On hand"), 92, lambda line: _number(line.in_unit(_everywhere(line)))),
            LineColumn("cost", N_("Unit cost"), 92, lambda line: _number(_cost(line), "price")),
            LineColumn("price", _PRICE[kind.code], 104, _cell("price"), editable=True, walk=True),
            LineColumn("change", N_("Value changes by"), 112, lambda line: _number(_change(line), "money"), tone=_change_tone),
            *_word_columns(kind),
        )
    found.append(
        LineColumn(
            "quantity", _QUANTITY.get(kind.code, N_("Quantity")), 92, _cell("quantity"), editable=True, walk=True, tone=short
        )
    )
    if has_price(kind):
        found.append(
            LineColumn(
                "price",
                _PRICE.get(kind.code, N_("Unit price")),
                92,
                _cell("price"),
                editable=True,
                walk=True,
                tone=_below_cost(kind),
            )
        )
    if kind.has_money and not kind.is_return:
        found.append(LineColumn("discount", N_("Discount"), 66, _cell("discount"), editable=True, priority=2))
    if has_price(kind):
        found.append(LineColumn("amount", N_("Amount"), 100, lambda line: _number(line.amount, "money")))
    if kind.family == "sales" and kind.stock < 0:
        found.append(LineColumn("margin", N_("Margin"), 74, _margin, priority=3, muted=True))
    return (*found, *_batch_columns(kind, around), *_word_columns(kind))


def _batch_columns(kind: DocumentKind, around: Surroundings) -> tuple[LineColumn, ...]:
    if kind.is_order or not (kind.stock or kind.code == "transfer"):
        return ()
    kept = _by_batch
    takes = takes_batches(kind)
    batch = LineColumn("batch", N_("Batch"), 104, _cell("batch"), "left", True, takes, applies=kept, hint=planned_words)
    if kind.stock <= 0:
        return (batch,)
    return (
        batch,
        LineColumn("produced", N_("Produced"), 116, _cell("produced"), "left", True, True, applies=kept),
        LineColumn("expiry", N_("Expiry date"), 116, _cell("expiry"), "left", True, True, tone=_soon(around.today), applies=kept),
    )


def _word_columns(kind: DocumentKind) -> tuple[LineColumn, ...]:
    if kind.family == "stock":
        return (LineColumn("reason", N_("Reason"), 150, _cell("reason"), "left", True, kind.code != "opening_stock", 2),)
    return (LineColumn("note", N_("Note"), 110, _cell("note"), "left", True, priority=3),)


def _here(around: Surroundings) -> Words:
    return lambda line: _number(line.in_unit(line.product.on_hand.get(around.warehouse_id or 0, Decimal(0))))


def _everywhere(line: EditLine) -> Decimal:
    return sum(line.product.on_hand.values(), Decimal(0))


def _cost(line: EditLine) -> Decimal | None:
    factor = line.unit.factor
    return None if line.product.cost is None else line.product.cost * factor.numerator / factor.denominator


def _change(line: EditLine) -> Decimal | None:
    """About what the value of all that is on hand changes by; posting works it out to the fen."""
    cost = _cost(line)
    there = line.in_unit(_everywhere(line))
    return None if cost is None or line.draft.price is None or there is None else round_half_up((line.draft.price - cost) * there)


def _change_tone(line: EditLine) -> str | None:
    change = _change(line)
    return None if not change else "danger" if change < 0 else "success"


def _by_batch(line: EditLine) -> bool:
    return line.product.batches


def _last(line: EditLine) -> str:
    factor = line.unit.factor
    last = line.product.last
    return EMPTY if last is None else word(last.price * factor.numerator / factor.denominator, "price")


def _margin(line: EditLine) -> str:
    share = margin_of(line)
    return EMPTY if share is None else word(share, "percent")


def margin_of(line: EditLine) -> Decimal | None:
    """Profit over amount at the present cost; None where either is unknown."""
    amount = line.amount
    if not amount or line.product.cost is None:
        return None
    return 1 - line.product.cost * line.base_quantity / amount


def _shorter_than_there(kind: DocumentKind, around: Surroundings) -> Tone:
    leaves = kind.stock < 0 or kind.code == "transfer"

    def tone(line: EditLine) -> str | None:
        return "danger" if leaves and line.base_quantity > line.product.available(around.warehouse_id) else None

    return tone


def _under_order(line: EditLine) -> str | None:
    return "warning" if line.ordered is not None and line.base_quantity < line.ordered else None


def _below_cost(kind: DocumentKind) -> Tone:
    def tone(line: EditLine) -> str | None:
        share = margin_of(line)
        return "warning" if kind.bucket == "sold" and share is not None and share < 0 else None

    return tone


def _soon(today: date) -> Tone:
    limit = (today + timedelta(days=SOON)).isoformat()

    def tone(line: EditLine) -> str | None:
        return "warning" if line.draft.expiry and line.draft.expiry <= limit else None

    return tone


def heading(column: LineColumn) -> str:
    """The translated title."""
    return _(column.title)
