"""What follows from the declaration of a kind, said in the trade's words."""

from __future__ import annotations

from jxc_desktop.domain.documents import BUCKETS, DELIVERIES, KINDS, ORDERS, kind_of


def _named(fact: str) -> set[str]:
    return {kind.code for kind in KINDS if getattr(kind, fact)}


def test_goods_change_hands_by_receipts_and_sales_and_a_return_names_those_of_its_side() -> None:
    assert DELIVERIES == {"supplier": ("purchase_receipt",), "customer": ("sale", "retail_sale")}
    assert {kind.code: kind.side for kind in KINDS if kind.is_return} == {
        "purchase_return": "supplier",
        "sales_return": "customer",
        "retail_return": "customer",
    }


def test_each_special_way_belongs_to_the_kinds_that_go_it() -> None:
    assert _named("is_count") == {"stocktake"}
    assert _named("is_transfer") == {"transfer"}
    assert _named("sets_cost") == {"cost_adjustment"}
    assert _named("raises_receipts") == {"landed_cost"}
    assert _named("opens_balance") == {"opening_balance"}
    assert _named("takes_goods_under_way") == {"transfer", "write_off"}
    assert _named("names_kits") == {"sales_order", "sale", "retail_sale", "sales_return", "retail_return"}
    assert _named("hands_over") == {"sale", "retail_sale", "assembly"}
    assert ORDERS == ("purchase_order", "sales_order")


def test_a_kind_without_lines_moves_no_goods() -> None:
    assert {kind.code for kind in KINDS if not kind.has_lines} == {"opening_balance", "landed_cost", "receipt", "payment"}
    assert all(kind.cost is None and kind.bucket is None for kind in KINDS if not kind.has_lines)


def test_every_kind_that_moves_goods_has_a_group_of_the_monthly_summary() -> None:
    assert all((kind.bucket in BUCKETS) == (kind.cost is not None) for kind in KINDS)


def test_parts_and_the_product_made_of_them_go_opposite_ways() -> None:
    together, apart = kind_of("assembly"), kind_of("disassembly")
    assert (together.brings_in(made=False), together.brings_in(made=True)) == (False, True)
    assert (apart.brings_in(made=False), apart.brings_in(made=True)) == (True, False)
    assert kind_of("purchase_receipt").brings_in(made=False)
    assert not kind_of("sale").brings_in(made=False)
