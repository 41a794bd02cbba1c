"""What the tour does to the truth of the stock: goods under way that do not all arrive, a paper that comes late, and why."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from PySide6.QtCore import Qt

from jxc_desktop.gui import prompts
from jxc_desktop.gui.screens.accept import Accept
from jxc_desktop.gui.screens.difference import DifferenceSlip
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.document_form import LineForm
from jxc_desktop.gui.screens.stock import StockScreen
from jxc_desktop.gui.tour_book import Book
from jxc_desktop.gui.tour_hand import CTRL, Hand
from jxc_desktop.gui.tour_trade import SUPPLIER, TEA, WATER, Trade
from jxc_desktop.gui.widgets import Button
from jxc_desktop.gui.widgets.toasts import Toast
from jxc_desktop.i18n import _


class Truth:
    """Steps whose effect reaches into documents that were posted before."""

    def __init__(self, hand: Hand, book: Book, trade: Trade) -> None:
        self.hand, self.book, self.trade = hand, book, trade

    def send(self) -> None:
        """Goods leave for the second warehouse and are under way."""
        first, second = self.book.places()[:2]
        editor = self.trade.begin("moves", "transfer")
        form = editor.form
        assert isinstance(form, LineForm)
        self.hand.choose(form.head.warehouse, self.book.place_id(first))
        self.hand.choose(form.head.to_warehouse, self.book.place_id(second))
        self.hand.choose(form.head.steps, True)
        self.trade.lines(editor, (TEA, "12"), (WATER, "24"))
        before = self.book.stock(TEA, second)
        self.trade.post(editor)
        self.trade.must(self.book.newest("transfer").status, "transit", _("the transfer"))
        self.trade.must(self.book.stock(TEA, second), before, TEA)

    def accept(self) -> None:
        """One of the goods arrives two short, the rest as it was sent; what is missing goes back by the same act."""
        first, second = self.book.places()[:2]
        here, there = self.book.stock(TEA, first), self.book.stock(TEA, second)
        editor = self.hand.front(DocumentEditor)
        self.hand.click(editor.follow)
        page = self.hand.front(Accept)
        self.hand.wait_for(lambda: len(page.lines) == 2, _("the lines of the transfer"))
        self.hand.cell(page.grid, 0, "quantity", "10")
        self.hand.press(Qt.Key.Key_D, CTRL)
        self.hand.press(Qt.Key.Key_Return, CTRL)
        self.hand.wait_for(lambda: self.hand.window is not None and self.hand.window.front is not page, _("the arrival"))
        self.trade.stock_must(TEA, f"{there + 10}", second)
        self.trade.stock_must(TEA, f"{here + 2}", first)

    def late_paper(self) -> None:
        """A receipt of yesterday is entered today: what was sold today costs something else, and a slip says so."""
        _revenue, before = self.book.takings()
        editor = self.trade.begin("purchases", "purchase_receipt")
        form = editor.form
        assert isinstance(form, LineForm)
        self.hand.pick(form.head.partner, SUPPLIER)
        yesterday = form.head.desk.today() - timedelta(days=1)
        self.hand.fill(form.head.day, yesterday.isoformat())
        self.trade.lines(editor, (WATER, "240", "1.60"))
        with prompts.answering(lambda _asked: prompts.Answer(True)):
            self.trade.post(editor)
        _revenue, after = self.book.takings()
        self.trade.must(after < before, True, _("the profit after the late receipt"))
        assert self.hand.window is not None
        links = [link for toast in self.hand.window.findChildren(Toast) for link in toast.findChildren(Button) if link.text()]
        if not links:
            raise self.hand.stop(_("nothing says what the late receipt changed."))
        self.hand.click(links[0])
        page = self.hand.front(DifferenceSlip)
        self.hand.wait_for(lambda: page.slip is not None, _("the cost difference slip"))
        assert page.slip is not None
        self.trade.must(page.slip.head.gross_profit, after - before, _("the change of the profit"))

    def why(self) -> None:
        """F6 on the stock of a product: counted again from the ledger it is what the book says, and Esc leads back."""
        page = self.hand.go("stock", StockScreen)
        ask_why(self.hand, page, WATER)
        host = page.why_host
        assert host is not None
        assert host.panel.found is not None
        self.trade.must(host.panel.found.checked, True, host.panel.found.title)
        self.hand.press(Qt.Key.Key_Escape)
        self.hand.wait_for(lambda: page.why_host is None, _("the list"))


def ask_why(hand: Hand, page: StockScreen, code: str) -> None:
    """Mark a product of the stock page and press F6; wait for the explanation."""
    hand.wait_for(lambda: page.table is not None and page.table.current() is not None, _("the stock"))
    page.open(product=code)
    table = page.table
    assert table is not None
    hand.wait_for(lambda: page.table is not None and getattr(page.table.current(), "code", "") == code, code)
    table.setFocus()
    hand.press(Qt.Key.Key_F6)
    hand.wait_for(lambda: page.why_host is not None and page.why_host.panel.found is not None, _("the explanation"))


def accept_some(hand: Hand, page: Accept) -> None:
    """For the picture: the first two lines short, once broken and once not sent, the rest as it was sent."""
    hand.wait_for(lambda: bool(page.lines), _("the lines of the transfer"))
    for row, way in zip(range(min(2, len(page.lines))), ("damaged", "short"), strict=False):
        line = page.lines[row]
        hand.cell(page.grid, row, "quantity", f"{max(Decimal(0), line.of.open - 1).normalize():f}")
        page.grid.set_way(line, "damaged" if way == "damaged" else "short")
    hand.press(Qt.Key.Key_D, CTRL)
    hand.cell(page.grid, 0, "quantity")
