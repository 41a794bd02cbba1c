"""A whole book that moves in from its own export: what was true there is true here, on whatever engine."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from jxc_desktop.exchange.documents import import_documents
from jxc_desktop.queries.products import find_by_code
from jxc_desktop.queries.proof import prove
from tests.helpers.shop import Shop

Given = dict[str, Any]


def told(kind: str, number: str, day: int, quantity: str, **line: Any) -> Given:
    """A document of 10 March as an export tells it."""
    lines = [{"product": "P", "qty": quantity, "price": "2"} | line]
    return {"ref": number, "kind": kind, "number": number, "date": f"2026-03-{day:02}", "create": True, "lines": lines}


def entered(shop: Shop, *documents: Given, atomic: bool = False) -> list[Given]:
    """The answers; the book is proved after them."""
    answers = list(import_documents(shop.book, [json.dumps(one) for one in documents], shop.act, atomic=atomic))
    with shop.book.read() as session:
        assert prove(session) == []
    return answers


@pytest.mark.parametrize("atomic", [False, True])
def test_what_was_missing_in_the_course_of_it_is_a_warning(shop: Shop, atomic: bool) -> None:
    part = {"product": "P", "qty": "3", "batch": "B1"}
    documents = [
        told("sale", "XS-1", 3, "4", batch="B1"),
        told("sale", "XS-2", 4, "5", parts=[part, part | {"qty": "2", "batch": "B2"}]),
        told("purchase_receipt", "JH-1", 2, "10", batch="B1", expiry="2027-01-01"),
    ]
    answers = entered(shop, *documents, atomic=atomic)
    assert [(answer["ok"], len(answer.get("warnings", ()))) for answer in answers] == [(True, 1), (True, 2), (True, 0)]
    assert answers[2]["restated"] == ["XS-20260303-001", "XS-20260304-001"]
    assert entered(shop, told("sale", "XS-3", 5, "4", batch="B1"))[0]["error"]["code"] == "not_enough_stock"


@pytest.mark.parametrize("atomic", [False, True])
def test_a_file_that_stopped_half_way_goes_on_where_it_stopped(shop: Shop, atomic: bool) -> None:
    """What the book holds by then came out of the very file; a document of another makes it a book of its own."""
    first, second = told("purchase_receipt", "JH-1", 2, "3"), told("sale", "XS-1", 3, "2")
    short, shorter = told("sale", "XS-2", 4, "4"), told("sale", "XS-3", 5, "4")
    entered(shop, first, second)
    assert [answer["ok"] for answer in entered(shop, first, second, short, atomic=atomic)] == [True] * 3
    entered(shop, {name: value for name, value in told("purchase_receipt", "own", 6, "1").items() if name != "number"})
    answers = entered(shop, first, second, short, shorter)
    assert [answer["ok"] for answer in answers] == [True, True, True, False]
    assert answers[3]["error"]["code"] == "not_enough_stock"


def test_a_batch_is_made_by_what_leaves_of_it_though_nothing_else_may_be_made(shop: Shop) -> None:
    product = shop.product("P", batches=1)
    sale, receipt = told("sale", "XS-1", 3, "4", batch="B1"), told("purchase_receipt", "JH-1", 2, "10", batch="B1")
    answers = entered(shop, *(told | {"create": False} for told in (sale, receipt)))
    assert [answer["ok"] for answer in answers] == [True, True]
    assert shop.on_hand(product) == 6


def test_dates_of_a_batch_that_were_put_right_afterwards_are_taken_as_they_are(shop: Shop) -> None:
    late = told("purchase_receipt", "JH-1", 2, "10", batch="B1", produced="2026-03-05", expiry="2027-01-01")
    assert entered(shop, late)[0]["ok"]
    typed = {name: value for name, value in late.items() if name != "number"} | {"ref": "r2"}
    assert entered(shop, typed)[0]["error"]["code"] == "bad_value"
    assert shop.on_hand(_product(shop)) == Decimal(10)


def _product(shop: Shop) -> int:
    with shop.book.read() as session:
        found = find_by_code(session, "P")
    assert found is not None
    return found.product_id
