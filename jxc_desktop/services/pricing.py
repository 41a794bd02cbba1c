"""The price of a line that names none, and the amount of each: of the original, of the order, of the price list."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from jxc_desktop.db.models import ProductUnit
from jxc_desktop.domain import errors
from jxc_desktop.domain.documents import ZERO, DocumentKind
from jxc_desktop.domain.money import MONEY_PLACES, PRICE_PLACES, TOTAL_LIMIT, line_amount, round_half_up, rounded
from jxc_desktop.domain.units import Factor, price_in
from jxc_desktop.i18n import _
from jxc_desktop.queries.editing import LEVELS
from jxc_desktop.services.lines import Line
from jxc_desktop.services.origins import Originals


def price_line(
    kind: DocumentKind, line: Line, units: dict[int, ProductUnit], level: str, originals: Originals | None
) -> list[str]:
    """Fill the missing price and work out the amount; transfers, write-offs and other issues have neither.

    Returns what to warn of. Raises :class:`NoPrice`, :class:`OutOfRange`, and what :meth:`Originals.take` raises.
    """
    if kind.is_transfer or (kind.family == "stock" and kind.stock < 0):
        line.price = line.amount = None
        return []
    if kind.sets_cost:
        return []
    if originals is not None and line.against is not None:
        originals.take(kind, line)
        if line.amount is not None:
            return []
    if line.price is None and line.amount is None and line.agreed:
        _agreed_price(line)
    warnings = []
    if line.price is None and line.amount is None:
        if kind.price in ("list", "original"):
            unit = units.get(line.draft.unit_id) if line.draft.unit_id is not None else None
            line.price = _list_price(kind, line.product, unit, line.factor, level)
            if line.price is None:
                raise errors.NoPrice(product=line.product.name, line=line.line)
        elif kind.price == "cost":
            unknown = _("Line {line}: {product} has no price; its cost is unknown until you enter one.")
            warnings.append(unknown.format(line=line.line, product=line.product.name))
    if line.amount is None and line.price is not None:
        line.amount = line_amount(line.quantity, line.price, line.discount)
        if line.amount > TOTAL_LIMIT:
            raise errors.OutOfRange(field=_("Amount"), value=str(line.amount), low="0", high=str(TOTAL_LIMIT))
    return warnings


def _agreed_price(line: Line) -> None:
    """The price and discount of the order; in another unit than ordered the amount is worked out from the order's exactly.

    What goes beyond what is open has the price of the last line that it fulfils.
    """
    of, _quantity = line.agreed[0]
    if len({(o.price, o.discount, o.factor_num, o.factor_den) for o, _quantity in line.agreed}) > 1:
        _several_prices(line)
    elif of.price is not None:
        line.discount = line.discount or of.discount
        ordered = Factor(of.factor_num, of.factor_den)
        line.price, line.amount = price_in(line.quantity, line.factor, of.price, ordered, line.discount)


def _several_prices(line: Line) -> None:
    """Each part of the line at the price of its own order line: the amount is exact, the price what one costs on average."""
    whole, brought = Fraction(0), sum((quantity for _of, quantity in line.agreed), ZERO)
    for number, (of, quantity) in enumerate(line.agreed, start=1):
        if of.price is None:
            return
        beyond = line.base_quantity - brought if number == len(line.agreed) else ZERO
        paid = Fraction(of.price) * (1 - Fraction(line.discount or of.discount))
        whole += Fraction(quantity + beyond) * paid * of.factor_den / of.factor_num
    line.discount = ZERO
    line.amount, line.price = rounded(whole, MONEY_PLACES), rounded(whole / Fraction(line.quantity), PRICE_PLACES)


def _list_price(kind: DocumentKind, product: Any, unit: ProductUnit | None, factor: Factor, level: str) -> Decimal | None:
    column = "purchase_price" if kind.family == "purchase" else LEVELS[level]
    for name in dict.fromkeys((column, "purchase_price" if kind.family == "purchase" else "sale_price")):
        own = getattr(unit, name) if unit else None
        if own is not None:
            return Decimal(own)
        base = getattr(product, name)
        if base is not None:
            return round_half_up(Decimal(base).scaleb(-PRICE_PLACES) * factor.numerator / factor.denominator, PRICE_PLACES)
    return None
