"""The first start of the tour's shop: the questions that a new shop is asked, and its second warehouse."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from jxc_desktop.gui.first_run import FirstRun
from jxc_desktop.gui.screens.settings import Settings
from jxc_desktop.gui.screens.settings_sections import PlaceDialog
from jxc_desktop.gui.tour import Stage
from jxc_desktop.gui.tour_book import Book
from jxc_desktop.i18n import _
from jxc_desktop.paths import ShopPaths

BACK = "后仓"
ADDRESS, PHONE = "幸福路 18 号", "0000-0000000"


def first_start(stage: Stage, paths: ShopPaths, shop: str) -> None:
    """Answer the questions of the first start; the book is there afterwards."""
    hand, dialog = stage.hand, FirstRun(paths, stage.act)
    dialog.resize(*stage.size)
    dialog.show()
    hand.fill(dialog.name, shop)
    hand.fill(dialog.shop.address, ADDRESS)
    hand.fill(dialog.shop.phone, PHONE)
    hand.click(dialog.next)
    hand.see("wizard", dialog)
    hand.click(dialog.next)
    dialog.rules.choose("negative", "forbid")
    hand.click(dialog.next)
    hand.fill(dialog.places.names[1], BACK)
    while not dialog.made:
        hand.click(dialog.next)
    hand.click(dialog.next)
    dialog.deleteLater()
    if not paths.book.is_file():
        raise stage.hand.stop(_("there is no book."))


def second_warehouse(stage: Stage, book: Book) -> None:
    """A warehouse is added on the settings page, unless the first start made two."""
    if len(book.places()) > 1:
        return
    hand = stage.hand
    settings = hand.go("settings", Settings)

    def name(dialog: QWidget) -> None:
        assert isinstance(dialog, PlaceDialog)
        hand.fill(dialog.code, "BACK")
        hand.fill(dialog.name, BACK)
        hand.click(dialog.save)
        hand.wait_for(lambda: BACK in book.places(), BACK)

    hand.dialog(settings.warehouses.add_one, name)
    if BACK not in book.places():
        raise hand.stop(_("there is no second warehouse."))
