"""Every page of the window, in the order of the sidebar.

To add one: a file in this folder with a ``Screen``, and one line here. ``group`` says where it stands in the sidebar (pages
with "" are only navigated to), ``words`` are more words the palette finds it by, ``single=False`` gives every target a page
of its own. A page that shows the same class for several kinds says so in its factory.
"""

from __future__ import annotations

from jxc_desktop.gui.screen import GROUP_ANALYSIS, GROUP_BOTTOM, GROUP_DATA, GROUP_DOCUMENTS, GROUP_STOCK, GROUP_TOP, ScreenEntry
from jxc_desktop.gui.screens import documents
from jxc_desktop.gui.screens.backup import Backup
from jxc_desktop.gui.screens.dashboard import DashboardScreen
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.import_page import ImportPage
from jxc_desktop.gui.screens.labels import Labels
from jxc_desktop.gui.screens.partners import Partners
from jxc_desktop.gui.screens.product_form import ProductFormPage
from jxc_desktop.gui.screens.products import Products
from jxc_desktop.gui.screens.report import ReportIndex, ReportScreen
from jxc_desktop.gui.screens.settings import Settings
from jxc_desktop.gui.screens.stock import StockScreen
from jxc_desktop.gui.screens.stocktake import Stocktakes
from jxc_desktop.gui.screens.stocktaking import Stocktaking
from jxc_desktop.i18n import N_

SCREENS: tuple[ScreenEntry, ...] = (
    ScreenEntry("dashboard", N_("Dashboard"), "layout-dashboard", GROUP_TOP, DashboardScreen, words="gzt gongzuotai shouye"),
    ScreenEntry("sales", N_("Sales deliveries"), "truck-delivery", GROUP_DOCUMENTS, documents.factory("sales"), words="xs xiaoshou chuku xd"),
    ScreenEntry("purchases", N_("Purchases"), "package-import", GROUP_DOCUMENTS, documents.factory("purchases"), words="cg jh caigou ruku"),
    ScreenEntry("retail", N_("Retail documents"), "receipt-2", GROUP_DOCUMENTS, documents.factory("retail"), words="ls lingshou xiaopiao"),
    ScreenEntry("moves", N_("Transfers / others"), "arrows-exchange", GROUP_DOCUMENTS, documents.factory("moves"), words="db diaobo baosun baoyi qita"),
    ScreenEntry(
        "money_documents", N_("Money in and out"), "cash", GROUP_DOCUMENTS, documents.factory("money_documents"), words="sk fk shoukuan fukuan zijin"
    ),
    ScreenEntry("stock", N_("Stock on hand"), "building-warehouse", GROUP_STOCK, StockScreen, words="kccx kucun chaxun xiancun"),
    ScreenEntry("stocktake", N_("Stocktakes"), "clipboard-check", GROUP_STOCK, Stocktakes, words="pd pandian kucun"),
    ScreenEntry("stocktaking", N_("New stocktake"), "clipboard-check", "", Stocktaking, single=False, words="xjpd xinjian pandian"),
    ScreenEntry("products", N_("Products"), "box", GROUP_DATA, Products, words="sp shangpin huopin"),
    ScreenEntry("partners", N_("Customers and suppliers"), "users", GROUP_DATA, Partners, words="kh gys kehu gongyingshang wanglai"),
    ScreenEntry("labels", N_("Price tags and labels"), "tags", "", Labels, words="bq jq biaoqian jiaqian tiaoma dayin"),
    ScreenEntry("import", N_("Import"), "file-import", "", ImportPage, words="dr daoru excel"),
    ScreenEntry("product", N_("New product"), "box", "", ProductFormPage, single=False, words="xjsp xinjian shangpin"),
    ScreenEntry("reports", N_("Reports"), "report-analytics", GROUP_ANALYSIS, ReportIndex, words="bb baobiao fenxi"),
    ScreenEntry("report", N_("Report"), "report-analytics", "", ReportScreen, single=False),
    ScreenEntry("settings", N_("Settings and backup"), "settings", GROUP_BOTTOM, Settings, words="sz bf shezhi beifen dayinji yanse"),
    ScreenEntry("backup", N_("Backup and restore"), "database", "", Backup, words="bf hf beifen huifu upan"),
    ScreenEntry("document", N_("Document"), "file-text", "", DocumentEditor, single=False),
)
