"""Where the explanation stands on a screen: beside the content, over its detail panel, or as a drawer where there is no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHBoxLayout, QStackedWidget, QWidget
from shiboken6 import isValid

from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.why_panel import HINTS, WhyPanel
from jxc_desktop.gui.widgets.split import ListAndDetail
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from jxc_desktop.gui.screen import Screen

GAP = 12


class _Holder(QWidget):
    """Holds the panel; over the content it has a soft shadow at its left."""

    over = False

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.over:
            return
        painter, shade = QPainter(self), theme.color("shadow_dialog")
        for x in range(GAP):
            shade.setAlphaF(0.10 * ((x + 1) / GAP) ** 2)
            painter.fillRect(QRect(x, 8, 1, self.height() - 16), shade)


class WhyHost(QObject):
    """Opens the panel on ``screen``, follows the figure that is marked there, and gives the focus back when it closes."""

    def __init__(self, screen: Screen, content: QStackedWidget, place: QHBoxLayout) -> None:
        super().__init__(screen)
        self._screen, self._content, self._place = screen, content, place
        self.panel = WhyPanel(screen)
        self._holder = _Holder(screen)
        self._inside = QHBoxLayout(self._holder)
        self._inside.setContentsMargins(GAP, 0, 0, 0)
        self._inside.addWidget(self.panel)
        self._holder.hide()
        self._came_from: QWidget | None = None
        self._followed: QObject | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._follow)
        self.panel.closed.connect(self.close)
        screen.installEventFilter(self)
        screen.tasks.changed.connect(self._changed)

    @property
    def is_open(self) -> bool:
        return self._holder.isVisibleTo(self._screen)

    @property
    def hints(self) -> list[tuple[str, str]]:
        """The keys of the panel."""
        return [(key, _(words)) for key, words in HINTS]

    def open(self, key: WhyKey) -> None:
        """Explain ``key``."""
        focus = QApplication.focusWidget()
        if focus is not None and self._screen.isAncestorOf(focus) and not self._holder.isAncestorOf(focus):
            self._came_from = focus
        if not self.is_open:
            self._screen.make_room(True)
            self._holder.show()
        self.arrange()
        self._watch()
        self.panel.ask(key)
        self.panel.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._screen.hints_changed.emit()

    def close(self) -> None:
        """Away with it; the focus goes back to where it was."""
        if not self.is_open:
            return
        self._unwatch()
        self._place.removeWidget(self._holder)
        self._holder.hide()
        self._screen.make_room(False)
        back = self._came_from
        self._came_from = None
        if back is not None and isValid(back) and back.isVisible():
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._screen.setFocus()
        self._screen.hints_changed.emit()

    # --- following the marked figure -----------------------------------------------------------------------------

    def _watch(self) -> None:
        self._unwatch()
        view = self._came_from
        if view is not None and not isValid(view):
            view = self._came_from = None
        if isinstance(view, QAbstractItemView) and view.selectionModel() is not None:
            self._followed = view.selectionModel()
            view.selectionModel().currentChanged.connect(self._moved)

    def _unwatch(self) -> None:
        if self._followed is not None and isValid(self._followed):  # a page may have made its table anew meanwhile
            self._followed.currentChanged.disconnect(self._moved)  # type: ignore[attr-defined]
        self._followed = None

    def _moved(self, *_indexes: object) -> None:
        self._soon.start()

    def _follow(self) -> None:
        key = self._screen.why() if self.is_open else None
        if isinstance(key, str):
            self.panel.say(key)
        elif key is not None and key != self.panel.key:
            self.panel.ask(key)

    def _changed(self, _changes: Changes) -> None:
        if self.is_open:
            self.panel.again()

    # --- room ----------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.is_open:
            self._soon_arrange()
        return super().eventFilter(watched, event)

    def _soon_arrange(self) -> None:
        QTimer.singleShot(0, self, self.arrange)

    def arrange(self) -> None:
        """Beside the content where that leaves it enough, else over its right side."""
        if not self.is_open:
            return
        over = self._detail()
        width = max(self.panel.width(), over.width() if over is not None else 0) + GAP
        beside = over is None and not self._narrow() and self._fits(width)
        self._holder.over = not beside and over is None
        if beside:
            self._inside.setContentsMargins(0, 0, 0, 0)
            if self._place.indexOf(self._holder) < 0:
                self._place.addWidget(self._holder)
            return
        self._place.removeWidget(self._holder)
        self._inside.setContentsMargins(GAP, 0, 0, 0)
        self._holder.setGeometry(self._over(over))
        self._holder.show()
        self._holder.raise_()

    def _detail(self) -> ListAndDetail | None:
        """A list whose detail stands beside it: the explanation takes the place of the detail."""
        found = self._screen.findChild(ListAndDetail)
        return found if found is not None and found.isVisible() and not found.narrow else None

    def _narrow(self) -> bool:
        return self._screen.window().width() < theme.breakpoint("drawer_lt")

    def _fits(self, width: int) -> bool:
        whole, page = self._screen.width() - 32, self._content.currentWidget()
        if page is not None and (layout := page.layout()) is not None:
            layout.activate()  # what was just put away counts no more
        return self._content.minimumSizeHint().width() + width <= whole

    def _over(self, over: ListAndDetail | None) -> QRect:
        if over is not None:
            detail = over.detail
            at = detail.mapTo(self._screen, detail.rect().topLeft())
            width = max(detail.width(), self.panel.width())
            self.panel.setFixedWidth(width)
            return QRect(at.x() + detail.width() - width - GAP, at.y(), width + GAP, detail.height())
        box = QRect(self._content.mapTo(self._screen, self._content.rect().topLeft()), self._content.size())
        width = self.panel.width() + GAP
        return QRect(box.right() + 1 - width, box.top(), width, box.height())
