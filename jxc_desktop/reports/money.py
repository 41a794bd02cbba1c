"""The money ledger: what came into and went out of each account."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.documents import KIND_TITLES
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.money import money_ledger
from jxc_desktop.reports.base import FROM, PARTNER, TO, Answer, Filters, Report


def _run(session: Session, filters: Filters, _settings: ShopSettings) -> Answer:
    first = filters.date_from.isoformat() if filters.date_from else None
    return Answer(money_ledger(session, first, filters.until.isoformat(), scope=filters.scope(session)))


REPORT = Report(
    name="money",
    title=N_("Money accounts"),
    about=N_("Every payment in and out of each account, with the balance after it."),
    filters=(FROM, TO, PARTNER),
    columns=(
        Column("account", N_("Account"), "code", priority=2),
        Column("account_name", N_("Account name"), "text"),
        Column("date", N_("Date"), "moment", width=140),
        Column("number", N_("Number"), "code", width=150),
        Column("kind", N_("Kind"), "choice", choices=KIND_TITLES),
        Column("amount", N_("Amount"), "money", total=True),
        Column("balance", N_("Balance"), "money"),
    ),
    run=_run,
    group="money",
)
