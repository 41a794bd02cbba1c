"""A list with its detail beside it; in a narrow window the detail becomes a drawer over the list."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QEvent, QPropertyAnimation, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.gui.theme import theme

GAP = 12


class ListAndDetail(QWidget):
    """``main`` (a table) at the left, ``detail`` (a panel) at the right.

    Where the window is narrower than 1200 (at 100% text) the detail is a drawer: :meth:`open_drawer` (Enter on a row) slides
    it in, Esc closes it.
    """

    def __init__(self, main: QWidget, detail: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.main, self.detail = main, detail
        self._open = False
        self._slide: QPropertyAnimation | None = None
        main.setParent(self)
        detail.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusProxy(main)

    @property
    def narrow(self) -> bool:
        """Whether the detail is a drawer now."""
        return self.window().width() < theme.breakpoint("drawer_lt")

    def open_drawer(self) -> bool:
        """Slide the detail in; False where it stands beside the list anyway."""
        if not self.narrow:
            return False
        self._open = True
        self.detail.raise_()
        self.detail.show()
        self._move(self._drawer(True))
        return True

    def close_drawer(self) -> bool:
        """Put the drawer away; False when there was none."""
        if not (self.narrow and self._open):
            return False
        self._open = False
        self.detail.hide()
        self.main.setFocus()
        return True

    def _drawer(self, inside: bool) -> QRect:
        width = self.detail.width()
        return QRect(self.width() - width if inside else self.width(), 0, width, self.height())

    def _move(self, to: QRect) -> None:
        if theme.duration() == 0:
            self.detail.setGeometry(to)
            return
        self._slide = QPropertyAnimation(self.detail, b"geometry", self)
        self._slide.setDuration(theme.duration())
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.setStartValue(self._drawer(False))
        self._slide.setEndValue(to)
        self._slide.start(QPropertyAnimation.DeletionPolicy.KeepWhenStopped)

    def sizeHint(self) -> QSize:
        return QSize(self.main.sizeHint().width() + GAP + self.detail.sizeHint().width(), 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def _arrange(self) -> None:
        panel = self.detail.maximumWidth() if self.detail.maximumWidth() < 10_000 else self.detail.sizeHint().width()
        if self.narrow:
            self.main.setGeometry(self.rect())
            self.detail.setVisible(self._open)
            self.detail.setGeometry(self.width() - panel, 0, panel, self.height())
            self.detail.raise_()
        else:
            self._open = False
            self.main.setGeometry(0, 0, self.width() - panel - GAP, self.height())
            self.detail.setGeometry(self.width() - panel, 0, panel, self.height())
            self.detail.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.close_drawer():
            return
        super().keyPressEvent(event)
