"""The beginning of a count: what the form offers, how many products it means, the count sheet, the draft that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui.screens.document_data import acting
from jxc_desktop.gui.screens.stocktake_sheet import preview_count_sheet
from jxc_desktop.queries.stocktake import Choices
from jxc_desktop.queries.stocktake_scopes import count_size
from jxc_desktop.services.posting import Posted
from jxc_desktop.services.stocktake import begin

if TYPE_CHECKING:
    from jxc_desktop.gui.screens.stocktaking import Stocktaking


class CountStart(QObject):
    """Works the form of a page."""

    def __init__(self, page: Stocktaking) -> None:
        super().__init__(page)
        self.page = page

    def fill(self, found: Choices) -> None:
        """Offer what there is to choose from."""
        self.page.setup.fill(found)
        self.page.setup.warehouse.setFocus()

    def ask_size(self) -> None:
        """How many products does the form mean?"""
        plan, warehouse, today = self.page.setup.plan(), self.page.setup.warehouse_id, self.page.desk.today()
        if plan is not None and warehouse is not None:
            self.page.tasks.read(
                self,
                "size",
                lambda s: count_size(s, plan, warehouse, today),
                lambda found: self.page.setup.say_size(plan, found),
                self.page.refuse,
            )

    def print_sheet(self, book: bool) -> None:
        """The paper to count on, of what the form says."""
        from jxc_desktop.printing.count_sheet_load import sheet_of_plan

        plan, warehouse, today = self.page.setup.plan(), self.page.setup.warehouse_id, self.page.desk.today()
        at = acting(self.page.desk).moment
        if plan is None or warehouse is None:
            self.page.setup.say_missing()
            return
        preview_count_sheet(self.page, lambda s: sheet_of_plan(s, plan, warehouse, today=today, book=book, printed_at=at))

    def start(self) -> None:
        """Keep the plan as a draft, and begin."""
        plan, warehouse = self.page.setup.plan(), self.page.setup.warehouse_id
        if plan is None or warehouse is None:
            self.page.setup.say_missing()
            return
        act = acting(self.page.desk)
        self.page.start_button.set_busy(True)
        self.page.tasks.write(self, lambda s: begin(s, plan, warehouse, act), self._started, self._not_started)

    def _started(self, kept: Posted) -> None:
        self.page.start_button.set_busy(False)
        self.page.begun(kept.document_id)

    def _not_started(self, error: JxcError) -> None:
        self.page.start_button.set_busy(False)
        if error.code == "no_lines":
            self.page.setup.say_none()
        else:
            self.page.refuse(error)
