"""The documents of the tour's day: bought, received, sold, brought back, moved, written off, paid - each typed in the windows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from jxc_desktop.domain.documents import kind_of
from jxc_desktop.gui import prompts
from jxc_desktop.gui.print_preview import PrintPreview
from jxc_desktop.gui.screens.document_dialogs import ReturnDialog
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.document_form import LineForm
from jxc_desktop.gui.screens.document_money import MoneyForm
from jxc_desktop.gui.screens.documents import Documents
from jxc_desktop.gui.screens.labels import Labels
from jxc_desktop.gui.screens.products import Products
from jxc_desktop.gui.tour_book import Book
from jxc_desktop.gui.tour_hand import CTRL, Hand
from jxc_desktop.i18n import _

SUPPLIER, CUSTOMER = "城南批发部", "育才幼儿园"
WATER, NOODLES, TEA, CRISPS = "1001", "1002", "1003", "1004"
"""Codes of the goods that the day trades in."""
LABELS = ("40x30", "70x38")


class Trade:
    """Documents of one day in one shop. ``papers`` collects the names of the PDFs that were saved."""

    def __init__(self, hand: Hand, book: Book, papers: Path) -> None:
        self.hand, self.book, self.folder = hand, book, papers
        self.papers: list[str] = []

    def must(self, found: object, wanted: object, what: str) -> None:
        """Stop the tour where the book does not say what it should."""
        if found != wanted:
            raise self.hand.stop(_("{what} is {found}, not {wanted}.").format(what=what, found=found, wanted=wanted))

    def stock_must(self, code: str, wanted: str, place: str | None = None) -> None:
        self.must(self.book.stock(code, place), Decimal(wanted), _("the stock of {code}").format(code=code))

    # --- typing --------------------------------------------------------------------------------------------------

    def begin(self, page: str, kind: str) -> DocumentEditor:
        """A new document of a kind, from the list it belongs to."""
        hand, listed = self.hand, self.hand.go(page, Documents)
        if kind == listed.family.new[0]:
            hand.press(Qt.Key.Key_N, CTRL)
        else:
            hand.menu(lambda: hand.click(listed.new_menu), _("New {kind}").format(kind=kind_of(kind).name))
        editor = hand.front(DocumentEditor)
        hand.wait_for(lambda: editor.form is not None, kind_of(kind).name)
        return editor

    def lines(self, editor: DocumentEditor, *wanted: tuple[str, ...]) -> LineForm:
        """Type lines: the code of the product, then what each cell of the walk takes ("" leaves it as it is)."""
        hand, form = self.hand, editor.form
        assert isinstance(form, LineForm)
        for code, *cells in wanted:
            count = len(form.grid.lines)
            hand.press(Qt.Key.Key_Insert)
            hand.write(code)
            hand.press(Qt.Key.Key_Return)
            hand.wait_for(lambda count=count: len(form.grid.lines) > count, _("a line with {code}").format(code=code))  # type: ignore[misc]
            for cell in cells:
                hand.enter(cell)
        return form

    def post(self, editor: DocumentEditor) -> str:
        """Ctrl+Enter; the number of the document that stands now."""
        self.hand.press(Qt.Key.Key_Return, CTRL)
        form = editor.form
        said = form.notice.label.text() if form is not None else ""
        self.hand.wait_for(lambda: editor.view is not None, _("the posting of the document ({notice})").format(notice=said))
        assert editor.detail is not None
        return editor.detail.head.number or ""

    # --- buying --------------------------------------------------------------------------------------------------

    def order(self) -> None:
        editor = self.begin("purchases", "purchase_order")
        form = editor.form
        assert isinstance(form, LineForm)
        self.hand.pick(form.head.partner, SUPPLIER)
        self.lines(editor, (WATER, "240", "1.20"), (NOODLES, "60", "11.50"), (TEA, "180", "3.10"), (CRISPS, "80", "3.90"))
        self.post(editor)
        self.must(self.book.newest("purchase_order").total, Decimal("1848.00"), _("the purchase order"))
        self.stock_must(WATER, "0")

    def receive(self) -> None:
        """The goods come: one line is short, the rest stays on order."""
        editor = self.hand.front(DocumentEditor)
        self.hand.click(editor.follow)
        editor = self.hand.front(DocumentEditor)
        form = editor.form
        assert isinstance(form, LineForm)
        self.hand.wait_for(lambda: len(form.grid.lines) == 4, _("the lines of the order"))
        self.hand.cell(form.grid, 2, "quantity", "156")
        self.post(editor)
        for code, quantity in ((WATER, "240"), (NOODLES, "60"), (TEA, "156"), (CRISPS, "80")):
            self.stock_must(code, quantity)
        self.must(self.book.balance(SUPPLIER), Decimal("-1773.60"), SUPPLIER)
        self.must(self.book.newest("purchase_order").status, "partly", _("the purchase order"))

    def label(self) -> None:
        """Labels for what came in: from the marked product, two more scanned; saved as PDF."""
        products = self.hand.go("products", Products)
        self.hand.wait_for(lambda: products.table.current() is not None, _("the products"))
        products.print_labels()
        page = self.hand.front(Labels)
        for code in (NOODLES, TEA):
            product = self.book.product(code)
            assert product is not None
            assert product.barcode is not None
            self.hand.scan(product.barcode)
        self.hand.wait_for(lambda: sum(item.copies > 0 for item in page.items.values()) == 3, _("the labels"))
        for paper in LABELS:
            self.hand.choose(page.paper, paper)
            file = self.folder / f"label_{paper}.pdf"
            file.unlink(missing_ok=True)
            self.hand.wait_for(lambda: page.made is not None and page.save.isEnabled(), _("the labels"))
            with prompts.answering(lambda _asked, file=file: str(file)):  # type: ignore[misc]
                self.hand.click(page.save)
                self.hand.wait_for(file.is_file, file.name)
            self.kept(file)

    # --- selling -------------------------------------------------------------------------------------------------

    def sell(self) -> None:
        """On account, to a customer; printed on three papers."""
        editor = self.begin("sales", "sale")
        form = editor.form
        assert isinstance(form, LineForm)
        self.hand.pick(form.head.partner, CUSTOMER)
        self.lines(editor, (WATER, "48", "2.00"), (NOODLES, "6", "15.90"), (CRISPS, "10", "6.50"))
        self.post(editor)
        self.stock_must(WATER, "192")
        self.must(self.book.balance(CUSTOMER), Decimal("256.40"), CUSTOMER)
        for paper in ("A4", "A5", "241x140"):
            self.print(editor, paper)

    def sell_at_the_counter(self) -> None:
        """Scanned from anywhere, paid at once."""
        before = self.book.money()
        editor = self.begin("retail", "retail_sale")
        form = editor.form
        assert isinstance(form, LineForm)
        for code in (WATER, WATER, NOODLES, TEA):
            product = self.book.product(code)
            assert product is not None
            assert product.barcode is not None
            pieces = sum(int(line.draft.quantity or 0) for line in form.grid.lines)
            self.hand.scan(product.barcode)
            self.hand.wait_for(
                lambda pieces=pieces: sum(int(line.draft.quantity or 0) for line in form.grid.lines) > pieces,  # type: ignore[misc]
                _("a line with {code}").format(code=product.barcode),
            )
        self.must(len(form.grid.lines), 3, _("the number of lines"))
        self.post(editor)
        self.stock_must(WATER, "190")
        self.must(self.book.money() - before, Decimal("24.90"), _("what came into the till"))
        for paper in ("80", "58"):
            self.print(editor, paper)

    def sell_one(self) -> None:
        """One bottle at the counter."""
        editor = self.begin("retail", "retail_sale")
        self.lines(editor, (WATER, "1"))
        self.post(editor)

    def take_back(self) -> None:
        """The customer returns a part of the sale."""
        sale = self.book.newest("sale")
        listed = self.hand.go("sales", Documents)
        self.hand.wait_for(lambda: listed.table.select_key(sale.id), sale.number or "")
        listed.table.setFocus()
        self.hand.press(Qt.Key.Key_F4)
        editor = self.hand.front(DocumentEditor)
        self.hand.wait_for(lambda: editor.view is not None, sale.number or "")

        def take(dialog: QWidget) -> None:
            assert isinstance(dialog, ReturnDialog)
            for place in (1, 2):
                dialog.table.model.check(place, False)
            self.hand.click(dialog.take)

        self.hand.dialog(lambda: self.hand.click(editor.follow), take)
        editor = self.hand.front(DocumentEditor)
        form = editor.form
        assert isinstance(form, LineForm)
        self.hand.wait_for(lambda: len(form.grid.lines) == 1, _("the line that comes back"))
        self.hand.cell(form.grid, 0, "quantity", "8")
        self.post(editor)
        self.stock_must(WATER, "198")
        self.must(self.book.balance(CUSTOMER), Decimal("240.40"), CUSTOMER)

    # --- moving --------------------------------------------------------------------------------------------------

    def transfer(self) -> None:
        """From the first warehouse to the second."""
        first, second = self.book.places()[:2]
        editor = self.begin("moves", "transfer")
        form = editor.form
        assert isinstance(form, LineForm)
        self.hand.choose(form.head.warehouse, self.book.place_id(first))
        self.hand.choose(form.head.to_warehouse, self.book.place_id(second))
        self.lines(editor, (WATER, "72"), (TEA, "24"))
        self.post(editor)
        self.stock_must(WATER, "72", second)
        self.stock_must(WATER, "198")

    def write_off(self) -> None:
        editor = self.begin("moves", "write_off")
        self.lines(editor, (CRISPS, "2", "破损"))
        self.post(editor)
        self.stock_must(CRISPS, "68")
        first = self.book.places()[0]
        lost = self.book.losses(date.fromisoformat(self.book.newest("write_off").date[:10]))
        self.must(lost, [(first, CRISPS, Decimal(-2), "破损")], _("what was written off"))

    # --- money ---------------------------------------------------------------------------------------------------

    def settle(self, kind: str, partner: str) -> None:
        """Money for all that is open with a partner."""
        editor = self.begin("money_documents", kind)
        form = editor.form
        assert isinstance(form, MoneyForm)
        self.hand.pick(form.head.partner, partner)
        self.hand.wait_for(lambda: bool(form.table.model.rowCount()), _("what is open"))
        form.table.model.check_all(True)
        self.hand.settle()
        self.post(editor)
        self.must(self.book.balance(partner), Decimal(0), partner)

    def receive_money(self) -> None:
        before = self.book.money()
        self.settle("receipt", CUSTOMER)
        self.must(self.book.money() - before, Decimal("240.40"), _("what came into the till"))

    def pay(self) -> None:
        self.settle("payment", SUPPLIER)

    # --- paper ---------------------------------------------------------------------------------------------------

    def print(self, editor: DocumentEditor, paper: str) -> None:
        """Look at a document on a paper and save that as PDF."""
        file = self.folder / f"paper_{paper}.pdf"

        def save(dialog: QWidget) -> None:
            assert isinstance(dialog, PrintPreview)
            self.hand.wait_for(dialog.print.isEnabled, paper)
            self.hand.choose(dialog.paper, paper)
            self.hand.wait_for(dialog.print.isEnabled, paper)
            with prompts.answering(lambda _asked: str(file)):
                self.hand.click(dialog.save if dialog.save.isVisible() else dialog.print)
                self.hand.wait_for(file.is_file, file.name)

        file.unlink(missing_ok=True)
        self.hand.dialog(lambda: self.hand.click(editor.print_button), save)
        self.kept(file)

    def kept(self, file: Path) -> None:
        """Note a paper; it must be a PDF."""
        if not file.is_file() or not file.read_bytes().startswith(b"%PDF"):
            raise self.hand.stop(_("{file} was not saved.").format(file=file.name))
        if file.name not in self.papers:
            self.papers.append(file.name)
