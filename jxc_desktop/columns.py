"""How one column of a list is titled, worded and aligned: declared once for screen, CSV, Excel and PDF."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from jxc_desktop.i18n import _

Shape = Literal[
    "text", "code", "money", "price", "quantity", "percent", "ratio", "days", "integer", "date", "moment", "yes_no", "choice"
]

_NUMERIC = {"money", "price", "quantity", "percent", "ratio", "days", "integer"}
EMPTY = "—"
_LINE_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``key`` names the attribute of the row, ``title`` is a marked text, ``shape`` decides the wording.

    ``priority``: 1 always shown, 2 goes first when space is short, 3 only on wide windows. ``choices`` gives the marked
    text of each stored word of a ``choice`` column. ``total`` adds the column up in the foot.
    """

    key: str
    title: str
    shape: Shape = "text"
    priority: int = 1
    width: int = 0
    total: bool = False
    choices: Mapping[str, str] | None = None

    @property
    def numeric(self) -> bool:
        return self.shape in _NUMERIC

    @property
    def heading(self) -> str:
        return _(self.title)

    def value(self, row: object) -> Any:
        """The raw value of ``row`` (attribute or mapping key)."""
        return row[self.key] if isinstance(row, Mapping) else getattr(row, self.key)

    def text(self, row: object) -> str:
        """What a person reads in this column of ``row``; ``—`` where it does not apply."""
        return word(self.value(row), self.shape, self.choices)


def word(value: Any, shape: Shape, choices: Mapping[str, str] | None = None) -> str:
    """``value`` in words: amounts with two places and thousands, quantities without trailing zeros, dates ISO."""
    if value is None or value == "":
        return EMPTY
    return _WORDS[shape](value) if shape != "choice" else _((choices or {}).get(str(value), str(value)))


def plain(value: Any, shape: Shape) -> str | None:
    """``value`` as ``--json`` and CSV carry it: a string of the exact decimal, no thousands; ``None`` stays ``None``."""
    if value is None:
        return None
    if shape == "money":
        return f"{value:.2f}"
    if shape == "price":
        return f"{value:.4f}"
    if shape in ("ratio", "days", "percent") and isinstance(value, Decimal):
        return f"{value:.6f}"
    if shape == "quantity":
        return quantity_text(value)
    return str(value)


def json_line(value: Any) -> str:
    """``value`` as JSON in one line, also for readers that end a line at U+0085, U+2028 and U+2029 as Unicode has it."""
    return json.dumps(value, ensure_ascii=False, default=str).translate(_LINE_ENDS)


def quantity_text(value: Decimal | int) -> str:
    """A quantity without trailing zeros: ``12``, ``0.5``, ``-3.125``."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _price(value: Decimal) -> str:
    text = f"{value:,.4f}"
    return text[:-2] if text.endswith("00") else text.rstrip("0")


_WORDS: dict[str, Callable[[Any], str]] = {
    "text": str,
    "code": str,
    "money": lambda v: f"{v:,.2f}",
    "price": _price,
    "quantity": lambda v: quantity_text(v) if abs(v) < 1000 else f"{v:,.3f}".rstrip("0").rstrip("."),
    "percent": lambda v: f"{v * 100:.1f}%",
    "ratio": lambda v: f"{v:.2f}",
    "days": lambda v: f"{v:.1f}",
    "integer": lambda v: f"{v:,}",
    "date": str,
    "moment": lambda v: str(v).replace("T", " ")[:16],
    "yes_no": lambda v: _("Yes") if v else _("No"),
}
