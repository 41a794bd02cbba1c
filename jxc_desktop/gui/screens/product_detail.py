"""What the panel of products asks the book, and how it words quantities, prices, days and expiry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from jxc_desktop.columns import quantity_text, word
from jxc_desktop.domain.units import mixed
from jxc_desktop.queries.product_insight import ProductInsight, product_insight
from jxc_desktop.queries.products import ProductCard, product_card, product_picture
from jxc_desktop.queries.settings import shop_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TONES = {"out_risk": "danger", "low_stock": "warning", "expiring": "warning", "slow": "neutral", "inactive": "neutral"}
"""The tone of each state of a product."""
MOVEMENTS = 50


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """All that the panel shows of one product."""

    card: ProductCard
    insight: ProductInsight
    picture: bytes | None
    expiring_days: int
    today: date


def product_detail(session: Session, product_id: int, today: date) -> ProductDetail:
    """What the panel shows. Raises :class:`UnknownProduct`."""
    settings = shop_settings(session)
    card = product_card(session, product_id, today=today, settings=settings)
    insight = product_insight(session, product_id, today, movements=MOVEMENTS, settings=settings)
    return ProductDetail(card, insight, product_picture(session, product_id), settings.expiring_days, today)


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
