"""One table for every list: a card with rows, pinned total, foot, batch bar, empty and loading state, remembered columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from jxc_desktop.columns import Column
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import Button
from jxc_desktop.gui.widgets.details import BatchBar
from jxc_desktop.gui.widgets.row_model import Fetch, GroupRow, Look, RowModel
from jxc_desktop.gui.widgets.states import EmptyState, PageInFront, Skeleton
from jxc_desktop.gui.widgets.surface import Badge, Card, label, row
from jxc_desktop.gui.widgets.table_header import TotalBar
from jxc_desktop.gui.widgets.table_view import RowView, WholeRows
from jxc_desktop.i18n import _

__all__ = ["GroupRow", "Look", "RowModel", "RowTable"]

Menu = Sequence[tuple[str, Callable[[], object]]]


class RowTable(Card):
    """A list. ``name`` keeps its columns on this computer; ``key`` identifies a row; ``looks`` says how columns are painted.

    ``current_changed`` follows the marked row (None for none); ``opened`` comes with Enter or a double click;
    ``checked_changed`` with every check; ``sort_requested(key, descending)`` when pages must be fetched in another order.
    """

    current_changed = Signal(object)
    opened = Signal(object)
    checked_changed = Signal()
    sort_requested = Signal(str, bool)

    def __init__(
        self,
        columns: Sequence[Column],
        looks: Mapping[str, Look] | None = None,
        *,
        name: str = "",
        preferences: Preferences | None = None,
        key: str = "id",
        checkable: bool = False,
        select_first: bool = False,
        totals: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(padding=1, spacing=0, parent=parent)
        self.name, self._preferences, self._select_first, self._totals = name, preferences, select_first, totals
        self.model = RowModel(columns, looks, key=key, checkable=checkable)
        self.view = RowView(self.model, two_lines=any(look.second for look in self.model.looks.values()))
        self.total_bar = TotalBar(self.view)
        self.empty = EmptyState("inbox", _("Nothing here yet"))
        self._stack = PageInFront(WholeRows(self.view), self._framed(self.empty), self._framed(Skeleton(8)))
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self.total_bar)
        self.total_bar.setVisible(totals)
        self._build_foot()
        self._menu: Callable[[Any], Menu] | None = None
        self._explain: Callable[[], object] | None = None
        self._explain_total: Callable[[], object] | None = None
        self._current_key: Any = None
        self._save_soon = QTimer(self, singleShot=True, interval=400)
        self._save_soon.timeout.connect(self._save_layout)
        self._waiting = QTimer(self, singleShot=True, interval=150)
        self._waiting.timeout.connect(lambda: self._stack.setCurrentIndex(2))
        self.busy = Badge("", parent=self)
        self._slow = QTimer(self, singleShot=True, interval=1000)
        self._slow.timeout.connect(self._say_busy)
        self._connect()
        self.total_bar.asked.connect(self._ask_total)
        self._restore_layout()
        self.setFocusProxy(self.view)

    def _framed(self, inner: QWidget) -> QWidget:
        page = QWidget()
        page.setLayout(row(inner, margins=(16, 16, 16, 16)))
        return page

    def _build_foot(self) -> None:
        self._foot = QWidget()
        self._foot.setProperty("panel", "foot")
        self._foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._foot_left = label("", "secondary")
        self._foot_right = row(spacing=8)
        self._foot.setLayout(row(self._foot_left, 1, self._foot_right, margins=(16, 0, 16, 0)))
        self.batch = BatchBar()
        for bar in (self._foot, self.batch):
            bar.setFixedHeight(theme.px(42))
            bar.hide()
            self.body.addWidget(bar)
        self._has_foot = False
        self._batch_words: Callable[[list[Any]], tuple[str, str]] | None = None

    def _connect(self) -> None:
        self.view.selectionModel().currentRowChanged.connect(self._moved)
        self.view.selectionModel().currentColumnChanged.connect(lambda now, _before: self.view.show_row(now.row()))
        self.view.opened.connect(self._open)
        self.model.checked_changed.connect(self._checks_changed)
        self.model.sort_requested.connect(self.sort_requested)
        self.model.dataChanged.connect(self._page_arrived)
        self.batch.cleared.connect(lambda: self.model.check_all(False))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self.view.horizontalHeader().sectionMoved.connect(lambda *_: self._save_layout())
        self.view.horizontalHeader().sectionResized.connect(lambda *_: self._save_soon.start())
        QShortcut(
            QKeySequence(QKeySequence.StandardKey.Copy),
            self.view,
            self._copy,
            Qt.ShortcutContext.WidgetShortcut,
        )
        theme.theme_changed.connect(self._restyled)

    def _restyled(self) -> None:
        self.view.apply_heights()
        self.total_bar.setFixedHeight(theme.px("row"))
        for bar in (self._foot, self.batch):
            bar.setFixedHeight(theme.px(42))
        self.view.fit()

    # --- rows ----------------------------------------------------------------------------------------------------

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show ``rows`` (frozen objects or mappings, ``GroupRow`` headings among them). The marked row stays marked."""
        self._filled(lambda: self.model.set_rows(rows), len(rows))
        if self._totals and not self.model.paged:
            self.total_bar.set_values(self.model.totals())

    def set_pages(self, count: int, fetch: Fetch) -> None:
        """Show ``count`` rows that are fetched while scrolling: ``fetch(offset, limit, answer)``."""
        self._filled(lambda: self.model.set_pages(count, fetch), count)

    def _filled(self, fill: Callable[[], None], count: int) -> None:
        self._waiting.stop()
        self._slow.stop()
        self.busy.hide()
        keep, top = self._current_key, self.view.verticalScrollBar().value()
        quiet = self.view.selectionModel().blockSignals(True)
        fill()
        self.view.selectionModel().blockSignals(quiet)
        self._stack.setCurrentIndex(0 if count else 1)
        self.view.fit()
        place = self.model.find(keep) if keep is not None else -1
        if place < 0 and self._select_first and count:
            place = next((n for n in range(min(count, 50)) if not isinstance(self.model.row(n), GroupRow)), -1)
        if place >= 0:
            self.view.setCurrentIndex(self.model.index(place, 1 if self.model.checkable else 0))
            self.view.verticalScrollBar().setValue(top)
        self._tell_current()
        self._resize_groups()

    def _resize_groups(self) -> None:
        if self.model.paged:
            return
        for number in range(min(self.model.rowCount(), 2000)):
            if isinstance(self.model.row(number), GroupRow):
                self.view.setRowHeight(number, theme.px(34))

    def set_loading(self, words: str = "") -> None:
        """A reading has begun: grey bars after 150 ms if nothing is shown yet, else after a second ``words`` over the rows."""
        if self.model.rowCount() == 0:
            self._waiting.start()
        elif words:
            self.busy.set(words, "info")
            self.busy.hide()
            self._slow.start()

    def _say_busy(self) -> None:
        """What is being done, over the rows as they were."""
        self.busy.adjustSize()
        top = self._stack.y() + self.view.horizontalHeader().height()
        self.busy.move((self.width() - self.busy.width()) // 2, top + 8)
        self.busy.show()
        self.busy.raise_()

    def set_empty(self, icon: str, title: str, text: str = "", buttons: Sequence[Button] = ()) -> None:
        """What stands in the body when there are no rows."""
        self.empty.set(icon, title, text, buttons)

    def set_total(self, values: Mapping[str, str] | None) -> None:
        """The pinned total in words by column key (for pages, whose sum the query knows); None hides it."""
        self.total_bar.setVisible(values is not None)
        self.total_bar.set_values(dict(values or {}))

    def set_foot(self, left: str, right: Sequence[tuple[str, str]] = ()) -> None:
        """The line under the table: words at the left, (caption, value) pairs at the right."""
        self._has_foot = True
        self._foot_left.setText(left)
        while (item := self._foot_right.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for caption, value in right:
            self._foot_right.addWidget(label(caption, "secondary"))
            self._foot_right.addWidget(label(value, "section"))
        self._checks_changed()

    # --- the marked row ------------------------------------------------------------------------------------------

    def current(self) -> Any:
        """The marked row, None for none."""
        index = self.view.currentIndex()
        found = self.model.row(index.row()) if index.isValid() else None
        return None if isinstance(found, GroupRow) else found

    def select_key(self, key: Any) -> bool:
        """Mark the row with ``key`` and scroll to it; False when it is not here."""
        place = self.model.find(key)
        if place < 0:
            return False
        index = self.model.index(place, 1 if self.model.checkable else 0)
        self.view.setCurrentIndex(index)
        self.view.scrollTo(index)
        return True

    def mark(self, key: Any, place: int | None) -> None:
        """Mark the row with ``key``; one whose page is not here yet stands at ``place`` (None: nowhere)."""
        if not self.select_key(key) and self.model.paged and place is not None:
            index = self.model.index(place, 1 if self.model.checkable else 0)
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def _moved(self, now: QModelIndex, before: QModelIndex) -> None:
        for index in (now, before):
            if index.isValid():
                self.view.viewport().update(
                    0, self.view.rowViewportPosition(index.row()), self.view.viewport().width(), self.view.rowHeight(index.row())
                )
        self._tell_current()

    def _tell_current(self) -> None:
        found = self.current()
        self._current_key = self.model.key_of(found) if found is not None else None
        self.current_changed.emit(found)

    def _page_arrived(self, first: QModelIndex, last: QModelIndex) -> None:
        if self.model.paged and last.column() > 0:
            if first.row() == 0:
                self.view.fit()
            if self._select_first and not self.view.currentIndex().isValid():
                self.view.setCurrentIndex(self.model.index(0, 1 if self.model.checkable else 0))
            elif first.row() <= self.view.currentIndex().row() <= last.row():
                self._tell_current()

    def _open(self, index: QModelIndex) -> None:
        found = self.model.row(index.row())
        if found is not None and not isinstance(found, GroupRow):
            self.opened.emit(found)

    # --- checks and menus ----------------------------------------------------------------------------------------

    def checked(self) -> list[Any]:
        """The checked rows."""
        return self.model.checked()

    def check_keys(self, keys: Sequence[Any]) -> None:
        """Check the loaded rows with these keys, and no others."""
        self.model.check_all(False)
        for number, found in enumerate(self.model.loaded()):
            if not isinstance(found, GroupRow) and self.model.key_of(found) in keys:
                self.model.check(number, True)

    def set_batch(self, words: Callable[[list[Any]], tuple[str, str]], buttons: Sequence[Button]) -> None:
        """What the foot says and offers while rows are checked: ``words(rows)`` -> (count, note)."""
        self._batch_words = words
        for button in buttons:
            self.batch.add(button)

    def _checks_changed(self) -> None:
        rows = self.model.checked()
        if rows and self._batch_words:
            self.batch.say(*self._batch_words(rows))
        self.batch.setVisible(bool(rows and self._batch_words))
        self._foot.setVisible(self._has_foot and not self.batch.isVisibleTo(self))
        self.view.horizontalHeader().viewport().update()
        self.checked_changed.emit()

    def set_menu(self, menu: Callable[[Any], Menu]) -> None:
        """What a right click on a row offers: ``menu(row)`` -> (words, act) pairs."""
        self._menu = menu

    def set_explained(self, keys: Sequence[str], act: Callable[[], object], total: Callable[[], object] | None = None) -> None:
        """Columns whose figures can be explained, the one that is meant where another is marked first; ``act`` is in the menu.

        ``total`` explains the sum of the marked column, also when it is clicked.
        """
        self.view.explained, self._explain, self._explain_total = tuple(keys), act, total
        self.total_bar.set_explained(keys if total is not None else ())

    def figure(self) -> tuple[Any, str] | None:
        """The marked row and the column whose figure is to be explained; None without either."""
        found, keys = self.current(), self.view.explained
        if found is None or not keys:
            return None
        column = self.model.column(self.view.currentIndex().column())
        return found, column.key if column is not None and column.key in keys else keys[0]

    def _ask_total(self, key: str) -> None:
        """The sum of a column was clicked: the column is marked, then its sum is asked for."""
        self.view.setCurrentIndex(self.model.index(max(self.view.currentIndex().row(), 0), self.model.section(key)))
        if self._explain_total is not None:
            self._explain_total()

    def figure_column(self) -> str | None:
        """The marked column, whether a row is marked or not; None where nothing is."""
        column = self.model.column(self.view.currentIndex().column())
        return None if column is None else column.key

    def _show_menu(self, at: QPoint) -> None:
        found = self.model.row(self.view.indexAt(at).row()) if self.view.indexAt(at).isValid() else None
        if found is None or isinstance(found, GroupRow):
            return
        offered = [*self._menu(found)] if self._menu is not None else []
        if self._explain is not None:
            offered.append((f"{_('Why is this the number')}\tF6", self._explain))
        if self._explain_total is not None:
            offered.append((f"{_('Why is this the total')}\tShift+F6", self._explain_total))
        if not offered:
            return
        menu = QMenu(self)
        for words, act in offered:
            menu.addAction(words).triggered.connect(lambda _checked=False, act=act: act())
        menu.exec(self.view.viewport().mapToGlobal(at))
        menu.deleteLater()

    def _copy(self) -> None:
        found = self.current()
        if found is not None:
            QGuiApplication.clipboard().setText("\t".join(self.model.words(c, found) for c in self.model.columns))

    # --- columns -------------------------------------------------------------------------------------------------

    def columns_button(self) -> Button:
        """A button that shows and hides columns."""
        button = Button("", "default", "columns-3", tip=_("Columns"))
        button.clicked.connect(lambda: self._choose_columns(button))
        return button

    def _choose_columns(self, button: Button) -> None:
        menu = QMenu(button)
        for column in self.model.columns:
            action = QAction(column.heading, menu, checkable=True, checked=column.key not in self.view.user_hidden)
            action.setEnabled(column.key != self.view.stretch_key())
            action.toggled.connect(lambda on, key=column.key: self.show_column(key, on))
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(_("Restore default columns")).triggered.connect(lambda _checked=False: self.restore_columns())
        menu.exec(button.mapToGlobal(QPoint(0, button.height() + 4)))
        menu.deleteLater()

    def show_column(self, key: str, on: bool) -> None:
        """Show or hide a column and remember it."""
        self.view.user_hidden.discard(key) if on else self.view.user_hidden.add(key)
        self.view.fit()
        self._save_layout()

    def put_away(self, keys: Iterable[str]) -> None:
        """Do without these columns for now; what the person chose to see stays remembered."""
        self.view.put_away = frozenset(keys)
        self.view.fit()

    def restore_columns(self) -> None:
        """Widths, order and visibility as they came."""
        self.view.user_hidden.clear()
        self.view.user_widths.clear()
        header = self.view.horizontalHeader()
        for section in range(header.count()):
            header.moveSection(header.visualIndex(section), section)
        self.view.fit()
        self._save_layout()

    def _save_layout(self) -> None:
        if self._preferences is not None and self.name:
            header = self.view.horizontalHeader()
            order = [c.key for v in range(header.count()) if (c := self.model.column(header.logicalIndex(v))) is not None]
            self._preferences.set_layout(
                self.name, {"widths": self.view.user_widths, "hidden": sorted(self.view.user_hidden), "order": order}
            )

    def _restore_layout(self) -> None:
        kept = self._preferences.layout(self.name) if self._preferences is not None and self.name else {}
        known = {c.key for c in self.model.columns}
        self.view.user_widths = {k: int(w) for k, w in dict(kept.get("widths", {})).items() if k in known}
        self.view.user_hidden = {k for k in kept.get("hidden", []) if k in known}
        header = self.view.horizontalHeader()
        for place, key in enumerate(_in_order([k for k in kept.get("order", []) if k in known], self.model.columns)):
            header.moveSection(header.visualIndex(self.model.section(key)), place + (1 if self.model.checkable else 0))


def _in_order(kept: list[str], columns: Sequence[Column]) -> list[str]:
    """The order that was ``kept``; a column that was not there then comes behind the one it was declared behind."""
    if not kept:
        return []
    order = list(kept)
    for before, column in zip((None, *columns), columns, strict=False):
        if column.key not in order:
            order.insert(order.index(before.key) + 1 if before is not None else 0, column.key)
    return order
