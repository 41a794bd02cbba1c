"""A list as it leaves the screen: into Excel, CSV or PDF in the background, or onto paper after a look at its pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea

from jxc_desktop.columns import Column
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui import prompts
from jxc_desktop.gui.print_preview import Pages
from jxc_desktop.gui.screen import Screen
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Combo, Dialog, NoticeBar, column, label, row
from jxc_desktop.i18n import N_, _

if TYPE_CHECKING:
    from jxc_desktop.printing import Rendered
    from jxc_desktop.printing.preview import RasterPage
    from jxc_desktop.printing.system import Printer

FORMATS = (("xlsx", N_("Excel workbook")), ("csv", N_("CSV text")), ("pdf", N_("PDF document")))
DPI = 150
MOST_PAGES = 40
"""Pages that the preview paints; all are printed."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list with its head. ``rows`` are what the columns read; ``totals`` raw values by column key."""

    title: str
    subtitle: str
    columns: tuple[Column, ...]
    rows: Sequence[Any]
    totals: Mapping[str, Any]


def rendered(sheet: Sheet, shop: str, printed_at: str, demo: bool) -> Rendered:
    """``sheet`` as a PDF on A4."""
    from jxc_desktop.printing import TablePaper, render_table

    return render_table(
        TablePaper(sheet.title, sheet.subtitle, sheet.columns, sheet.rows, shop, printed_at, sheet.totals or None, demo)
    )


def write_sheet(path: Path, sheet: Sheet, shop: str, printed_at: str, demo: bool) -> Path:
    """Write ``sheet`` in the format its ending names. Raises what the writing of files raises."""
    from jxc_desktop.exchange.write import replacing, write_csv, write_xlsx

    ending = path.suffix.lower()
    if ending == ".csv":
        write_csv(path, sheet.columns, sheet.rows)
    elif ending == ".pdf":
        pdf = rendered(sheet, shop, printed_at, demo).pdf
        with replacing(path) as file:
            file.write(pdf)
    else:
        write_xlsx(path, sheet.columns, sheet.rows, sheet.title)
    return path


def export_sheet(screen: Screen, sheet: Sheet, ending: str, button: Button) -> None:
    """Ask for a file, write it in the background, and offer to open its folder. The button is busy meanwhile."""
    kinds = {"xlsx": "Excel (*.xlsx)", "csv": "CSV (*.csv)", "pdf": "PDF (*.pdf)"}[ending]
    name = f"{sheet.title} {screen.desk.today().isoformat()}.{ending}"
    path = prompts.file_to_save(screen, _("Export {title}").format(title=sheet.title), name, kinds)
    if path is None:
        return
    target = path if path.suffix.lower() == f".{ending}" else path.with_name(f"{path.name}.{ending}")
    shop, at, demo = screen.desk.shop_name, screen.desk.now().isoformat(timespec="seconds"), screen.desk.is_demo
    button.set_busy(True)

    def done(written: Path) -> None:
        button.set_busy(False)
        folder = QUrl.fromLocalFile(str(written.parent))
        screen.desk.toasts.show(
            _("{name} is written").format(name=written.name),
            note=_("{count} rows").format(count=f"{len(sheet.rows):,}"),
            action=(_("Open the folder"), lambda: QDesktopServices.openUrl(folder)),
        )

    def refused(error: JxcError) -> None:
        button.set_busy(False)
        screen.refuse(error)

    screen.tasks.run(screen, lambda: write_sheet(target, sheet, shop, at, demo), done, refused)


def export_menu(button: Button, export: Callable[[str], None]) -> None:
    """Which format? ``export(ending)`` is called with the answer."""
    menu = QMenu(button)
    for ending, words in FORMATS:
        menu.addAction(_(words)).triggered.connect(lambda _on=False, ending=ending: export(ending))
    menu.exec(button.mapToGlobal(QPoint(0, button.height() + 4)))
    menu.deleteLater()


class SheetPreview(Dialog):
    """The pages of a list as they go to the printer; they can be saved instead."""

    def __init__(self, screen: Screen, sheet: Sheet) -> None:
        super().__init__(screen, _("Print {title}").format(title=sheet.title), size="lg", icon="printer")
        self._screen, self._sheet = screen, sheet
        self._file: Rendered | None = None
        self._printers: list[Printer] = []
        self.printer, self.note = Combo(width=theme.px(230), placeholder=_("No printer")), NoticeBar()
        self.count, self.pages = label("", "secondary"), Pages()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self.pages)
        scroll.setFixedHeight(min(theme.px(430), max(screen.window().height() - theme.px(290), 200)))
        top = row(label(_("Printer"), "secondary"), self.printer, 1, self.count)
        self.body.addLayout(column(top, self.note, scroll, spacing=10))
        self.add_button(_("Close"), key="Esc", reject=True)
        self.save = self.add_button(_("Save as PDF"), key="Ctrl+S")
        self.print = self.add_button(_("Print"), "primary", key="Ctrl+Return")
        self.save.clicked.connect(self._save)
        self.print.clicked.connect(self._print)
        self.print.setEnabled(False)
        self._read()

    def _read(self) -> None:
        from jxc_desktop.printing.system import printers

        desk, sheet = self._screen.desk, self._sheet
        shop, at, demo = desk.shop_name, desk.now().isoformat(timespec="seconds"), desk.is_demo
        desk.tasks.run(self, lambda: _pages(rendered(sheet, shop, at, demo)), self._show, self._failed)
        desk.tasks.run(self, printers, self._printers_known, self._failed)

    def _show(self, found: tuple[Rendered, tuple[RasterPage, ...]]) -> None:
        self._file, pages = found
        self.pages.set_pages(pages)
        self.count.setText(_("{count} pages").format(count=self._file.pages))
        self._ready()

    def _printers_known(self, found: list[Printer]) -> None:
        self._printers = found
        self.printer.set_options([(p.name, p.name) for p in found], found[0].name if found else None)
        self.printer.setEnabled(bool(found))
        if not found:
            self.note.show_notice(_("No printer is set up on this computer. Save the PDF and print it from there."), "info")
        self._ready()

    def _ready(self) -> None:
        self.print.setEnabled(self._file is not None and bool(self._printers))

    def _failed(self, error: JxcError) -> None:
        self.print.set_busy(False)
        self.note.show_notice(str(error), "danger")

    def _print(self) -> None:
        from jxc_desktop.printing.system import print_pdf

        if self._file is None:
            return
        pdf, printer, title = self._file.pdf, str(self.printer.value), self._sheet.title
        self.print.set_busy(True)
        self._screen.tasks.run(self, lambda: print_pdf(pdf, printer, title=title), self._printed, self._failed)

    def _printed(self, job: str) -> None:
        self.print.set_busy(False)
        self._screen.desk.toasts.show(_("{title} is at the printer").format(title=self._sheet.title), note=job[:80])
        self.accept()

    def _save(self) -> None:
        export_sheet(self._screen, self._sheet, "pdf", self.save)


def _pages(file: Rendered) -> tuple[Rendered, tuple[RasterPage, ...]]:
    from jxc_desktop.printing.preview import page_images

    return file, tuple(page_images(file.pdf, DPI, pages=range(min(file.pages, MOST_PAGES))))


def preview_sheet(screen: Screen, sheet: Sheet) -> None:
    """Show the pages and wait until the dialog is closed."""
    dialog = SheetPreview(screen, sheet)
    dialog.exec()
    dialog.deleteLater()
