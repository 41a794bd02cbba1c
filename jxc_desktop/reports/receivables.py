"""Receivables: what customers owe, and how long it has been due."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.partner_ledger import ageing
from jxc_desktop.reports.base import AS_OF, PARTNER, Answer, Filters, Report

AGEING_COLUMNS = (
    Column("partner", N_("Code"), "code", width=120),
    Column("name", N_("Partner name"), "text", width=200),
    Column("balance", N_("Balance"), "money", total=True),
    Column("overdue", N_("Overdue"), "money", total=True),
    Column("not_due", N_("Not due"), "money", priority=2, total=True),
    Column("d1_30", N_("1-30 days overdue"), "money", priority=2, total=True),
    Column("d31_60", N_("31-60 days overdue"), "money", priority=2, total=True),
    Column("d61_90", N_("61-90 days overdue"), "money", priority=2, total=True),
    Column("d91", N_("Over 90 days overdue"), "money", priority=2, total=True),
)


def _run(session: Session, filters: Filters, _settings: ShopSettings) -> Answer:
    return Answer(ageing(session, "customer", filters.day, scope=filters.scope(session)))


REPORT = Report(
    name="receivables",
    title=N_("Receivables"),
    about=N_("What customers owe, by days overdue; credits are negative."),
    filters=(AS_OF, PARTNER),
    columns=AGEING_COLUMNS,
    run=_run,
    group="money",
)
