"""Labels: what a scanner reads off them is what was asked, on whole dots; papers, positions and refusals."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from jxc_desktop.domain.errors import BadBarcode, BarcodeDoesNotFit, OutOfRange, UnknownPaper, WrongUse
from jxc_desktop.printing import LABELS, LabelPaper, Rendered, render_labels
from jxc_desktop.printing.bars import bars_of
from jxc_desktop.printing.preview import page_images, page_sizes

WATER = LabelPaper("P1", "6908812040006", "清泉饮用天然水 550ml", "瓶", Decimal("2.00"), spec="550ml", origin="本地")

CODES = {
    "6908812040006": "EAN13",
    "0012345678905": "EAN13",
    "2900000000421": "EAN13",
    "96385074": "EAN8",
    "00000017": "EAN8",
    "12345": "Code128",
    "AB-0012": "Code128",
    "0000123": "Code128",
    "6908812040001": "Code128",  # a wrong check digit
    "96385070": "Code128",  # a wrong check digit
    "123456789012": "Code128",
    "a/B c.9~": "Code128",
}


def picture(made: Rendered, page: int = 0, dpi: int = 203) -> Any:
    from PIL import Image

    raster = page_images(made.pdf, dpi, pages=[page], colours="gray")[0]
    return Image.frombytes("L", (raster.width, raster.height), raster.pixels)


def scanned(made: Rendered, page: int = 0, dpi: int = 203) -> list[tuple[str, str]]:
    return [(found.format.name, found.text) for found in zxingcpp.read_barcodes(picture(made, page, dpi))]


@pytest.mark.parametrize("paper", ["40x30", "70x38", "60x40"])
@pytest.mark.parametrize("code", CODES)
def test_what_a_scanner_reads_off_a_label_is_what_was_asked(code: str, paper: str) -> None:
    made = render_labels([(replace(WATER, barcode=code), 1)], paper)
    assert scanned(made) == [(CODES[code], code)]
    assert scanned(made, dpi=300) == [(CODES[code], code)]


@settings(max_examples=25)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=9))
def test_any_short_code_of_printable_signs_is_read_back(code: str) -> None:
    made = render_labels([(replace(WATER, barcode=code), 1)], "60x40")
    assert [text for kind, text in scanned(made)] == [code]


def test_every_bar_and_gap_is_a_whole_number_of_dots() -> None:
    made = render_labels([(WATER, 1)], "40x30")
    image = picture(made)
    assert image.size == (320, 240)
    row = [image.getpixel((x, 175)) < 128 for x in range(320)]
    assert set(image.crop((0, 175, 320, 176)).tobytes()) == {0, 255}
    first = row.index(True)
    modules = bars_of(WATER.barcode).modules
    drawn = "".join("1" if row[first + 2 * place] and row[first + 2 * place + 1] else "0" for place in range(95))
    assert drawn == modules
    assert not any(row[max(first - 22, 0) : first])
    assert not any(row[first + 190 : first + 190 + 14])


@pytest.mark.parametrize("paper", LABELS)
def test_every_label_paper_has_its_size_and_shows_name_and_price(paper: str) -> None:
    made = render_labels([(WATER, 2)], paper)
    sheet = LABELS[paper]
    assert page_sizes(made.pdf)[0] == pytest.approx(sheet.page, abs=0.1)
    assert made.pages == len(page_sizes(made.pdf)) == (2 if sheet.positions == 1 else 1)
    document = pypdfium2.PdfDocument(made.pdf)
    said = document[0].get_textpage().get_text_range()
    document.close()
    assert "清泉饮用天然水" in said
    assert "2.00" in said
    assert {text for kind, text in scanned(made)} == {WATER.barcode}


@pytest.mark.parametrize("paper", ["40x30", "70x38"])
def test_the_price_is_the_largest_text_of_a_label(paper: str) -> None:
    document = pypdfium2.PdfDocument(render_labels([(replace(WATER, member_price=Decimal("1.80")), 1)], paper).pdf)
    page = document[0]
    text = page.get_textpage()
    tallest: dict[str, float] = {}
    for place in range(text.count_chars()):
        _left, bottom, _right, top = text.get_charbox(place)
        char = text.get_text_range(place, 1)
        tallest[char] = max(tallest.get(char, 0.0), top - bottom)
    assert max(tallest, key=lambda char: tallest[char]) in set("1.80")
    assert tallest["8"] > 1.4 * tallest["泉"]
    assert tallest["¥"] < 0.6 * tallest["8"]
    document.close()


def test_used_up_positions_of_a_sheet_stay_empty_and_the_rest_goes_on_on_the_next() -> None:
    made = render_labels([(WATER, 24)], "A4-3x8", start=4)
    assert made.pages == 2
    first = picture(made)
    assert first.crop((0, 0, first.width, 37 * 8)).getextrema() == (255, 255)
    assert len(scanned(made)) == 21
    assert len(scanned(made, page=1)) == 3


def test_the_calibration_moves_everything_by_whole_dots() -> None:
    plain = picture(render_labels([(WATER, 1)], "A4-5x13"))
    moved = picture(render_labels([(WATER, 1)], "A4-5x13", shift=(1.0, 2.0)))
    left, top, right, bottom = _ink(plain)
    assert _ink(moved) == pytest.approx((left + 8, top + 16, right + 8, bottom + 16), abs=1)


def _ink(image: Any) -> tuple[int, int, int, int]:
    box = image.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box is not None
    return box  # type: ignore[no-any-return]


def test_a_code_that_does_not_fit_is_refused_and_nothing_is_printed() -> None:
    with pytest.raises(BarcodeDoesNotFit, match="40x30"):
        render_labels([(WATER, 1), (replace(WATER, barcode="A-CODE-THAT-IS-TOO-LONG"), 1)], "40x30")
    assert (
        scanned(render_labels([(replace(WATER, barcode="A-CODE-THAT-IS-TOO-LONG"), 1)], "100x60"))[0][1]
        == "A-CODE-THAT-IS-TOO-LONG"
    )
    with pytest.raises(BarcodeDoesNotFit):
        render_labels([(WATER, 1)], "25x30")


def test_what_cannot_be_printed_is_refused_in_words() -> None:
    with pytest.raises(BadBarcode):
        render_labels([(replace(WATER, barcode="苹果"), 1)], "40x30")
    with pytest.raises(WrongUse):
        render_labels([(WATER, 0)], "40x30")
    with pytest.raises(OutOfRange):
        render_labels([(WATER, -1)], "40x30")
    with pytest.raises(OutOfRange):
        render_labels([(WATER, 1)], "A4-3x8", start=25)
    for paper in ("A4", "5x5", "999x999", "A4-0x3", "40×30", ""):
        with pytest.raises(UnknownPaper, match="40x30"):
            render_labels([(WATER, 1)], paper)


def test_a_member_price_a_demo_and_a_missing_price_are_shown_for_what_they_are() -> None:
    def said(**more: Any) -> str:
        document = pypdfium2.PdfDocument(render_labels([(replace(WATER, **more), 1)], "70x38").pdf)
        text = str(document[0].get_textpage().get_text_range())
        document.close()
        return text

    member = said(member_price=Decimal("1.80"))
    assert "会员价" in member
    assert "1.80" in member
    assert "2.00" in member
    assert "演示" in said(demo=True)
    assert "¥" not in said(price=None)


def test_a_long_name_ends_in_an_ellipsis_inside_its_label() -> None:
    for paper in ("40x30", "60x40", "70x38", "A4-5x13"):
        made = render_labels(
            [(replace(WATER, name="超长的商品名称😀" * 3000, price=Decimal("1234567.89"), unit="大包装箱"), 1)], paper
        )
        document = pypdfium2.PdfDocument(made.pdf)
        page = document[0]
        assert "…" in page.get_textpage().get_text_range()
        width = LABELS[paper].label[0] / 25.4 * 72 + (LABELS[paper].left / 25.4 * 72)
        bounds = [each.get_bounds() for each in page.get_objects() if each.type == pypdfium2.raw.FPDF_PAGEOBJ_TEXT]
        assert max(right for left, bottom, right, top in bounds) <= width + 0.5
        assert made.missing == {"😀"}
        document.close()
