"""Every page of the window, in the order of the sidebar.

To add one: a file in this folder with a ``Screen``, and one line here. ``group`` says where it stands in the sidebar (pages
with "" are only navigated to), ``words`` are more words the palette finds it by, ``single=False`` gives every target a page
of its own. ``page`` names where its class lies; a test opens every one, so a wrong name does not go unseen.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from jxc_desktop.gui.screen import (
    GROUP_ANALYSIS,
    GROUP_BOTTOM,
    GROUP_DATA,
    GROUP_DOCUMENTS,
    GROUP_STOCK,
    GROUP_TOP,
    Desk,
    Screen,
    ScreenEntry,
)
from jxc_desktop.i18n import N_


def page(module: str, name: str, family: str = "") -> Callable[[Desk], Screen]:
    """The page ``name`` of ``module`` in this folder, read from disk only when it is first shown: the window opens sooner.

    ``family`` names the list that a factory of lists shall make.
    """

    def make(desk: Desk) -> Screen:
        made = getattr(import_module(f"jxc_desktop.gui.screens.{module}"), name)
        screen: Screen = made(family)(desk) if family else made(desk)
        return screen

    return make


SCREENS: tuple[ScreenEntry, ...] = (
    ScreenEntry(
        "dashboard",
        N_("Dashboard"),
        "layout-dashboard",
        GROUP_TOP,
        page("dashboard", "DashboardScreen"),
        words="gzt gongzuotai shouye",
    ),
    ScreenEntry(
        "sales",
        N_("Sales deliveries"),
        "truck-delivery",
        GROUP_DOCUMENTS,
        page("documents", "factory", "sales"),
        words="xs xiaoshou chuku xd",
    ),
    ScreenEntry(
        "purchases",
        N_("Purchases"),
        "package-import",
        GROUP_DOCUMENTS,
        page("documents", "factory", "purchases"),
        words="cg jh caigou ruku",
    ),
    ScreenEntry(
        "retail",
        N_("Retail documents"),
        "receipt-2",
        GROUP_DOCUMENTS,
        page("documents", "factory", "retail"),
        words="ls lingshou xiaopiao",
    ),
    ScreenEntry(
        "moves",
        N_("Transfers / others"),
        "arrows-exchange",
        GROUP_DOCUMENTS,
        page("documents", "factory", "moves"),
        words="db diaobo baosun baoyi qita",
    ),
    ScreenEntry(
        "money_documents",
        N_("Money in and out"),
        "cash",
        GROUP_DOCUMENTS,
        page("documents", "factory", "money_documents"),
        words="sk fk shoukuan fukuan zijin",
    ),
    ScreenEntry(
        "stock",
        N_("Stock on hand"),
        "building-warehouse",
        GROUP_STOCK,
        page("stock", "StockScreen"),
        words="kccx kucun chaxun xiancun",
    ),
    ScreenEntry(
        "stocktake", N_("Stocktakes"), "clipboard-check", GROUP_STOCK, page("stocktake", "Stocktakes"), words="pd pandian kucun"
    ),
    ScreenEntry(
        "stocktaking",
        N_("New stocktake"),
        "clipboard-check",
        "",
        page("stocktaking", "Stocktaking"),
        single=False,
        words="xjpd xinjian pandian",
        under="stocktake",
    ),
    ScreenEntry("products", N_("Products"), "box", GROUP_DATA, page("products", "Products"), words="sp shangpin huopin"),
    ScreenEntry(
        "partners",
        N_("Customers and suppliers"),
        "users",
        GROUP_DATA,
        page("partners", "Partners"),
        words="kh gys kehu gongyingshang wanglai",
    ),
    ScreenEntry(
        "labels",
        N_("Price tags and labels"),
        "tags",
        "",
        page("labels", "Labels"),
        words="bq jq biaoqian jiaqian tiaoma dayin",
        under="products",
    ),
    ScreenEntry(
        "import", N_("Import"), "file-import", "", page("import_page", "ImportPage"), words="dr daoru excel", under="products"
    ),
    ScreenEntry(
        "product",
        N_("New product"),
        "box",
        "",
        page("product_form", "ProductFormPage"),
        single=False,
        words="xjsp xinjian shangpin",
        under="products",
    ),
    ScreenEntry(
        "accept",
        N_("Accept a transfer"),
        "package-import",
        "",
        page("accept", "Accept"),
        single=False,
        under="moves",
    ),
    ScreenEntry(
        "reports", N_("Reports"), "report-analytics", GROUP_ANALYSIS, page("report", "ReportIndex"), words="bb baobiao fenxi"
    ),
    ScreenEntry(
        "differences",
        N_("Cost difference slips"),
        "arrows-exchange",
        "",
        page("differences", "Differences"),
        words="cbcy cbcs chengben chongsuan chayi",
        under="reports",
    ),
    ScreenEntry(
        "difference",
        N_("Cost difference slip"),
        "arrows-exchange",
        "",
        page("difference", "DifferenceSlip"),
        single=False,
        under="reports",
    ),
    ScreenEntry("report", N_("Report"), "report-analytics", "", page("report", "ReportScreen"), single=False, under="reports"),
    ScreenEntry(
        "settings",
        N_("Settings and backup"),
        "settings",
        GROUP_BOTTOM,
        page("settings", "Settings"),
        words="sz bf shezhi beifen dayinji yanse",
    ),
    ScreenEntry(
        "backup",
        N_("Backup and restore"),
        "database",
        "",
        page("backup", "Backup"),
        words="bf hf beifen huifu upan",
        under="settings",
    ),
    ScreenEntry("document", N_("Document"), "file-text", "", page("document_editor", "DocumentEditor"), single=False),
)
