"""Nothing here, not yet here, so far: empty and error states, grey bars, the progress ring."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import Button
from jxc_desktop.gui.widgets.paint import CENTER, draw_text, fill_round
from jxc_desktop.gui.widgets.surface import label


class EmptyState(QWidget):
    """Nothing here, or something went wrong: icon, title, one sentence, what to press, a code. Where it is low the icon goes."""

    def __init__(
        self,
        icon: str = "inbox",
        title: str = "",
        text: str = "",
        buttons: Sequence[Button] = (),
        *,
        tone: str = "",
        code: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(6)
        self._icon = _BigIcon(icon, f"{tone}_text" if tone else "text_tertiary")
        self._title, self._text, self._code = (
            label(title, "title"),
            label(text, "secondary", wrap=True),
            label(code, "hint", selectable=True),
        )
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._column.addStretch(1)
        for widget in (self._icon, self._title, self._text):
            if isinstance(widget, QLabel):
                widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._column.addWidget(widget)
        self._column.addSpacing(4)
        self._column.addLayout(self._buttons)
        self._code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column.addWidget(self._code)
        self._column.addStretch(2)
        self.set_buttons(buttons)

    def minimumSizeHint(self) -> QSize:
        least, icon = super().minimumSizeHint(), 0 if self._icon.isHidden() else self._icon_height
        return QSize(least.width(), least.height() - icon)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        shown = 0 if self._icon.isHidden() else self._icon_height
        self._icon.setVisible(self._column.heightForWidth(self.width()) - shown + self._icon_height <= self.height())

    @property
    def _icon_height(self) -> int:
        return self._icon.height() + self._column.spacing()

    def set(
        self, icon: str, title: str, text: str = "", buttons: Sequence[Button] = (), *, tone: str = "", code: str = ""
    ) -> None:
        """Say something else."""
        self._icon.set(icon, f"{tone}_text" if tone else "text_tertiary")
        self._title.setText(title)
        self._text.setText(text)
        self._code.setText(code)
        self.set_buttons(buttons)

    def set_buttons(self, buttons: Sequence[Button]) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._buttons.addStretch(1)
        for button in buttons:
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)


class PageInFront(QStackedWidget):
    """Pages of which only the one in front asks for room."""

    def __init__(self, *pages: QWidget) -> None:
        super().__init__()
        for page in pages:
            self.addWidget(page)
        self.currentChanged.connect(lambda _place: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()


class _BigIcon(QWidget):
    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name, self._token = name, token
        self.setFixedHeight(44)

    def set(self, name: str, token: str) -> None:
        self._name, self._token = name, token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), (self.width() - 40) / 2, 2, self._name, self._token, 40)


class Skeleton(QWidget):
    """Grey bars where text will be."""

    def __init__(self, lines: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines

    def sizeHint(self) -> QSize:
        return QSize(200, self._lines * 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shares = (0.92, 0.74, 0.83, 0.66)
        for line in range(self._lines):
            fill_round(painter, QRectF(0, line * 22 + 5, self.width() * shares[line % len(shares)], 11), "bg_sunken", 3)


class ProgressRing(QWidget):
    """A share as a ring with its percent inside (0 … 1)."""

    def __init__(self, share: float = 0.0, size: int = 72, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share, self._note = share, note
        self.setFixedSize(size, size)

    def set(self, share: float, note: str = "") -> None:
        self._share, self._note = max(0.0, min(1.0, share)), note
        self.setAccessibleName(f"{self._share:.0%} {note}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        painter.setPen(QPen(theme.color("bg_sunken"), 7))
        painter.drawEllipse(box)
        painter.setPen(QPen(theme.color("primary"), 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(box, 90 * 16, -round(self._share * 360 * 16))
        upper = QRectF(self.rect()) if not self._note else QRectF(self.rect()).adjusted(0, 0, 0, -14)
        draw_text(painter, upper, f"{self._share:.0%}", "text_primary", theme.font("title"), CENTER)
        if self._note:
            draw_text(
                painter, QRectF(self.rect()).adjusted(0, 22, 0, 0), self._note, "text_secondary", theme.font("caption"), CENTER
            )
