"""What the panel of products asks the book, and how it words quantities, prices, days and expiry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from jxc_desktop.columns import quantity_text, word
from jxc_desktop.domain.units import mixed
from jxc_desktop.i18n import _
from jxc_desktop.queries.product_insight import ProductInsight, product_insight
from jxc_desktop.queries.products import ProductCard, product_card, product_picture
from jxc_desktop.queries.recipes import Lying, parts_on_hand
from jxc_desktop.queries.settings import shop_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TONES = {
    "out_risk": "danger", "low_stock": "warning", "expiring": "warning", "slow": "neutral", "kit": "info", "inactive": "neutral"
}  # fmt: skip
"""The tone of each state of a product."""
MOVEMENTS = 50


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """All that the panel shows of one product. ``parts``: what of each part of its recipe lies where."""

    card: ProductCard
    insight: ProductInsight
    picture: bytes | None
    expiring_days: int
    today: date
    parts: Mapping[int, tuple[Lying, ...]] = field(default_factory=dict)

    def there(self, part_id: int) -> Decimal:
        """Base units of a part in all warehouses."""
        return sum((lying.quantity for lying in self.parts.get(part_id, ())), Decimal(0))


def product_detail(session: Session, product_id: int, today: date) -> ProductDetail:
    """What the panel shows. Raises :class:`UnknownProduct`."""
    settings = shop_settings(session)
    card = product_card(session, product_id, today=today, settings=settings)
    insight = product_insight(session, product_id, today, movements=MOVEMENTS, settings=settings)
    parts = {} if card.recipe is None else parts_on_hand(session, card.recipe)
    return ProductDetail(card, insight, product_picture(session, product_id), settings.expiring_days, today, parts)


def stock_words(detail: ProductDetail) -> str:
    """How the first figure is called: of a kit it is how many could be sold."""
    return _("Could be sold") if detail.card.kit else _("Available")


def recipe_rows(detail: ProductDetail) -> list[tuple[str, str, str, str]]:
    """(part, quantity, on hand, tone) of each part: danger where it does not suffice for one."""
    recipe = detail.card.recipe
    rows = []
    for part in recipe.parts if recipe is not None else ():
        there = detail.there(part.part_id)
        tone = "danger" if there < part.quantity else ""
        rows.append((part.name, amount(part.quantity, part.unit), word(there, "quantity"), tone))
    return rows


def recipe_words(detail: ProductDetail) -> str:
    """What stands beside the heading of the recipe."""
    card = detail.card
    if card.recipe is None or card.could is None:
        return ""
    if card.kit:
        return _("for one, enough for {count}").format(count=f"{card.could} {card.form.unit}")
    made = f"{quantity_text(card.recipe.makes)} {card.form.unit}"
    return _("for {made}, enough for {count}").format(made=made, count=f"{card.could} {card.form.unit}")


def amount(value: Decimal | None, unit: str) -> str:
    """A quantity with its unit, — for none."""
    return "—" if value is None else f"{word(value, 'quantity')} {unit}"


def mixed_words(detail: ProductDetail) -> str:
    """What is on hand in the further units: ``3 箱 2 瓶``."""
    units = [(unit.name, unit.factor) for unit in detail.card.units if unit.id is not None]
    return mixed(detail.card.quantity, units, detail.card.form.unit)


def price_words(value: Decimal | None) -> str:
    return "—" if value is None else f"¥{word(value, 'price')}"


def factor_words(numerator: int, denominator: int) -> str:
    """A ratio as people write it: ``24``, ``0.5``, ``1/3``."""
    if denominator == 1:
        return str(numerator)
    whole = Decimal(numerator) / denominator
    return quantity_text(whole) if whole == round(whole, 3) else f"{numerator}/{denominator}"


def days_words(days: Decimal) -> str:
    """Days with one place, from a hundred on without."""
    return f"{days:.0f}" if days >= 100 else f"{days:.1f}"


def expiry_tone(expiry: str | None, detail: ProductDetail) -> str:
    """Expired or within a week: danger; within the shop's warning days: warning."""
    if not expiry:
        return ""
    last = date.fromisoformat(expiry)
    if last <= detail.today + timedelta(days=7):
        return "danger"
    return "warning" if last <= detail.today + timedelta(days=detail.expiring_days) else ""
