"""A key figure on a card: caption, value with small decimals and unit, comparison in words, course."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolTip, QWidget

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.charts import Number, Sparkline
from jxc_desktop.gui.widgets.paint import badge_width, draw_badge, draw_text, focus_ring, text_width
from jxc_desktop.i18n import _


class KpiCard(QFrame):
    """``set(value="¥8,642.50", unit="", strong="12.4%", note="较上周同日", trend="up")``; ``clicked`` when it leads somewhere."""

    clicked = Signal()
    explained = Signal()

    def __init__(
        self, caption: str, *, info: str = "", leads: bool = False, explains: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self._caption, self._leads, self._explains, self._over_mark = caption, leads, explains, False
        self._value, self._unit, self._strong, self._note, self._trend = "—", "", "", "", ""
        self._badge: tuple[str, str] | None = None
        self._info = bool(info)
        self._line = Sparkline(parent=self)
        self._line.hide()
        self.setToolTip(info)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(explains)
        if leads:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_caption(self, caption: str) -> None:
        """Name the figure anew, before its next ``set``."""
        self._caption = caption

    def set(
        self,
        value: str,
        unit: str = "",
        *,
        strong: str = "",
        note: str = "",
        trend: str = "",
        badge: tuple[str, str] | None = None,
        course: Sequence[Number] = (),
        token: str = "chart_1",
    ) -> None:
        """``value`` in words; ``strong`` + ``note`` compare; ``trend`` up or down (never coloured); ``badge`` (text, tone)."""
        self._value, self._unit, self._strong, self._note, self._trend, self._badge = value, unit, strong, note, trend, badge
        self._line.set(course, token)
        self._line.setVisible(len(course) > 1)
        self.setAccessibleName(f"{self._caption} {value} {unit} {strong} {note}")
        self.updateGeometry()
        self.update()

    @property
    def value(self) -> str:
        """The figure as it is shown."""
        return self._value

    def sizeHint(self) -> QSize:
        return QSize(200, theme.px(104))

    def minimumSizeHint(self) -> QSize:
        return QSize(150, theme.px(104))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        small, big = theme.font("caption"), theme.font("kpi")
        left, top = 17.0, theme.px(12)
        draw_text(painter, QRectF(left, top, self.width() - 34, 18), self._caption, "text_secondary", small)
        if self._info:
            paint_icon(painter, left + text_width(self._caption, small) + 5, top + 2, "info-circle", "text_secondary", 14)
        found = re.fullmatch(r"(.*\d)(\.\d+)", self._value)
        whole, rest = (found[1], found[2]) if found and self._value[:1] in "¥-+" else (self._value, "")
        width = text_width(whole, big)
        middle = top + theme.px(18)
        draw_text(painter, QRectF(left - 1, middle + 4, width + 2, theme.line("kpi")), whole, font=big)
        tail = f"{rest} {self._unit}".strip()
        draw_text(
            painter,
            QRectF(left + width + 2, middle + 4, max(0.0, self.width() - left - width - 10), theme.line("kpi") + 9),
            tail,
            "text_secondary",
            small,
        )
        if self._line.isVisible():
            fits = left + width + text_width(tail, small) + 8 + self._line.width() + 14 < self.width()
            self._line.move(self.width() - self._line.width() - 17 if fits else self.width() + 10, round(middle + 5))
        self._paint_note(painter, left, self.height() - theme.px(32) + 11)
        if self._explains:
            mark, token = self._mark(), "primary_text" if self._over_mark else "text_tertiary"
            paint_icon(painter, mark.left() + 5, mark.top() + 5, "math-function", token, 16)
        if self.hasFocus():
            focus_ring(painter, self.rect(), 8)

    def _paint_note(self, painter: QPainter, x: float, y: float) -> None:
        font = theme.font("caption")
        if self._badge:
            draw_badge(painter, x, y, *self._badge)
            x += badge_width(self._badge[0]) + 6
        if self._trend:
            paint_icon(painter, x, y - 8, f"trending-{self._trend}", "text_secondary", 16)
            x += 20
        if self._strong:
            draw_text(painter, QRectF(x, y - 9, self.width() - x - 12, 18), self._strong, "text_primary", font)
            x += text_width(self._strong, font) + 5
        draw_text(painter, QRectF(x, y - 9, max(0.0, self.width() - x - 12), 18), self._note, "text_secondary", font)

    def _mark(self) -> QRectF:
        """Where a click asks why this is the number."""
        return QRectF(self.width() - 32, 5, 26, 26)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._explains and self._mark().contains(event.position())
        if over != self._over_mark:
            self._over_mark = over
            self.update()
            if over:
                QToolTip.showText(event.globalPosition().toPoint(), f"{_('Why is this the number')} (F6)", self)
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._over_mark = False
        self.update()
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._explains and self._mark().contains(event.position()):
            self.explained.emit()
            return
        if self._leads and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._leads and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)
