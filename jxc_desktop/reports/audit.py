"""The audit trail: who did what, when."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.audit import audit_trail
from jxc_desktop.reports.base import FROM, TO, Answer, Filters, Report


def _run(session: Session, filters: Filters, _settings: ShopSettings) -> Answer:
    # The clock says when something was done, and it may be ahead of the business day: only what was asked for narrows.
    first, last = (day.isoformat() if day else None for day in (filters.date_from, filters.date_to))
    return Answer(audit_trail(session, first, last))


REPORT = Report(
    name="audit",
    title=N_("Audit trail"),
    about=N_("Every act in the order in which it was done. Nothing here can be changed."),
    filters=(FROM, TO),
    columns=(
        Column("seq", N_("Sequence"), "integer", width=64),
        Column("at", N_("Time"), "moment", width=140),
        Column("user", N_("User"), "text"),
        Column("action", N_("Action"), "code"),
        Column("subject", N_("Subject"), "text"),
        Column("detail", N_("Details"), "text", width=320),
    ),
    run=_run,
    group="book",
)
