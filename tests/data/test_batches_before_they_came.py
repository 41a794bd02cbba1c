"""Goods that leave of a batch before its delivery note is entered, in documents that make what they name."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, update

from jxc_desktop.db.models import Batch, Product
from jxc_desktop.exchange.documents import import_documents
from jxc_desktop.queries.proof import prove
from tests.helpers.shop import Shop

Given = dict[str, Any]


def told(kind: str, ref: str, day: int, quantity: str, price: str | None, **own: Any) -> Given:
    """A document of March about batch B1 of M, which makes what is not there."""
    line = {"product": "M", "qty": quantity, "batch": "B1"} | ({} if price is None else {"price": price})
    return {"ref": ref, "kind": kind, "date": f"2026-03-{day:02}", "partner": "X", "create": True, "lines": [line]} | own


def entered(shop: Shop, *documents: Given) -> list[Given]:
    """The answers; the book is proved after them."""
    answers = list(import_documents(shop.book, [json.dumps(one) for one in documents], shop.act))
    with shop.book.read() as session:
        assert prove(session) == []
    return answers


def known(shop: Shop) -> tuple[int, int]:
    """How many products M and batches B1 there are."""
    with shop.book.read() as session:
        products = session.scalar(select(func.count()).where(Product.code == "M"))
        batches = session.scalar(select(func.count()).where(Batch.number == "B1"))
    return products or 0, batches or 0


def lenient(shop: Shop) -> None:
    """M is there, is kept by batch and may be missing; nothing of it came in."""
    shop.product("M", batches=1, costing="batch", negative="allow")


def test_a_batch_is_sold_before_its_delivery_note_is_entered(shop: Shop) -> None:
    lenient(shop)
    sold, got = entered(shop, told("sale", "s", 5, "4", "9"), told("purchase_receipt", "r", 2, "10", "2", partner="Y"))
    assert (sold["ok"], got["ok"], got["restated"]) == (True, True, [sold["number"]])
    assert known(shop) == (1, 1)
    with shop.book.read() as session:
        product = session.scalar(select(Product.id).where(Product.code == "M"))
    assert product is not None
    assert shop.on_hand(product) == Decimal(6)


def test_what_is_taken_apart_leaves_of_its_batch_too(shop: Shop) -> None:
    lenient(shop)
    parts = {"lines": [{"product": "CUP", "qty": "2"}], "partner": None}
    taken = told("disassembly", "d", 5, "0", None, product="M", qty="1", batch="B1", **parts)
    assert entered(shop, taken)[0]["ok"]
    assert known(shop) == (1, 1)
    assert entered(shop, taken | {"ref": "e", "batch": "B7", "create": False})[0]["error"]["code"] == "not_found"


def test_where_nothing_may_be_missing_it_is_the_stock_that_refuses_and_nothing_stays(shop: Shop) -> None:
    for kind in ("sale", "write_off", "transfer"):
        own = {"to_warehouse": "W2"} if kind == "transfer" else {}
        partner = {"partner": None} if kind != "sale" else {}
        price = "9" if kind == "sale" else None
        refused = entered(shop, told(kind, "s", 5, "4", price, **own, **partner))[0]
        assert refused["error"]["code"] == "not_enough_stock", kind
        assert known(shop) == (0, 0)


def test_only_who_asks_for_it_gets_a_batch_made(shop: Shop) -> None:
    lenient(shop)
    assert entered(shop, told("write_off", "w", 5, "4", None, create=False, partner=None))[0]["error"]["code"] == "not_found"
    assert entered(shop, told("sale", "d", 5, "4", "9", post=False))[0]["ok"]  # a draft makes no batch
    assert known(shop) == (1, 0)
    with shop.book.write() as session:
        session.execute(update(Product).where(Product.code == "M").values(batches=0, costing=None))
    assert entered(shop, told("sale", "s", 5, "4", "9"))[0]["error"]["code"] == "batch_not_allowed"
    assert known(shop) == (1, 0)
