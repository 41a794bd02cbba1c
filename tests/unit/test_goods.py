"""Texts, initials and product forms: what is kept as typed, and what is refused with a reason."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jxc_desktop.domain import errors
from jxc_desktop.domain.goods import ENDED, BarcodeForm, ProductForm, UnitForm, category_path, checked, search_text
from jxc_desktop.domain.partners import PartnerForm
from jxc_desktop.domain.partners import checked as checked_partner
from jxc_desktop.domain.pinyin import initials
from jxc_desktop.domain.text import clean_code, clean_text

D = Decimal


@pytest.mark.parametrize(
    "text", ["可乐 🥤", "a\u200bb", "\u202e倒", "👨\u200d👩\u200d👧", "é", "长" * 200, "<b>\"'%_\\", "全角　空格"]
)
def test_a_text_stays_as_it_was_typed(text: str) -> None:
    assert clean_text(f"  {text}\u3000", field="名") == text


@pytest.mark.parametrize("text", ["a\0b", "a\nb", "a\x1fb", "a\x7fb", "\ud83d", "长" * 201, "x" * 100_000])
def test_a_text_that_would_break_things_is_refused_and_can_be_shown(text: str) -> None:
    with pytest.raises(errors.BadText) as refused:
        clean_text(text + ".", field="名")
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 200


def test_a_note_keeps_its_lines() -> None:
    assert clean_text("一\r\n二\n\t三", field="备注", lines=True) == "一\n二\n\t三"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("", errors.Missing), (" \u3000", errors.Missing), ("1\u200b2", errors.BadText), ("1,2", errors.BadText)],
)
def test_a_code_holds_nothing_invisible(text: str, refusal: type[errors.JxcError]) -> None:
    with pytest.raises(refusal):
        clean_code(text, field="编码")
    assert clean_code(" 00-12 ", field="编码") == "00-12"


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("东北珍珠米 5kg", "dbzzm5kg"),
        ("重庆火锅", "cqhg"),
        ("银行卡", "yhk"),
        ("Coca-Cola 330ML", "cocacola330ml"),
        ("１８９ＡＢ录音机", "189ablyj"),
        ("🥤（小）", "x"),
        ("", ""),
    ],
)
def test_initials_are_what_people_type(text: str, letters: str) -> None:
    assert initials(text) == letters


def test_the_search_text_parts_its_fields_and_marks_what_ended() -> None:
    assert search_text("A1", ["a1", "690"], "可乐Zero", "", "klzero", active=True) == "\na1\na1\n690\n可乐zero\nklzero\n"
    assert search_text("690", ["690"], "可乐", "330ml", "kl", active=False) == ENDED + "\n690\n可乐\n330ml\nkl\n"


def test_a_form_is_put_straight() -> None:
    form = checked(
        ProductForm(
            " P1 ",
            " 可乐 ",
            " ",
            category=" 食品 / 饮料 / ",
            sale_price=D("3.50000"),
            costing="",
            units=(UnitForm(" 箱 ", 48, 2),),
            barcodes=(BarcodeForm(" 1 ", "件"), BarcodeForm("2", "箱")),
        )
    )
    assert (form.code, form.name, form.unit, form.category, form.costing) == ("P1", "可乐", "件", "食品/饮料", None)
    assert str(form.sale_price) == "3.5000"
    assert form.units == (UnitForm("箱", 24, 1),)
    assert form.barcodes == (BarcodeForm("1", None), BarcodeForm("2", "箱"))
    assert checked(form) == form


def test_a_category_is_not_endless() -> None:
    assert category_path("") == ""
    with pytest.raises(errors.BadValue):
        category_path("/".join("abcdefghi"))


def test_a_partner_needs_a_name_and_a_side() -> None:
    assert checked_partner(PartnerForm(" 阳光 ", customer=True)).name == "阳光"
    for form in (PartnerForm("", customer=True), PartnerForm("阳光")):
        with pytest.raises(errors.Missing):
            checked_partner(form)
    with pytest.raises(errors.OutOfRange):
        checked_partner(PartnerForm("阳光", customer=True, credit_limit=D(-1)))
    with pytest.raises(errors.OutOfRange):
        checked_partner(PartnerForm("阳光", customer=True, terms_days=-1))
