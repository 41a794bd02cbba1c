"""What a row of a spreadsheet says is understood exactly, and what cannot be entered is told with row, field and value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from jxc_desktop.domain.errors import WrongUse
from jxc_desktop.domain.troubles import NoHeadings
from jxc_desktop.exchange.headings import FIELDS, parse_map
from jxc_desktop.exchange.rows import Parsed, ProductRow, read_opening_stock, read_partners, read_products
from tests.helpers.workbooks import csv_file, xlsx

CATALOGUE = Path(__file__).parents[1] / "fixtures" / "catalogue.xls"


def products(tmp_path: Path, text: str, *maps: str) -> Parsed[ProductRow]:
    return read_products(csv_file(tmp_path / "p.csv", text), explicit=parse_map("products", maps))


def test_the_catalogue_of_an_old_program_is_understood_without_help() -> None:
    parsed = read_products(CATALOGUE)
    tea, nuts, apple = parsed.rows
    assert (parsed.sheet, parsed.total, parsed.recognition.row) == ("商品", 4, 4)
    assert (tea.code, tea.barcodes, tea.name, tea.category) == (
        "6901234567892",
        ("6901234567892",),
        "桂花乌龙茶 250g",
        "饮料/茶叶",
    )
    assert (tea.supplier, tea.supplier_name, tea.unit, tea.shelf_life_days) == ("01", "东山茶行", "罐", 540)
    assert (tea.purchase_price, tea.sale_price, tea.wholesale_price, tea.member_price) == (
        Decimal("12.5"),
        Decimal("18.8"),
        None,
        None,
    )
    assert (nuts.purchase_price, nuts.member_price, nuts.weighed, nuts.active) == (Decimal("0.3"), Decimal(30), True, True)
    assert (apple.unit, "unit" in apple.given, apple.active, apple.costing) == ("件", False, False, None)
    assert [(p.row, p.field) for p in parsed.errors] == [(9, "name"), (9, "purchase_price")]
    assert "助记码" in parsed.recognition.unused


def test_the_english_names_are_the_fields_of_the_contract(tmp_path: Path) -> None:
    names = (
        "code name spec barcode unit units category brand supplier purchase_price sale_price wholesale_price member_price"
        " minimum maximum lead_days pack_size shelf_life_days weight batches weighed costing negative shelf note active"
    ).split()
    assert set(names) <= {f.name for f in FIELDS["products"]}
    values = "T1,茶,250g,'007;008,罐,提=6;箱=24,食品/ 茶,山,S1,1,2,3,4,5,6,7,12,540,0.25,是,0,batch,warn,A-1,好,N"
    (row,) = products(tmp_path, ",".join(names) + "\n" + values + "\n").rows
    assert row == ProductRow(
        row=2,
        given=frozenset(names) - {"barcode"} | {"barcodes"},
        code="T1",
        name="茶",
        spec="250g",
        barcodes=("007", "008"),
        unit="罐",
        units=(("提", Fraction(6)), ("箱", Fraction(24))),
        category="食品/茶",
        brand="山",
        supplier="S1",
        purchase_price=Decimal(1),
        sale_price=Decimal(2),
        wholesale_price=Decimal(3),
        member_price=Decimal(4),
        minimum=Decimal(5),
        maximum=Decimal(6),
        lead_days=7,
        pack_size=Decimal(12),
        shelf_life_days=540,
        weight=Decimal("0.25"),
        batches=True,
        costing="batch",
        negative="warn",
        shelf="A-1",
        note="好",
        active=False,
    )


def test_an_absent_column_is_not_given_and_an_empty_cell_is(tmp_path: Path) -> None:
    (row,) = products(tmp_path, "code,sale_price,note,weighed\nT1,,,\n").rows
    assert row.given == {"code", "sale_price", "note"}
    assert (row.sale_price, row.name, row.unit) == (None, "", "件")


READ = {
    "1,234.50": "1234.50",
    "12,345,678": "12345678",
    "¥ 8": "8",
    "￥8.00元": "8",
    "8.10000": "8.1",
    ".5": "0.5",
    "0.0001": "0.0001",
}
REFUSED = [
    "'8",
    "1,2",
    "1,5",
    "0,123",
    "12,34",
    "1.234,50",
    "１２",
    "١٢",
    "NaN",
    "Infinity",
    "1e400",
    "1e3",
    "0x10",
    "--1",
    "1.00001",
    "-1",
    "1000000000.0001",
    "9" * 5000,
]


@pytest.mark.parametrize(("said", "meant"), [*READ.items(), *((said, None) for said in REFUSED)])
def test_a_price_is_an_exact_decimal_or_refused(tmp_path: Path, said: str, meant: str | None) -> None:
    parsed = products(tmp_path, f'code,purchase_price\nT1,"{said}"\nT2,1\n')
    assert [r.code for r in parsed.rows] == (["T1", "T2"] if meant else ["T2"])
    if meant:
        assert parsed.rows[0].purchase_price == Decimal(meant)
    else:
        (problem,) = parsed.errors
        assert (problem.row, problem.field, problem.value[:8]) == (2, "purchase_price", said[:8])
        assert problem.code in ("bad_number", "too_fine", "out_of_range")
        assert set(problem.as_json()) == {"row", "field", "value", "code", "message"}


def test_numbers_no_workbook_should_hold_are_refused_by_row(tmp_path: Path) -> None:
    parsed = read_products(
        xlsx(tmp_path / "a.xlsx", [["code", "purchase_price"], ["T1", 1e300], ["T2", True], ["T3", "=1+1"], ["T4", 1.5]])
    )
    assert [(p.row, p.code) for p in parsed.errors] == [(2, "digits_lost"), (3, "bad_number"), (4, "formula_without_value")]
    assert [r.purchase_price for r in parsed.rows] == [Decimal("1.5")]


KEPT = {
    "茶🍵": "茶🍵",
    "\u202eשלום": "\u202eשלום",
    "a\u200db": "a\u200db",
    "　茶 ": "茶",
    "=1+1": "=1+1",
    "<b>x": "<b>x",
    "a\nb": "a b",
}
UNKEPT = ["a\x00b", "a\x07b", "x" * 201, "茶" * 34_000, "\u200b", "#N/A"]


@pytest.mark.parametrize(("name", "kept"), [*KEPT.items(), *((name, None) for name in UNKEPT)])
def test_a_name_is_kept_the_same_or_refused_with_a_reason(tmp_path: Path, name: str, kept: str | None) -> None:
    parsed = products(tmp_path, f'code,name\nT1,"{name}"\n')
    assert [r.name for r in parsed.rows] == ([kept] if kept else [])
    assert [(p.row, p.field) for p in parsed.problems] == ([] if kept and "\n" not in name else [(2, "name")])
    assert all(len(p.value) <= 80 and "\x00" not in p.value for p in parsed.problems)


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    parsed = read_products(xlsx(tmp_path / "a.xlsx", [["code", "name"], ["T1", "a_xD83D_b"]]))
    assert [(p.row, p.field, p.code) for p in parsed.errors] == [(2, "name", "bad_text")]
    assert parsed.errors[0].as_json()["value"].isprintable()  # type: ignore[union-attr]


@pytest.mark.parametrize("code", ["6.90123E+12", "６９０１", "2026-03-01 as date", "a\x00"])
def test_a_code_that_a_spreadsheet_spoiled_is_refused(tmp_path: Path, code: str) -> None:
    rows = [["货号", "品名"], [date(2026, 3, 1) if "date" in code else code, "茶"]]
    path = csv_file(tmp_path / "a.csv", f"货号,品名\n{code},茶\n") if "\x00" in code else xlsx(tmp_path / "a.xlsx", rows)
    parsed = read_products(path)
    assert parsed.rows == []
    assert {(p.row, p.field, p.code) for p in parsed.errors} == {(2, "code", "bad_text"), (2, "barcode", "bad_text")}


def test_codes_keep_zeros_and_digits_and_a_wrong_check_digit_only_warns(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx", [["code", "barcode"], ["007", 6901234567892], [8, "6901234567891，0012,A-1"], [" 09 ", None]]
    )
    parsed = read_products(path)
    assert [(r.code, r.barcodes) for r in parsed.rows] == [
        ("007", ("6901234567892",)),
        ("8", ("6901234567891", "0012", "A-1")),
        ("09", ()),
    ]
    assert [(p.row, p.value, p.level) for p in parsed.problems] == [(3, "6901234567891", "warning")]


def test_the_same_code_updates_and_the_same_barcode_of_another_product_is_refused(tmp_path: Path) -> None:
    parsed = products(tmp_path, "code,barcode\nA,111\nA,111\nB,111\nC,222\n")
    assert [(r.row, r.code) for r in parsed.rows] == [(2, "A"), (3, "A"), (5, "C")]
    assert [(p.row, p.field, p.code, p.level) for p in parsed.problems] == [
        (3, "code", "duplicate_code", "warning"),
        (4, "barcode", "duplicate", "error"),
    ]


def test_all_that_is_wrong_with_a_row_is_told_at_once(tmp_path: Path) -> None:
    parsed = products(tmp_path, "code,name,sale_price,weighed,units,minimum,maximum\n,,x,maybe,箱=0,1,2\nT,茶,1,1,,5,2\n")
    assert {p.field for p in parsed.errors if p.row == 2} == {"code", "name", "sale_price", "weighed", "units"}
    assert [(p.field, p.value) for p in parsed.errors if p.row == 3] == [("maximum", "2.000")]


def test_a_column_named_by_heading_letter_or_number_goes_before_what_is_recognised(tmp_path: Path) -> None:
    text = "代号,叫法,零售价,特价\n1,茶,8,7\n"
    (row,) = products(tmp_path, text, "code=代号", "name=B", "sale_price=4", "wholesale-price=零售价", "barcode=A").rows
    assert (row.code, row.name, row.sale_price, row.wholesale_price, row.barcodes) == ("1", "茶", Decimal(7), Decimal(8), ("1",))
    with pytest.raises(WrongUse, match="特价"):
        products(tmp_path, text, "code=不存在")
    with pytest.raises(WrongUse):
        parse_map("products", ["colour=A"])
    with pytest.raises(NoHeadings, match="--map code="):
        products(tmp_path, text)
    (bare,) = products(tmp_path, "货号,品名\n007,茶\n", "barcode=").rows
    assert bare.barcodes == ()


def test_headings_may_carry_stars_brackets_and_stand_below_a_title(tmp_path: Path) -> None:
    text = "某某超市商品档案,,,\n,,,\n*商品条码,商品名称（必填）,零售价(元),单 位\n6901234567892,茶,8,\n合 计：,,8,\n"
    parsed = products(tmp_path, text)
    (row,) = parsed.rows
    assert (row.code, row.barcodes, row.name, row.sale_price) == ("6901234567892", ("6901234567892",), "茶", Decimal(8))
    assert (parsed.recognition.row, row.row, parsed.total) == (3, 4, 1)


def test_the_costing_of_one_program_is_not_the_weighing_of_another(tmp_path: Path) -> None:
    parsed = products(tmp_path, "存货编码,计价方式\nA,移动平均法\nB,计重\nC,先进先出法\n")
    assert [(r.costing, r.weighed) for r in parsed.rows] == [("average", False), (None, True), ("fifo", False)]
    assert ["costing" in r.given for r in parsed.rows] == [True, False, True]


def test_partners_take_their_side_from_a_column_or_from_the_headings(tmp_path: Path) -> None:
    text = (
        "code,name,type,phone,region,price_level,credit_limit,terms_days,note,active\nC1,甲,客户,'138,城东,批发价,500.00,30,,1\n"
    )
    (row,) = read_partners(csv_file(tmp_path / "a.csv", text)).rows
    assert (row.type, row.phone, row.price_level, row.credit_limit, row.terms_days) == (
        "customer",
        "'138",
        "wholesale",
        Decimal(500),
        30,
    )
    (row,) = read_partners(csv_file(tmp_path / "b.csv", "供应商编号,供应商名称\nS1,乙\n")).rows
    assert (row.type, "type" in row.given, "phone" in row.given) == ("supplier", True, False)
    (row,) = read_partners(csv_file(tmp_path / "c.csv", "名称,电话\n丙,1\n")).rows
    assert (row.code, row.name, row.type, "type" in row.given) == ("丙", "丙", "customer", False)


def test_opening_stock_knows_batches_days_and_unknown_cost(tmp_path: Path) -> None:
    text = (
        "商品编号,仓库,批号,有效期至,数量,成本价\nA,MAIN,B1,2027/1/5,10,2.5\nB,,,20270105,0.125,\nC,,,2027-02-30,x,1\nD,,,,,1\n"
    )
    parsed = read_opening_stock(csv_file(tmp_path / "a.csv", text))
    first, second = parsed.rows
    assert (first.product, first.warehouse, first.batch, first.expiry) == ("A", "MAIN", "B1", date(2027, 1, 5))
    assert (first.quantity, first.unit_cost, second.quantity, second.unit_cost) == (
        Decimal(10),
        Decimal("2.5"),
        Decimal("0.125"),
        None,
    )
    assert [(p.row, p.field, p.code) for p in parsed.errors] == [
        (4, "expiry", "bad_date"),
        (4, "quantity", "bad_number"),
        (5, "quantity", "missing"),
    ]


def test_reading_can_be_given_up(tmp_path: Path) -> None:
    class GivenUp(Exception):
        pass

    def stop(count: int) -> None:
        raise GivenUp(count)

    path = csv_file(tmp_path / "a.csv", "code\n" + "".join(f"{i}\n" for i in range(2000)))
    with pytest.raises(GivenUp, match="500"):
        read_products(path, tick=stop)
