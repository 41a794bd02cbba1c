"""Exact numbers: the one rounding, the one allocation, the limits, and amounts in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache

from jxc_desktop.domain.errors import BadComma, BadNumber, OutOfRange, TooFine

MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES = 2, 4, 3
LIMIT = Decimal(10) ** 9
TOTAL_LIMIT = Decimal(10) ** 13

_CONTEXT = Context(prec=60)
_PATTERN = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})")
_GROUPED = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9,])")
_FEN = Decimal("0.01")
_NOTHING = Decimal("0.00")
_EXACT = (str, int, Decimal)


@cache
def _unit(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def round_half_up(value: Decimal, places: int = MONEY_PLACES) -> Decimal:
    """Round half away from zero to ``places`` decimals: the only rounding of money in the program."""
    return value.quantize(_unit(places), rounding=ROUND_HALF_UP, context=_CONTEXT)


def divide_half_up(numerator: int, denominator: int) -> int:
    """Integer division rounded half away from zero. Raises ``ZeroDivisionError``."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return quotient if numerator >= 0 else -quotient


def unit_cost(value: int, quantity: int) -> Decimal:
    """What one costs, to four places, half up: ``value`` in fen over ``quantity`` (not 0) in thousandths."""
    return Decimal(divide_half_up(value * 10 ** (PRICE_PLACES - MONEY_PLACES + QUANTITY_PLACES), quantity)).scaleb(-PRICE_PLACES)


def rounded(value: Fraction, places: int = MONEY_PLACES) -> Decimal:
    """An exact fraction rounded half away from zero to ``places`` decimals."""
    return Decimal(divide_half_up(value.numerator * 10**places, value.denominator)).scaleb(-places)


def ungrouped(text: str, *, field: str) -> str:
    """``text`` (one number, or a sum of them) without the commas of its thousands groups: ``1,234.50`` becomes ``1234.50``.

    Any other comma is no slip to be passed over (``1,5`` may mean one and a half): :class:`BadComma`.
    """
    if "," not in text:
        return text
    said = _GROUPED.sub(lambda found: found[0].replace(",", ""), text)
    if "," in said:
        raise BadComma(field=field, value=text[:40])
    return said


def parse_decimal(text: object, *, field: str, places: int, low: Decimal = -LIMIT, high: Decimal = LIMIT) -> Decimal:
    """The exact decimal that ``text`` (str, int or Decimal) says, at most ``places`` decimals, within ``low … high``.

    Floats, NaN, Infinity, exponents, full-width and non-ASCII digits and commas are refused: :class:`BadNumber` (what a
    person typed goes through :func:`ungrouped` first); finer values :class:`TooFine`; larger ones :class:`OutOfRange`.
    Trailing zeros beyond ``places`` are no refinement.
    """
    if isinstance(text, bool) or not isinstance(text, _EXACT):
        raise BadNumber(field=field, value=str(text)[:40])
    said = str(text)
    if isinstance(text, str):
        if len(text) > 60:
            raise BadNumber(field=field, value=text[:40] + "…")
        said = said.strip()
    if not _PATTERN.fullmatch(said):
        raise BadNumber(field=field, value=said[:40])
    value = text if isinstance(text, Decimal) else Decimal(said)
    if not low <= value <= high:
        raise OutOfRange(field=field, value=said, low=f"{low:f}", high=f"{high:f}")
    exact = _CONTEXT.quantize(value, _unit(places))
    if exact != value:
        raise TooFine(field=field, value=said, places=places)
    return exact


def line_amount(quantity: Decimal, price: Decimal, discount: Decimal = Decimal(0)) -> Decimal:
    """quantity x price x (1 - discount), rounded once, half up, to the fen."""
    return round_half_up(_CONTEXT.multiply(_CONTEXT.multiply(quantity, price), 1 - discount))


def allocate(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Share ``total`` (money) over ``weights`` so that the parts add up to the fen: largest remainder, first on ties.

    With all weights zero the parts are equal. Weights must not be negative. No weights: an empty list.
    """
    if not weights:
        return []
    if not total:
        return [_NOTHING] * len(weights)
    shares: Sequence[Decimal | int] = weights if any(weights) else [1] * len(weights)
    fen = int(total / _FEN)
    sign, fen = (-1, -fen) if fen < 0 else (1, fen)
    scale = max(0, *(-int(Decimal(w).as_tuple().exponent) for w in shares))
    whole = [int(Decimal(w).scaleb(scale)) for w in shares]
    base = sum(whole)
    parts = [fen * w // base for w in whole]
    order = sorted(range(len(whole)), key=lambda i: (-(fen * whole[i] % base), i))
    for i in order[: fen - sum(parts)]:
        parts[i] += 1
    return [Decimal(sign * p).scaleb(-MONEY_PLACES) for p in parts]


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_words(amount: Decimal) -> str:
    """An amount in capital Chinese numerals, as papers carry it: 人民币叁仟柒佰壹拾叁元陆角; 整 after whole yuan.

    Form after 支付结算办法 (People's Bank of China), annex 1: one 零 for any run of zeros between digits.
    """
    fen = int(round_half_up(abs(amount)) * 100)
    yuan, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    words = _whole_in_words(yuan) + "元" if yuan else ""
    if not rest:
        words = (words or "零元") + "整"
    else:
        if jiao:
            words += _DIGITS[jiao] + "角"
        elif yuan:
            words += "零"
        words += _DIGITS[cents] + "分" if cents else ""
    return "人民币" + ("负" if amount < 0 and fen else "") + words


def _whole_in_words(number: int) -> str:
    words, gap = "", False
    for group in range(len(_GROUPS) - 1, -1, -1):
        part = number // 10 ** (4 * group) % 10000
        if not part:
            gap = gap or bool(words)
            continue
        for place in range(3, -1, -1):
            digit = part // 10**place % 10
            if digit:
                words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
                gap = False
            elif words:
                gap = True
        words += _GROUPS[group]
    return words


def fen(value: Decimal) -> int:
    """An amount as whole fen. Amounts never have more than two places here: finer ones are refused on entry."""
    return int(value.scaleb(MONEY_PLACES, _CONTEXT))


def yuan(value: int) -> Decimal:
    """Whole fen as an amount."""
    return Decimal(value).scaleb(-MONEY_PLACES, _CONTEXT)


def milli(value: Decimal) -> int:
    """A quantity as whole thousandths of the base unit."""
    return int(value.scaleb(QUANTITY_PLACES, _CONTEXT))


def pieces(value: int) -> Decimal:
    """Thousandths as a quantity."""
    return Decimal(value).scaleb(-QUANTITY_PLACES, _CONTEXT)


def myriadth(value: Decimal) -> int:
    """A unit price as whole ten-thousandths of a yuan."""
    return int(value.scaleb(PRICE_PLACES, _CONTEXT))
