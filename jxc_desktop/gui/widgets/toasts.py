"""Toasts: short messages at the right of the window that never take the focus and never lie over what is pressed or read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import Button
from jxc_desktop.gui.widgets.paint import draw_shadow, fill_round
from jxc_desktop.gui.widgets.surface import TONE_ICONS, column, label
from jxc_desktop.i18n import _

_EDGE = 12
_GAP, _STEP, _LOOK_MS = 8, 8, 150
_PRESSED = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit)
"""What is pressed or typed into."""


def _keeps_clear(widget: QWidget) -> bool:
    """Whether it is pressed, typed into, or an amount of money or another sum that is read."""
    if isinstance(widget, _PRESSED) or widget.property("panel") == "foot":
        return True
    return getattr(widget, "keeps_clear", False) or (isinstance(widget, QLabel) and "¥" in widget.text())


class Toast(QWidget):
    """One message: icon, text, a second line, one action, a cross."""

    def __init__(
        self,
        host: QWidget,
        text: str,
        note: str,
        tone: str,
        action: tuple[str, Callable[[], object]] | None,
        close: Callable[[Toast], None],
    ) -> None:
        super().__init__(host)
        self._tone = tone
        self.text = text
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"{text} {note}".strip())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_EDGE + 12 + 16 + 10, _EDGE + 9, _EDGE + 8, _EDGE + 9)
        layout.setSpacing(4)
        words = column(label(text, wrap=True), spacing=0)
        if note:
            words.addWidget(label(note, "caption", wrap=True))
        layout.addLayout(words, 1)
        if action is not None:
            link = Button(action[0], "link", size="sm", on_click=lambda: self._act(close, action[1]))
            link.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            layout.addWidget(link)
        cross = Button("", "ghost", "x", size="sm", tip=_("Close"), on_click=lambda: close(self))
        cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(cross)
        self.setFixedWidth(theme.number("toast", "width") + 2 * _EDGE)

    def fit(self) -> None:
        """As high as its words need at its width."""
        layout = self.layout()
        assert layout is not None
        self.setFixedHeight(layout.totalHeightForWidth(self.width()))

    def _act(self, close: Callable[[Toast], None], act: Callable[[], object]) -> None:
        close(self)
        act()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        card = self.rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        draw_shadow(painter, card, 8, 10, 3, "shadow_popover")
        fill_round(painter, QRectF(card), "bg_surface", 8, "border_default")
        paint_icon(
            painter, card.left() + 12, card.top() + 12, TONE_ICONS.get(self._tone, "info-circle"), f"{self._tone}_text", 16
        )


class Toasts(QObject):
    """The stack of toasts of one window, at most three, as low at the right as nothing that is pressed or read is covered.

    While one is shown the page below may change; it steps aside when something comes to stand under it.
    """

    def __init__(self, host: QWidget, bottom: int = 36) -> None:
        super().__init__(host)
        self._host, self._bottom = host, bottom
        self._shown: list[Toast] = []
        self.said: list[tuple[str, str]] = []
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._arrange)
        host.installEventFilter(self)

    @property
    def host(self) -> QWidget:
        """The window they stand in. What a message offers belongs to it: the page that said it may be gone by then."""
        return self._host

    def show(
        self,
        text: str,
        *,
        note: str = "",
        tone: str = "success",
        action: tuple[str, Callable[[], object]] | None = None,
        undo: bool = False,
        ms: int | None = None,
    ) -> Toast:
        """Show a message: plain ones stay 4 s, with ``undo`` 8 s, errors until closed.

        ``said`` remembers the last 50 as (tone, text).
        """
        toast = Toast(self._host, text, note, tone, action, self.close)
        self.said = [*self.said[-49:], (tone, text)]
        self._shown.append(toast)
        while len(self._shown) > theme.number("toast", "max_visible"):
            self.close(self._shown[0])
        stay = (
            ms
            if ms is not None
            else theme.number("toast", "undo_ms" if undo or action else "error_ms" if tone == "danger" else "info_ms")
        )
        if stay and tone != "danger":
            QTimer.singleShot(stay, toast, lambda: self.close(toast))
        toast.show()
        toast.fit()
        self._arrange()
        return toast

    def close(self, toast: Toast) -> None:
        if toast in self._shown:
            self._shown.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._arrange()

    def clear(self) -> None:
        """Take all away."""
        for toast in list(self._shown):
            self.close(toast)

    def _arrange(self) -> None:
        if not self._shown:
            self._look.stop()
            return
        self._look.start()
        taken = self._kept_clear()
        for toast in reversed(self._shown):
            card = self._free(toast, taken)
            toast.move(card.topLeft() - QPoint(_EDGE, _EDGE))
            toast.raise_()
            taken.append(card.adjusted(0, -_GAP, 0, _GAP))

    def _kept_clear(self) -> list[QRect]:
        """Where something stands that is pressed, typed into or read as a sum."""
        host = self._host
        return [
            QRect(widget.mapTo(host, QPoint()), widget.size())
            for widget in host.findChildren(QWidget)
            if _keeps_clear(widget)
            and widget.isVisible()
            and not widget.visibleRegion().isEmpty()
            and widget.window() is host.window()
            and not any(toast.isAncestorOf(widget) for toast in self._shown)
        ]

    def _free(self, toast: Toast, taken: list[QRect]) -> QRect:
        """The lowest place for a toast at the right, else further left, that covers nothing; the corner where there is none."""
        size = toast.size() - QSize(2 * _EDGE, 2 * _EDGE)
        right, low = self._host.width() - 16 - size.width(), self._host.height() - self._bottom - size.height()
        for x in range(right, 0, -_STEP * 5):
            for y in range(low, 0, -_STEP):
                card = QRect(QPoint(x, y), size)
                if not any(card.intersects(place) for place in taken):
                    return card
        return QRect(QPoint(right, low), size)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._host:
            self._arrange()
        return False
