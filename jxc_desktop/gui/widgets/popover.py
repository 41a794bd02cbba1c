"""A small card that hangs at a button: closed by Esc or by a click beside it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.paint import draw_shadow, fill_round

EDGE = 14


class Popover(QWidget):
    """``body`` is its column. ``hang(anchor)`` shows it below the anchor, or above one that is at the foot of the window."""

    def __init__(self, parent: QWidget, width: int, padding: int = 0) -> None:
        super().__init__(parent.window(), Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.body = QVBoxLayout(self)
        side = EDGE + padding
        self.body.setContentsMargins(side, side, side, side)
        self.body.setSpacing(8)
        self.setFixedWidth(theme.px(width) + 2 * EDGE)

    def hang(self, anchor: QWidget) -> None:
        """Show it, its right edge at that of ``anchor`` where there is room."""
        self.adjustSize()
        window = self.parentWidget()
        assert window is not None
        corner = anchor.mapTo(window, QPoint(anchor.width() - self.width() + EDGE, anchor.height() + 6 - EDGE))
        if corner.y() + self.height() > window.height():
            corner.setY(anchor.mapTo(window, QPoint(0, 0)).y() - 6 - self.height() + EDGE)
        corner.setX(max(8 - EDGE, min(corner.x(), window.width() - self.width() + EDGE - 8)))
        self.move(window.mapToGlobal(corner))
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        card = self.rect().adjusted(EDGE, EDGE, -EDGE, -EDGE)
        draw_shadow(painter, card, 8, EDGE - 2, 4, "shadow_popover")
        fill_round(painter, QRectF(card), "bg_surface", 8, "border_default")
