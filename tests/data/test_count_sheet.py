"""What stands on the sheet that goods are counted with."""

from __future__ import annotations

import pypdfium2

from jxc_desktop.domain.stocktake import Plan
from jxc_desktop.printing.count_sheet import CountSheet, render
from jxc_desktop.printing.count_sheet_load import sheet_of_plan
from tests.helpers.shop import Shop, line


def sheet_of(shop: Shop, plan: Plan, *, book: bool = False) -> CountSheet:
    with shop.book.read() as session:
        main = shop.warehouses["MAIN"]
        return sheet_of_plan(session, plan, main, today=shop.act.today, book=book, printed_at=shop.act.moment)


def words_of(sheet: CountSheet) -> str:
    pages = pypdfium2.PdfDocument(render(sheet).pdf)
    return "".join(page.get_textpage().get_text_bounded() for page in pages)


def test_goods_are_listed_by_shelf_and_the_book_is_hidden_unless_asked(shop: Shop) -> None:
    for code, name, shelf in (
        ("WATER", "矿泉水", "A-02"),
        ("TEA", "绿茶", "A-01"),
        ("COLA", "可乐", "A-01"),
        ("SOAP", "香皂", "B-01"),
    ):
        shop.buy(1, shop.product(code, name=name, shelf=shelf, units={"箱": 12}), "10", "2.00")
    sheets = [sheet_of(shop, Plan("shelf", "A"), book=shown) for shown in (False, True)]
    assert [(line.shelf, line.name) for line in sheets[0].lines] == [("A-01", "可乐"), ("A-01", "绿茶"), ("A-02", "矿泉水")]
    closed, open_ = (words_of(sheet) for sheet in sheets)
    assert "账面" not in closed
    assert "账面" in open_
    assert all(word in closed for word in ("盘点表", "A-02", "绿茶", "箱=12件"))


def test_it_says_when_each_batch_expires(shop: Shop) -> None:
    milk = shop.product("MILK", name="牛奶", batches=1)
    shop.post("purchase_receipt", 2, line(milk, "5", "3", batch="B1", expiry="2026-04-01"), partner="S")
    sheet = sheet_of(shop, Plan())
    assert [(one.name, one.batch, one.expiry) for one in sheet.lines] == [("牛奶", "B1", "2026-04-01")]
    assert "2026-04-01" in words_of(sheet)
