"""The derivation of a total that is the sum of the rows of a list: each row opens its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import _
from jxc_desktop.queries.why_parts import compared, headings, leads, title_of

AGAIN = 20
"""So many rows are counted again, each from the ledger; the others only added up."""


def listed(session: Session, key: WhyKey, explain: Callable[[Session, WhyKey], Derivation]) -> Derivation:
    """The rows of ``key.parts`` with what they come to, and ``key.rest`` for those that are not listed.

    ``explain`` derives one row. What is counted again for a row is what is added up, not what the list showed.
    """
    rows, wrong = [], 0
    for place, (words, part) in enumerate(key.parts):
        value = explain(session, part).result if place < AGAIN else part.shown
        wrong += value != part.shown
        rows.append(WhyRow(words, None, value, key=part))
    if key.rest is not None:
        rows.append(WhyRow(_("{count} more").format(count=f"{key.rest[0]:,}"), None, key.rest[1], count=key.rest[0]))
    result = sum((row.value for row in rows if row.value is not None), Decimal(0))
    title = _("Total, {figure}").format(figure=title_of(key.parts[0][1])) if key.parts else _("Total")
    count = f"{sum(row.count for row in rows):,}"
    terms = (Term("=", result, key.shape, _("sum of {count} rows").format(count=count)),)
    group = WhyGroup(_("Rows of the list, {count}").format(count=count), None, result, tuple(rows))
    formula = leads(result, key, *terms)
    formula = (replace(formula[0], words=title), *formula[1:])
    found = Derivation(key, title, _("Total of the list"), result, formula, headings("", title, ("money", key.shape)), (group,))
    checked = compared(found)
    if checked.checked and not wrong:
        many = len(key.parts) > AGAIN or key.rest is not None
        text = _("The {count} largest rows were counted again from the ledger; the sum agrees.").format(count=AGAIN)
        return replace(checked, check=text if many else checked.check)
    return checked
