"""Derivations of how right stocktakes were: the lines counted, those found right, gains, losses and what the book had held."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import VOID_PART, Document, Product, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.errors import UnknownDocument
from jxc_desktop.domain.money import divide_half_up, pieces, yuan
from jxc_desktop.domain.why import Derivation, Heading, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.scope import Scope
from jxc_desktop.queries.stocktake_history import Accuracy, accuracy_of, past_counts
from jxc_desktop.queries.why_parts import MOST_ROWS, capped, headings, of_whom, period_words, said, title_of, told
from jxc_desktop.queries.why_pools import goods_of, moved
from jxc_desktop.queries.why_scope import narrowed

RIGHT, GAIN, LOSS = N_("Lines found right, {count}"), N_("Gains, {count} lines"), N_("Losses, {count} lines")
ALL_OF_IT = ("counted_lines", "line_accuracy", "counted_value", "value_accuracy")
"""Figures that every line has a part in."""


def counted(session: Session, key: WhyKey) -> Derivation:
    """A figure of one stocktake (``document_id``), or of those of a period together. Raises :class:`UnknownDocument`."""
    asked = narrowed(session, key)
    scope = replace(asked.scope, product_id=key.product_id) if key.product_id is not None else asked.scope
    if key.document_id is not None:
        return _one(session, key, scope)
    past = past_counts(session, asked.period, scope)
    rows = [
        WhyRow(
            one.number, Decimal(one.accuracy.lines), _figure(key.figure, one.accuracy), one.id,
            key.about(key.figure, document_id=one.id), said(one.moment[:10], one.warehouse),
        )
        for one in reversed(past)
    ]  # fmt: skip
    whole = sum((one.accuracy for one in past), Accuracy())
    words, value = _("Stocktakes, {count}").format(count=len(past)), _figure(key.figure, whole)
    group = WhyGroup(words, Decimal(whole.lines), value, tuple(rows[:MOST_ROWS]))
    words = said(of_whom(key, asked.warehouse or ""), period_words(asked.period.first, asked.period.last))
    return _told(key, words, whole, (group,), None)


def _one(session: Session, key: WhyKey, scope: Scope) -> Derivation:
    head = session.execute(select(Document.number, Document.moment).where(Document.id == key.document_id)).first()
    if head is None or key.document_id is None:
        raise UnknownDocument(what=_("document"), key=str(key.document_id))
    lines = _lines(session, key.document_id, scope)
    groups = []
    for words, members in (
        (RIGHT, [line for line in lines if not line.off]),
        (GAIN, [line for line in lines if line.value > 0 or (line.off > 0 and line.value == 0)]),
        (LOSS, [line for line in lines if line.value < 0 or (line.off < 0 and line.value == 0)]),
    ):
        if members:
            rows = [_row(key, line) for line in sorted(members, key=lambda line: -abs(line.value or line.worth))]
            column = sum((row.value or Decimal(0) for row in rows), Decimal("0.00"))
            groups.append(WhyGroup(_(words).format(count=len(members)), None, column, capped(rows)))
    again = Accuracy(
        len(lines), sum(not line.off for line in lines), yuan(sum(max(line.value, 0) for line in lines)),
        yuan(sum(min(line.value, 0) for line in lines)), yuan(sum(line.worth for line in lines)),
    )  # fmt: skip
    wanted = {"counted_right": (RIGHT,), "count_gain": (GAIN,), "count_loss": (LOSS,)}.get(key.figure)
    if wanted is not None:
        names = {_(words).split("{")[0] for words in wanted}
        groups = [group for group in groups if any(group.words.startswith(name) for name in names)]
    stored = _figure(key.figure, accuracy_of(session, key.document_id, scope))
    return _told(key, said(of_whom(key, head.number or ""), head.moment[:16].replace("T", " ")), again, groups, stored)


class _Line:
    """A counted line: what it was off by (thousandths), at what value, and what the book had held of it (fen)."""

    __slots__ = ("counted", "line", "name", "off", "part", "product_id", "value", "worth")

    def __init__(self, row: Any, worth: int) -> None:
        self.product_id, self.line, self.part, self.name = row.product_id, row.line, row.part, row.name
        self.counted, self.off, self.value, self.worth = row.counted, row.quantity, row.value or 0, worth


def _lines(session: Session, document_id: int, scope: Scope) -> list[_Line]:
    """Every counted row, with what the book held just before at the average cost of its pool."""
    rows = session.execute(
        select(
            StockRow.product_id, StockRow.line, StockRow.part, StockRow.warehouse_id, StockRow.moment, StockRow.seq,
            Product.name, raw(StockRow.counted).label("counted"), raw(StockRow.quantity).label("quantity"),
            raw(StockRow.value).label("value"),
        )
        .join(Product, Product.id == StockRow.product_id)
        .where(
            StockRow.document_id == document_id, StockRow.counted.is_not(None), StockRow.void == 0, StockRow.part < VOID_PART,
            *scope.of_product(StockRow.product_id),
        )
        .order_by(StockRow.line, StockRow.part)
    ).all()  # fmt: skip
    found = []
    for row in rows:
        goods = goods_of(session, row.product_id)
        per_warehouse = goods.settings.pool == "warehouse"
        before = [
            one for one in moved(session, row.product_id)
            if (one.moment, one.seq) < (row.moment, row.seq) and (not per_warehouse or one.warehouse_id == row.warehouse_id)
        ]  # fmt: skip
        quantity, value = sum(one.quantity for one in before), sum(one.value or 0 for one in before)
        worth = divide_half_up((row.counted - row.quantity) * value, quantity) if quantity > 0 and value > 0 else 0
        found.append(_Line(row, worth))
    return found


def _row(key: WhyKey, line: _Line) -> WhyRow:
    """The line with the amount that the figure is made of."""
    of_book = key.figure in ("counted_value", "value_accuracy", "counted_lines", "line_accuracy", "counted_right")
    note = _("counted {counted}").format(counted=f"{pieces(line.counted).normalize():f}")
    own = key.about("difference", product_id=line.product_id, line=line.line)
    return WhyRow(line.name, pieces(line.off), yuan(line.worth if of_book else line.value), key=own, note=note)


def _figure(figure: str, of: Accuracy) -> Decimal | None:
    figures: dict[str, Decimal | int | None] = {
        "counted_lines": of.lines, "counted_right": of.right, "line_accuracy": of.by_lines, "counted_value": of.book_value,
        "count_gain": of.gain, "count_loss": of.loss, "value_accuracy": of.by_value,
    }  # fmt: skip
    found = figures[figure]
    return None if found is None else Decimal(found)


def _told(key: WhyKey, words: str, of: Accuracy, groups: Any, stored: Decimal | None) -> Derivation:
    terms: tuple[Term, ...] = (Term("=", _figure(key.figure, of), key.shape, _("sum of the lines")),)
    if key.figure == "line_accuracy":
        terms = (
            Term("=", Decimal(of.right), "integer", _("lines found right"), key.about("counted_right")),
            Term("÷", Decimal(of.lines), "integer", _("lines counted"), key.about("counted_lines")),
        )
    elif key.figure == "value_accuracy":
        terms = (
            Term("=", Decimal(1), "percent", _("all of it")),
            Term("−", of.off_value, "money", _("gains and losses")),
            Term("÷", of.book_value, "money", _("book value"), key.about("counted_value")),
        )
    columns = headings(N_("Difference"), N_("Amount (yuan)"))
    if key.document_id is None:
        columns = Heading(_("Lines counted"), "integer"), Heading(title_of(key), key.shape)
    notes = () if of.lines else (_("Nothing was counted: this figure does not apply."),)
    result = _figure(key.figure, of)
    return told(key, words, result, terms, groups, columns, stored=stored, notes=notes, known=result is not None)
