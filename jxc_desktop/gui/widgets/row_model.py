"""The one model of every list: frozen rows in, words out; all rows at once or pages fetched as they scroll into view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from jxc_desktop.columns import EMPTY, Column, word

PAGE = 200
_PAUSE, _IN_VIEW = 40, 2
"""Milliseconds without a new page scrolled to, after which the pages in view are fetched; how many these can be."""
Index = QModelIndex | QPersistentModelIndex
Fetch = Callable[[int, int, Callable[[Sequence[Any]], None]], None]


@dataclass(frozen=True, slots=True)
class Look:
    """How a column is painted beyond its words.

    ``second``: attribute or callable of the second line. ``kind`` badge: the words in the row's ``tone``, nothing when
    empty; bar: ``share(row)`` 0 … 1 as a track before the words; link: words that look like a link. ``tone(row)``: danger,
    warning, success, info, muted, faint or None. ``words(row)`` replaces the column's own wording. ``stretch``: this column
    takes the free width (default: the first).
    """

    second: str | Callable[[Any], str] = ""
    kind: Literal["text", "badge", "bar", "link"] = "text"
    tone: Callable[[Any], str | None] | None = None
    words: Callable[[Any], str] | None = None
    share: Callable[[Any], float | None] | None = None
    dot: Callable[[Any], bool] | None = None
    bold: bool = False
    muted: bool = False
    stretch: bool = False
    align: Literal["", "left", "right", "center"] = ""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A heading between rows: title, a quiet note, and subtotals in words by column key."""

    title: str
    note: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


PLAIN = Look()


class RowModel(QAbstractTableModel):
    """Rows of any frozen type. ``key`` is the attribute that identifies one; ``checkable`` adds a leading check column."""

    checked_changed = Signal()
    sort_requested = Signal(str, bool)

    def __init__(
        self, columns: Sequence[Column], looks: Mapping[str, Look] | None = None, *, key: str = "id", checkable: bool = False
    ) -> None:
        super().__init__()
        self.columns, self.looks, self.key, self.checkable = tuple(columns), dict(looks or {}), key, checkable
        self._rows: list[Any] = []
        self._pages: dict[int, Sequence[Any]] = {}
        self._asked: set[int] = set()
        self._passed: list[int] = []
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._stood_still)
        self._count, self._round = 0, 0
        self._fetch: Fetch | None = None
        self._checked: dict[Any, Any] = {}
        self.sort_key, self.descending = "", False

    # --- filling -------------------------------------------------------------------------------------------------

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show these rows, in the order chosen by the person if there is one. Checks of rows that are gone go too."""
        self.beginResetModel()
        self._rows, self._fetch, self._count = list(rows), None, len(rows)
        self._pages.clear()
        if self.sort_key:
            self._sort()
        if self._checked:
            here = {self.key_of(row): row for row in self._rows if not isinstance(row, GroupRow)}
            self._checked = {key: here[key] for key in self._checked if key in here}
        self.endResetModel()
        self.checked_changed.emit()

    def set_pages(self, count: int, fetch: Fetch) -> None:
        """Show ``count`` rows, fetched in pages: ``fetch(offset, limit, answer)`` calls ``answer(rows)`` when they are there."""
        self.beginResetModel()
        self._rows, self._count, self._fetch = [], count, fetch
        self._pages.clear()
        self._asked.clear()
        self._passed.clear()
        self._round += 1
        self.endResetModel()
        self.checked_changed.emit()

    def row(self, number: int) -> Any:
        """The row, a ``GroupRow``, or None while its page is still on the way."""
        if self._fetch is None:
            return self._rows[number] if 0 <= number < len(self._rows) else None
        page = number // PAGE
        if page in self._pages:
            rows = self._pages[page]
            return rows[number % PAGE] if number % PAGE < len(rows) else None
        self._want(page)
        return None

    def _want(self, page: int) -> None:
        if page in self._asked or self._fetch is None or page * PAGE >= self._count:
            return
        first = not self._asked
        self._asked.add(page)
        if first:
            self._ask(page)
            return
        self._passed.append(page)
        self._pause.start()

    def _stood_still(self) -> None:
        """Ask for the pages in view; what was only scrolled past is asked for when it comes into view again."""
        passed, self._passed = self._passed, []
        self._asked.difference_update(passed[:-_IN_VIEW])
        for page in passed[-_IN_VIEW:]:
            self._ask(page)

    def _ask(self, page: int) -> None:
        this = self._round
        if self._fetch is not None:
            self._fetch(page * PAGE, PAGE, lambda rows: self._arrived(this, page, rows))

    def _arrived(self, this: int, page: int, rows: Sequence[Any]) -> None:
        if this == self._round and self._fetch is not None:
            self._pages[page] = rows
            last = min(self._count, (page + 1) * PAGE) - 1
            self.dataChanged.emit(self.index(page * PAGE, 0), self.index(last, self.columnCount() - 1))

    @property
    def paged(self) -> bool:
        return self._fetch is not None

    def loaded(self) -> list[Any]:
        """Every row that is here now, without group rows."""
        rows = self._rows if self._fetch is None else [row for page in sorted(self._pages) for row in self._pages[page]]
        return [row for row in rows if not isinstance(row, GroupRow)]

    def key_of(self, row: Any) -> Any:
        return row[self.key] if isinstance(row, Mapping) else getattr(row, self.key)

    def find(self, key: Any) -> int:
        """The number of the row with ``key``, -1 for none among the rows that are here."""
        if self._fetch is None:
            return next((n for n, row in enumerate(self._rows) if not isinstance(row, GroupRow) and self.key_of(row) == key), -1)
        return next(
            (page * PAGE + n for page, rows in self._pages.items() for n, row in enumerate(rows) if self.key_of(row) == key), -1
        )

    # --- columns -------------------------------------------------------------------------------------------------

    def column(self, section: int) -> Column | None:
        """The declared column of a section, None for the check column."""
        place = section - 1 if self.checkable else section
        return self.columns[place] if 0 <= place < len(self.columns) else None

    def section(self, key: str) -> int:
        return [c.key for c in self.columns].index(key) + (1 if self.checkable else 0)

    def look(self, column: Column) -> Look:
        return self.looks.get(column.key, PLAIN)

    def words(self, column: Column, row: Any) -> str:
        """What a person reads in this cell."""
        if isinstance(row, GroupRow):
            return row.values.get(column.key, "")
        look = self.look(column)
        text = look.words(row) if look.words else column.text(row)
        return "" if look.kind == "badge" and text == EMPTY else text

    def second(self, column: Column, row: Any) -> str:
        second = self.look(column).second
        if not second or isinstance(row, GroupRow):
            return ""
        if callable(second):
            return second(row)
        value = row.get(second) if isinstance(row, Mapping) else getattr(row, second)
        return "" if value is None else str(value)

    def totals(self) -> dict[str, str]:
        """The sums, in words, of the columns that ask for one. Only over rows that are all here."""
        rows = self.loaded()
        sums: dict[str, str] = {}
        for column in self.columns:
            if column.total:
                values = [v for v in (column.value(row) for row in rows) if v is not None]
                sums[column.key] = word(sum(values, Decimal(0)), column.shape)
        return sums

    # --- sorting -------------------------------------------------------------------------------------------------

    def sort_by(self, key: str, descending: bool) -> None:
        """Order by a column: at once when all rows are here, else ``sort_requested`` asks the owner to fetch again."""
        self.sort_key, self.descending = key, descending
        if self._fetch is not None:
            self.sort_requested.emit(key, descending)
            return
        self.layoutAboutToBeChanged.emit()
        self._sort()
        self.layoutChanged.emit()

    def _sort(self) -> None:
        column = next((c for c in self.columns if c.key == self.sort_key), None)
        if column is None or any(isinstance(row, GroupRow) for row in self._rows[:1]):
            return
        full = [row for row in self._rows if column.value(row) is not None]
        empty = [row for row in self._rows if column.value(row) is None]
        full.sort(key=column.value, reverse=self.descending)
        self._rows = full + empty

    # --- checks --------------------------------------------------------------------------------------------------

    def is_checked(self, row: Any) -> bool:
        return self.key_of(row) in self._checked

    def check(self, number: int, on: bool | None = None) -> None:
        """Check or uncheck a row; None turns it over."""
        row = self.row(number)
        if row is None or isinstance(row, GroupRow) or not self.checkable:
            return
        key = self.key_of(row)
        wanted = key not in self._checked if on is None else on
        if wanted:
            self._checked[key] = row
        else:
            self._checked.pop(key, None)
        self.dataChanged.emit(self.index(number, 0), self.index(number, 0))
        self.checked_changed.emit()

    def check_all(self, on: bool) -> None:
        """Check every row that is here, or none."""
        self._checked = {self.key_of(row): row for row in self.loaded()} if on else {}
        if self._count:
            self.dataChanged.emit(self.index(0, 0), self.index(self._count - 1, 0))
        self.checked_changed.emit()

    def checked(self) -> list[Any]:
        """The checked rows, in the order they were checked."""
        return list(self._checked.values())

    def check_state(self) -> Qt.CheckState:
        if not self._checked:
            return Qt.CheckState.Unchecked
        return Qt.CheckState.Checked if len(self._checked) == self._count else Qt.CheckState.PartiallyChecked

    # --- what Qt asks --------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns) + (1 if self.checkable else 0)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index.row())
        column = self.column(index.column())
        if row is None:
            return None
        if column is None:
            if role == Qt.ItemDataRole.CheckStateRole and not isinstance(row, GroupRow):
                return Qt.CheckState.Checked if self.is_checked(row) else Qt.CheckState.Unchecked
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(column, row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.heading}: {' '.join(filter(None, (self.words(column, row), self.second(column, row))))}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            column = self.column(section)
            return column.heading if column else ""
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row(index.row()) if index.isValid() else None
        return Qt.ItemFlag.NoItemFlags if isinstance(row, GroupRow) else Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
