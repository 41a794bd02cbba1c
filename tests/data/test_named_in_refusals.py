"""A refusal about another document names it as the person knows it, and says what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

from jxc_desktop.exchange.documents import import_documents
from tests.helpers.shop import Shop


def refused(shop: Shop, kind: str, against: object, **line: Any) -> dict[str, Any]:
    """The refusal of a document of 10 March that names another one."""
    given: dict[str, Any] = {"kind": kind, "date": "2026-03-10", "partner": "S", "create": True}
    if kind == "landed_cost":
        given |= {"against": against, "amount": "5", "by": "quantity"}
    else:
        given["lines"] = [{"product": "P", "qty": "1", "price": "2", "against": against} | line]
    answer = next(iter(import_documents(shop.book, [json.dumps(given)], shop.act)))
    error: dict[str, Any] = answer["error"]
    return error


def entered(shop: Shop, ref: str, kind: str, *, post: bool = True) -> None:
    lines = [{"product": "P", "qty": "3", "price": "2"}]
    partner = {"partner": "S"} if kind == "purchase_receipt" else {}
    given = {"ref": ref, "kind": kind, "date": "2026-03-02", "create": True, "post": post, "lines": lines} | partner
    answer = next(iter(import_documents(shop.book, [json.dumps(given)], shop.act)))
    assert answer["ok"], answer


def test_a_draft_is_called_by_its_own_key_and_is_no_voided_document(shop: Shop) -> None:
    entered(shop, "X-1", "purchase_receipt", post=False)
    for error in (refused(shop, "purchase_return", {"ref": "X-1", "line": 1}), refused(shop, "landed_cost", "X-1")):
        assert (error["code"], error["document"], error["status"]) == ("not_posted", "X-1", "草稿")


def test_a_line_that_is_not_there_is_named_by_the_number_of_the_document(shop: Shop) -> None:
    entered(shop, "X-1", "purchase_receipt")
    error = refused(shop, "purchase_return", {"ref": "X-1", "line": 7})
    assert (error["code"], error["key"]) == ("not_found", "JH-20260302-001/7")


def test_freight_on_goods_that_were_not_bought_is_told_so(shop: Shop) -> None:
    entered(shop, "X-1", "stock_in")
    error = refused(shop, "landed_cost", "X-1")
    assert (error["code"], error["value"]) == ("bad_value", "QTR-20260302-001")
    assert "其他入库" in error["message"]
    assert "没有过账" not in error["message"]
