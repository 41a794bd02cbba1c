"""What the label of a scale means: the shop's rules, the weighed product inside the code, its quantity and its amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Barcode, Product, ProductUnit
from jxc_desktop.db.models import ScaleRule as Row
from jxc_desktop.domain import scale_codes as rules
from jxc_desktop.domain.errors import NoScalePrice, NoScaleUnit
from jxc_desktop.domain.money import PRICE_PLACES, QUANTITY_PLACES, round_half_up
from jxc_desktop.domain.scale_codes import ScaleReading, ScaleRule
from jxc_desktop.domain.units import BASE, Factor, in_a_kilogram, of_kilograms
from jxc_desktop.i18n import _

_RULES = select(Row).order_by(Row.position, Row.id)
_CANDIDATES: Any = bindparam("codes", expanding=True)
_COLUMNS = (Product.id, Product.code, Product.name, Product.unit, Product.sale_price, Product.weighed, Product.active)
_BY_CODE = select(*_COLUMNS).where(Product.code.in_(_CANDIDATES))
_BY_BARCODE = (
    select(*_COLUMNS, Barcode.code.label("barcode"))
    .join(Barcode, Barcode.product_id == Product.id)
    .where(Barcode.code.in_(_CANDIDATES), Barcode.unit_id.is_(None))
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a scale: ``quantity`` of ``unit`` (``unit_id`` None = the base unit) for ``amount`` (None: it has none)."""

    product_id: int
    code: str
    name: str
    unit_id: int | None
    unit: str
    factor: Factor
    quantity: Decimal
    active: bool
    amount: Decimal | None
    reading: ScaleReading


def scale_rules(session: Session) -> list[ScaleRule]:
    """The rules of the shop, in their order."""
    return [
        ScaleRule(
            row.name, tuple(row.prefixes.split(",")), row.layout, row.weight_places, row.amount_places, bool(row.active), row.id
        )
        for row in session.scalars(_RULES)
    ]


def could_be_label(code: str) -> bool:
    """Whether ``code`` looks like one of a scale at all, so that the rules need not be read for every code."""
    return code[:2] in rules.PREFIXES and rules.LENGTHS[0] <= len(code) <= rules.LENGTHS[1] and code.isascii() and code.isdigit()


def find_label(session: Session, code: str) -> Label | None:
    """What a code means by the rules for scales; None where no rule reads it or no weighed product has the item.

    Raises :class:`NoScaleUnit` for a weight of goods without a unit of weight, :class:`NoScalePrice` for an amount of goods
    without a retail price, :class:`TooFine` for a weight that the unit cannot say exactly.
    """
    if not could_be_label(code):
        return None
    reading = rules.read(code, scale_rules(session))
    if reading is None:
        return None
    product = weighed_product(session, reading)
    return None if product is None else _label(session, product, reading)


def weighed_product(session: Session, reading: ScaleReading) -> Any:
    """The product that the item of a label means, by code, else barcode; leading zeros of the item may be left out.

    Only goods that are sold by weight or counted in a unit of weight: others have no business on a scale. None: there is none.
    """
    item = reading.item
    zeros = len(item) - len(item.lstrip("0"))
    wanted = [item[cut:] for cut in range(min(zeros, len(item) - 1) + 1)]
    wanted += [prefix + item for prefix in reading.rule.prefixes]
    found: dict[str, Any] = {row.code: row for row in session.execute(_BY_CODE, {"codes": wanted}) if _on_scales(row)}
    for row in session.execute(_BY_BARCODE, {"codes": wanted}):
        if _on_scales(row):
            found.setdefault(row.barcode, row)
    return next((found[code] for code in wanted if code in found), None)


def _on_scales(row: Any) -> bool:
    return bool(row.weighed) or in_a_kilogram(row.unit) is not None


def _label(session: Session, product: Any, reading: ScaleReading) -> Label:
    further = session.scalars(select(ProductUnit).where(ProductUnit.product_id == product.id).order_by(ProductUnit.id)).all()
    unit_id, unit, factor, price = None, product.unit, BASE, product.sale_price
    weighing = next((u for u in further if in_a_kilogram(u.name) is not None), None)
    if in_a_kilogram(unit) is None and weighing is not None:
        unit_id, unit, factor = weighing.id, weighing.name, Factor(weighing.numerator, weighing.denominator)
        price = weighing.sale_price or _of_unit(price, factor)
    quantity = None
    if reading.weight is not None:
        quantity = of_kilograms(reading.weight, unit, field=_("Weight"))
    if quantity is None and (reading.amount is None or (reading.weight is not None and not price)):
        raise NoScaleUnit(name=product.name, product=product.code, unit=unit, weight=f"{reading.weight:f}")
    if quantity is None:
        quantity = _bought(product, reading.amount or Decimal(0), price)
    return Label(
        product.id, product.code, product.name, unit_id, unit, factor, quantity, bool(product.active), reading.amount, reading
    )


def _bought(product: Any, amount: Decimal, price: Decimal | None) -> Decimal:
    """How much ``amount`` buys at the retail price, to 10^-3."""
    if not price:
        raise NoScalePrice(name=product.name, product=product.code, amount=f"¥{amount:.2f}")
    return max(round_half_up(amount / price, QUANTITY_PLACES), Decimal("0.001"))


def _of_unit(price: Decimal | None, factor: Factor) -> Decimal | None:
    return None if price is None else round_half_up(price * factor.numerator / factor.denominator, PRICE_PLACES)


@dataclass(frozen=True, slots=True)
class Trial:
    """What trying a code says: a sentence, and whether it is good."""

    words: str
    right: bool


def try_code(session: Session, code: str, known: Sequence[ScaleRule] | None = None) -> Trial:
    """What a scanned code would mean, in a sentence, for the page of the rules."""
    said = code.strip()
    owner = session.execute(
        select(Product.name, Barcode.code).join(Barcode, Barcode.product_id == Product.id).where(Barcode.code == said)
    ).first()
    if owner is not None:
        return Trial(_("It is a barcode of {name}; a barcode always wins over a rule.").format(name=owner.name), True)
    known = scale_rules(session) if known is None else known
    reading = rules.read(said, known)
    if reading is None:
        return Trial(rules.why_not(said, known), False)
    parts = [_("item {item}").format(item=reading.item)]
    if reading.weight is not None:
        parts.append(_("{weight} kg").format(weight=f"{reading.weight:f}"))
    if reading.amount is not None:
        parts.append(f"¥{reading.amount:.2f}")
    words = _("{rule}: {parts}.").format(rule=reading.rule.name, parts=" · ".join(parts))
    product = weighed_product(session, reading)
    if product is None:
        return Trial(words + " " + _("No product that is sold by weight has this item as its code."), False)
    try:
        label = _label(session, product, reading)
    except (NoScaleUnit, NoScalePrice) as error:
        return Trial(f"{words} {error}", False)
    what = _("{name}, {quantity} {unit}").format(name=label.name, quantity=f"{label.quantity.normalize():f}", unit=label.unit)
    return Trial(f"{words} → {what}", True)
