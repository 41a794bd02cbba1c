"""A delivery line that brings more than its order line asked for fulfils the other lines of the product on that order, too."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from sqlalchemy import select

from jxc_desktop.db.models import Document, DocumentLine, OpenLine
from jxc_desktop.domain.documents import Draft
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.queries.document_detail import document_detail
from jxc_desktop.queries.document_rows import order_states
from jxc_desktop.queries.documents import STATUS
from jxc_desktop.queries.editing import delivery_of, ordered_quantities
from jxc_desktop.queries.orders import open_quantities
from jxc_desktop.queries.proof import prove
from jxc_desktop.queries.scope import Scope
from jxc_desktop.queries.why import explain
from jxc_desktop.services.posting import Posted, post_document
from tests.helpers.shop import Shop, line


def open_of(shop: Shop, order: Posted) -> dict[int, Decimal]:
    """What is open of each line that is not done; everybody who knows says the same, and the book is proved."""
    with shop.book.read() as session:
        assert prove(session) == []
        rows = select(OpenLine.line, OpenLine.quantity).where(OpenLine.document_id == order.document_id)
        found = dict(session.execute(rows).all())
        known = ordered_quantities(session, order.document_id)
        detail = {one.line: (one.fulfilled, one.open) for one in document_detail(session, order.document_id).lines}
        proposed = delivery_of(session, order.document_id, "sale").lines
        status = session.execute(select(STATUS).where(Document.id == order.document_id)).scalar_one()
        state = order_states(session, [order.document_id]).get(order.document_id, "posted")
        for number, figures in detail.items():
            for figure, shown in zip(("delivered", "still_open"), figures, strict=True):
                why = explain(session, WhyKey(figure, document_id=order.document_id, line=number, shown=shown))
                assert (why.result, why.checked) == (shown, True)
    assert {number: left for number, left in known.items() if left} == found
    assert {one.order_line[1]: one.quantity for one in proposed if one.order_line} == found
    assert {number: left for number, (_done, left) in detail.items() if left} == found
    done = sum(fulfilled for fulfilled, _left in detail.values())
    assert status == state == ("done" if not found else "partly" if done else "posted")
    return found


def on_order(shop: Shop, product: int, as_of: str | None = None) -> Decimal:
    """Of all warehouses; F6 counts it again."""
    with shop.book.read() as session:
        whole = sum(open_quantities(session, "sales_order", Scope(product_id=product), as_of=as_of).values())
        asked = WhyKey("reserved", product, last=None if as_of is None else date.fromisoformat(as_of))
        found = explain(session, asked)
    assert found.checked
    assert found.result == Decimal(whole) / 1000
    return found.result


def deliver(shop: Shop, day: int, order: Posted, product: int, quantity: str, at: int | None = None) -> Posted:
    goods = line(product, quantity, "20", order_line=None if at is None else (order.document_id, at))
    return shop.post("sale", day, goods, partner="C", order_id=order.document_id)


@pytest.fixture
def tea(shop: Shop) -> int:
    found = shop.product("TEA")
    shop.buy(1, found, "99", "10")
    return found


def test_one_line_of_all_fulfils_both_lines_and_its_void_opens_them_again(shop: Shop, tea: int) -> None:
    cup = shop.product("CUP")
    order = shop.post("sales_order", 2, line(tea, "10", "20"), line(cup, "4", "5"), line(tea, "5", "20"), partner="C")
    whole = deliver(shop, 3, order, tea, "15")
    assert open_of(shop, order) == {2: 4}
    assert on_order(shop, tea) == 0
    shop.void(whole)
    assert open_of(shop, order) == {1: 10, 2: 4, 3: 5}
    assert on_order(shop, tea) == 15
    assert deliver(shop, 4, order, tea, "12").warnings == ()
    assert open_of(shop, order) == {2: 4, 3: 3}
    assert [on_order(shop, tea, day) for day in (None, "2026-03-03", "2026-03-04")] == [3, 15, 3]
    deliver(shop, 5, order, tea, "9")
    assert open_of(shop, order) == {2: 4}, "more than was ordered in all leaves nothing open, and nothing of other goods"
    with shop.book.read() as session:
        detail = document_detail(session, order.document_id).lines
    assert [one.fulfilled for one in detail] == [12, 0, 9], "all that was delivered stands somewhere"


@pytest.mark.parametrize(("at", "left"), [(1, {3: 4}), (2, {3: 4}), (3, {2: 4})])
def test_what_goes_beyond_the_named_line_spills_to_the_first_that_is_open(
    shop: Shop, tea: int, at: int, left: dict[int, int]
) -> None:
    order = shop.post("sales_order", 2, line(tea, "3", "20"), line(tea, "4", "20"), line(tea, "5", "20"), partner="C")
    deliver(shop, 3, order, tea, "8", at)
    assert open_of(shop, order) == left


def test_in_any_order_of_entry_as_much_is_open(shop: Shop, tea: int) -> None:
    """Three deliveries for lines 1 and 2, one of them voided at the end, and another order that has nothing to do with it."""
    other = shop.post("sales_order", 1, line(tea, "7", "20"), line(tea, "1", "20"), partner="C")
    for turn in permutations([("2", 1), ("6", 2), ("4", None)]):
        order = shop.post("sales_order", 2, line(tea, "6", "20"), line(tea, "5", "20"), partner="C")
        made = {quantity: deliver(shop, day, order, tea, quantity, at) for day, (quantity, at) in enumerate(turn, start=3)}
        assert sum(open_of(shop, order).values(), Decimal(0)) == 0
        shop.void(made["4"])
        assert sum(open_of(shop, order).values()) == 3
        shop.void(made["2"])
        assert sum(open_of(shop, order).values()) == 5
        deliver(shop, 6, order, tea, "5")
    assert open_of(shop, other) == {1: 7, 2: 1}


def test_the_price_of_each_part_is_that_of_its_own_order_line(shop: Shop) -> None:
    tea = shop.product("TEA", units={"箱": 10})
    box = shop.unit(tea, "箱")
    order = shop.post(
        "purchase_order", 2, line(tea, "10", "2"), line(tea, "1", "25", unit_id=box, discount=Decimal("0.1")), partner="S"
    )
    draft = Draft("purchase_receipt", "2026-03-03T12:00:00", order_id=order.document_id, lines=[line(tea, "22")])
    draft.partner_id = shop.partners["S"]
    with shop.book.write() as session:
        posted = post_document(session, draft, shop.act)
        said = select(DocumentLine.amount, DocumentLine.price, DocumentLine.discount)
        found = session.execute(said.where(DocumentLine.document_id == posted.document_id)).one()
    # 10 x 2.00 + 10 x 2.50 less a tenth, and 2 beyond at the price of the last: 20.00 + 22.50 + 4.50
    assert tuple(found) == (Decimal("47.00"), Decimal("2.1364"), Decimal(0))
    assert shop.value(tea) == Decimal("47.00")
    assert open_of(shop, order) == {}


def test_a_delivery_keeps_what_it_brings_of_both_lines_from_the_warning_of_promised_goods(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "20", "10")
    order = shop.post("sales_order", 2, line(tea, "10", "20"), line(tea, "5", "20"), partner="C")
    shop.post("sales_order", 2, line(tea, "5", "20"), partner="C")
    assert deliver(shop, 3, order, tea, "15").warnings == ()
    assert len(deliver(shop, 4, order, tea, "1").warnings) == 1
