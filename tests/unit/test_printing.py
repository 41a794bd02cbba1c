"""Papers: what they say, where they break, and that nothing overlaps or is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Any

import pypdfium2
import pytest

from jxc_desktop.columns import Column
from jxc_desktop.domain.errors import UnknownPaper
from jxc_desktop.domain.money import line_amount
from jxc_desktop.printing import (
    PAPERS,
    DocumentPaper,
    PaperLine,
    PaperPayment,
    Rendered,
    TablePaper,
    render_document,
    render_table,
)
from jxc_desktop.printing import text as words
from jxc_desktop.printing.preview import page_images, page_sizes

FORMS = ("A4", "A5", "A5P", "241x140", "241x93")
SLIPS = ("80", "58")
SIZES = {"A4": (210, 297), "A5": (210, 148), "A5P": (148, 210), "241x140": (241, 140), "241x93": (241, 93)}


def line(no: int, name: str, quantity: str = "3", price: str = "12.5", discount: str = "0", **more: Any) -> PaperLine:
    amount = line_amount(Decimal(quantity), Decimal(price), Decimal(discount))
    more = {"code": f"P{no:04d}", "unit": "瓶", **more}
    return PaperLine(
        no, name=name, quantity=Decimal(quantity), price=Decimal(price), discount=Decimal(discount), amount=amount, **more
    )


def sale(*lines: PaperLine, **more: Any) -> DocumentPaper:
    goods = sum((each.amount or Decimal(0) for each in lines), Decimal(0))
    given: dict[str, Any] = {
        "kind": "sale",
        "number": "XS-20261124-009",
        "moment": "2026-11-24T14:05:00",
        "day": "2026-11-24",
        "printed_at": "2026-11-24T14:06:10",
        "partner": "城东幼儿园",
        "warehouse": "门店前仓",
        "shop": "邻里便利店",
        "goods": goods,
        "total": goods,
        "unpaid": goods,
    }
    return DocumentPaper(lines=lines, **{**given, **more})


def pages_of(made: Rendered) -> list[str]:
    document = pypdfium2.PdfDocument(made.pdf)
    texts = [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    document.close()
    return texts


def text_of(made: Rendered) -> str:
    return "\n".join(pages_of(made))


@pytest.mark.parametrize("paper", [each.name for each in PAPERS])
def test_every_paper_says_number_names_figures_print_time_and_page(paper: str) -> None:
    made = render_document(sale(line(1, "清泉饮用天然水 550ml", "6", "2"), line(2, "红烧牛肉面", "1", "15.9")), paper)
    said = text_of(made)
    for wanted in (
        "XS-20261124-009",
        "清泉饮用天然水",
        "红烧牛肉面",
        "12.00",
        "15.90",
        "27.90",
        "城东幼儿园",
        "2026-11-24 14:06",
    ):
        assert wanted in said, wanted
    assert "1 / 1" in said
    assert made.pages == len(pypdfium2.PdfDocument(made.pdf)) == 1
    assert not made.missing


@pytest.mark.parametrize("paper", FORMS)
def test_forms_have_the_size_they_are_named_after(paper: str) -> None:
    width, height = page_sizes(render_document(sale(line(1, "水")), paper).pdf)[0]
    assert (width, height) == pytest.approx(SIZES[paper], abs=0.2)


@pytest.mark.parametrize("paper", SLIPS)
def test_a_slip_is_as_wide_as_its_roll_and_grows_with_its_lines(paper: str) -> None:
    short, long = (page_sizes(render_document(sale(*(line(n, "水") for n in range(1, count))), paper).pdf) for count in (2, 42))
    assert short[0][0] == pytest.approx(int(paper), abs=0.1)
    assert long[0][1] > short[0][1] + 40 * 6


@pytest.mark.parametrize(("paper", "carried"), [("A4", True), ("A5", True), ("241x93", True), ("80", False)])
def test_the_amount_stands_in_words_on_forms_of_sales(paper: str, carried: bool) -> None:
    said = text_of(render_document(sale(line(1, "纯牛奶", "30", "49"), line(2, "水", "455", "2")), paper))
    assert ("人民币贰仟叁佰捌拾元整" in said) is carried


def test_a_transfer_has_neither_words_nor_prices() -> None:
    said = text_of(render_document(sale(line(1, "水", "3", "12.5"), kind="transfer", to_warehouse="河西仓库", money=False), "A4"))
    assert "河西仓库" in said
    assert "人民币" not in said
    assert "37.50" not in said


@pytest.mark.parametrize("paper", FORMS)
def test_two_hundred_lines_break_into_pages_with_the_head_on_each_and_totals_on_the_last(paper: str) -> None:
    made = render_document(sale(*(line(n, f"商品{n:03d}号") for n in range(1, 201))), paper)
    pages = pages_of(made)
    assert len(pages) == made.pages > 4
    for number, page in enumerate(pages, 1):
        assert "XS-20261124-009" in page
        assert "城东幼儿园" in page
        assert f"{number} / {len(pages)}" in page
        assert ("7,500.00" in page) is (number == len(pages))
    everything = "\n".join(pages)
    assert all(everything.count(f"商品{n:03d}号") == 1 for n in range(1, 201))


def test_every_count_of_lines_keeps_its_totals_with_at_least_one_line() -> None:
    for count in range(1, 30):
        pages = pages_of(render_document(sale(*(line(n, f"商品{n:03d}号") for n in range(1, count + 1))), "241x93"))
        assert f"商品{count:03d}号" in pages[-1]
        assert "人民币" in pages[-1]


@pytest.mark.parametrize("paper", ["A4", "80"])
def test_a_draft_has_no_number_and_marks_are_not_overlooked(paper: str) -> None:
    plain = text_of(render_document(sale(line(1, "水")), paper))
    said = text_of(render_document(sale(line(1, "水"), number=None, voided=True, demo=True), paper))
    for mark in ("草稿", "已作废", "演示"):
        assert mark in said
        assert mark not in plain
    assert "XS-" not in said


@pytest.mark.parametrize("paper", [each.name for each in PAPERS])
def test_names_are_printed_literally_and_what_no_face_has_is_reported(paper: str) -> None:
    made = render_document(sale(line(1, '<b>x & "y"</b> %s {0}\x00\u202e\n𠮷😀')), paper)
    said = text_of(made).replace("\n", "")
    assert '<b>x & "y"' in said
    assert "𠮷〓" in said.replace(" ", "")
    assert made.missing == {"😀"}


@pytest.mark.parametrize("paper", [each.name for each in PAPERS])
def test_very_long_texts_and_huge_figures_never_overlap(paper: str) -> None:
    long = "超长的商品名称Superlong-Name" * 4000
    value = sale(
        line(
            1,
            long,
            "1234567.125",
            "98765.4321",
            unit="大包装箱（十二瓶装）",
            code="ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 3,
            batch="B" * 40,
            expiry="2027-01-01",
        ),
        line(2, long, "999999999.999", "0.0001", "0.05", batch="B1"),
        partner=long,
        shop=long,
        note=long,
        warehouse=long,
        operator=long,
        footer=long,
        partner_address=long,
        total=Decimal("9999999999999.99"),
        goods=Decimal("9999999999999.99"),
        discount=Decimal("12345678.90"),
        balance_before=Decimal("-9999999999999.99"),
        balance_after=Decimal("9999999999999.99"),
        payments=tuple(PaperPayment(f"账户{n}", Decimal("1234567.89")) for n in range(9)),
        paid=Decimal("9999999999999.99"),
    )
    made = render_document(value, paper)
    assert "9,999,999,999,999.99" in text_of(made)
    _assert_apart(made)


def _assert_apart(made: Rendered) -> None:
    """No two pieces of text on a page share ink, and none leaves the page."""
    document = pypdfium2.PdfDocument(made.pdf)
    for page in document:
        width, height = page.get_size()
        boxes = [each.get_bounds() for each in page.get_objects() if each.type == pypdfium2.raw.FPDF_PAGEOBJ_TEXT]
        for left, bottom, right, top in boxes:
            assert left >= -0.5
            assert right <= width + 0.5
            assert bottom >= -0.5
            assert top <= height + 0.5
        for one, other in combinations(boxes, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            assert across < 0.6 or down < 0.6, (one, other)
    document.close()


def test_the_slip_shows_payment_change_and_what_was_saved() -> None:
    value = sale(
        line(1, "原味酸奶", "4", "5.5", "0.5"),
        kind="retail_sale",
        number="LS-20261124-143",
        unpaid=Decimal(0),
        payments=(PaperPayment("现金", Decimal(20)),),
        change=Decimal(9),
        footer="谢谢惠顾",
    )
    said = text_of(render_document(value, "80"))
    for wanted in ("22.00", "-11.00", "¥11.00", "现金 20.00", "找零 9.00", "谢谢惠顾"):
        assert wanted in said, wanted


def test_a_receipt_lists_accounts_and_what_it_settles() -> None:
    value = sale(
        kind="receipt",
        number="SK-20261124-001",
        total=Decimal(1000),
        unpaid=Decimal(0),
        payments=(PaperPayment("微信", Decimal(1000)),),
        settles=(PaperPayment("XS-20261101-001", Decimal(1000)),),
    )
    for paper in ("A4", "58"):
        said = text_of(render_document(value, paper))
        assert "微信" in said
        assert "XS-20261101-001" in said
    assert "人民币壹仟元整" in text_of(render_document(value, "A5"))


def test_an_unknown_paper_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownPaper) as refused:
        render_document(sale(line(1, "水")), "A3")
    assert "241x140" in str(refused.value)


def test_the_same_values_give_the_same_bytes_also_from_two_threads_at_once() -> None:
    values = [sale(*(line(n, f"商品{n}号{chr(0x4E00 + 31 * n + shift)}") for n in range(1, 60))) for shift in range(6)]
    alone = [render_document(value, "A4").pdf for value in values]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda value: render_document(value, "A4").pdf, values * 3))
    assert together == alone * 3


COLUMNS = (
    Column("code", "Product code", "code"),
    Column("name", "Name"),
    Column("quantity", "Quantity", "quantity", total=True),
    Column("value", "Amount", "money", total=True),
)


def table(count: int, columns: tuple[Column, ...] = COLUMNS) -> TablePaper:
    rows = [
        {"code": f"P{n:04d}", "name": "<i>商品" * (n % 40), "quantity": Decimal(n), "value": Decimal(n)} for n in range(count)
    ]
    return TablePaper(
        "库存表", "截至 2026-11-24", columns, rows, "邻里便利店", "2026-11-24T10:00:00", {"value": Decimal("123456.78")}
    )


@pytest.mark.parametrize("count", [0, 1, 42, 43, 300])
def test_a_report_repeats_its_head_and_totals_stand_on_the_last_page_only(count: int) -> None:
    made = render_table(table(count))
    pages = pages_of(made)
    assert made.pages == len(pages)
    for number, page in enumerate(pages, 1):
        assert "库存表" in page
        assert f"{number} / {len(pages)}" in page
        assert ("123,456.78" in page) is (number == len(pages))
    if count:
        assert f"P{count - 1:04d}" in pages[-1]
    _assert_apart(render_table(table(min(count, 43))))


def test_a_report_with_many_columns_lies_on_its_side() -> None:
    many = COLUMNS + tuple(Column("value", f"Amount {n}", "money") for n in range(14))
    width, height = page_sizes(render_table(table(10)).pdf)[0]
    assert width < height
    wide = render_table(table(30, many))
    width, height = page_sizes(wide.pdf)[0]
    assert width > height
    _assert_apart(wide)


def test_text_is_wrapped_between_words_and_never_begins_a_line_with_a_full_stop() -> None:
    lines = words.wrap("清泉饮用天然水，很好喝。Natural water 550ml", 9, 9 * 7.2, lines=9)
    assert "".join(lines).replace(" ", "") == "清泉饮用天然水，很好喝。Naturalwater550ml"
    assert all(line[0] not in "，。" for line in lines)
    assert all(words.width(line, 9) <= 9 * 7.2 for line in lines)
    assert words.wrap("一二三四五六七八九十", 10, 40, lines=2) == ["一二三四", "五六七…"]


def test_the_preview_has_the_very_pixels_of_the_page() -> None:
    pdf = render_document(sale(line(1, "水")), "A5").pdf
    page = page_images(pdf, 72)[0]
    assert len(page.pixels) == page.width * page.height * 3
    assert (page.width, page.height) == (596, 420)
    grey = page_images(pdf, 72, pages=[0], colours="gray")[0]
    assert len(grey.pixels) == grey.width * grey.height
    assert min(grey.pixels) < 60 < 250 < max(grey.pixels)
    with pytest.raises(IndexError):
        page_images(pdf, 72, pages=[1])
    with pytest.raises(ValueError, match="PDF"):
        page_images(b"nothing", 72)


def test_a_slip_of_a_thousand_lines_goes_on_on_further_pages() -> None:
    made = render_document(sale(*(line(n, f"商品{n:04d}") for n in range(1, 1001))), "58")
    assert made.pages > 1
    assert all(height < 2100 for width, height in page_sizes(made.pdf))
    assert "商品1000" in pages_of(made)[-1]


def test_codes_of_the_lines_and_batches_are_there_for_the_warehouse() -> None:
    said = text_of(
        render_document(sale(replace(line(1, "水"), barcode="6901028075831", batch="B2026-7", expiry="2027-01-31")), "A4")
    )
    for wanted in ("P0001", "6901028075831", "B2026-7", "2027-01-31"):
        assert wanted in said
