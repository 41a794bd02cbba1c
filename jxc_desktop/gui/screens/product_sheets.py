"""The small tables of the panel of a product as rows: their words, and what F6 says of each figure."""

from __future__ import annotations

from jxc_desktop.columns import word
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.gui.screens.master_parts import SheetRow
from jxc_desktop.gui.screens.product_detail import ProductDetail, expiry_tone, factor_words, recipe_rows
from jxc_desktop.gui.screens.why_cells import ON_PRODUCT, ledger_keys, place_keys, recipe_keys
from jxc_desktop.i18n import _
from jxc_desktop.queries.stock import StockLine


def part_sheet(detail: ProductDetail) -> list[SheetRow]:
    """Part, how much of it goes in, how much is there."""
    parts = detail.card.recipe.parts if detail.card.recipe is not None else ()
    return [
        SheetRow(
            tuple(texts),
            tones=("", "", tone),
            answers=(None, *recipe_keys(part.part_id, detail.parts.get(part.part_id, ()))),
        )
        for part, (*texts, tone) in zip(parts, recipe_rows(detail), strict=True)
    ]


def batch_sheet(detail: ProductDetail, *, value: bool = False) -> list[SheetRow]:
    """Batch, expiry, quantity; with ``value`` also where it lies and what it is worth."""
    figures = ("quantity", "value") if value else ("quantity",)
    return [
        SheetRow(
            (b.batch or "—", b.expiry or "—", word(b.quantity, "quantity"), *([_value(b)] if value else [])),
            second=(b.warehouse_name or "") if value else "",
            tones=("", expiry_tone(b.expiry, detail)),
            target=b.batch,
            answers=(None, None, *place_keys(b, figures)),
        )
        for b in detail.insight.batches
    ]


def place_sheet(detail: ProductDetail, *, value: bool = False) -> list[SheetRow]:
    """Warehouse, on hand, available; with ``value`` also what it is worth."""
    figures = ("quantity", "available", "value") if value else ("quantity", "available")
    return [
        SheetRow(
            (
                p.warehouse_name or "",
                word(p.quantity, "quantity"),
                word(p.available, "quantity"),
                *([_value(p)] if value else []),
            ),
            tones=("", "danger" if value and p.quantity < 0 else ""),
            answers=(None, *place_keys(p, figures)),
        )
        for p in detail.insight.places
    ]


def _value(of: StockLine) -> str:
    return "—" if of.value is None else f"{of.value:,.2f}"


def price_sheet(detail: ProductDetail) -> list[SheetRow]:
    """Unit, and its prices: retail, member, wholesale, purchase."""
    base = detail.card.form.unit
    rows = []
    for unit in detail.card.units:
        prices = (unit.sale_price, unit.member_price, unit.wholesale_price, unit.purchase_price)
        size = "" if unit.id is None else f"= {factor_words(unit.factor.numerator, unit.factor.denominator)} {base}"
        said = tuple(None if price is None else _(ON_PRODUCT) for price in prices)
        rows.append(SheetRow((unit.name, *(word(price, "price") for price in prices)), second=size, answers=(None, *said)))
    return rows


def move_sheet(detail: ProductDetail, limit: int) -> list[SheetRow]:
    """Document, quantity, what was left, time: the latest ``limit``, the newest first."""
    return [
        SheetRow(
            (
                line.number,
                ("+" if line.quantity > 0 else "") + word(line.quantity, "quantity"),
                word(line.balance_quantity, "quantity"),
                line.date[5:16].replace("T", " "),
            ),
            second="·".join(filter(None, (kind_of(line.kind).name, line.batch or "", _("Voided") if line.voided else ""))),
            target=line.document_id,
            answers=(None, *ledger_keys(line), None),
        )
        for line in detail.insight.movements[:limit]
    ]
