"""The count sheet before it is printed: its pages, the printer, or a PDF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screens.table_paper import DPI, MOST_PAGES, Sheet, SheetPreview
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from jxc_desktop.gui.screen import Screen
    from jxc_desktop.printing import Rendered
    from jxc_desktop.printing.count_sheet import CountSheet
    from jxc_desktop.printing.preview import RasterPage


class CountSheetPreview(SheetPreview):
    """As for a list, of a paper that ``read(session)`` gives."""

    def __init__(self, screen: Screen, read: Callable[[Session], CountSheet]) -> None:
        self._question = read
        super().__init__(screen, Sheet(_("Count sheet"), "", (), (), {}))

    def _read(self) -> None:
        from jxc_desktop.printing.system import printers

        tasks, question = self._screen.desk.tasks, self._question
        tasks.read(self, "pages", lambda s: _pages(question(s)), self._show, self._failed)
        tasks.run(self, printers, self._printers_known, self._failed)

    def _save(self) -> None:
        name = f"{_('Count sheet')} {self._screen.desk.today().isoformat()}.pdf"
        path = prompts.file_to_save(self._screen, _("Save as PDF"), name, "PDF (*.pdf)")
        if path is None or self._file is None:
            return
        pdf = self._file.pdf

        def done(written: Path) -> None:
            self.save.set_busy(False)
            self._screen.desk.toasts.show(_("{name} is written").format(name=written.name))

        def refused(error: JxcError) -> None:
            self.save.set_busy(False)
            self._failed(error)

        self.save.set_busy(True)
        self._screen.tasks.run(self, lambda: _write(path, pdf), done, refused)


def _write(path: Path, pdf: bytes) -> Path:
    from jxc_desktop.exchange.write import replacing

    with replacing(path) as file:
        file.write(pdf)
    return path


def _pages(sheet: CountSheet) -> tuple[Rendered, tuple[RasterPage, ...]]:
    from jxc_desktop.printing.count_sheet import render
    from jxc_desktop.printing.preview import page_images

    file = render(sheet)
    return file, tuple(page_images(file.pdf, DPI, pages=range(min(file.pages, MOST_PAGES))))


def preview_count_sheet(screen: Screen, read: Callable[[Session], CountSheet]) -> None:
    """Show the pages and wait until the dialog is closed."""
    dialog = CountSheetPreview(screen, read)
    dialog.exec()
    dialog.deleteLater()
