"""打印价签与标签: which products and how many, on which paper from which position, with the very page that is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui.screen import Desk, Screen
from jxc_desktop.gui.screens.label_choice import MOST_COPIES, CopiesTable, Item, ReceiptDialog
from jxc_desktop.gui.screens.label_data import Made, make_labels, paper_words
from jxc_desktop.gui.screens.label_preview import LabelView, ShiftDialog
from jxc_desktop.gui.screens.master_parts import save_pdf, send_to_printer
from jxc_desktop.gui.screens.product_acts import product_search
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import (
    Button,
    Card,
    Choice,
    Combo,
    Field,
    FieldGrid,
    NoticeBar,
    Picker,
    QuantityEdit,
    Tabs,
    column,
    label,
    row,
)
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.paper import label_lines
from jxc_desktop.queries.product_lines import TagLine, due_tags, tag_lines
from jxc_desktop.queries.products import find_by_code

if TYPE_CHECKING:
    from jxc_desktop.printing.labels import LabelSheet
    from jxc_desktop.printing.system import Printer

NORMAL, WIDE = 440, 500


class Labels(Screen):
    """``open(products=[ids])`` or ``open(document=id)`` puts products on the list."""

    title = N_("Price tags and labels")
    has_back = True
    follows = Changes.PRODUCTS
    hints = (("Space", N_("Check the row")), ("Return", N_("Change the copies")), ("Ctrl+P", N_("Print")))

    def __init__(self, desk: Desk) -> None:
        self.items: dict[int, Item] = {}
        self.made: Made | None = None
        self._printers: list[Printer] = []
        self._page = 0
        super().__init__(desk)

    # --- making the page -----------------------------------------------------------------------------------------

    def build(self) -> None:
        self.save = Button(_("Save as PDF"), icon="file-export", key="Ctrl+S", on_click=self.save_file)
        self.print = Button(_("Print"), "primary", "printer", key="Ctrl+P", on_click=self.print_labels)
        self.add_action(self.save)
        self.add_action(self.print)
        self.finder = Picker(product_search(self.desk, self), _("Scan, or type a product to add it"), clear_on_pick=True)
        self.finder.setFixedWidth(theme.px(300))
        self.finder.picked.connect(self._picked)
        receipt = Button(_("From a receipt"), icon="package-import", on_click=self.add_receipt)
        self.tabs = Tabs([("queue", _("To print")), ("changed", _("Price changed")), ("arrived", _("Just arrived"))])
        self.tabs.chosen.connect(lambda _value: self._show_items())
        self.table = CopiesTable(self.desk.preferences)
        self.table.set_empty("tags", _("Nothing to print yet"), _("Scan products, or take over a receipt of goods."))
        self.table.copies_changed.connect(self._copies_changed)
        list_card = column(self.tabs, self.table, spacing=8)
        list_card.setStretch(1, 1)
        buttons = row(
            Button(_("One of each"), size="sm", on_click=lambda: self.set_all("one")),
            Button(_("As many as on hand"), size="sm", on_click=lambda: self.set_all("stock")),
            Button(_("Clear"), "ghost", size="sm", on_click=lambda: self.set_all("none")),
        )
        self.sums = label("", "secondary")
        left = column(row(self.finder, receipt, 1), list_card, row(self.sums, 1, buttons), spacing=10)
        left.setStretch(1, 1)
        self.side = self._side()
        whole = row(spacing=12)
        whole.addLayout(left, 1)
        whole.addWidget(self.side)
        self.add(whole, 1)

    def find_field(self) -> QWidget:
        return self.finder

    def _side(self) -> Card:
        from jxc_desktop.printing.labels import LABELS

        card, grid = Card(spacing=10), FieldGrid(2)
        kept = self.desk.preferences.text("labels/paper", "70x38")
        self.paper = Combo([(name, paper_words(sheet)) for name, sheet in LABELS.items()], kept)
        self.paper.chosen.connect(self._paper_chosen)
        self.printer = Combo(placeholder=_("No printer"))
        self.printer.chosen.connect(self._printer_chosen)
        self.start = QuantityEdit(Decimal(1), places=0, low=Decimal(1), high=Decimal(999))
        self.start.value_changed.connect(lambda _value: self._render())
        self.start_field = Field(_("Begin at position"), self.start)
        self.printer_field = Field(_("Printer"), self.printer)
        grid.add(Field(_("Paper"), self.paper), 2)
        grid.add(self.printer_field)
        grid.add(self.start_field)
        self.page_note = label("", "caption")
        self.back, self.on = (
            Button("", "default", "chevron-left", size="sm", tip=_("Previous page"), on_click=lambda: self._turn(-1)),
            Button("", "default", "chevron-right", size="sm", tip=_("Next page"), on_click=lambda: self._turn(1)),
        )
        self.view = LabelView()
        self.out = Button("", "default", "zoom-out", size="sm", tip=_("Zoom out"), on_click=lambda: self._zoom(-1))
        self.near = Button("", "default", "zoom-in", size="sm", tip=_("Zoom in"), on_click=lambda: self._zoom(1))
        self.notice = NoticeBar()
        self.shift_note = label("", "caption")
        calibrate = Button(_("Calibrate"), "link", "target", size="sm", on_click=self.calibrate)
        card.add(grid)
        head = label(_("Preview"), "section")
        card.add(row(head, self.page_note, 1, self.back, self.on, self.out, self.near))
        card.add(self.notice)
        card.add(self.view, 1)
        card.add(row(self.shift_note, 1, calibrate))
        card.setFixedWidth(theme.px(NORMAL))
        card.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        return card

    def lay_out(self, width: str, height: str) -> None:
        self.side.setFixedWidth(theme.px(WIDE if width == "wide" else NORMAL))

    # --- the list ------------------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        products = [int(product) for product in arguments.get("products", ())]
        if products:
            self.tasks.read(self, "given", lambda s: tag_lines(s, products), lambda lines: self._take(lines, 1))
        if arguments.get("document") is not None:
            self._take_receipt(int(arguments["document"]))

    def reload(self) -> None:
        from jxc_desktop.printing.system import printers

        today, known = self.desk.today(), list(self.items)
        self.tasks.read(self, "due", lambda s: (due_tags(s, today), tag_lines(s, known)), self._due_known)
        self.tasks.run(self, printers, self._printers_known)

    def _due_known(self, found: tuple[list[TagLine], list[TagLine]]) -> None:
        due, known = found
        fresh = {line.id: line for line in known}
        for product, item in list(self.items.items()):
            if product in fresh:
                item.line = replace(fresh[product], reason=item.line.reason, source=item.line.source)
        for line in due:
            item = self.items.setdefault(line.id, Item(line))
            if item.line.reason == "chosen":
                item.line = line
        counts = {reason: sum(1 for line in due if line.reason == reason) for reason in ("changed", "arrived")}
        for reason, count in counts.items():
            self.tabs.set_count(reason, count or None)
        if any(counts.values()):
            words = _("In the last 7 days {changed} prices were changed and {arrived} products came in")
            self.set_subtitle(words.format(**counts))
        self._show_items()
        self._render()

    def _take(self, lines: Sequence[TagLine], copies: int, counts: dict[int, int] | None = None) -> None:
        """Put products on the list; what is there already gets that many copies more."""
        for line in lines:
            item = self.items.setdefault(line.id, Item(line))
            item.copies = min(item.copies + (counts or {}).get(line.id, copies), MOST_COPIES)
        self.tabs.set_value("queue")
        self._show_items()
        if lines:
            self.table.select_key(lines[-1].id)
        self._copies_changed()

    def _show_items(self) -> None:
        wanted = self.tabs.value
        found = [item for item in self.items.values() if (item.copies > 0 if wanted == "queue" else item.line.reason == wanted)]
        self.table.show_items(found)
        self._sum_up()

    def _sum_up(self) -> None:
        queue = [item for item in self.items.values() if item.copies]
        total = sum(item.copies for item in queue)
        self.tabs.set_count("queue", len(queue) or None)
        self.sums.setText(_("{products} products, {labels} labels").format(products=len(queue), labels=total))
        self.print.setText(_("Print {count} labels").format(count=total) if total else _("Print"))
        self.print.updateGeometry()

    def _copies_changed(self) -> None:
        self._sum_up()
        self._render()

    def _picked(self, choice: Choice | None) -> None:
        if choice is not None and isinstance(choice.value, int):
            self._add(choice.value)

    def _add(self, product: int) -> None:
        self.tasks.read(self, f"add {product}", lambda s: tag_lines(s, [product]), lambda lines: self._take(lines, 1))

    def add_receipt(self) -> None:
        dialog = ReceiptDialog(self)
        if dialog.exec() and dialog.document is not None:
            self._take_receipt(dialog.document)
        dialog.deleteLater()

    def _take_receipt(self, document: int) -> None:
        """The goods of a document: a tag for each product, or a goods label for each piece."""
        pieces = self._sheet().layout == "goods"

        def look(session: Any) -> tuple[list[TagLine], dict[int, int]]:
            lines = label_lines(session, document)
            counts = {product: max(int(quantity.to_integral_value(ROUND_CEILING)), 1) for product, _unit, quantity in lines}
            return tag_lines(session, list(counts)), counts if pieces else {}

        self.tasks.read(self, "receipt", look, lambda found: self._take(found[0], 1, found[1]))

    def set_all(self, how: str) -> None:
        """One of each of the rows shown, as many as are on hand, or none."""
        shown = self.table.model.loaded()
        for item in shown:
            stock = max(int(item.line.quantity.to_integral_value(ROUND_CEILING)), 0)
            item.copies = {"one": 1, "stock": min(stock, MOST_COPIES), "none": 0}[how]
        self._show_items()
        self._copies_changed()

    def handle_scan(self, code: str) -> bool:
        self.tasks.read(self, "scan", lambda s: find_by_code(s, code), lambda hit: self._scanned(code, hit))
        return True

    def _scanned(self, code: str, hit: Any) -> None:
        if hit is None:
            self.notice.show_notice(_("“{code}” was not found").format(code=code), "warning")
        else:
            self._add(hit.product_id)

    # --- the paper -----------------------------------------------------------------------------------------------

    def _sheet(self) -> LabelSheet:
        from jxc_desktop.printing import sheet_of

        return sheet_of(str(self.paper.value))

    def _paper_chosen(self, name: object) -> None:
        self.desk.preferences.set_text("labels/paper", str(name))
        self.start.set_value(Decimal(1))
        self._choose_printer()
        self._render()

    def _printer_chosen(self, name: object) -> None:
        self.desk.preferences.set_text(f"print/printer/label {self.paper.value}", str(name))
        self._render()

    def _printers_known(self, found: list[Printer]) -> None:
        self._printers = found
        self._choose_printer()

    def _choose_printer(self) -> None:
        kept = self.desk.preferences.text(f"print/printer/label {self.paper.value}", "")
        names = [printer.name for printer in self._printers]
        self.printer.set_options([(name, name) for name in names], kept if kept in names else names[0] if names else None)
        self.printer.setEnabled(bool(names))
        self._show_shift()

    def _shift_key(self) -> str:
        return f"labels/shift/{self.printer.value or ''}/{self.paper.value}"

    def shift(self) -> tuple[Decimal, Decimal]:
        """How far this printer moves labels on this paper: mm to the right and down."""
        said = self.desk.preferences.text(self._shift_key(), "0 0").split(" ")
        try:
            return Decimal(said[0]), Decimal(said[1])
        except (InvalidOperation, IndexError):  # a preference somebody edited by hand
            return Decimal(0), Decimal(0)

    def _show_shift(self) -> None:
        right, down = self.shift()
        self.shift_note.setText(_("Calibrated by {right} mm to the right, {down} mm down").format(right=right, down=down))

    def calibrate(self) -> None:
        dialog = ShiftDialog(self, self.shift())
        if dialog.exec():
            self.desk.preferences.set_text(self._shift_key(), f"{dialog.shift[0]} {dialog.shift[1]}")
            self._show_shift()
            self._render()
        dialog.deleteLater()

    # --- the preview ---------------------------------------------------------------------------------------------

    def _render(self) -> None:
        """The labels as they will be printed, made anew off the GUI thread; only the newest is shown."""
        sheet = self._sheet()
        self.start_field.setVisible(sheet.positions > 1)
        self._show_shift()
        wanted = [(item.id, item.copies) for item in self.items.values() if item.copies]
        for button in (self.save, self.print):
            button.setEnabled(bool(wanted))
        if not wanted:
            self.made = None
            self.view.page.set_page(None)
            self.page_note.setText("")
            self.notice.clear()
            self._show_pages()
            return
        try:
            start = int(self.start.value() or 1) if sheet.positions > 1 else 1
        except JxcError as error:
            self.start_field.set_error(str(error))
            return
        paper, day, page = str(self.paper.value), self.desk.today().isoformat(), self._page
        right, down = self.shift()

        def make(session: Any) -> Made:
            return make_labels(session, wanted, paper, sheet, start, (float(right), float(down)), day, page)

        self.tasks.read(self, "render", make, self._rendered, self._not_rendered)

    def _rendered(self, made: Made) -> None:
        self.made = made
        self.notice.clear()
        self._page = min(self._page, made.rendered.pages - 1)
        self.view.page.set_page(made.page)
        if made.rendered.missing:
            characters = "".join(sorted(made.rendered.missing))
            words = _("These characters are in no font and are printed as 〓: {characters}")
            self.notice.show_notice(words.format(characters=characters), "warning")
        self._show_pages()

    def _not_rendered(self, error: JxcError) -> None:
        self.made = None
        self.view.page.set_page(None)
        self._show_pages()
        for button in (self.save, self.print):
            button.setEnabled(False)
        self.notice.show_notice(str(error), "danger")

    def _show_pages(self) -> None:
        pages = self.made.rendered.pages if self.made is not None else 0
        words = _("Page {page} of {pages}, the very file that is printed").format(page=self._page + 1, pages=pages)
        self.page_note.setText(words if pages else "")
        for button in (self.back, self.on):
            button.setVisible(pages > 1)
        self.back.setEnabled(self._page > 0)
        self.on.setEnabled(self._page + 1 < pages)
        self._zoom(0)

    def _turn(self, step: int) -> None:
        self._page = max(0, self._page + step)
        self._render()

    def _zoom(self, step: int) -> None:
        self.view.zoom(step)
        self.out.setEnabled(not self.view.farthest)
        self.near.setEnabled(not self.view.nearest)

    # --- printing and saving -------------------------------------------------------------------------------------

    def print_labels(self) -> None:
        """To the printer; without one into a file."""
        if self.made is None:
            return
        if not self._printers:
            self.save_file()
            return
        pdf, printer, title = self.made.rendered.pdf, str(self.printer.value), _("Labels")
        self.print.set_busy(True)
        self.tasks.run(self, lambda: send_to_printer(pdf, printer, title), self._printed, self._failed)

    def _printed(self, job: str) -> None:
        self.print.set_busy(False)
        count = self.made.labels if self.made is not None else 0
        self.desk.toasts.show(_("{count} labels are at the printer").format(count=count), note=job[:80], tone="success")

    def save_file(self) -> None:
        if self.made is not None:
            save_pdf(self, self.desk, _("Labels"), self.made.rendered.pdf, self._saved, self._failed)

    def _saved(self, path: Path) -> None:
        self.desk.toasts.show(_("Saved as {name}").format(name=path.name), note=str(path.parent), tone="success")

    def _failed(self, error: JxcError) -> None:
        self.print.set_busy(False)
        self.refuse(error)
