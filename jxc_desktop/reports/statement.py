"""A partner's statement: what they were charged, what they paid, what is left."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.documents import KIND_TITLES
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.partner_ledger import statement
from jxc_desktop.reports.base import FROM, PARTNER, TO, Answer, Filters, Report


def _run(session: Session, filters: Filters, _settings: ShopSettings) -> Answer:
    partner_id = filters.scope(session).partner_id
    assert partner_id is not None
    first = filters.date_from.isoformat() if filters.date_from else None
    found = statement(session, partner_id, first, filters.until.isoformat())
    opening = (_("Opening balance: {amount}").format(amount=f"{found.opening:,.2f}"),) if found.opening else ()
    return Answer(found.lines, {"debit": found.debit, "credit": found.credit, "balance": found.closing}, opening)


REPORT = Report(
    name="statement",
    title=N_("Statement of a partner"),
    about=N_("+ they owe us, - we owe them. Voided documents are left out."),
    filters=(PARTNER, FROM, TO),
    needs=("partner",),
    columns=(
        Column("date", N_("Date"), "moment", width=140),
        Column("number", N_("Number"), "code", width=150),
        Column("kind", N_("Kind"), "choice", choices=KIND_TITLES),
        Column("debit", N_("Charged"), "money", total=True),
        Column("credit", N_("Paid or credited"), "money", total=True),
        Column("balance", N_("Balance"), "money", total=True),
        Column("note", N_("Note"), "text", priority=3),
    ),
    run=_run,
    group="money",
)
