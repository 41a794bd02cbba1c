"""What the pages of products, partners and labels share: a small table inside a panel, the ageing bar, paper in and out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.troubles import FileTrouble
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import BY_KEYBOARD
from jxc_desktop.gui.widgets.paint import LEFT, RIGHT, draw_text, fill_round, focus_ring, text_width, tone_text
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from jxc_desktop.gui.screens.why_keys import Answer

OWNER = 1


def act_of(desk: Desk) -> Act:
    """Who does it, when: asked at the moment of the act."""
    return Act(user_id=OWNER, at=desk.now(), today=desk.today())


def yuan_words(amount: Decimal | None) -> str:
    """``¥1,234.50`` outside tables, the sign in front; — for none."""
    return "—" if amount is None else f"{'-' if amount < 0 else ''}¥{abs(amount):,.2f}"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet: its heading (worded), the width it takes (0 = what is left), and whether figures stand in it."""

    heading: str
    width: int = 0
    right: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line: its cells, the quiet line below the first one, tones by place, and what it leads to (None: nowhere).

    ``answers``: by place, what F6 says of a figure; None where nothing is to be said.
    """

    cells: tuple[str, ...]
    second: str = ""
    tones: tuple[str, ...] = ()
    target: object = None
    answers: tuple[Answer, ...] = ()


class SmallTable(QWidget):
    """A small table as high as its rows, for panels. ``opened`` carries the target of the clicked line; ↑↓ and Enter too.

    ←→ mark a figure of the line, for F6: :attr:`marked` is what is said of it.
    """

    opened = Signal(object)

    def __init__(self, columns: Sequence[SheetColumn], empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns, self._empty = tuple(columns), empty
        self._rows: tuple[SheetRow, ...] = ()
        self._total: tuple[str, ...] = ()
        self._mark, self._cell, self._hover, self._ringed = -1, -1, -1, False
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def rows(self) -> tuple[SheetRow, ...]:
        return self._rows

    def set_columns(self, columns: Sequence[SheetColumn]) -> None:
        self._columns = tuple(columns)
        self.update()

    def set(self, rows: Sequence[SheetRow], total: Sequence[str] = ()) -> None:
        """Show these lines and, when given, a total line below them."""
        self._rows, self._total, self._hover = tuple(rows), tuple(total), -1
        self._go(min(self._mark, len(self._rows) - 1))
        leads = any(line.target is not None or any(line.answers) for line in self._rows)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if leads else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("; ".join(" ".join(line.cells) for line in self._rows[:20]) or self._empty)
        self.updateGeometry()
        self.update()

    def _line(self) -> int:
        return theme.px(42) if any(line.second for line in self._rows) else theme.px(30)

    def _head(self) -> int:
        return theme.px(30)

    def row_edges(self) -> list[int]:
        """Where one line ends and the next begins, from the top: there the table may be cut by what holds it."""
        return [self._head() + 1 + number * self._line() for number in range(len(self._rows) + 1)]

    def sizeHint(self) -> QSize:
        body = max(len(self._rows), 1) * self._line() + (theme.px(34) if self._total else 0)
        return QSize(200, self._head() + 1 + body)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def _boxes(self) -> list[tuple[int, int]]:
        """Left edge and width of each column."""
        pad, gap = 14, 10
        fixed = [self._natural(place) if column.width else 0 for place, column in enumerate(self._columns)]
        free = self.width() - 2 * pad - gap * (len(fixed) - 1) - sum(fixed)
        open_ = sum(1 for column in self._columns if not column.width) or 1
        x, boxes = pad, []
        for column, wide in zip(self._columns, fixed, strict=True):
            width = wide if column.width else max(free // open_, 40)
            boxes.append((x, width))
            x += width + gap
        return boxes

    def _natural(self, place: int) -> int:
        """What the widest cell of a column needs, at least its own width."""
        font, bold = theme.font("body"), theme.font("section")
        widest = max((text_width(line.cells[place], font) for line in self._rows if place < len(line.cells)), default=0)
        if place < len(self._total):
            widest = max(widest, text_width(self._total[place], bold))
        return max(
            theme.px(self._columns[place].width), widest + 2, text_width(self._columns[place].heading, theme.font("caption"))
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, width, head, line = QPainter(self), self.width(), self._head(), self._line()
        fill_round(painter, self.rect(), "bg_surface", 6, "border_subtle")
        fill_round(painter, QRect(1, 1, width - 2, head - 1), "bg_subtle", 6)
        painter.fillRect(QRect(1, head, width - 2, 1), theme.color("border_default"))
        boxes, caption = self._boxes(), theme.font("caption")
        for column, (x, wide) in zip(self._columns, boxes, strict=True):
            align = RIGHT if column.right else LEFT
            draw_text(painter, QRect(x, 0, wide, head), column.heading, "text_secondary", caption, align)
        y = head + 1
        if not self._rows:
            draw_text(painter, QRect(14, y, width - 28, line), self._empty, "text_tertiary")
            y += line
        for number, each in enumerate(self._rows):
            if number == self._mark and self.hasFocus():
                painter.fillRect(QRect(1, y, width - 2, line), theme.color("bg_selected"))
                if self._cell in self._figures(number):
                    x, wide = boxes[self._cell]
                    focus_ring(painter, QRectF(x - 4, y + 3, wide + 8, line - 7), 4)
            elif number == self._hover:
                painter.fillRect(QRect(1, y, width - 2, line), theme.color("bg_hover"))
            self._paint_row(painter, each, boxes, y, line)
            y += line
            if number < len(self._rows) - 1:
                painter.fillRect(QRect(1, y - 1, width - 2, 1), theme.color("border_subtle"))
        if self._total:
            self._paint_total(painter, boxes, y)
        if self.hasFocus() and self._ringed:
            focus_ring(painter, self.rect())

    def _paint_row(self, painter: QPainter, each: SheetRow, boxes: list[tuple[int, int]], y: int, height: int) -> None:
        for place, (text, (x, wide)) in enumerate(zip(each.cells, boxes, strict=True)):
            tone = each.tones[place] if place < len(each.tones) else ""
            ink = "text_tertiary" if text == "—" else tone_text(tone)
            align = RIGHT if self._columns[place].right else LEFT
            if place == 0 and each.second:
                draw_text(painter, QRect(x, y + 3, wide, height // 2), text, ink, theme.font("body"), align)
                below = QRect(x, y + height // 2 + 1, wide, height // 2 - 2)
                draw_text(painter, below, each.second, "text_tertiary", theme.font("caption"), align)
            else:
                draw_text(painter, QRect(x, y, wide, height), text, ink, theme.font("body"), align)

    def _paint_total(self, painter: QPainter, boxes: list[tuple[int, int]], y: int) -> None:
        height = self.height() - y - 1
        painter.fillRect(QRect(1, y, self.width() - 2, height - 4), theme.color("bg_subtle"))
        fill_round(painter, QRect(1, y + 8, self.width() - 2, height - 8), "bg_subtle", 6)
        painter.fillRect(QRect(1, y, self.width() - 2, 1), theme.color("border_default"))
        for place, (text, (x, wide)) in enumerate(zip(self._total, boxes, strict=True)):
            align = RIGHT if self._columns[place].right else LEFT
            draw_text(painter, QRect(x, y, wide, height), text, "text_primary", theme.font("section"), align)

    # --- hand and keys -------------------------------------------------------------------------------------------

    def _at(self, y: float) -> int:
        number = int((y - self._head() - 1) // self._line())
        return number if 0 <= number < len(self._rows) and self._rows[number].target is not None else -1

    def _figures(self, number: int) -> list[int]:
        """The cells of a line of which something can be said."""
        answers = self._rows[number].answers if 0 <= number < len(self._rows) else ()
        return [place for place, answer in enumerate(answers) if answer is not None]

    @property
    def marked(self) -> Answer:
        """What is said of the figure that is marked by keys; None while others have them, or where nothing is."""
        if not self.hasFocus() or self._cell not in self._figures(self._mark):
            return None
        return self._rows[self._mark].answers[self._cell]

    def _go(self, number: int, cell: int = -1) -> None:
        """Mark a line, and in it the figure ``cell``: else that of the same column, else the first."""
        places, wanted = self._figures(number), cell if cell >= 0 else self._cell
        self._mark, self._cell = number, wanted if wanted in places else places[0] if places else -1
        self.update()

    def _point(self, number: int) -> None:
        if number != self._hover:
            self._hover = number
            self.setCursor(Qt.CursorShape.PointingHandCursor if number >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = int((event.position().y() - self._head() - 1) // self._line())
        if not 0 <= number < len(self._rows):
            return
        if self._rows[number].target is not None:
            self.opened.emit(self._rows[number].target)
        elif places := self._figures(number):
            x, boxes = event.position().x(), self._boxes()
            self._go(number, min(places, key=lambda place: max(boxes[place][0] - x, x - sum(boxes[place]), 0)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, places = event.key(), self._figures(self._mark)
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._rows:
            step = 1 if key == Qt.Key.Key_Down else -1
            self._go(max(0, min(len(self._rows) - 1, self._mark + step)))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and places:
            step = 1 if key == Qt.Key.Key_Right else -1
            at = places.index(self._cell) if self._cell in places else 0
            self._go(self._mark, places[max(0, min(len(places) - 1, at + step))])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._mark >= 0 and self._rows[self._mark].target is not None:
            self.opened.emit(self._rows[self._mark].target)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in BY_KEYBOARD
        if self._ringed and self._mark < 0 and self._rows:
            self._go(0)
        super().focusInEvent(event)


class AgeingBar(QWidget):
    """What is owed by how late it is: a bar of parts, each with its amount in words below. Parts: (words, amount, token)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[tuple[str, Decimal, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, parts: Sequence[tuple[str, Decimal, str]]) -> None:
        self._parts = tuple(parts)
        self.setAccessibleName("; ".join(f"{words} {yuan_words(amount)}" for words, amount, _token in parts))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 10 + 8 + theme.px(22) * ((len(self._parts) + 1) // 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, width = QPainter(self), self.width()
        known = [(amount, token) for _words, amount, token in self._parts if amount > 0]
        total = sum((amount for amount, _token in known), Decimal(0))
        if not total:
            fill_round(painter, QRectF(0, 0, width, 10), "bg_sunken", 3)
        x, gaps = 0.0, 2 * max(len(known) - 1, 0)
        for amount, token in known:
            wide = float((width - gaps) * amount / total)
            fill_round(painter, QRectF(x, 0, wide, 10), token, 3)
            x += wide + 2
        half, line, font = (width - 24) // 2, theme.px(22), theme.font("caption")
        for place, (words, amount, token) in enumerate(self._parts):
            box = QRect((half + 24) * (place % 2), 18 + line * (place // 2), half, line)
            fill_round(painter, QRectF(box.left(), box.center().y() - 3, 8, 8), token, 4)
            draw_text(painter, box.adjusted(14, 0, 0, 0), words, "text_secondary", font)
            draw_text(painter, box, yuan_words(amount), "text_primary", font, RIGHT)


def save_pdf(
    owner: QWidget, desk: Desk, title: str, pdf: bytes, done: Callable[[Path], None], failed: Callable[[JxcError], None]
) -> None:
    """Ask where, and write ``pdf`` there off the GUI thread."""
    path = prompts.file_to_save(owner, _("Save as PDF"), f"{title.replace('/', '-')}.pdf", "PDF (*.pdf)")
    if path is not None:
        target = path if path.suffix.lower() == ".pdf" else path.with_suffix(".pdf")
        desk.tasks.run(owner, lambda: _written(target, pdf), done, failed)


def _written(path: Path, pdf: bytes) -> Path:
    try:
        path.write_bytes(pdf)
    except OSError as error:
        raise FileTrouble(path=str(path), why=error.strerror or str(error)) from error
    return path


def send_to_printer(pdf: bytes, printer: str, title: str) -> str:
    """Hand ``pdf`` to ``printer``; answers what the system calls the job. Raises :class:`PrinterTrouble`."""
    from jxc_desktop.printing.system import print_pdf

    return print_pdf(pdf, printer, title=title)
