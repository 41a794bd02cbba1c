"""Pieces of the cost difference slip: lines that lead to a result, the profit of each day, its preview on paper."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.columns import word
from jxc_desktop.domain.troubles import FileTrouble
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Screen
from jxc_desktop.gui.screens.table_paper import DPI, MOST_PAGES, Sheet, SheetPreview
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.paint import RIGHT, draw_text, fill_round, text_width
from jxc_desktop.i18n import _
from jxc_desktop.printing.difference import DifferencePaper
from jxc_desktop.queries.difference_words import Line, signed_figure
from jxc_desktop.queries.differences import DifferenceSum


class ResultLines(QWidget):
    """Labels at the left, values at the right; the result in bold. A label gives way before its value does."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[Line, ...] = ()
        self._dense = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, lines: Sequence[Line]) -> None:
        self.lines = tuple(lines)
        self.setAccessibleName("; ".join(f"{line.label} {line.value}" for line in lines))
        self.setToolTip("\n".join(f"{line.label} {line.value}" for line in lines))
        self.setVisible(bool(lines))
        self.updateGeometry()
        self.update()

    def _height(self) -> int:
        return theme.px(19 if self._dense else 24)

    def set_dense(self, dense: bool) -> None:
        """Closer lines, for low windows."""
        if dense != self._dense:
            self._dense = dense
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self._height() * len(self.lines))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, height = QPainter(self), self._height()
        for place, line in enumerate(self.lines):
            box = QRectF(0, place * height, self.width(), height)
            font = theme.font("section" if line.strong else "body")
            ink = "danger_text" if line.wrong else "text_primary"
            taken = min(text_width(line.value, font) + 1.0, box.width() * 0.8)
            draw_text(painter, box.adjusted(box.width() - taken, 0, 0, 0), line.value, ink, font, RIGHT)
            draw_text(painter, box.adjusted(0, 0, -taken - 8, 0), line.label, "danger_text" if line.wrong else "text_secondary")


class DayProfits(QWidget):
    """The profit of each day before and after, as a small table."""

    def __init__(self) -> None:
        super().__init__()
        self.days: tuple[DifferenceSum, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, days: Sequence[DifferenceSum]) -> None:
        """Days on which something was sold."""
        self.days = tuple(day for day in days if day.profit_change is not None)
        self.setAccessibleName("; ".join(f"{day.key} {signed_figure(day.profit_change)}" for day in self.days))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, theme.px(30) * (len(self.days) + 1) + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, height = QPainter(self), theme.px(30)
        fill_round(painter, QRectF(self.rect()), "bg_surface", 6, "border_subtle")
        painter.fillRect(QRectF(1, 1, self.width() - 2, height - 1), theme.color("bg_subtle"))
        titles = [_("Date"), _("Before"), _("After"), _("Change")]
        self._line(painter, 0, titles, [("text_secondary", "caption")] * 4)
        looks = [("text_primary", "body"), ("text_secondary", "body"), ("text_primary", "body"), ("text_primary", "section")]
        for place, day in enumerate(self.days, 1):
            painter.fillRect(QRectF(1, place * height, self.width() - 2, 1), theme.color("border_subtle"))
            texts = [
                day.key[5:],
                word(day.old_profit, "money"),
                word(day.new_profit, "money"),
                signed_figure(day.profit_change),
            ]
            self._line(painter, place, texts, looks)

    def _line(self, painter: QPainter, place: int, texts: Sequence[str], looks: Sequence[tuple[str, str]]) -> None:
        height, wide = theme.px(30), (self.width() - 32) / 4
        for column, (text, (ink, role)) in enumerate(zip(texts, looks, strict=True)):
            box = QRectF(16 + column * wide, place * height, wide, height)
            if column:
                draw_text(painter, box, text, ink, theme.font(role), RIGHT)
            else:
                draw_text(painter, box, text, ink, theme.font(role))


class SlipPreview(SheetPreview):
    """The very pages of the slip; printed, or saved as PDF."""

    def __init__(self, screen: Screen, sheet: Sheet, paper: DifferencePaper) -> None:
        self._paper = paper
        super().__init__(screen, sheet)

    def _read(self) -> None:
        from jxc_desktop.printing import render_difference
        from jxc_desktop.printing.preview import page_images
        from jxc_desktop.printing.system import printers

        tasks, paper = self._screen.desk.tasks, self._paper

        def pages():  # type: ignore[no-untyped-def]
            file = render_difference(paper)
            return file, tuple(page_images(file.pdf, DPI, pages=range(min(file.pages, MOST_PAGES))))

        tasks.run(self, pages, self._show, self._failed)
        tasks.run(self, printers, self._printers_known, self._failed)

    def _save(self) -> None:
        save_slip(self._screen, self._paper, self._sheet.title)


def save_slip(screen: Screen, paper: DifferencePaper, title: str) -> None:
    """Ask for a file and write the slip into it."""
    path = prompts.file_to_save(screen, _("Save as PDF"), f"{title}.pdf", "PDF (*.pdf)")
    if path is not None:
        screen.tasks.run(screen, lambda: _write(path, paper), lambda name: _saved(screen, name), screen.refuse)


def _write(path: Path, paper: DifferencePaper) -> Path:
    from jxc_desktop.exchange.write import replacing
    from jxc_desktop.printing import render_difference

    target = path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf")
    try:
        with replacing(target) as file:
            file.write(render_difference(paper).pdf)
    except OSError as error:
        raise FileTrouble(path=str(target), why=str(error)) from error
    return target


def _saved(screen: Screen, path: Path) -> None:
    screen.desk.toasts.show(_("Saved as {name}").format(name=path.name), note=str(path.parent), tone="success")


def preview_slip(screen: Screen, sheet: Sheet, paper: DifferencePaper) -> None:
    """Show the pages and wait until the dialog is closed."""
    dialog = SlipPreview(screen, sheet, paper)
    dialog.exec()
    dialog.deleteLater()
