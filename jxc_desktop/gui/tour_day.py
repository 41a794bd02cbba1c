"""The first day of a new shop, from the first start to a restored backup; every step is looked up in the book."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from jxc_desktop.columns import Column, word
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Screen
from jxc_desktop.gui.screens.backup import Backup
from jxc_desktop.gui.screens.dashboard import DashboardScreen
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.import_page import ImportPage
from jxc_desktop.gui.screens.insight_parts import yuan_words
from jxc_desktop.gui.screens.partners import Partners
from jxc_desktop.gui.screens.products import Products
from jxc_desktop.gui.screens.report import ReportScreen
from jxc_desktop.gui.screens.stocktake import Stocktakes
from jxc_desktop.gui.screens.stocktaking import Stocktaking
from jxc_desktop.gui.tour import Stage
from jxc_desktop.gui.tour_book import Book
from jxc_desktop.gui.tour_hand import CTRL
from jxc_desktop.gui.tour_start import first_start, second_warehouse
from jxc_desktop.gui.tour_trade import CUSTOMER, NOODLES, SUPPLIER, TEA, WATER, Trade
from jxc_desktop.gui.tour_truth import Truth
from jxc_desktop.gui.widgets.palette import ROWS, Palette
from jxc_desktop.i18n import _
from jxc_desktop.paths import ShopPaths

S = TypeVar("S", bound=Screen)
PALETTE_MS = 150
"""How long the palette waits for the next letter before it looks."""
SHOP = "晨光便利店"
CATALOGUE = (
    ("货号", "条码", "品名", "规格", "单位", "类别", "供应商", "进价", "零售价", "最低库存"),
    (WATER, "9520000010010", "清泉饮用水", "550ml", "瓶", "饮料", SUPPLIER, "1.20", "2.00", "48"),
    (NOODLES, "9520000010027", "红烧牛肉面", "五连包", "袋", "食品", SUPPLIER, "11.50", "15.90", "12"),
    (TEA, "9520000010034", "无糖乌龙茶", "500ml", "瓶", "饮料", SUPPLIER, "3.10", "5.00", "36"),
    ("1004", "9520000010041", "海盐薯片", "70g", "袋", "食品", SUPPLIER, "3.90", "6.50", "20"),
    ("1005", "9520000010058", "抽纸", "3层130抽×6", "提", "日用", SUPPLIER, "13.20", "18.90", "10"),
    ("1006", "9520000010065", "软中性笔", "0.5mm", "支", "文具", SUPPLIER, "0.90", "2.00", "24"),
)
"""An invented list of goods, as another program would have exported it."""
CUSTOMERS = (("客户编码", "客户名称", "类型", "电话"), ("C001", CUSTOMER, "客户", "13800000001"))


class Day:
    """The steps of the day that are no documents."""

    def __init__(self, stage: Stage, book: Book, trade: Trade) -> None:
        self.stage, self.hand, self.book, self.trade = stage, stage.hand, book, trade

    def bring_list(self, kind: str, rows: tuple[tuple[str, ...], ...]) -> None:
        """Import a spreadsheet through the import page."""
        from jxc_desktop.exchange.write import write_xlsx

        file = self.stage.folder / f"{kind}.xlsx"
        columns = [Column(f"c{place}", title) for place, title in enumerate(rows[0])]
        write_xlsx(file, columns, [{f"c{place}": cell for place, cell in enumerate(line)} for line in rows[1:]])
        products = self.hand.go("products", Products)
        products.navigate("import", kind=kind)
        page = self.hand.front(ImportPage)
        with prompts.answering(lambda asked: str(file) if isinstance(asked, prompts.FileWish) else prompts.Answer(True)):
            self.hand.click(page.choose)
            self.hand.wait_for(page.enter.isEnabled, _("the trial of the list"))
            self.hand.click(page.enter)
            self.hand.wait_for(lambda: page.choose.isEnabled() and not page.enter.isEnabled(), _("the import"))

    def catalogue(self) -> None:
        self.bring_list("products", CATALOGUE)
        for code, barcode, *_rest in CATALOGUE[1:]:
            found = self.book.product(barcode)
            self.trade.must(found.code if found else None, code, barcode)

    def customers(self) -> None:
        self.bring_list("partners", CUSTOMERS)
        self.trade.must(self.book.partner(CUSTOMER) is not None, True, CUSTOMER)

    def count(self) -> None:
        """Count one warehouse by scanning; what differs is posted."""
        listed = self.hand.go("stocktake", Stocktakes)
        self.hand.press(Qt.Key.Key_N, CTRL)
        page = self.hand.front(Stocktaking)
        self.hand.wait_for(lambda: page.setup.warehouse_id is not None, _("the warehouses"))
        before = self.book.stock(NOODLES)
        self.hand.click(page.start_button)
        self.hand.wait_for(lambda: page.counting is not None, _("the count"))
        product = self.book.product(NOODLES)
        assert product is not None
        assert product.barcode is not None
        self.hand.click(page.scan)
        self.hand.scan(product.barcode)
        self.hand.wait_for(lambda: page.counting is not None and page.counting.tally().counted == 1, NOODLES)
        self.hand.enter(f"*{before - 3}")
        with prompts.answering(lambda _asked: prompts.Answer(True)):
            self.hand.click(page.post_button)
            self.hand.wait_for(lambda: listed.isVisible(), _("the posting of the count"))
        self.trade.must(self.book.stock(NOODLES), before - 3, NOODLES)

    def dashboard(self) -> None:
        """The day's takings stand on the first page: those of the documents, to the fen."""
        page = self.hand.go("dashboard", DashboardScreen)
        self.hand.wait_for(lambda: page.board is not None and not page.board.empty, _("the dashboard"))
        revenue, profit = self.book.takings()
        for card, wanted in ((page.sales, revenue), (page.profit, profit), (page.owed, self.book.balance(CUSTOMER))):
            self.trade.must(card.value, yuan_words(wanted), card.accessibleName())

    def turnover(self) -> None:
        """The report of the turnover says what the shop's turnover is, and has a line for its goods."""
        assert self.hand.window is not None
        self.hand.go("dashboard", DashboardScreen).navigate("report", name="turnover", by=("shop",))
        page = self.hand.front(ReportScreen)
        self.hand.wait_for(lambda: page.answered is not None, _("the report"))
        assert page.answered is not None
        if page.table is None or page.table.model.rowCount() == 0:
            raise self.hand.stop(_("the report is empty."))
        wanted = self.book.turnover(self.stage.act.today)
        shown = page.answered.result.totals
        for key in ("cost_of_sales", "average_inventory", "turnover", "turnover_days", "revenue", "gross_profit"):
            self.trade.must(shown.get(key), getattr(wanted, key), key)
        self.trade.must(wanted.cost_of_sales > 0, True, "cost_of_sales")
        texts = [figure.value for figure in page.strip.figures]
        if word(wanted.turnover_days, "days") not in texts:
            raise self.hand.stop(_("the figures are {figures}.").format(figures=", ".join(texts)))

    def find(self) -> None:
        """Ctrl+K finds a product, a document, a partner and something to do, and opens each."""
        sale = self.book.newest("sale")
        self._found(
            "qqyys", "box", Products, lambda page: page.table.current() is not None and page.table.current().code == WATER
        )
        self._found(
            sale.number or "",
            "file-text",
            DocumentEditor,
            lambda page: page.detail is not None and page.detail.head.id == sale.id,
        )
        self._found(
            CUSTOMER, "users", Partners, lambda page: page.table.current() is not None and page.table.current().name == CUSTOMER
        )
        self._found("xjxsckd", "file-text", DocumentEditor, lambda page: page.form is not None and page.kind.code == "sale")

    def _found(self, text: str, icon: str, kind: type[S], there: Callable[[Any], object]) -> None:
        self.hand.go("dashboard", DashboardScreen)
        self.hand.press(Qt.Key.Key_K, CTRL)
        palette = QApplication.activeModalWidget()
        if not isinstance(palette, Palette):
            raise self.hand.stop(_("Ctrl+K opens nothing."))
        self.hand.write(text)
        QTest.qWait(PALETTE_MS)
        self.hand.settle()
        for _line in range(ROWS * 2):
            hit = palette.list.marked()
            if hit is not None and hit.icon == icon:
                break
            self.hand.press(Qt.Key.Key_Down)
        self.hand.press(Qt.Key.Key_Return)
        page = self.hand.front(kind)
        self.hand.wait_for(lambda: there(page), text)

    def backup(self) -> None:
        """A backup by Ctrl+B, then a sale that the restore will take back."""
        page = self._backups()
        self.hand.click(page.now)
        self.hand.wait_for(lambda: page.table.model.rowCount() == 1, _("the backup"))
        files = list(ShopPaths(self.stage.folder / "shop").backups.iterdir())
        self.trade.must(len(files), 1, _("the number of backups"))

    def _backups(self) -> Backup:
        from jxc_desktop.gui.screens.settings import Settings

        self.hand.go("settings", Settings).navigate("backup")
        return self.hand.front(Backup)

    def restore(self) -> None:
        """Put the backup back: the shop's name is typed first."""
        page = self._backups()
        self.hand.wait_for(lambda: page.table.current() is not None, _("the backup"))
        self.hand.wait_for(lambda: page.panel.typed.isVisible(), _("the look into the backup"))
        self.hand.fill(page.panel.typed, SHOP)
        self.hand.click(page.panel.act)


def live_a_day(stage: Stage) -> list[str]:
    """Live the day; the names of the papers that were saved."""
    paths = ShopPaths(stage.folder / "shop")
    stage.step(_("First start: a shop is opened"), lambda: first_start(stage, paths, SHOP))
    with stage.window(paths) as database:
        book = Book(database)
        trade = Trade(stage.hand, book, stage.out)
        day = Day(stage, book, trade)
        for words, do in _steps(day, trade, Truth(stage.hand, book, trade)):
            stage.step(words, do)
        before = book.stock(WATER)
        stage.step(_("Backup"), day.backup)
        stage.step(_("One more sale after the backup"), trade.sell_one)
        sold = book.stock(WATER)
        trade.must(sold, before - 1, WATER)
        stage.step(_("Restore: the shop’s name is typed"), day.restore)
    stage.step(_("The book is put back"), stage.reopened)
    with stage.window(paths) as database:
        stage.step(
            _("The shop is open again, as it was at the backup"),
            lambda: trade_again(stage, Book(database), before),
        )
    return trade.papers


def trade_again(stage: Stage, book: Book, stock: Decimal) -> None:
    """After the restore the book is the one of the backup, and it proves itself."""
    if book.stock(WATER) != stock:
        raise stage.hand.stop(_("the stock is not what it was at the backup."))
    if found := book.findings():
        raise stage.hand.stop(found[0])


def _steps(day: Day, trade: Trade, truth: Truth) -> list[tuple[str, Callable[[], object]]]:
    return [
        (_("A list of goods is imported"), day.catalogue),
        (_("A list of customers is imported"), day.customers),
        (_("A second warehouse"), lambda: second_warehouse(day.stage, day.book)),
        (_("Purchase order"), trade.order),
        (_("The goods are received"), trade.receive),
        (_("Labels for the goods"), trade.label),
        (_("Sale on account, printed on three papers"), trade.sell),
        (_("Retail sale by scanning, printed as a slip"), trade.sell_at_the_counter),
        (_("A part of the sale comes back"), trade.take_back),
        (_("Transfer between warehouses"), trade.transfer),
        (_("Transfer in two steps: the goods are under way"), truth.send),
        (_("The goods arrive, two short"), truth.accept),
        (_("Write-off"), trade.write_off),
        (_("Stocktake"), day.count),
        (_("A receipt of yesterday, and the cost difference slip"), truth.late_paper),
        (_("Why is this the number"), truth.why),
        (_("Money received"), trade.receive_money),
        (_("The supplier is paid"), trade.pay),
        (_("Dashboard"), day.dashboard),
        (_("Search of everything: product, document, partner, function"), day.find),
        (_("Turnover report"), day.turnover),
    ]
