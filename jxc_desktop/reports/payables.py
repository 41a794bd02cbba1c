"""Payables: what we owe suppliers, and how long it has been due."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.partner_ledger import ageing
from jxc_desktop.reports.base import AS_OF, PARTNER, Answer, Filters, Report
from jxc_desktop.reports.receivables import AGEING_COLUMNS


def _run(session: Session, filters: Filters, _settings: ShopSettings) -> Answer:
    return Answer(ageing(session, "supplier", filters.day, scope=filters.scope(session)))


REPORT = Report(
    name="payables",
    title=N_("Payables"),
    about=N_("What we owe suppliers, by days overdue; credits are negative."),
    filters=(AS_OF, PARTNER),
    columns=AGEING_COLUMNS,
    run=_run,
    group="money",
)
