"""Codes of scales: labels of weighed goods with the item, its weight and its price inside, read by rules kept as data.

A rule has prefixes and a layout, one letter a digit, in the letters that the handbooks of scales use: F prefix, W item,
N weight, E amount, V check digit of the weight or amount, X anything, C check digit of the whole: ``FFWWWWWNNNNNC``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jxc_desktop.domain.barcodes import check_digit, has_right_check_digit
from jxc_desktop.domain.errors import BadValue, Duplicate
from jxc_desktop.domain.text import required
from jxc_desktop.i18n import N_, _

PREFIXES = ("02", *(str(number) for number in range(20, 29)))
"""What the code of a scale may begin with; 29 is the shop's own. 02 is how scanners read a twelve-digit one."""
LENGTHS = (8, 24)
PLACES = {"weight_places": (2, 3), "amount_places": (0, 1, 2)}

_LAYOUT = re.compile(r"FF[WNEVX]+C?")
_FIELD = {"W": (2, 8), "N": (3, 8), "E": (3, 8), "V": (1, 1), "C": (1, 1)}
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class ScaleRule:
    """How the codes with one of ``prefixes`` are read. ``weight_places``: decimals of kg; ``amount_places``: of yuan."""

    name: str
    prefixes: tuple[str, ...]
    layout: str
    weight_places: int = 3
    amount_places: int = 2
    active: bool = True
    id: int | None = None


DEFAULTS = (
    ScaleRule(N_("Weight, 13 digits"), ("21",), "FFWWWWWNNNNNC"),
    ScaleRule(N_("Amount, 13 digits"), ("22",), "FFWWWWWEEEEEC"),
    ScaleRule(N_("Amount and weight, 18 digits"), tuple(str(number) for number in range(20, 29)), "FFWWWWWEEEEENNNNNC"),
)
"""What a new shop begins with; names are translated when they are entered."""


@dataclass(frozen=True, slots=True)
class ScaleReading:
    """What a code says: the item, its weight in kg, its amount in yuan (None where the code has none)."""

    rule: ScaleRule
    item: str
    weight: Decimal | None
    amount: Decimal | None


def read(code: str, rules: Iterable[ScaleRule]) -> ScaleReading | None:
    """What ``code`` says by the first rule in use that fits it; None where none does or a check digit is wrong."""
    for rule in rules:
        if rule.active and fits(rule, code) and not fault(rule, code):
            return _taken_apart(rule, code)
    return None


def why_not(code: str, rules: Iterable[ScaleRule]) -> str:
    """Why no rule reads ``code``, in a sentence; "" where one does."""
    rules = [rule for rule in rules if rule.active]
    if read(code, rules) is not None:
        return ""
    if not _DIGITS.fullmatch(code):
        return _("The code of a scale has digits only.")
    fitting = [rule for rule in rules if fits(rule, code)]
    if not fitting:
        return _("No rule in use reads codes of {count} digits that begin with {prefix}.").format(
            count=len(code), prefix=code[:2]
        )
    return fault(fitting[0], code)


def fits(rule: ScaleRule, code: str) -> bool:
    """Whether ``code`` has the length and one of the prefixes of ``rule``."""
    return len(code) == len(rule.layout) and bool(_DIGITS.fullmatch(code)) and code[:2] in rule.prefixes


def fault(rule: ScaleRule, code: str) -> str:
    """What is wrong with a code that fits ``rule``, in a sentence; "" for nothing."""
    if rule.layout.endswith("C") and not has_right_check_digit(code):
        return _("The last digit is wrong: {digit} would be right.").format(digit=check_digit(code[:-1]))
    verifier = _part(rule, code, "V")
    said = _part(rule, code, "E") or _part(rule, code, "N")
    if verifier and measure_check_digit(said) != verifier:
        return _("The check digit of {measure} is wrong: {digit} would be right.").format(
            measure=said, digit=measure_check_digit(said)
        )
    if not any(int(_part(rule, code, letter) or 0) for letter in "NE"):
        return _("It says neither weight nor amount.")
    return ""


def _taken_apart(rule: ScaleRule, code: str) -> ScaleReading:
    weight, amount = _part(rule, code, "N"), _part(rule, code, "E")
    return ScaleReading(
        rule,
        _part(rule, code, "W"),
        Decimal(int(weight)).scaleb(-rule.weight_places) if int(weight or 0) else None,
        Decimal(int(amount)).scaleb(-rule.amount_places) if int(amount or 0) else None,
    )


def _part(rule: ScaleRule, code: str, letter: str) -> str:
    """The digits of ``code`` where the layout has ``letter``."""
    return "".join(digit for place, digit in zip(rule.layout, code, strict=True) if place == letter)


_TWO_MINUS, _THREE = (0, 2, 4, 6, 8, 9, 1, 3, 5, 7), tuple(3 * digit % 10 for digit in range(10))
_FIVE_PLUS, _FIVE_MINUS = (0, 5, 1, 6, 2, 7, 3, 8, 4, 9), (0, 5, 9, 4, 8, 3, 7, 2, 6, 1)
_FOUR = (_TWO_MINUS, _TWO_MINUS, _THREE, _FIVE_MINUS)
_FIVE = (_FIVE_PLUS, _TWO_MINUS, _FIVE_MINUS, _FIVE_PLUS, _TWO_MINUS)


def measure_check_digit(measure: str) -> str:
    """The check digit of a price or weight of four or five digits (GS1 General Specifications, 7.9.2 to 7.9.4)."""
    if len(measure) == 4:
        return str(3 * sum(row[int(digit)] for row, digit in zip(_FOUR, measure, strict=True)) % 10)
    rest = -sum(row[int(digit)] for row, digit in zip(_FIVE, measure, strict=True)) % 10
    return str(_FIVE_MINUS.index(rest))


def label_code(rule: ScaleRule, item: str, *, weight: Decimal | None = None, amount: Decimal | None = None) -> str:
    """The code that a scale with ``rule`` prints (for trying a rule out). Raises :class:`BadValue` for what does not fit in."""
    values = {
        "F": rule.prefixes[0],
        "W": item,
        "N": "" if weight is None else f"{weight.scaleb(rule.weight_places):.0f}",
        "E": "" if amount is None else f"{amount.scaleb(rule.amount_places):.0f}",
    }
    parts = {}
    for letter, said in values.items():
        room = rule.layout.count(letter)
        if len(said) > room or (said and not _DIGITS.fullmatch(said)):
            raise BadValue(field=rule.name, value=said, hint=_("It has {count} digits of room.").format(count=room))
        parts[letter] = iter(said.zfill(room))
    verifier = measure_check_digit((values["E"] or values["N"]).zfill(_measure_length(rule.layout))) if "V" in rule.layout else ""
    body = "".join(
        verifier if letter == "V" else "0" if letter == "X" else next(parts[letter]) for letter in rule.layout.rstrip("C")
    )
    return body + (check_digit(body) if rule.layout.endswith("C") else "")


def _measure_length(layout: str) -> int:
    return layout.count("E") or layout.count("N")


def checked(rule: ScaleRule, others: Sequence[ScaleRule] = ()) -> ScaleRule:
    """``rule`` put straight. Raises :class:`BadValue`, :class:`Missing`; :class:`Duplicate` where another one in use reads
    the same codes.
    """
    prefixes = tuple(dict.fromkeys(rule.prefixes))
    if not prefixes or any(prefix not in PREFIXES for prefix in prefixes):
        wrong = next((prefix for prefix in prefixes if prefix not in PREFIXES), "")
        hint = _("Write two digits each, 20 to 28 (or 02), with commas between: 21,22.")
        raise BadValue(field=_("Prefixes"), value=wrong, hint=hint)
    layout = rule.layout.strip().upper()
    _check_layout(layout)
    for name, allowed in PLACES.items():
        if getattr(rule, name) not in allowed:
            raise BadValue(field=_("Decimals"), value=str(getattr(rule, name)), hint=", ".join(map(str, allowed)))
    done = replace(rule, name=required(rule.name, field=_("Rule name")), prefixes=prefixes, layout=layout)
    for other in others:
        shared = [prefix for prefix in done.prefixes if prefix in other.prefixes]
        if done.active and other.active and other.id != done.id and shared and len(other.layout) == len(layout):
            raise Duplicate(what=_("Prefix with {count} digits").format(count=len(layout)), key=shared[0], owner=other.name)
    return done


def _check_layout(layout: str) -> None:
    """Refuse (:class:`BadValue`) a layout that cannot be read without doubt."""

    def refuse(why: str) -> None:
        raise BadValue(field=_("Layout"), value=layout[:40], hint=why)

    if not _LAYOUT.fullmatch(layout) or not LENGTHS[0] <= len(layout) <= LENGTHS[1]:
        refuse(_("Write one letter a digit, such as FFWWWWWNNNNNC: F prefix, W item, N weight, E amount, V and C check digits."))
    for letter, (least, most) in _FIELD.items():
        count = layout.count(letter)
        if count and (letter * count not in layout or not least <= count <= most):
            refuse(
                _("The digits of {letter} stand together, {least} to {most} of them.").format(
                    letter=letter, least=least, most=most
                )
            )
    if "W" not in layout or not {"N", "E"} & set(layout):
        refuse(_("It needs an item (W), and a weight (N) or an amount (E)."))
    if "V" in layout and ({"N", "E"} <= set(layout) or _measure_length(layout) not in (4, 5)):
        refuse(_("A check digit V is of one weight or amount of four or five digits."))
    if len(layout) == 13 and not layout.endswith("C"):
        refuse(_("Thirteen digits end with the check digit C."))
