"""Which column is what: the fields of each import with the headings of usual programs, and how a sheet's own are matched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jxc_desktop.domain.errors import WrongUse
from jxc_desktop.domain.goods import TITLES as GOODS
from jxc_desktop.domain.partners import TITLES as PARTIES
from jxc_desktop.domain.troubles import NoHeadings
from jxc_desktop.exchange.cells import MAX_COLUMNS, Cell, Row, shown
from jxc_desktop.i18n import N_, _

Explicit = Mapping[str, Sequence[str]]
"""Columns a person named for a field."""

LOOK_AT = 20
"""So many rows may stand above the heading (title, shop, date of the export)."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an import: its name in ``--map``, its title for people, and the headings it goes by, best first."""

    name: str
    title: str
    headings: tuple[str, ...]


def _field(name: str, title: str, headings: str) -> Field:
    return Field(name, title, (name, title, *headings.split()))


PRODUCTS = (
    _field(
        "code",
        GOODS["code"],
        "Code 货号 商品货号 商品编码 商品编号 商品代码 存货编码 物料编码 物料代码 产品编码 产品编号 货品编码 "
        "货品编号 品号 编码 编号 SKU ID",
    ),
    _field("name", GOODS["name"], "品名 商品名称 商品全名 名称 商品名 存货名称 物料名称 产品名称 货品名称 货名"),
    _field("spec", GOODS["spec"], "规格 规格型号 商品规格 型号规格 型号"),
    _field("barcode", GOODS["barcode"], "条码 条形码 商品条码 商品条形码 国际条码 基本条码 主条码 一品多码 附加条码 EAN UPC"),
    _field("unit", GOODS["unit"], "单位 计量单位 基本单位 主计量单位 主单位 销售单位 库存单位 小单位"),
    _field("units", GOODS["units"], "辅助单位 多单位 副单位 单位换算 辅单位"),
    _field("unit_barcodes", GOODS["unit_barcodes"], "单位条码 辅助单位条码 多单位条码 箱码 大单位条码"),
    _field("unit_prices", GOODS["unit_prices"], "单位价格 辅助单位价格 多单位价格 大单位价格"),
    _field(
        "category",
        GOODS["category"],
        "类别名称 类别 商品类别 商品类别名称 分类 分类名称 商品分类 所属类别 所属分类 存货分类 物料类别",
    ),
    _field("brand", GOODS["brand"], "品牌 商品品牌 品牌名称"),
    _field("supplier", GOODS["supplier"], "供应商编码 供应商编号 供应商代码 供应商 主供应商 默认供应商 供货商 供货单位"),
    _field("supplier_name", N_("Supplier name"), "供应商名称 供货商名称 主供应商名称"),
    _field(
        "purchase_price",
        GOODS["purchase_price"],
        "进货价 进价 采购价 采购单价 参考进价 预设进价 最近进价 最新进价 参考成本 成本价 Cost",
    ),
    _field(
        "sale_price",
        GOODS["sale_price"],
        "零售价 售价 销售价 零售单价 零售价格 销售单价 参考售价 标准售价 预设售价 预设售价1 销售价格 建议零售价 Price",
    ),
    _field("wholesale_price", GOODS["wholesale_price"], "批发价 批发单价 批发价格 批发价1"),
    _field("member_price", GOODS["member_price"], "会员价 会员单价 会员价格 会员价1 VIP价"),
    _field("minimum", GOODS["minimum"], "最低库存 库存下限 最小库存 最低库存量 库存最低量 安全库存 下限"),
    _field("maximum", GOODS["maximum"], "最高库存 库存上限 最大库存 最高库存量 库存最高量 上限"),
    _field("lead_days", GOODS["lead_days"], "到货天数 采购提前期 提前期 到货周期 采购天数 交货天数"),
    _field("pack_size", GOODS["pack_size"], "进货规格 装箱数 箱装数 件装数 箱规 包装数 整件数 箱含量 装箱量"),
    _field("shelf_life_days", GOODS["shelf_life_days"], "保质期 保质期天数 保质天数 有效期天数"),
    _field("weight", N_("Weight"), "重量 单重 净重 毛重 单位重量"),
    _field("batches", GOODS["batches"], "批次管理 批号管理 是否批次管理 是否批号管理 启用批次 启用批号"),
    _field("weighed", GOODS["weighed"], "计重 称重 是否称重 是否计重 称重商品 计重商品 计价方式"),
    _field("costing", GOODS["costing"], "成本算法 成本方法 成本计算方法 计价方法 计价方式"),
    _field("negative", GOODS["negative"], "负库存 允许负库存 是否允许负库存"),
    _field("shelf", GOODS["shelf"], "货架 货位 库位 架位 货架号 陈列位置 存放位置"),
    _field("note", GOODS["note"], "备注 说明 商品备注 Remark Notes"),
    _field("active", GOODS["active"], "商品状态 状态 启用 是否启用 有效 Status"),
    _field("stopped", N_("Not in use"), "停用 是否停用 停售 是否停售"),
)
PARTNERS = (
    _field(
        "code",
        PARTIES["code"],
        "Code 编码 编号 代码 客户编号 客户编码 客户代码 供应商编号 供应商编码 供应商代码 单位编号 单位编码 会员卡号 会员编号 ID",
    ),
    _field(
        "name",
        PARTIES["name"],
        "名称 客户名称 客户全名 供应商名称 单位名称 单位全名 往来单位 客户 供应商 会员姓名 姓名 全名",
    ),
    _field("type", PARTIES["type"], "类型 往来类型 单位类型 往来单位类型 单位性质"),
    _field("phone", PARTIES["phone"], "电话 手机 手机号 手机号码 联系电话 电话号码 联系手机 Mobile Tel"),
    _field("region", PARTIES["region"], "地区 区域 所属地区 所在地区 所属区域 Area"),
    _field("price_level", PARTIES["price_level"], "价格等级 价格级别 价格类型 适用价格 销售价格等级"),
    _field("credit_limit", PARTIES["credit_limit"], "信用额度 欠款上限 信用限额 应收上限 应收款上限 授信额度"),
    _field(
        "terms_days",
        PARTIES["terms_days"],
        "账期 账期天数 结算期限 收款期限 结算天数 信用期限 付款期限 收款期限天数 Terms",
    ),
    _field("note", PARTIES["note"], "备注 说明 Remark Notes"),
    _field("active", PARTIES["active"], "状态 启用 是否启用 有效 Status"),
    _field("stopped", N_("Not in use"), "停用 是否停用"),
)
OPENING_STOCK = (
    _field(
        "product",
        N_("Product"),
        "货号 商品货号 商品编码 商品编号 商品代码 存货编码 物料编码 货品编码 编码 编号 商品 条码 条形码 商品条码 "
        "Code SKU Barcode",
    ),
    _field("warehouse", N_("Warehouse"), "仓库 仓库编码 仓库编号 仓库名称 所在仓库 库房"),
    _field("batch", N_("Batch"), "批号 批次 批次号 生产批号 Lot"),
    _field("expiry", N_("Expiry"), "有效期 有效期至 有效期限 到期日 到期日期 失效日期 过期日期 保质期至 ExpiryDate"),
    _field(
        "quantity",
        N_("Quantity"),
        "数量 库存数量 期初数量 期初库存 库存量 当前库存 实际库存 现有库存 账面数量 结存数量 库存 Qty Stock",
    ),
    _field("unit_cost", N_("Unit cost"), "成本价 单位成本 成本单价 期初成本价 期初单价 平均成本 进货价 进价 单价 Cost"),
)
RECIPES = (
    _field("product", N_("Product"), "商品 成品 组合商品 商品货号 商品编码 成品编码 成品货号 套装货号 套装编码 货号"),
    _field("part", N_("Component"), "配件 部件 子件 组件 原料 材料 配件货号 配件编码 子件编码 子商品"),
    _field("quantity", N_("Quantity"), "数量 用量 配件数量 子件数量 单位用量 Qty"),
    _field("makes", N_("Makes"), "产出 产出数量 产量 成品数量 母件数量"),
    _field("kit", N_("Kit"), "套装 是否套装 组合销售"),
)
FIELDS: Mapping[str, tuple[Field, ...]] = {
    "products": PRODUCTS, "partners": PARTNERS, "opening_stock": OPENING_STOCK, "recipes": RECIPES
}  # fmt: skip
NEEDED: Mapping[str, tuple[str, ...]] = {
    "products": ("code",), "partners": ("code",), "opening_stock": ("product", "quantity"),
    "recipes": ("product", "part", "quantity"),
}  # fmt: skip
"""Without these nothing can be entered. (A name is needed for what is new only: a price list may update by code.)"""

_STAND_INS = {"products": (("code", "barcode"),), "partners": (("code", "name"),), "opening_stock": (), "recipes": ()}
_ALSO_BARCODE = ("货号", "商品货号")


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was understood of a heading row: ``columns`` maps a field to the places (0-based) of its columns."""

    row: int
    headings: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]
    unused: tuple[str, ...] = ()
    partner_type: str | None = field(default=None)
    """What the headings themselves say of partners without a type column: ``customer`` or ``supplier``."""


def parse_map(kind: str, said: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """``FIELD=COLUMN`` texts as a mapping; several for one field add up, ``FIELD=`` leaves the field out.

    Raises :class:`WrongUse` for a text without ``=`` or a field this import does not have.
    """
    known = {f.name for f in FIELDS[kind]}
    found: dict[str, tuple[str, ...]] = {}
    for text in said:
        name, equals, column = (part.strip() for part in text.partition("="))
        name = name.lower().replace("-", "_")
        if not equals or name not in known:
            names = ", ".join(f.name for f in FIELDS[kind])
            raise WrongUse(why=_("“{text}” is not FIELD=COLUMN. Fields are: {names}.").format(text=text, names=names))
        found[name] = (*found.get(name, ()), *((column,) if column else ()))
    return found


def recognise(kind: str, rows: Sequence[Row], explicit: Explicit | None = None, *, path: str = "") -> Recognition:
    """Find the heading row among the first ``LOOK_AT`` of ``rows`` and say which column is what.

    ``explicit`` (from :func:`parse_map`) goes before what is recognised: a heading as it stands, a column letter, or a
    number from 1. Raises :class:`NoHeadings` naming what is needed and was not found, :class:`WrongUse` for an explicit
    column that is not there.
    """
    explicit = explicit or {}
    candidates = [(number, _texts(cells)) for number, cells in rows if number <= LOOK_AT] or [(n, _texts(c)) for n, c in rows[:1]]
    if not candidates:
        raise NoHeadings(path=path, needed=_titles(kind, NEEDED[kind]), example=f"{NEEDED[kind][0]}=A")
    number, headings = max(candidates, key=lambda item: (_score(kind, item[1], explicit), -item[0]))
    columns = _match(kind, headings) | {name: _places(headings, said) for name, said in explicit.items()}
    columns = {name: places for name, places in columns.items() if places}
    _stand_in(kind, headings, columns, explicit)
    missing = tuple(name for name in NEEDED[kind] if name not in columns)
    if missing:
        raise NoHeadings(path=path, needed=_titles(kind, missing), example=f"{missing[0]}=A")
    taken = {place for places in columns.values() for place in places}
    unused = tuple(text for place, text in enumerate(headings) if text and place not in taken)
    return Recognition(number, headings, columns, unused, _partner_type(headings, columns) if kind == "partners" else None)


def plain_heading(text: str) -> str:
    """``text`` as headings are compared: width, case, spaces, stars and what stands in brackets do not count."""
    text = unicodedata.normalize("NFKC", text).lower()
    bare = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", text) or text
    return re.sub(r"[\s*:_\-/.·]+", "", bare)


def _texts(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(shown(cell).strip() for cell in cells)


def _titles(kind: str, names: Iterable[str]) -> str:
    return "、".join(_(f.title) for f in FIELDS[kind] if f.name in names)


def _match(kind: str, headings: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Each field's best column; a barcode has all of them."""
    places: dict[str, int] = {}
    for place, text in enumerate(headings):
        places.setdefault(plain_heading(text), place)
    found: dict[str, tuple[int, ...]] = {}
    for wanted in FIELDS[kind]:
        ours = (*wanted.headings, _(wanted.title))  # a list of ours, exported in the language in use, comes back too
        at = [places[h] for h in dict.fromkeys(map(plain_heading, ours)) if h in places]
        if at:
            found[wanted.name] = tuple(dict.fromkeys(at)) if wanted.name == "barcode" else (at[0],)
    return found


def _score(kind: str, headings: Sequence[str], explicit: Explicit) -> int:
    named = {plain_heading(text) for text in headings}
    told = sum(plain_heading(said) in named for columns in explicit.values() for said in columns)
    return len(set(_match(kind, headings).values())) + told


def _places(headings: Sequence[str], said: Sequence[str]) -> tuple[int, ...]:
    return tuple(_place(headings, text) for text in said)


def _place(headings: Sequence[str], said: str) -> int:
    """A heading as it stands, then as it is compared, then a column letter, then a number from 1."""
    if said in headings:
        return headings.index(said)
    plain = [plain_heading(text) for text in headings]
    if plain_heading(said) in plain:
        return plain.index(plain_heading(said))
    place = -1
    if re.fullmatch(r"[A-Za-z]{1,2}", said):
        place = sum((ord(letter) - 64) * 26**i for i, letter in enumerate(reversed(said.upper()))) - 1
    elif re.fullmatch(r"[0-9]{1,3}", said):
        place = int(said) - 1
    if not 0 <= place < MAX_COLUMNS:
        known = "、".join(text for text in headings if text)
        raise WrongUse(why=_("There is no column “{column}”. The headings are: {known}.").format(column=said, known=known))
    return place


def _stand_in(kind: str, headings: Sequence[str], columns: dict[str, tuple[int, ...]], explicit: Explicit) -> None:
    """货号 is a barcode too where there is no barcode column; a list without codes goes by its barcodes or names."""
    for name, other in _STAND_INS[kind]:
        if name not in columns and other in columns and name not in explicit:
            columns[name] = columns[other][:1]
    if kind == "products":
        if "barcode" not in columns and "barcode" not in explicit and "code" in columns:
            place = columns["code"][0]
            if place < len(headings) and plain_heading(headings[place]) in _ALSO_BARCODE:
                columns["barcode"] = (place,)
        if "supplier" not in columns and "supplier_name" in columns and "supplier" not in explicit:
            columns["supplier"] = columns.pop("supplier_name")


def _partner_type(headings: Sequence[str], columns: Mapping[str, tuple[int, ...]]) -> str | None:
    said = "".join(headings[p] for name in ("code", "name") for p in columns.get(name, ()) if p < len(headings))
    if "供应商" in said or "供货商" in said:
        return "supplier" if "客户" not in said else None
    return "customer" if "客户" in said or "会员" in said else None
