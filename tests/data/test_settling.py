"""What a receipt or payment pays off by name: posted documents of the same partner, and no more than was paid."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine, Settles
from jxc_desktop.services.drafts import save_draft
from tests.helpers.shop import Shop, line


def _pay_off(shop: Shop, document_id: int, amount: str = "5", paid: str = "5") -> None:
    shop.post("receipt", 5, partner="C", paid=paid, settles=[Settles(document_id, Decimal(amount))])


def test_a_document_of_another_partner_cannot_be_paid_off(shop: Shop) -> None:
    tea = shop.product("TEA")
    bought = shop.post("purchase_receipt", 1, line(tea, "1", "5"), partner="S")
    with pytest.raises(errors.BadValue) as refused:
        _pay_off(shop, bought.document_id)
    assert refused.value.facts["value"] == bought.number


def test_a_voided_document_and_a_draft_are_named_as_what_they_are(shop: Shop, act: Act) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    sold = shop.sell(2, tea, "1", "5")
    shop.void(sold)
    with shop.book.write() as session:
        kept = save_draft(session, Draft("sale", ref="到货前", lines=[DraftLine(tea, Decimal(1))]), act)
    for document_id, named, status in ((sold.document_id, sold.number, "已作废"), (kept.document_id, "到货前", "草稿")):
        with pytest.raises(errors.NotPosted) as refused:
            _pay_off(shop, document_id)
        assert (refused.value.facts["document"], refused.value.facts["status"]) == (named, status)
    with pytest.raises(errors.UnknownDocument):
        _pay_off(shop, 99_999)


def test_no_more_is_paid_off_than_was_paid(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    sold = shop.sell(2, tea, "1", "8")
    with pytest.raises(errors.PaidTooMuch):
        _pay_off(shop, sold.document_id, "8", "7.99")
