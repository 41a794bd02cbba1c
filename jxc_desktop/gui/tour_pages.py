"""The pages as they look in a shop that has been trading for a while: each opened and kept as a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from jxc_desktop.db.engine import Database
from jxc_desktop.db.snapshot import copy_book
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Screen, goto
from jxc_desktop.gui.screens.accept import Accept
from jxc_desktop.gui.screens.backup import Backup
from jxc_desktop.gui.screens.dashboard import DashboardScreen
from jxc_desktop.gui.screens.difference import DifferenceSlip
from jxc_desktop.gui.screens.differences import Differences
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.document_form import LineForm
from jxc_desktop.gui.screens.documents import Documents
from jxc_desktop.gui.screens.labels import Labels
from jxc_desktop.gui.screens.partners import Partners
from jxc_desktop.gui.screens.products import Products
from jxc_desktop.gui.screens.report import ReportScreen
from jxc_desktop.gui.screens.settings import Settings
from jxc_desktop.gui.screens.stock import StockScreen
from jxc_desktop.gui.screens.stocktake import Stocktakes
from jxc_desktop.gui.screens.stocktake_line import CountLine
from jxc_desktop.gui.screens.stocktaking import Stocktaking
from jxc_desktop.gui.tour import Stage
from jxc_desktop.gui.tour_book import Book
from jxc_desktop.gui.tour_hand import CTRL, Hand
from jxc_desktop.gui.tour_truth import accept_some, ask_why
from jxc_desktop.gui.widgets.palette import Palette
from jxc_desktop.i18n import _
from jxc_desktop.paths import ShopPaths
from jxc_desktop.queries.document_detail import DetailLine
from jxc_desktop.queries.documents import DocumentRow

MONTHS, PRODUCTS = 3, 120
"""The demo that is made where no book was given: small, for it is made while somebody waits."""


def show_pages(stage: Stage, source: Path | None) -> None:
    """Open every page on a copy of the book ``source`` (or a demo) and keep what it looks like."""
    paths = ShopPaths(stage.folder / "pages")
    paths.make()
    if source is None:
        stage.step(_("A demo shop is played"), lambda: _make_demo(stage, paths))
    else:
        stage.step(_("The book is copied"), lambda: copy_book(source, paths.book))
    with stage.window(paths) as database:
        pages = Pages(stage.hand, Book(database))
        for name, do in pages.all():
            stage.step(_("Picture: {name}").format(name=name), do)


def _make_demo(stage: Stage, paths: ShopPaths) -> None:
    from jxc_desktop.backup.new_shop import make_shop
    from jxc_desktop.domain.settings import ShopSettings
    from jxc_desktop.exchange.demo import fill_demo

    make_shop(paths, ShopSettings(shop="邻里便利店"), stage.act)
    database = Database.sqlite(paths.book, lock_path=paths.write_lock, label=_("The tour of the windows"))
    try:
        fill_demo(database, stage.act, products=PRODUCTS, months=MONTHS)
    finally:
        database.close()


class Pages:
    """One method for each picture; none of them posts anything."""

    def __init__(self, hand: Hand, book: Book) -> None:
        self.hand, self.book = hand, book

    def all(self) -> list[tuple[str, Callable[[], None]]]:
        """The pictures in the order of the sidebar."""
        return [
            ("dashboard", lambda: self.plain("dashboard", "dashboard", DashboardScreen)),
            ("documents", self.documents),
            ("sale", self.sale),
            ("purchase", self.purchase),
            ("transfer", self.transfer),
            ("difference", self.difference),
            ("stock", lambda: self.plain("stock", "stock", StockScreen)),
            ("why", self.why),
            ("product", lambda: self.plain("product", "products", Products)),
            ("labels", self.labels),
            ("partners", lambda: self.plain("partners", "partners", Partners)),
            ("stocktake", self.stocktake),
            ("report", self.report),
            ("backup", self.backup),
            ("settings", self.settings),
            ("palette", self.palette),
        ]

    def keep(self, name: str) -> None:
        self.hand.rest()
        self.hand.see(name)

    def plain(self, name: str, page: str, kind: type[Screen]) -> None:
        """A page as it is when it is opened."""
        self.hand.go(page, kind)
        self.keep(name)

    def documents(self) -> None:
        """The list of the family with the most to see: sales."""
        listed = self.hand.go("sales", Documents)
        self.hand.wait_for(lambda: listed.table.model.rowCount() > 0, _("the documents"))
        self.keep("documents")

    def _form(self, target_kind: str, **more: object) -> tuple[DocumentEditor, LineForm]:
        assert self.hand.window is not None
        self.hand.window.navigate(goto("document", kind=target_kind, **more))
        editor = self.hand.front(DocumentEditor)
        self.hand.wait_for(lambda: editor.form is not None, target_kind)
        assert isinstance(editor.form, LineForm)
        return editor, editor.form

    def sale(self) -> None:
        """A delivery to a customer being typed: the lines of an earlier one, copied."""
        source = self._delivery()
        self.hand.go("sales", Documents)
        if source is None:
            self._form("sale")
        else:
            _editor, form = self._form("sale", copy_of=source.id)
            self.hand.wait_for(lambda: len(form.grid.lines) == source.line_count, source.number or "")
            self.hand.cell(form.grid, 1, "quantity")
        self.keep("sale")

    def _delivery(self) -> DocumentRow | None:
        """The delivery with the most lines of those whose goods are there once more."""
        left = {line.code: self.book.available(line.code) for line in self._goods(self.book.documents("sale", "posted")[:40])}
        there = [
            row
            for row in self.book.documents("sale", "posted")[:40]
            if row.line_count >= 3 and all(left[line.code] >= line.base_quantity for line in self.book.detail(row.id).lines)
        ]
        return max(there, key=lambda row: row.line_count, default=None)

    def _goods(self, rows: Sequence[DocumentRow]) -> list[DetailLine]:
        return [line for row in rows for line in self.book.detail(row.id).lines]

    def purchase(self) -> None:
        """The goods of an order come in, one line short."""
        orders = [row for row in self.book.documents("purchase_order") if row.status in ("posted", "partly")]
        order = max(orders, key=lambda row: row.line_count, default=None)
        self.hand.go("purchases", Documents)
        _editor, form = self._form("purchase_receipt", **({"order": order.id} if order is not None else {}))
        if order is not None:
            self.hand.wait_for(lambda: bool(form.grid.lines), order.number or "")
            row = min(2, len(form.grid.lines) - 1)
            wanted = int(form.grid.lines[row].draft.quantity or 2)
            self.hand.cell(form.grid, row, "quantity", str(max(1, wanted * 3 // 4)))
            self.hand.cell(form.grid, row, "quantity")
        self.keep("purchase")

    def transfer(self) -> None:
        """Goods that are under way are accepted, two lines short; where nothing is under way, a new transfer."""
        self.hand.go("moves", Documents)
        sent = next((row for row in self.book.documents("transfer") if row.status == "transit"), None)
        if sent is None:
            self._form("transfer")
            self.keep("transfer")
            return
        assert self.hand.window is not None
        self.hand.window.navigate(goto("accept", id=sent.id))
        page = self.hand.front(Accept)
        accept_some(self.hand, page)
        self.keep("transfer")
        with prompts.answering(lambda _asked: prompts.Answer(True)):
            self.hand.press(Qt.Key.Key_Escape)

    def difference(self) -> None:
        """The slip with the most documents."""
        page = self.hand.go("dashboard", DashboardScreen)
        slips = self.book.slips()
        if not slips:
            page.navigate("differences")
            self.hand.front(Differences)
        else:
            page.navigate("difference", seq=max(slips, key=lambda slip: slip.documents).seq)
            slip = self.hand.front(DifferenceSlip)
            self.hand.wait_for(lambda: slip.slip is not None, _("the cost difference slip"))
        self.keep("difference")

    def why(self) -> None:
        """Why the stock of the goods of which the most is there is what it is."""
        page = self.hand.go("stock", StockScreen)
        goods = self.book.plenty(self.book.places()[0], 1)
        if goods:
            ask_why(self.hand, page, goods[0][0])
        self.keep("why")
        if goods:
            self.hand.press(Qt.Key.Key_Escape)

    def labels(self) -> None:
        """Tags for the first goods of the list."""
        products = self.hand.go("products", Products)
        self.hand.wait_for(lambda: products.table.current() is not None, _("the products"))
        first = [row.id for row in products.table.model.loaded()[:12]]
        products.navigate("labels", products=first)
        page = self.hand.front(Labels)
        self.hand.wait_for(lambda: page.made is not None, _("the labels"))
        self.keep("labels")

    def stocktake(self) -> None:
        """A count under way: some goods counted, one short, one over."""
        self.hand.go("stocktake", Stocktakes)
        self.hand.press(Qt.Key.Key_N, CTRL)
        page = self.hand.front(Stocktaking)
        self.hand.wait_for(lambda: page.setup.warehouse_id is not None, _("the warehouses"))
        self.hand.click(page.start_button)
        self.hand.wait_for(lambda: page.counting is not None and bool(page.grid.lines), _("the count"))
        for number, line in enumerate([one for one in page.grid.lines if isinstance(one, CountLine)][:12]):
            there = line.book
            self.hand.click(page.scan)
            self.hand.enter(line.row.code)
            self.hand.enter(f"*{max(Decimal(0), there + (0, 0, -2, 0, 1, 0, 0, -1)[number % 8]).normalize():f}")
        self.keep("stocktake")

    def backup(self) -> None:
        """One backup made, and what its restore would bring."""
        self.hand.go("settings", Settings).navigate("backup")
        page = self.hand.front(Backup)
        self.hand.click(page.now)
        self.hand.wait_for(lambda: page.panel.typed.isVisible(), _("the backup"))
        self.keep("backup")

    def settings(self) -> None:
        """The section of the data, with the backup that was just made."""
        page = self.hand.go("settings", Settings)
        page.choose("data")
        self.hand.wait_for(lambda: page.data is not None and page.data.table.model.rowCount() > 0, _("the backup"))
        self.keep("settings")

    def report(self) -> None:
        """The turnover by category."""
        self.hand.go("dashboard", DashboardScreen).navigate("report", name="turnover", by=("category",))
        page = self.hand.front(ReportScreen)
        self.hand.wait_for(lambda: page.table is not None and page.table.model.rowCount() > 0, _("the report"))
        self.keep("report")

    def palette(self) -> None:
        """Ctrl+K over the first page, something typed."""
        assert self.hand.window is not None
        self.hand.go("dashboard", DashboardScreen)
        self.hand.press(Qt.Key.Key_K, CTRL)
        palette = QApplication.activeModalWidget()
        if not isinstance(palette, Palette):
            raise self.hand.stop(_("Ctrl+K opens nothing."))
        self.hand.write("pd")
        QTest.qWait(120)
        self.hand.settle()
        self.hand.see("palette")
        self.hand.press(Qt.Key.Key_Escape)
