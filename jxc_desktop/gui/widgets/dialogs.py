"""The frame of every dialog: a card over the dimmed window, buttons at its foot, Esc closes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import Button
from jxc_desktop.gui.widgets.paint import draw_shadow, fill_round
from jxc_desktop.gui.widgets.surface import label, row

_EDGE = 32  # room around the card for its shadow


class Scrim(QWidget):
    """Dims a window while a dialog is open over it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.color("bg_overlay"))


class Dialog(QDialog):
    """A dialog of 420 (sm), 640 (md) or 920 (lg) pixels.

    Fill ``body`` (a column) and add buttons with :meth:`add_button`, the safe one first. ``exec()`` answers 1 after ``accept()``.
    """

    def __init__(
        self, parent: QWidget | None, title: str = "", *, size: str = "sm", icon: str = "", icon_tone: str = "", padding: int = 20
    ) -> None:
        super().__init__(parent.window() if parent else None, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setModal(True)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self._scrim: Scrim | None = None
        self._icon, self._tone, self._padding = icon, icon_tone, padding
        self.card_width = theme.px(f"dialog_{size}")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(_EDGE + padding, _EDGE + padding, _EDGE + padding, _EDGE + padding)
        outer.setSpacing(12)
        self.title_label = label(title, "title", wrap=True)
        if title:
            outer.addLayout(row(self.title_label, margins=(28 if icon else 0, 0, 0, 0)))
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        outer.addLayout(self.body, 1)
        self.foot: QHBoxLayout = row(1)
        outer.addLayout(self.foot)
        self.setFixedWidth(self.card_width + 2 * _EDGE)

    def add_button(
        self, text: str, kind: str = "default", *, key: str | None = None, accept: bool = False, reject: bool = False
    ) -> Button:
        """Append a button to the foot, 40 high; ``accept`` / ``reject`` close the dialog."""
        button = Button(text, kind, key=key, size="md", bind_key=key not in (None, "Esc", "Enter"))
        if accept:
            button.clicked.connect(self.accept)
        if reject:
            button.clicked.connect(self.reject)
        self.foot.addWidget(button)
        return button

    def card(self) -> QRect:
        """The card inside the (larger, transparent) window."""
        return self.rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)

    def place(self) -> QPoint:
        """Where the card's upper left corner goes inside the parent window: the middle, a little up."""
        parent = self.parentWidget()
        area = parent.size() if parent is not None else self.screen().availableSize()
        return QPoint((area.width() - self.card().width()) // 2, max(16, (area.height() - self.card().height()) * 2 // 5))

    def fit(self) -> None:
        """As high as its content needs at this width: wrapped lines ask for more than a size hint says."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            height = layout.totalHeightForWidth(self.width()) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
            self.resize(self.width(), max(height, layout.totalMinimumSize().height()))

    def showEvent(self, event: QShowEvent) -> None:
        self.fit()
        parent = self.parentWidget()
        if parent is not None and self._scrim is None:
            self._scrim = Scrim(parent)
        corner = self.place() - QPoint(_EDGE, _EDGE)
        self.move(parent.mapToGlobal(corner) if parent else corner)
        super().showEvent(event)

    def done(self, result: int) -> None:
        if self._scrim is not None:
            self._scrim.deleteLater()
            self._scrim.hide()
            self._scrim = None
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.reject()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # Enter never submits by accident
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_shadow(painter, self.card(), 12, 24, 8, "shadow_dialog")
        fill_round(painter, QRectF(self.card()), "bg_surface", 12, "border_subtle")
        if self._icon:
            paint_icon(
                painter,
                _EDGE + self._padding,
                self.title_label.y() + 1,
                self._icon,
                f"{self._tone}_text" if self._tone else "text_secondary",
                20,
            )


def picture(window: QWidget) -> QPixmap:
    """``window`` as a person sees it: with the dialogs and popups that float over it."""
    shot = window.grab()
    painter = QPainter(shot)
    origin = window.mapToGlobal(QPoint(0, 0))
    for floating in QApplication.topLevelWidgets():
        if floating is not window and floating.isVisible() and _belongs(floating, window):
            painter.drawPixmap(floating.mapToGlobal(QPoint(0, 0)) - origin, floating.grab())
    painter.end()
    return shot


def _belongs(floating: QWidget, window: QWidget) -> bool:
    parent = floating.parentWidget()
    while parent is not None:
        if parent is window:
            return True
        parent = parent.parentWidget()
    return False
