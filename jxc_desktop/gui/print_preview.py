"""Printing with a look first: the very pages of the PDF on white paper, which paper, to the printer or into a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.troubles import FileTrouble
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Combo, Dialog, NoticeBar, column, label, row
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from jxc_desktop.printing import DocumentPaper, Rendered
    from jxc_desktop.printing.preview import RasterPage
    from jxc_desktop.printing.system import Printer

GAP = 16
ROLLS = ("80", "58")
RETAIL = ("retail_sale", "retail_return")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the preview shows: the PDFs as they go to the printer, and their pages as pictures."""

    files: tuple[Rendered, ...]
    pages: tuple[RasterPage, ...]


class Pages(QWidget):
    """Pages below each other, black on white in both themes, on a sunken ground."""

    def __init__(self) -> None:
        super().__init__()
        self._images: list[QImage] = []

    def set_pages(self, pages: Sequence[RasterPage]) -> None:
        self._images = [QImage(p.pixels, p.width, p.height, p.width * 3, QImage.Format.Format_RGB888).copy() for p in pages]
        self.setFixedHeight(GAP + sum(self._size(i).height() + GAP for i in self._images))
        self.setAccessibleName(_("{count} pages").format(count=len(self._images)))
        self.update()

    def _size(self, image: QImage) -> QSize:
        """As wide as there is room for, never larger than the paper is."""
        room = max(self.width() - 2 * GAP, 100)
        width = min(room, image.width() // 2)
        return QSize(width, round(image.height() * width / image.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("bg_sunken"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        y = GAP
        for image in self._images:
            size = self._size(image)
            box = QRect((self.width() - size.width()) // 2, y, size.width(), size.height())
            painter.fillRect(box, Qt.GlobalColor.white)
            painter.drawImage(box, image)
            painter.setPen(theme.color("border_default"))
            painter.drawRect(box.adjusted(-1, -1, 0, 0))
            y += size.height() + GAP


class PrintPreview(Dialog):
    """The preview of one or several documents. The paper is remembered per kind on this computer, the printer per paper."""

    def __init__(self, parent: QWidget, desk: Desk, ids: Sequence[int], title: str, kind: str) -> None:
        super().__init__(parent, _("Print {title}").format(title=title), size="lg", icon="printer")
        self._desk, self._ids, self._title, self._kind = desk, tuple(ids), title, kind
        self._papers: list[DocumentPaper] = []
        self._shown: Shown | None = None
        self._printers: list[Printer] = []
        self.paper, self.printer = Combo(width=theme.px(250)), Combo(width=theme.px(230), placeholder=_("No printer"))
        self.note, self.count = NoticeBar(), label("", "secondary")
        self.pages = Pages()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self.pages)
        scroll.setFixedHeight(min(theme.px(430), max(parent.window().height() - theme.px(290), 200)))
        top = row(label(_("Paper"), "secondary"), self.paper, label(_("Printer"), "secondary"), self.printer, 1, self.count)
        self.body.addLayout(column(top, self.note, scroll, spacing=10))
        self.add_button(_("Close"), key="Esc", reject=True)
        self.save = self.add_button(_("Save as PDF"), key="Ctrl+S")
        self.print = self.add_button(_("Print"), "primary", key="Ctrl+Return")
        self.save.clicked.connect(self.save_pdf)
        self.print.clicked.connect(self.print_now)
        self.print.setEnabled(False)
        self.save.setEnabled(False)
        self._fill_papers()
        self.paper.chosen.connect(self._paper_chosen)
        self.printer.chosen.connect(lambda value: desk.preferences.set_text(f"print/printer/{self.paper.value}", str(value)))
        self.print.setFocus()
        self._read()

    def _fill_papers(self) -> None:
        from jxc_desktop.printing import PAPERS

        default = "80" if self._kind in RETAIL else "A5" if self._kind in ("receipt", "payment") else "A4"
        kept = self._desk.preferences.text(f"print/paper/{self._kind}", default)
        self.paper.set_options([(p.name, _(p.title)) for p in PAPERS], kept)

    # --- reading and showing -------------------------------------------------------------------------------------

    def _read(self) -> None:
        from jxc_desktop.printing.load import document_paper
        from jxc_desktop.printing.system import printers

        ids, at = self._ids, self._desk.now().isoformat(timespec="seconds")
        self._desk.tasks.read(
            self, "papers", lambda s: [document_paper(s, i, printed_at=at) for i in ids], self._papers_known, self._failed
        )
        self._desk.tasks.run(self, printers, self._printers_known, self._failed)

    def _papers_known(self, papers: list[DocumentPaper]) -> None:
        self._papers = papers
        self._render()

    def _paper_chosen(self, name: object) -> None:
        self._desk.preferences.set_text(f"print/paper/{self._kind}", str(name))
        self._choose_printer()
        self._render()

    def _render(self) -> None:
        if not self._papers:
            return
        papers, name = list(self._papers), str(self.paper.value)
        self.print.setEnabled(False)
        self.save.setEnabled(False)
        self._desk.tasks.run(self, lambda: _rendered(papers, name), lambda shown: self._show(name, shown), self._failed)

    def _show(self, name: str, shown: Shown) -> None:
        if name != self.paper.value:
            return
        self._shown = shown
        self.pages.set_pages(shown.pages)
        self.count.setText(_("{count} pages").format(count=len(shown.pages)))
        self.save.setEnabled(True)
        self.print.setEnabled(True)
        missing = "".join(sorted({c for one in shown.files for c in one.missing}))
        if missing:
            self.note.show_notice(
                _("These characters are in no font and are printed as 〓: {characters}").format(characters=missing), "warning"
            )

    def _printers_known(self, found: list[Printer]) -> None:
        self._printers = found
        self._choose_printer()
        if not found:
            self.note.show_notice(_("No printer is set up on this computer. Save the PDF and print it from there."), "info")
            self.print.setText(_("Save as PDF"))
            self.print.updateGeometry()
            self.save.hide()

    def _choose_printer(self) -> None:
        kept = self._desk.preferences.text(f"print/printer/{self.paper.value}", "")
        names = [p.name for p in self._printers]
        self.printer.set_options([(n, n) for n in names], kept if kept in names else names[0] if names else None)
        self.printer.setEnabled(bool(names))

    def _failed(self, error: JxcError) -> None:
        self.print.set_busy(False)
        self.note.show_notice(str(error), "danger")

    # --- printing and saving -------------------------------------------------------------------------------------

    def print_now(self) -> None:
        """Hand the pages to the chosen printer; without one they are saved as a file."""
        if self._shown is None:
            return
        if not self._printers:
            self.save_pdf()
            return
        from jxc_desktop.printing.system import print_pdf

        files, printer, title = self._shown.files, str(self.printer.value), self._title
        self.print.set_busy(True)
        self._desk.tasks.run(
            self, lambda: [print_pdf(one.pdf, printer, title=title) for one in files], self._printed, self._failed
        )

    def _printed(self, jobs: list[str]) -> None:
        self.print.set_busy(False)
        self._desk.toasts.show(_("{title} is at the printer").format(title=self._title), note=", ".join(jobs)[:80])
        self.accept()

    def save_pdf(self) -> None:
        """Ask where, and write one file per document."""
        if self._shown is None:
            return
        path = prompts.file_to_save(self, _("Save as PDF"), f"{self._title.replace('/', '-')}.pdf", "PDF (*.pdf)")
        if path is None:
            return
        files = [one.pdf for one in self._shown.files]
        self._desk.tasks.run(self, lambda: _write(path, files), self._saved, self._failed)

    def _saved(self, path: Path) -> None:
        self._desk.toasts.show(_("Saved as {name}").format(name=path.name), note=str(path.parent), tone="success")
        self.accept()


def _rendered(papers: Sequence[DocumentPaper], name: str) -> Shown:
    from jxc_desktop.printing import render_document
    from jxc_desktop.printing.preview import page_images

    files = tuple(render_document(paper, name) for paper in papers)
    return Shown(files, tuple(page for one in files for page in page_images(one.pdf, 180)))


def _write(path: Path, files: Sequence[bytes]) -> Path:
    """One file under ``path``, several with a number behind the name. Raises :class:`FileTrouble`."""
    first = path if path.suffix.lower() == ".pdf" else path.with_suffix(".pdf")
    try:
        for number, pdf in enumerate(files, start=1):
            target = first if len(files) == 1 else first.with_stem(f"{first.stem}-{number:03}")
            target.write_bytes(pdf)
    except OSError as error:
        raise FileTrouble(path=str(first), why=str(error)) from error
    return first


def preview(parent: QWidget, desk: Desk, ids: Sequence[int], title: str, kind: str) -> None:
    """Show the preview of these documents and wait until it is closed."""
    dialog = PrintPreview(parent, desk, ids, title, kind)
    dialog.exec()
    dialog.deleteLater()
