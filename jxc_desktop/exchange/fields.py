"""Reading one cell as the value of one field: numbers, texts, codes, yes/no, words of a list, days. Refusals say why.

What is decided here: numbers may carry thousands commas, a ¥ in front or 元 behind; full-width and other foreign digits,
exponents, NaN and Infinity are refused. What a text may hold is the book's own rule
(``domain.text``); line breaks and tabs inside a name become one space, with a warning. Codes and barcodes in full-width
letters or digits are refused, because no scanner sends them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, NamedTuple, TypeVar

from jxc_desktop.domain import barcodes as rules
from jxc_desktop.domain.errors import BadDate, BadText, BadValue, JxcError, OutOfRange
from jxc_desktop.domain.goods import FACTOR_LIMIT, PRICES, category_path, title
from jxc_desktop.domain.money import LIMIT, PRICE_PLACES, QUANTITY_PLACES, parse_decimal, ungrouped
from jxc_desktop.domain.text import CODE_LIMIT, NAME_LIMIT, NOTE_LIMIT, clean_code, clean_text
from jxc_desktop.exchange.cells import Cell, Unread, shown
from jxc_desktop.i18n import N_, _

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one value. ``row`` as the spreadsheet counts; an ``error`` keeps the row out, a ``warning`` not."""

    row: int
    field: str
    value: str
    code: str
    message: str
    level: Level = "error"

    def as_json(self) -> dict[str, str | int]:
        """``{"row", "field", "value", "code", "message"}``."""
        return {"row": self.row, "field": self.field, "value": self.value, "code": self.code, "message": self.message}


@dataclass(slots=True)
class Reading:
    """The cell being read: where it stands, what it is called, and where remarks about it go."""

    row: int
    field: str
    label: str
    cell: Cell
    problems: list[RowProblem]

    def warn(self, code: str, message: str, value: str | None = None) -> None:
        text = short(shown(self.cell)) if value is None else value
        self.problems.append(RowProblem(self.row, self.field, text, code, message, "warning"))

    def refuse(self, error: JxcError, value: str | None = None) -> None:
        text = short(shown(self.cell)) if value is None else value
        self.problems.append(RowProblem(self.row, self.field, text, error.code, str(error)))


class UnreadCell(BadValue):
    """A cell that holds a formula without result, an error, or a number that lost digits; ``code`` says which."""

    text = N_("{field}: {hint}")

    def __init__(self, cell: Unread, field: str) -> None:
        super().__init__(field=field, value=cell.shown, hint=cell.message)
        self.code = cell.code  # type: ignore[misc]  # the kind of trouble is the cell's


Reader = Callable[[Reading], Any]
"""The value of the cell of a reading; ``None`` (numbers, days) or ``""`` (texts) for an empty one. Raises JxcError."""

SKIP = object()
"""The cell speaks of something else: the field counts as not given."""


def short(text: str, limit: int = 80) -> str:
    """``text`` for a report about it: cut, and with nothing in it that a terminal or a file could stumble over."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(c if c.isprintable() or unicodedata.category(c) == "Cf" else c.encode("unicode_escape").decode() for c in cut)


# --- texts ---------------------------------------------------------------------------------------------------------

_BREAKS = re.compile(r"[ \u3000]*[\t\r\n\v\f\u2028\u2029]+[ \u3000]*")
_ERROR_WORDS = ("#N/A", "#NAME?", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NULL!")
_EXPONENT = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]{1,3}")
_SPACE = " \t\r\n\v\f\u00a0\u3000\ufeff"


def text(limit: int = NAME_LIMIT, *, lines: bool = False) -> Reader:
    """A text of at most ``limit`` characters; ``lines`` allows more than one line."""

    def read(reading: Reading) -> str:
        cell = reading.cell
        if isinstance(cell, Unread):
            raise UnreadCell(cell, reading.label)
        if isinstance(cell, date):
            message = _("The spreadsheet keeps a date there; it is entered as {text}.").format(text=cell.isoformat())
            reading.warn("date_as_text", message)
        return clean(shown(cell), reading, limit, lines=lines)

    return read


def clean(said: str, reading: Reading, limit: int, *, lines: bool = False) -> str:
    """``said`` as the book keeps it; ``""`` when nothing visible is in it. Raises :class:`BadText` for what cannot be kept."""
    said = said.strip(_SPACE)
    if said.startswith("#") and said in _ERROR_WORDS:
        raise BadText(field=reading.label, value=said, why=_("it is an error of the spreadsheet, not a text"))
    if not lines and len(said) <= limit and not said.isprintable() and _BREAKS.search(said):
        said = _BREAKS.sub(" ", said)
        reading.warn("line_break", _("The line breaks or tabs in it became spaces."))
    said = clean_text(said, field=reading.label, limit=limit, lines=lines)
    return "" if not said.isprintable() and all(unicodedata.category(c) in ("Cf", "Zs") for c in said) else said


def code(reading: Reading) -> str:
    """A code: leading zeros and all digits kept. Raises for what a spreadsheet spoiled (date, exponent, lost digits)."""
    return code_text(reading.cell, reading)


def code_text(cell: Cell, reading: Reading) -> str:
    """One code out of ``cell``; ``""`` for an empty one. Raises :class:`BadText`."""
    label = reading.label
    if isinstance(cell, Unread):
        raise UnreadCell(cell, label)
    if isinstance(cell, date):
        raise BadText(field=label, value=str(cell), why=_("the spreadsheet turned it into a date; set the column to “text”"))
    said = clean(shown(cell), reading, CODE_LIMIT)
    if len(said) > 1 and said[0] == "'" and said[1].isalnum():
        said = said[1:]  # the mark that keeps digits text in a spreadsheet, exported along with them
    if _EXPONENT.fullmatch(said):
        why = _("the spreadsheet shortened it and its last digits are lost; set the column to “text”")
        raise BadText(field=label, value=said, why=why)
    if any("！" <= c <= "～" for c in said):
        raise BadText(field=label, value=said, why=_("it is written in full-width characters; type it in half-width ones"))
    return clean_code(said, field=label) if said else ""


def barcodes(cells: list[Cell], reading: Reading) -> tuple[str, ...]:
    """All codes of the barcode columns, comma between; a wrong check digit is a warning."""
    found: dict[str, None] = {}
    for cell in cells:
        for part in re.split(r"[,，、;；]", cell) if isinstance(cell, str) else [cell]:
            said = code_text(part, reading)
            if said and said not in found:
                found[said] = None
                if odd := rules.warning(said):
                    reading.warn(odd.code, odd.message, said)
    return tuple(found)


def category(reading: Reading) -> str:
    """A category path ``食品/饮料``."""
    return category_path(text()(reading).replace("／", "/"))


# --- numbers and days ----------------------------------------------------------------------------------------------


def decimal(places: int, *, low: Decimal = Decimal(0), high: Decimal = LIMIT, zero_is_none: bool = False) -> Reader:
    """An exact decimal with at most ``places`` places within ``low … high``; ``zero_is_none``: 0 means not set."""

    def read(reading: Reading) -> Decimal | None:
        said = _digits(reading)
        if not said:
            return None
        value = parse_decimal(ungrouped(said, field=reading.label), field=reading.label, places=places, low=low, high=high)
        return None if zero_is_none and not value else value

    return read


def whole(high: int, *, zero_is_none: bool = False) -> Reader:
    """A whole number within 0 … ``high``."""

    def read(reading: Reading) -> int | None:
        value = decimal(0, high=Decimal(high), zero_is_none=zero_is_none)(reading)
        return None if value is None else int(value)

    return read


def _digits(reading: Reading) -> str:
    """What :func:`parse_decimal` may look at: without currency sign."""
    if isinstance(reading.cell, Unread):
        raise UnreadCell(reading.cell, reading.label)
    said = shown(reading.cell).strip(_SPACE)
    return said.removeprefix("¥").removeprefix("￥").removesuffix("元").strip(_SPACE)


_DAY = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?(?:[ T][0-9:.]+)?")


def day(reading: Reading) -> date | None:
    """A day: a date cell, or text like 2026-03-01, 2026/3/1, 20260301, 2026年3月1日. Raises :class:`BadDate`."""
    if isinstance(reading.cell, Unread):
        raise UnreadCell(reading.cell, reading.label)
    if isinstance(reading.cell, date):
        return reading.cell
    said = shown(reading.cell).strip(_SPACE)
    if not said:
        return None
    found = _DAY.fullmatch(said) if len(said) <= 40 and (not said.isdigit() or len(said) == 8) else None
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError as trouble:
        raise BadDate(value=short(said), field=reading.label) from trouble
    raise BadDate(value=short(said), field=reading.label)


# --- words of a list -----------------------------------------------------------------------------------------------

_Word = TypeVar("_Word")


def _all(words: str, meaning: _Word) -> dict[str, _Word]:
    """Every word of ``words`` with the same ``meaning``."""
    return dict.fromkeys(words.split(), meaning)


YES_NO: Mapping[str, bool] = {
    **_all("1 y yes true t 是 √ ✓ ✔ 有 启用 对", True),
    **_all("0 n no false f 否 □ × ✗ 无 不启用 停用 错", False),
}
ACTIVE: Mapping[str, bool] = {
    **YES_NO,
    **_all("正常 在售 有效 新品 上架 促销 active 使用 使用中 已启用", True),
    **_all("停售 停购 淘汰 下架 无效 禁用 注销 inactive stopped 已停用 暂停", False),
}
_COSTINGS: Mapping[str, str | None] = {
    "": None,
    **_all("average 移动加权平均 移动加权平均法 移动平均 移动平均法 加权平均 加权平均法", "average"),
    **_all("fifo 先进先出 先进先出法", "fifo"),
    **_all("batch 个别计价 个别计价法 批次 批次计价 个别指定", "batch"),
}
_WEIGHING: Mapping[str, bool] = _all("计重 称重", True) | _all("普通 计件 标准", False)
# 计价方式 is weighing in one program and costing in another: each field passes over the words of the other.
COSTING: Mapping[str, Any] = {**_COSTINGS, **_all(" ".join(_WEIGHING), SKIP)}
WEIGHED: Mapping[str, Any] = {**YES_NO, **_WEIGHING, **_all(" ".join(_COSTINGS), SKIP)}
NEGATIVE: Mapping[str, str | None] = {
    "": None,
    **_all("forbid 禁止 不允许 否 0 n no", "forbid"),
    **_all("warn 提醒 警告", "warn"),
    **_all("allow 允许 是 1 y yes", "allow"),
}
PARTNER_TYPE: Mapping[str, str] = {
    **_all("customer 客户 会员 零售客户 批发客户 c", "customer"),
    **_all("supplier 供应商 供货商 厂商 s", "supplier"),
    **_all("both 两者 客户兼供应商 客户/供应商 客户供应商 供应商/客户 customer,supplier", "both"),
}
PRICE_LEVEL: Mapping[str, str] = {
    **_all("sale retail 零售 零售价 售价", "sale"),
    **_all("wholesale 批发 批发价", "wholesale"),
    **_all("member 会员 会员价", "member"),
}


def choice(words: Mapping[str, Any], hint: str) -> Reader:
    """One of ``words`` (case and width do not count); an empty cell where ``words`` has no ``""`` is not given.

    ``hint`` is a marked text that names the words. Raises :class:`BadValue`.
    """

    def read(reading: Reading) -> Any:
        if isinstance(reading.cell, Unread):
            raise UnreadCell(reading.cell, reading.label)
        said = shown(reading.cell).strip(_SPACE)
        key = unicodedata.normalize("NFKC", said).lower() if len(said) <= 40 else said
        if key in words:
            return words[key]
        if not key:
            return SKIP
        raise BadValue(field=reading.label, value=short(said), hint=_(hint))

    return read


# --- units ---------------------------------------------------------------------------------------------------------

_RATIO = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)(?:/([0-9]{1,9}))?")


def units(reading: Reading) -> tuple[tuple[str, Fraction], ...]:
    """``提=6;箱=24`` as names with the base units in each; ``1/3`` and ``0.5`` are ratios too. Raises :class:`BadValue`."""
    said = text(400)(reading)
    found: dict[str, Fraction] = {}
    for part in filter(None, (p.strip(_SPACE) for p in re.split(r"[;；,，]", said))):
        name, _equals, size = (p.strip(_SPACE) for p in re.sub("[＝:：]", "=", part).partition("="))
        ratio = _RATIO.fullmatch(size)
        if not name or len(name) > 20 or not ratio or name in found or (ratio[2] and not int(ratio[2])):
            hint = _("Write each further unit once, with its size: 提=6;箱=24.")
            raise BadValue(field=reading.label, value=short(part), hint=hint)
        size_of_one = Fraction(ratio[1]) / int(ratio[2] or 1)
        if not 0 < size_of_one.numerator <= FACTOR_LIMIT or size_of_one.denominator > FACTOR_LIMIT:
            raise OutOfRange(field=reading.label, value=short(part), low="0.000001", high=FACTOR_LIMIT)
        found[name] = size_of_one
    return tuple(found.items())


class UnitCode(NamedTuple):
    """A barcode that means more than one base unit: ``quantity`` of ``unit``."""

    unit: str
    quantity: Decimal
    code: str


class UnitPrice(NamedTuple):
    """A price of a further unit's own: one of ``PRICES``."""

    unit: str
    field: str
    price: Decimal


_TIMES = re.compile(r"(.+?)\s*[*×]\s*([0-9.]+)")


def unit_barcodes(reading: Reading) -> tuple[UnitCode, ...]:
    """``箱=6901,6902;瓶*6=6903``: barcodes of a further unit, or of several of one. Raises :class:`BadValue`."""
    found: dict[str, UnitCode] = {}
    for name, said in _named_parts(reading, "=", _("Write each unit with its codes: 箱=6901234567892;瓶*6=6901234567885.")):
        times = _TIMES.fullmatch(name)
        unit = times[1] if times else name
        quantity = parse_decimal(times[2] if times else "1", field=reading.label, places=QUANTITY_PLACES, low=Decimal("0.001"))
        for part in re.split(r"[,，、]", said):
            code = code_text(part, reading)
            if not code:
                continue
            if code in found:
                raise BadValue(field=reading.label, value=short(code), hint=_("It stands there twice."))
            found[code] = UnitCode(unit, quantity, code)
            if odd := rules.warning(code):
                reading.warn(odd.code, odd.message, code)
    return tuple(found.values())


def unit_prices(reading: Reading) -> tuple[UnitPrice, ...]:
    """``箱:sale_price=48,purchase_price=40``: own prices of further units, by field or title. Raises :class:`BadValue`."""
    hint = _("Write each unit with its prices: 箱:sale_price=48,purchase_price=40.")
    fields = {word: field for field in PRICES for word in (field, title(field), _CHINESE_PRICES[field])}
    found: list[UnitPrice] = []
    for unit, said in _named_parts(reading, ":", hint):
        for part in filter(None, (p.strip(_SPACE) for p in re.split(r"[,，、]", said))):
            name, _equals, value = (p.strip(_SPACE) for p in part.replace("＝", "=").partition("="))
            if name not in fields or not value:
                raise BadValue(field=reading.label, value=short(part), hint=hint)
            price = parse_decimal(value, field=reading.label, places=PRICE_PLACES, low=Decimal(0), high=LIMIT)
            found.append(UnitPrice(unit, fields[name], price))
    return tuple(found)


_CHINESE_PRICES = {"purchase_price": "进货价", "sale_price": "零售价", "wholesale_price": "批发价", "member_price": "会员价"}


def _named_parts(reading: Reading, sign: str, hint: str) -> list[tuple[str, str]]:
    """The parts between semicolons, each as what stands before and after ``sign``. Raises :class:`BadValue` for others."""
    said = text(NOTE_LIMIT)(reading)
    found = []
    for part in filter(None, (p.strip(_SPACE) for p in re.split(r"[;；]", said))):
        name, there, rest = (p.strip(_SPACE) for p in part.replace("＝", "=").replace("：", ":").partition(sign))
        if not name or not there or not rest:
            raise BadValue(field=reading.label, value=short(part), hint=hint)
        found.append((name, rest))
    return found
