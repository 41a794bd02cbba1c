"""What becomes of the differences of a transfer: one entry each, with its effect, side by side under the lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.columns import quantity_text, word
from jxc_desktop.domain.documents import ZERO
from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.screens.accept_line import AcceptLine
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.paint import draw_text
from jxc_desktop.i18n import _
from jxc_desktop.queries.transit import UnderWay

ICONS = {"damaged": "trash-x", "short": "arrow-back-up", "": "truck"}
MOST, HIGH = 4, 44
"""How many stand there one by one, and the height of one; what is more is said in one line."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One entry: icon, what happens, and what it means for the stock."""

    icon: str
    text: str
    effect: str


def outcome(line: AcceptLine, sent: UnderWay) -> Outcome:
    """What posting does with the difference of ``line``, in words."""
    missing = -(line.difference or ZERO)
    goods = f"{line.product.name} {quantity_text(missing)} {line.of.unit}".strip()
    worth = "" if line.worth is None else f"\u00a5{word(-line.worth, 'money')}"
    if line.way == "damaged":
        text, effect = _("{goods} damaged: written off"), _("{worth}, counted as shrinkage")
    elif line.way == "short":
        text, effect = _("{goods} not sent: back to {place}"), _("{worth} more in {place}, no shrinkage")
    else:
        text, effect = _("{goods} stay under way"), _("{worth}, can be accepted later")
    facts = {"goods": goods, "place": sent.from_name, "worth": worth or _("Cost unknown")}
    return Outcome(ICONS[line.way], text.format(**facts), effect.format(**facts))


class Outcomes(QWidget):
    """Up to four entries in two columns."""

    def __init__(self) -> None:
        super().__init__()
        self.found: tuple[Outcome, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, found: Sequence[Outcome]) -> None:
        self.found = tuple(found)
        said = "\n".join(f"{one.text} ({one.effect})" for one in found)
        self.setAccessibleName(said)
        self.setToolTip(said)
        rows = (min(len(found), MOST) + 1) // 2
        more = theme.line("caption") + 4 if len(found) > MOST else 0
        self.setFixedHeight(rows * theme.px(HIGH) + more)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, half, high = QPainter(self), self.width() / 2, theme.px(HIGH)
        for place, one in enumerate(self.found[:MOST]):
            left, top = half * (place % 2), float(high * (place // 2))
            paint_icon(painter, left, top + 11, one.icon, "text_secondary", 18)
            room = half - 30 - 12
            draw_text(painter, QRectF(left + 30, top, room, theme.line("body")), one.text)
            below = QRectF(left + 30, top + theme.line("body"), room, theme.line("caption"))
            draw_text(painter, below, one.effect, "text_secondary", theme.font("caption"))
        if len(self.found) > MOST:
            text = _("and {count} more lines").format(count=len(self.found) - MOST)
            box = QRectF(30, self.height() - theme.line("caption"), self.width() - 30, theme.line("caption"))
            draw_text(painter, box, text, "text_tertiary", theme.font("caption"))
