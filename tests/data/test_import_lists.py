"""Lists of products and partners from spreadsheets: good rows enter, the same again changes nothing, export reads back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import AuditRow, Barcode, Category, Partner, Product, ProductSearch, ProductUnit
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.goods import BarcodeForm, ProductForm, UnitForm
from jxc_desktop.domain.partners import PartnerForm
from jxc_desktop.exchange.export import export_partners, export_products
from jxc_desktop.exchange.headings import parse_map
from jxc_desktop.exchange.partners import import_partners
from jxc_desktop.exchange.products import import_products
from jxc_desktop.queries.partners import all_partners
from jxc_desktop.queries.product_forms import all_forms
from jxc_desktop.queries.products import find_by_code, search_products
from jxc_desktop.services.partners import create_partner
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.products import create_product

D = Decimal

LIST = """code,name,barcode,unit,units,category,supplier,sale_price,wholesale_price,batches,note
P1,可口可乐,6908812040006,瓶,提=6;箱=24,食品/饮料,S9,3.00,0,0,
P2,薯片,,,,食品/零食,上海食品公司,NaN,,0,
P3,酸奶,6908812040014,杯,,食品/乳品,上海食品公司,5.5,,1,冷藏
P4,重复,6908812040006,,,,,1,,,
P5,,,,,,,1,,,
"""


def written(folder: Path, text: str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def count(database: Database, model: type) -> int:
    with database.read() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def test_good_rows_enter_and_bad_ones_are_listed(book: Database, act: Act, tmp_path: Path) -> None:
    result = import_products(book, written(tmp_path, LIST), act=act)
    answer = result.as_json()
    assert {k: answer[k] for k in ("rows", "created", "updated", "unchanged")} == {
        "rows": 5,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
    }
    assert [(e["row"], e["field"], e["code"]) for e in answer["errors"]] == [
        (3, "sale_price", "bad_number"),
        (5, "barcode", "duplicate"),
        (6, "name", "missing"),
    ]
    assert [(w["row"], w["value"]) for w in answer["warnings"]] == [(4, "6908812040014")]
    assert result.changes == Changes.PRODUCTS | Changes.PARTNERS
    with book.read() as session:
        cola, yogurt = all_forms(session)
        assert (cola.unit, cola.category, cola.sale_price, cola.wholesale_price) == ("瓶", "食品/饮料", D(3), None)
        assert [(u.name, u.numerator) for u in cola.units] == [("提", 6), ("箱", 24)]
        assert (yogurt.batches, yogurt.note) == (True, "冷藏")
        made = session.execute(select(Partner.code, Partner.name, Partner.supplier).order_by(Partner.code)).all()
        assert [tuple(row) for row in made] == [("S0001", "上海食品公司", 1), ("S9", "S9", 1)]
        assert [hit.code for hit in search_products(session, "kkkl")] == ["P1"]
        assert find_by_code(session, "6908812040006") is not None


def test_the_same_file_again_changes_nothing(book: Database, act: Act, tmp_path: Path) -> None:
    path = written(tmp_path, LIST)
    import_products(book, path, act=act)
    before = [count(book, model) for model in (Product, Barcode, ProductSearch, Category, Partner, AuditRow)]
    again = import_products(book, path, act=act)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert again.changes == Changes.NOTHING
    assert [count(book, model) for model in (Product, Barcode, ProductSearch, Category, Partner, AuditRow)] == before


def test_a_dry_run_answers_the_same_and_writes_nothing(book: Database, act: Act, tmp_path: Path) -> None:
    path = written(tmp_path, LIST)
    dry = import_products(book, path, act=act, dry_run=True)
    assert count(book, Product) == 0
    assert not dry.entered
    assert dry.as_json() == import_products(book, path, act=act).as_json()


def test_atomic_enters_all_or_none(book: Database, act: Act, tmp_path: Path) -> None:
    refused = import_products(book, written(tmp_path, LIST), act=act, atomic=True)
    assert (refused.created, len(refused.errors), refused.entered) == (0, 3, False)
    assert count(book, Product) == 0
    good = written(tmp_path, "code,name\nA,甲\nB,乙\n")
    assert import_products(book, good, act=act, atomic=True).created == 2


def test_giving_up_half_way_leaves_nothing(book: Database, act: Act, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    calls = []

    def tick(rows: int) -> None:
        calls.append(rows)
        if len(calls) == 3:
            raise Stop

    path = written(tmp_path, "code,name\n" + "".join(f"N{i},名{i}\n" for i in range(1200)))
    with pytest.raises(Stop):
        import_products(book, path, act=act, progress=tick)
    assert count(book, Product) == 0


def test_a_list_changes_only_what_it_speaks_of(book: Database, act: Act, tmp_path: Path) -> None:
    form = ProductForm(
        "P1",
        "可乐",
        "瓶",
        sale_price=D(3),
        units=(UnitForm("箱", 24, sale_price=D(60)),),
        barcodes=(BarcodeForm("B1"), BarcodeForm("B24", "箱")),
    )
    with book.write() as session:
        create_product(session, form, act)
    result = import_products(book, written(tmp_path, "code,sale_price,barcode,units\nP1,3.50,B2,箱=12\n"), act=act)
    assert (result.updated, result.errors) == (1, [])
    with book.read() as session:
        (after,) = all_forms(session)
    assert after == replace(
        form,
        sale_price=D("3.5"),
        units=(UnitForm("箱", 12, sale_price=D(60)),),
        barcodes=(*form.barcodes, BarcodeForm("B2")),
    )


def test_the_same_code_twice_in_a_file_is_one_product(book: Database, act: Act, tmp_path: Path) -> None:
    result = import_products(book, written(tmp_path, "code,name,sale_price\nA,甲,1\nA,甲,2\nA,甲,2\n"), act=act)
    assert (result.created, result.updated, result.unchanged) == (1, 1, 1)
    with book.read() as session:
        assert [form.sale_price for form in all_forms(session)] == [2]


def test_a_base_unit_that_documents_rely_on_is_refused_in_its_row(book: Database, act: Act, tmp_path: Path) -> None:
    with book.write() as session:
        made = create_product(session, ProductForm("A", "甲", "瓶"), act).product_id
        create_product(session, ProductForm("B", "乙", "瓶"), act)
        post_document(session, Draft("opening_stock", lines=[DraftLine(made, D(1), price=D(1))]), act)
    result = import_products(book, written(tmp_path, "code,unit\nA,罐\nB,罐\n"), act=act)
    assert [(e.row, e.field, e.code) for e in result.errors] == [(2, "unit", "unit_locked")]
    assert result.updated == 1


def test_a_code_that_is_another_products_barcode_is_refused(book: Database, act: Act, tmp_path: Path) -> None:
    result = import_products(book, written(tmp_path, "货号,品名,条码\nA,甲,B\nB,乙,\n"), act=act)
    assert [(e.row, e.code) for e in result.errors] == [(3, "duplicate")]


def test_columns_are_named_by_map(book: Database, act: Act, tmp_path: Path) -> None:
    path = written(tmp_path, "一,二,三\nA,甲,1.5\n")
    mapping = parse_map("products", ["code=一", "barcode=一", "name=二", "sale_price=C"])
    assert import_products(book, path, act=act, mapping=mapping).created == 1
    with book.read() as session:
        (form,) = all_forms(session)
    assert (form.name, form.sale_price, form.barcodes) == ("甲", D("1.5"), (BarcodeForm("A"),))


def test_products_go_out_and_come_back_the_same(book: Database, act: Act, tmp_path: Path) -> None:
    form = ProductForm(
        "007",
        '=1+1 "奇怪", 名',
        "瓶",
        spec="500ml",
        brand="@品牌",
        category="食品/饮料",
        purchase_price=D("1.2345"),
        sale_price=D("3"),
        minimum=D("1.5"),
        maximum=D("20"),
        lead_days=3,
        pack_size=D(12),
        shelf_life_days=90,
        batches=True,
        costing="batch",
        negative="warn",
        shelf="A-01",
        note="一\n二",
        active=False,
        units=(UnitForm("箱", 24), UnitForm("两", 1, 3)),
        barcodes=(BarcodeForm("0690881204000"), BarcodeForm("A-1")),
    )
    with book.write() as session:
        supplier = create_partner(session, PartnerForm(name="供货商", supplier=True), act).partner_id
        create_product(session, replace(form, supplier_id=supplier), act)
    for name in ("out.csv", "out.xlsx"):
        assert export_products(book, tmp_path / name) == 1
        again = import_products(book, tmp_path / name, act=act)
        assert (again.unchanged, again.errors) == (1, []), name
    with book.write() as session:
        for model in (ProductSearch, Barcode, ProductUnit, Product, Category):
            session.execute(delete(model))
    assert import_products(book, tmp_path / "out.csv", act=act).created == 1
    with book.read() as session:
        assert list(all_forms(session)) == [replace(form, supplier_id=supplier)]


def test_partners_enter_change_and_go_out(book: Database, act: Act, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "code,name,type,phone,price_level,credit_limit,terms_days\nC1,阳光食堂,客户,0000-3310,批发价,4000,30\nS1,江南商贸,供应商,,,,\nX,,,,,,\n",
    )
    result = import_partners(book, path, act=act)
    assert (result.rows, result.created, [(e.row, e.field) for e in result.errors]) == (3, 2, [(4, "name")])
    assert import_partners(book, path, act=act).unchanged == 2
    with book.read() as session:
        forms = {form.code: form for _id, form in all_partners(session)}
    assert forms["C1"] == PartnerForm("阳光食堂", "C1", False, True, "0000-3310", "", "wholesale", D(4000), 30)
    assert export_partners(book, tmp_path / "out.csv") == 2
    assert import_partners(book, tmp_path / "out.csv", act=act).unchanged == 2
    changed = import_partners(book, written(tmp_path, "客户编号,客户名称\nS1,江南商贸公司\n"), act=act)
    assert changed.updated == 1
    with book.read() as session:
        form = {form.code: form for _id, form in all_partners(session)}["S1"]
    assert (form.name, form.supplier, form.customer) == ("江南商贸公司", True, True)


def test_six_thousand_products_enter_in_one_go(book: Database, act: Act, tmp_path: Path) -> None:
    lines = "".join(
        f"P{i:05},东北珍珠米{i}号 5kg,69{i:011},袋,箱=12,食品/粮油{i % 40},供应商{i % 60},{i % 90}.50\n" for i in range(6000)
    )
    path = written(tmp_path, "code,name,barcode,unit,units,category,supplier,sale_price\n" + lines)
    result = import_products(book, path, act=act)
    assert (result.created, result.errors) == (6000, [])
