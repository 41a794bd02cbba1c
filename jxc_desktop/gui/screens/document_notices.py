"""What is said above the lines while they are typed: the gravest thing first, with a link that mends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.documents import ZERO, DocumentKind
from jxc_desktop.domain.errors import DateInFuture, JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.gui.document_lines import EditLine, Totals, needs_of
from jxc_desktop.gui.line_batches import is_spoilt, short_batches, takes_batches
from jxc_desktop.gui.line_columns import margin_of
from jxc_desktop.gui.screens.document_promises import takes_promised, words_of
from jxc_desktop.gui.widgets import DateEdit, NoticeBar
from jxc_desktop.i18n import _
from jxc_desktop.queries.editing import Standing
from jxc_desktop.queries.promised import Promise

STEEP = Decimal("0.5")
"""A discount above this is asked about."""
Mend = Literal["", "lower", "close_rest", "keep_rest", "order_too", "new", "split", "today", "pay"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, its tone, what its link does, and the line (from 0) it is about."""

    text: str
    tone: str
    mend: Mend = ""
    line: int = -1


@dataclass(frozen=True, slots=True)
class Situation:
    """All that notices look at."""

    kind: DocumentKind
    lines: Sequence[EditLine]
    warehouse_id: int | None
    settings: ShopSettings
    standing: Standing | None
    totals: Totals
    paid: Decimal
    day: date
    today: date
    closes_rest: bool = False
    promised: tuple[Promise, ...] = ()
    order_id: int | None = None


def find_notice(now: Situation) -> Notice | None:
    """The gravest thing there is to say, or None."""
    for look in _LOOKS:
        found = look(now)
        if found is not None:
            return found
    return None


def date_notice(day: date, settings: ShopSettings, today: date) -> Notice | None:
    """What is said of a business date that cannot be posted: a locked day, or one after today. None: it can."""
    if day > today:
        return Notice(str(DateInFuture(date=day.isoformat(), today=today.isoformat())), "danger", "today")
    if not settings.lock_until or day.isoformat() > settings.lock_until:
        return None
    text = _("{day} is closed: days up to {locked} are locked, because they were reported. It cannot be posted like this.")
    open_today = today.isoformat() > settings.lock_until
    return Notice(text.format(day=day.isoformat(), locked=settings.lock_until), "danger", "today" if open_today else "")


def show_date_notice(bar: NoticeBar, field: DateEdit, settings: ShopSettings, today: date, take: Callable[[date], None]) -> bool:
    """Show in ``bar`` what is said of the date in ``field``, with today as the way out (``take``); whether there is something."""
    try:
        day = field.value()
    except JxcError:
        day = None  # the field says what is wrong with it
    found = date_notice(day, settings, today) if day is not None else None
    if found is None:
        bar.clear()
        return False
    bar.show_notice(found.text, found.tone, [today_link(today, take)] if found.mend == "today" else [])
    return True


def today_link(today: date, take: Callable[[date], None]) -> tuple[str, Callable[[], object]]:
    """The link that dates a document today."""
    return _("Date it today instead"), lambda: take(today)


def _dated(now: Situation) -> Notice | None:
    return date_notice(now.day, now.settings, now.today)


def _wrong(now: Situation) -> Notice | None:
    for number, line in enumerate(now.lines):
        for error in line.errors.values():
            return Notice(_("Line {line}: {why}").format(line=number + 1, why=error), "danger", line=number)
    return None


@dataclass(frozen=True, slots=True)
class Short:
    """Goods of which the lines together want more than is there, in base units. ``lines`` (from 0): those that want them.

    ``part``: a kit wants them.
    """

    name: str
    unit: str
    negative: str | None
    there: Decimal
    wanted: Decimal
    lines: tuple[int, ...]
    part: bool


def short_products(lines: Sequence[EditLine], warehouse_id: int | None) -> list[Short]:
    """What is short in a warehouse: products, and parts of the kits that are sold."""
    place = warehouse_id or 0
    found: dict[int, Short] = {}
    for number, line in enumerate(lines):
        for need in needs_of(line):
            fresh = Short(need.name, need.unit, need.negative, need.on_hand.get(place, ZERO), ZERO, (), need.part)
            one = found.get(need.product_id, fresh)
            wanted = one.wanted + line.base_quantity * need.each
            found[need.product_id] = replace(one, wanted=wanted, lines=(*one.lines, number), part=one.part or need.part)
    return [one for one in found.values() if one.wanted > one.there]


def _short(now: Situation) -> Notice | None:
    if now.kind.stock >= 0 and now.kind.code != "transfer":
        return None
    for short in short_products(now.lines, now.warehouse_id):
        policy = short.negative or now.settings.negative
        if policy == "allow":
            continue
        first = short.lines[0]
        facts = {
            "line": first + 1,
            "product": short.name,
            "there": quantity_text(short.there),
            "short": quantity_text(short.wanted - short.there),
            "unit": short.unit,
            "kit": now.lines[first].product.name,
        }
        if now.lines[first].product.parts:
            why = _("Line {line}: {kit} needs {product}, of which {there} {unit} are there, {short} {unit} short").format(**facts)
            return Notice(
                _("{why}; it cannot be posted like this.").format(why=why)
                if policy == "forbid"
                else _("{why}; stock will fall below zero.").format(why=why),
                "danger" if policy == "forbid" else "warning",
                "lower" if policy == "forbid" and _may_be_lowered(now, short) else "",
                first,
            )
        if policy == "forbid":
            text = _("Line {line}: {product} has {there} {unit}, {short} {unit} short; it cannot be posted like this.").format(
                **facts
            )
            return Notice(text, "danger", "lower" if _may_be_lowered(now, short) else "", first)
        text = _("Line {line}: {product} has {there} {unit}, {short} {unit} short; stock will fall below zero.").format(**facts)
        return Notice(text, "warning", "", first)
    return None


def _short_of_batch(now: Situation) -> Notice | None:
    """A batch that is named has less than its line wants after the lines before it, though there is enough of the product."""
    if not takes_batches(now.kind):
        return None
    for number, missing, shared in short_batches(now.lines, now.warehouse_id):
        line = now.lines[number]
        if (line.product.negative or now.settings.negative) == "allow":
            continue
        there, unit = line.said(line.base_quantity - missing)
        text = _("Line {line}: of batch {batch} of {product} only {there} {unit} are there.")
        if shared:
            text = _("Line {line}: of batch {batch} of {product} the lines above leave only {there} {unit}.")
        said = text.format(line=number + 1, batch=line.draft.batch, product=line.product.name, there=there, unit=unit)
        return Notice(said, "danger", "split" if missing < line.base_quantity else "", number)
    return None


def _spoilt(now: Situation) -> Notice | None:
    """Goods past their date that would be handed over and were not confirmed."""
    if not now.kind.hands_over or now.settings.expired == "allow":
        return None
    for number, line in enumerate(now.lines):
        lots = [line.lot] if line.lot is not None else [part.lot for part in line.planned]
        lot = next((one for one in lots if is_spoilt(one, now.day)), None)
        if lot is not None and not line.draft.expired_ok:
            text = _("Line {line}: batch {batch} of {product} expired on {expiry}.")
            said = text.format(line=number + 1, batch=lot.number, product=line.product.name, expiry=lot.expiry)
            return Notice(said, "danger" if now.settings.expired == "block" else "warning", line=number)
    return None


def _may_be_lowered(now: Situation, short: Short) -> bool:
    """Whether one line alone wants too much, and less of it is there."""
    line = now.lines[short.lines[0]]
    there = line.product.on_hand.get(now.warehouse_id or 0, ZERO)
    return len(short.lines) == 1 and there > 0 and line.original is None


def _over_left(now: Situation) -> Notice | None:
    for number, line in enumerate(now.lines):
        if line.original is not None and line.base_quantity > line.original.left:
            left, unit = line.said(line.original.left)
            text = _("Line {line}: only {left} {unit} of {product} can come back.")
            said = text.format(line=number + 1, left=left, unit=unit, product=line.product.name)
            return Notice(said, "danger", "lower", number)
    return None


def _credit(now: Situation) -> Notice | None:
    partner = now.standing
    if now.kind.code != "sale" or partner is None or partner.credit_limit is None:
        return None
    after = partner.balance + now.totals.total - now.paid
    if after <= partner.credit_limit or now.totals.total <= now.paid:
        return None
    over = f"¥{after - partner.credit_limit:,.2f}"
    text = _("{partner} will owe {after}, {over} over the credit limit.")
    return Notice(text.format(partner=partner.name, after=f"¥{after:,.2f}", over=over), "warning")


def _paid_too_much(now: Situation) -> Notice | None:
    """More than is due stays as an advance; at the till it is change."""
    more = now.paid - now.totals.total
    if not now.kind.has_money or now.kind.is_retail or more <= 0 or not now.lines:
        return None
    text = _("{more} more is paid than is due: it is kept as an advance of {partner}.")
    name = now.standing.name if now.standing is not None else _("the partner")
    return Notice(text.format(more=f"¥{more:,.2f}", partner=name), "warning", "pay")


def _promised(now: Situation) -> Notice | None:
    """Goods that customers' orders promise: a warning, and posting goes on all the same."""
    if not now.promised or not takes_batches(now.kind):
        return None
    taken = takes_promised(now.lines, now.promised, now.warehouse_id, now.order_id)
    return None if taken is None else Notice(words_of(taken), "warning", line=taken.line)


def _under_order(now: Situation) -> Notice | None:
    found = [(n, line) for n, line in enumerate(now.lines) if line.ordered is not None and line.base_quantity < line.ordered]
    if not found:
        return None
    number, line = found[0]
    missing, unit = line.said((line.ordered or ZERO) - line.base_quantity)
    facts = {"line": number + 1, "missing": missing, "unit": unit, "count": len(found)}
    if now.closes_rest:
        return Notice(
            _("{count} lines are less than ordered; the rest of the order is closed when posting.").format(**facts),
            "info",
            "keep_rest",
            number,
        )
    if len(found) > 1:
        text = _("Line {line} and {others} more are less than ordered; the order keeps the rest open.").format(
            others=len(found) - 1, **facts
        )
    else:
        text = _("Line {line} is {missing} {unit} less than ordered; the order keeps {missing} {unit} open.").format(**facts)
    return Notice(text, "warning", "close_rest", number)


def _steep(now: Situation) -> Notice | None:
    """A discount that leaves less than half: often what is paid was typed instead of what comes off."""
    for number, line in enumerate(now.lines):
        off = line.draft.discount
        if off > STEEP and not line.errors:
            text = _("Line {line}: {off}% comes off, {left}% is paid. If {off}% is to be paid, type {left}.")
            facts = {"off": f"{(off * 100).normalize():f}", "left": f"{(100 - off * 100).normalize():f}"}
            return Notice(text.format(line=number + 1, **facts), "warning", line=number)
    return None


def _below_cost(now: Situation) -> Notice | None:
    if now.kind.bucket != "sold":
        return None
    for number, line in enumerate(now.lines):
        share = margin_of(line)
        if share is not None and share < 0:
            return Notice(
                _("Line {line}: {product} is sold below its cost.").format(line=number + 1, product=line.product.name),
                "warning",
                line=number,
            )
    return None


def _past(now: Situation) -> Notice | None:
    if now.day >= now.today or not (now.kind.stock or now.kind.code == "transfer") or not now.lines:
        return None
    return Notice(
        _("It is dated {day}; the cost of later documents is worked out again when posting.").format(day=now.day.isoformat()),
        "info",
    )


_LOOKS = (
    _dated,
    _wrong,
    _short,
    _short_of_batch,
    _spoilt,
    _over_left,
    _credit,
    _promised,
    _paid_too_much,
    _under_order,
    _steep,
    _below_cost,
    _past,
)
"""The gravest first."""
