"""Partners, categories, warehouses and money accounts: made, changed, ended, with the reason where that may not be."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Account, Warehouse
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import Draft, DraftLine, Paid
from jxc_desktop.domain.goods import ProductForm
from jxc_desktop.domain.partners import PartnerForm
from jxc_desktop.queries.partners import PartnerFilter, partner_card, partner_list, search_partners
from jxc_desktop.queries.products import category_tree, product_form
from jxc_desktop.queries.settings import accounts, warehouses
from jxc_desktop.services.categories import create_category, remove_category, rename_category
from jxc_desktop.services.partners import create_partner, end_partner, resume_partner, update_partner
from jxc_desktop.services.places import (
    create_account,
    create_warehouse,
    end_account,
    end_warehouse,
    put_first,
    rename_account,
    rename_warehouse,
    resume_warehouse,
)
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.products import create_product

D = Decimal
CANTEEN = PartnerForm("阳光食堂", customer=True, phone="0000-3310", price_level="wholesale", credit_limit=D(30), terms_days=30)


def test_a_partner_gets_the_next_code_and_comes_back_as_entered(book: Database, act: Act) -> None:
    with book.write() as session:
        first = create_partner(session, CANTEEN, act)
        second = create_partner(session, CANTEEN, act)
        supplier = create_partner(session, PartnerForm("江南商贸", supplier=True), act)
        assert (first.code, second.code, supplier.code) == ("C0001", "C0002", "S0001")
        assert second.warnings
        assert not first.warnings
        assert partner_card(session, first.partner_id).form == replace(CANTEEN, code="C0001")
        with pytest.raises(errors.Duplicate):
            create_partner(session, replace(CANTEEN, code="S0001"), act)
        with pytest.raises(errors.Missing):
            create_partner(session, PartnerForm("谁"), act)
        with pytest.raises(errors.BadValue):
            create_partner(session, replace(CANTEEN, price_level="vip"), act)


def test_partners_are_found_by_code_name_phone_and_initials(book: Database, act: Act) -> None:
    with book.write() as session:
        create_partner(session, CANTEEN, act)
        create_partner(session, PartnerForm("育才小学食堂", customer=True), act)
        create_partner(session, PartnerForm("江南商贸", supplier=True), act)
        for text, codes in (
            ("食堂", ["C0002", "C0001"]),
            ("3310", ["C0001"]),
            ("jn", ["S0001"]),
            ("c0002", ["C0002"]),
            ("%", []),
        ):
            assert [hit.code for hit in search_partners(session, text)] == codes
        assert [hit.code for hit in search_partners(session, "", side="supplier")] == ["S0001"]
        assert search_partners(session, "x" * 10_000) == []


def test_balances_stand_in_the_list_and_bar_the_end(book: Database, act: Act) -> None:
    with book.write() as session:
        canteen = create_partner(session, CANTEEN, act).partner_id
        supplier = create_partner(session, PartnerForm("江南商贸", supplier=True), act).partner_id
        tea = create_product(session, ProductForm("TEA", "茶", sale_price=D(10), supplier_id=supplier), act).product_id
        post_document(
            session,
            Draft(
                "purchase_receipt", moment="2026-03-01T09:00:00", partner_id=supplier, lines=[DraftLine(tea, D(10), price=D(6))]
            ),
            act,
        )
        post_document(session, Draft("sale", partner_id=canteen, lines=[DraftLine(tea, D(4))]), act)
        rows = partner_list(session, PartnerFilter(owing_first=True))
        assert [(row.name, row.balance, row.over_limit) for row in rows] == [
            ("阳光食堂", D(40), True),
            ("江南商贸", D(-60), False),
        ]
        assert partner_card(session, canteen).credit_left == D(-10)
        for partner in (canteen, supplier):
            with pytest.raises(errors.StillInUse):
                end_partner(session, partner, act)
        end_partner(session, canteen, act, force=True)
        assert search_partners(session, "食堂") == []
        resume_partner(session, canteen, act)
        saved = update_partner(session, canteen, replace(CANTEEN, name="阳光大食堂", code="YG"), act)
        assert saved.changes == Changes.PARTNERS
        assert update_partner(session, canteen, replace(CANTEEN, name="阳光大食堂", code="YG"), act).changes == Changes.NOTHING
        assert [hit.code for hit in search_partners(session, "ygd")] == ["YG"]


def test_a_warehouse_with_goods_stays_and_an_empty_one_ends(book: Database, act: Act) -> None:
    with book.write() as session:
        with pytest.raises(errors.StillInUse):
            end_warehouse(session, 1, act)
        assert create_warehouse(session, "W2", "后仓", act) == Changes.SETTINGS
        with pytest.raises(errors.Duplicate):
            create_warehouse(session, "W2", "又一个", act)
        back = session.execute(select(Warehouse.id).where(Warehouse.code == "W2")).scalar_one()
        tea = create_product(session, ProductForm("TEA", "茶"), act).product_id
        post_document(session, Draft("opening_stock", warehouse_id=back, lines=[DraftLine(tea, D(10), price=D(6))]), act)
        with pytest.raises(errors.StillInUse) as refused:
            end_warehouse(session, back, act)
        assert "10" in str(refused.value)
        rename_warehouse(session, back, "大仓", act)
        put_first(session, back, act)
        assert next((w.code, w.name) for w in warehouses(session)) == ("W2", "大仓")
        end_warehouse(session, 1, act)
        assert [w.code for w in warehouses(session)] == ["W2"]
        resume_warehouse(session, 1, act)
        assert [w.code for w in warehouses(session)] == ["W2", "MAIN"]


def test_an_account_with_money_stays(book: Database, act: Act) -> None:
    with book.write() as session:
        create_account(session, "meituan", "美团", act)
        account = session.execute(select(Account.id).where(Account.code == "meituan")).scalar_one()
        rename_account(session, account, "美团外卖", act)
        assert [a.name for a in accounts(session)][-1] == "美团外卖"
        post_document(session, Draft("opening_balance", account_id=account, amount=D("12.50")), act)
        with pytest.raises(errors.StillInUse) as refused:
            end_account(session, account, act)
        assert "12.50" in str(refused.value)
        canteen = create_partner(session, replace(CANTEEN, supplier=True), act).partner_id
        post_document(session, Draft("payment", partner_id=canteen, paid=[Paid(account, D("12.50"))]), act)
        end_account(session, account, act)
        assert "meituan" not in [a.code for a in accounts(session)]


def test_a_category_moves_with_everything_below_it(book: Database, act: Act) -> None:
    with book.write() as session:
        milk = create_product(session, ProductForm("M", "奶", category="食品/乳品/鲜奶"), act).product_id
        by_path = {node.path: node.id for node in category_tree(session)}
        rename_category(session, by_path["食品/乳品"], "乳制品", act)
        assert product_form(session, milk).category == "乳制品/鲜奶"
        with pytest.raises(errors.StillInUse):
            remove_category(session, by_path["食品/乳品"], act)
        with pytest.raises(errors.Duplicate):
            rename_category(session, by_path["食品"], "乳制品", act)
        with pytest.raises(errors.Duplicate):
            rename_category(session, by_path["食品/乳品"], "乳制品/鲜奶/x", act)
        remove_category(session, by_path["食品"], act)
        create_category(session, " 食品 / 零食 ", act)
        assert [node.path for node in category_tree(session)] == ["乳制品", "乳制品/鲜奶", "食品", "食品/零食"]
