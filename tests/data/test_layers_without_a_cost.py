"""Cost layers of goods whose cost nobody has said yet: the pieces are listed by age, their cost is not known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.layers import LayerLine, cost_layers
from jxc_desktop.queries.scope import Scope
from tests.helpers.derivations import ask
from tests.helpers.shop import Shop, line


def layers(shop: Shop) -> list[LayerLine]:
    with shop.book.read() as session:
        return cost_layers(session, Scope(), as_of=date(2026, 3, 31), settings=ShopSettings())


def seen(shop: Shop) -> list[tuple[str, Decimal, Decimal | None]]:
    return [(one.date, one.quantity, one.unit_cost) for one in layers(shop)]


def test_pieces_of_unknown_cost_lie_in_layers_too_and_f6_counts_them(shop: Shop) -> None:
    tea = shop.product("TEA", costing="fifo")
    shop.post("overage", 1, line(tea, "10"))
    shop.post("overage", 2, line(tea, "4"))
    shop.void(shop.post("overage", 3, line(tea, "50")))
    shop.sell(4, tea, "7")
    shop.post("transfer", 5, line(tea, "2"), to="B")
    assert seen(shop) == [("2026-03-01", Decimal(3), None), ("2026-03-02", Decimal(4), None)]
    for one in layers(shop):
        found = ask(shop, "layer_quantity", tea, layer=one.layer, shown=one.quantity)
        assert (found.result, found.checked) == (one.quantity, True)
        cost = ask(shop, "layer_cost", tea, layer=one.layer)
        assert cost.result is None
    shop.post("purchase_receipt", 6, line(tea, "1", "3"), partner="S")
    assert seen(shop) == [
        ("2026-03-01", Decimal(3), Decimal(3)), ("2026-03-02", Decimal(4), Decimal(3)), ("2026-03-06", Decimal(1), Decimal(3)),
    ]  # fmt: skip
