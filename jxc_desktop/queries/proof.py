"""The book's own proof: documents against ledgers, ledgers against caches, numbers, voids, audit chain, cost.

All of it are reads over whole tables, built so that a million ledger rows take seconds. ``prove`` finds what does not
agree, ``replay_findings`` costs everything anew, ``anchor_findings`` compares the audit trail with what was noted outside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import AuditRow, Counter, Document, Pool, Product, Serial
from jxc_desktop.domain.audit import GENESIS, link
from jxc_desktop.domain.costing import Marks, PoolState, Replay
from jxc_desktop.domain.documents import KINDS
from jxc_desktop.i18n import _
from jxc_desktop.queries.cached import figures, key_words
from jxc_desktop.queries.checkpoints import Place, all_checkpoints, layers_of
from jxc_desktop.queries.costing import Loaded, cost_groups, load_group
from jxc_desktop.queries.findings import LIMIT, Finding, money, told
from jxc_desktop.queries.proof_ledgers import (
    LIVES,
    batches,
    heads_against_lines,
    landed,
    lines_against_stock,
    money_against_documents,
    settlements,
    stray_rows,
    void_pairs,
)  # fmt: skip
from jxc_desktop.queries.settings import shop_settings

_NUMBER_END = re.compile(r"(\d+)$")


def prove(session: Session) -> list[Finding]:
    """Everything in the book that does not agree, except derived cost (:func:`replay_findings`); empty when all is well."""
    checks = (
        lines_against_stock, stray_rows, void_pairs, money_against_documents, heads_against_lines, settlements, landed, batches,
        _caches, _numbers, _sequence, _acts, _audit_chain,
    )  # fmt: skip
    return [finding for check in checks for finding in check(session)]


# --- caches, numbers, audit ------------------------------------------------------------------------------------------


def _caches(session: Session) -> list[Finding]:
    found = []
    text = _("Cached figure {table}, {key}: off by {off}. “check --rebuild” computes it again.")
    for figure in figures(shop_settings(session)):
        rows = session.execute(figure.differences(LIMIT + 1)).all()
        for row in rows[:LIMIT]:
            off = ", ".join(f"{name} {int(value)}" for name in figure.sums if (value := getattr(row, name)))
            where = key_words(session, figure, row)
            found.append(Finding("cache", text.format(table=figure.table.name, key=where, off=off or ", ".join(figure.texts))))
        if len(rows) > LIMIT:
            found.append(
                Finding(
                    "cache",
                    _("… and more of the same kind after {last}.").format(last=key_words(session, figure, rows[LIMIT - 1])),
                )
            )
    return found


def _numbers(session: Session) -> list[Finding]:
    """Each kind and day has as many documents as numbers were given: none is missing, none is doubled."""
    there = (
        select(Document.kind, Document.day, func.count().label("there"))
        .where(LIVES)
        .group_by(Document.kind, Document.day)
        .subquery()
    )
    given = select(Serial.kind, Serial.day, Serial.last).subquery()
    same = and_(given.c.kind == there.c.kind, given.c.day == there.c.day)
    wrong = list(
        session.execute(
            select(given, there.c.there).outerjoin(there, same).where(func.coalesce(there.c.there, 0) != given.c.last)
        )
    )
    unknown = (
        select(there.c.kind, there.c.day, there.c.there.label("last"), there.c.there)
        .outerjoin(given, same)
        .where(given.c.kind.is_(None))
    )
    wrong += list(session.execute(unknown))
    titles = {kind.code: kind.title for kind in KINDS}
    found = []
    for kind, day, last, count in wrong[:LIMIT]:
        ends = set()
        for number in session.scalars(select(Document.number).where(LIVES, Document.kind == kind, Document.day == day)):
            if end := _NUMBER_END.search(number or ""):
                ends.add(int(end[1]))
        gaps = ", ".join(str(n) for n in range(1, last + 1) if n not in ends)[:80]
        text = _("{kind} of {day}: {last} numbers were given, {count} documents are there; missing: {gaps}.")
        said = text.format(kind=_(titles.get(kind, kind)), day=day, last=last, count=count or 0, gaps=gaps or "—")
        found.append(Finding("number_gap", said))
    return found


def _sequence(session: Session) -> list[Finding]:
    """The posting counter is never behind what was posted."""
    last = session.execute(select(func.max(Document.seq))).scalar() or 0
    counter = session.execute(select(Counter.value).where(Counter.name == "posting")).scalar()
    if counter is None and not last:
        return []
    if counter is None or counter < last:
        text = _("The posting counter stands at {counter}, but {last} was posted.")
        return [Finding("sequence", text.format(counter=counter, last=last))]
    return []


def _acts(session: Session) -> list[Finding]:
    """Every posting and every void stands in the audit trail; a trail cut short at its end lacks the last ones."""
    found: list[Finding] = []
    for action, status in (("document.post", ("posted", "voided", "closed")), ("document.void", ("voided",))):
        acts = select(AuditRow.subject).where(AuditRow.action == action).distinct().subquery()
        rows = session.execute(
            select(Document.number)
            .outerjoin(acts, acts.c.subject == Document.number)
            .where(Document.status.in_(status), acts.c.subject.is_(None))
            .order_by(Document.id)
            .limit(LIMIT + 1)
        )
        found += told("audit_missing", _("{number}: the audit trail does not say that it was posted or voided."), rows)
    return found


def _audit_chain(session: Session) -> list[Finding]:
    """Each row of the audit trail hashes to what it says, and none is missing in between."""
    before, last = GENESIS, 0
    columns = (AuditRow.at, AuditRow.user_id, AuditRow.action, AuditRow.subject, AuditRow.detail, AuditRow.hash)
    statement = select(AuditRow.seq, *columns).order_by(AuditRow.seq)
    with session.connection().execute(statement, execution_options={"yield_per": 5000}) as rows:
        for seq, at, user_id, action, subject, detail, said in rows:
            fits = link(before, seq=seq, at=at, user_id=user_id, action=action, subject=subject, detail=detail) == said
            if seq != last + 1 or not fits:
                text = _("Row {seq} of the audit trail was changed, or rows before it are missing.")
                return [Finding("audit_chain", text.format(seq=seq))]
            before, last = said, seq
    return []


def anchor_findings(session: Session, anchors: Iterable[tuple[int, str]]) -> list[Finding]:
    """Anchors (sequence, hash) of the audit trail that were noted outside the book and that it no longer has."""
    found = []
    for seq, said in sorted(set(anchors)):
        if session.execute(select(AuditRow.hash).where(AuditRow.seq == seq)).scalar() != said:
            text = _("Row {seq} of the audit trail is not the one that was noted outside: the trail was cut or written anew.")
            found.append(Finding("audit_anchor", text.format(seq=seq)))
    return found


# --- derived cost ----------------------------------------------------------------------------------------------------


def replay_findings(session: Session) -> list[Finding]:
    """Cost every product anew from its facts, and tell where rows or pools differ. Seconds for 100,000 rows."""
    found: list[Finding] = []
    for finding in _replayed(session):
        if len(found) == LIMIT:
            return found + [Finding("cost", _("… and more of the same kind after {last}.").format(last=found[-1].message))]
        found.append(finding)
    return found


def _replayed(session: Session) -> Iterator[Finding]:
    settings = shop_settings(session)
    pools: dict[Any, Any] = {}
    for row in session.execute(
        select(Pool.product_id, Pool.warehouse_id, Pool.batch_id, Pool.cost_value, Pool.cost_quantity, Pool.clean, Pool.layers)
    ):
        pools[tuple(row[:3])] = row
    codes: dict[int, str] = dict(session.execute(select(Product.id, Product.code).order_by(Product.id)).all())
    kept = all_checkpoints(session)
    for group in cost_groups(session, codes):
        loaded = load_group(session, group, settings)
        places = sorted({place for product_id in group for place in kept.get(product_id, ())})
        done = loaded.replay(Marks(at=places))
        for old in loaded.stored:
            new = done.results[old[:3]]
            if old.quantity != new.quantity or old.value != new.value or old.provisional != new.provisional:
                number = session.execute(select(Document.number).where(Document.id == old.document_id)).scalar()
                text = _("{number}, line {line}, {product}: the book says it cost {said}, a replay {expected}.")
                said, expected = money(old.value), money(new.value)
                facts = {"number": number, "line": old.line, "product": codes[old.product_id]}
                yield Finding("cost", text.format(**facts, said=said, expected=expected))
        for key, state in done.states.items():
            if not _same_cost(pools.get(key), state):
                text = _("{product}: the cached unit cost is not that of a replay.")
                yield Finding("cost", text.format(product=codes[key[0]]))  # type: ignore[index]
        yield from _checkpoints(loaded, done, codes, kept)


def _checkpoints(loaded: Loaded, done: Replay, codes: dict[int, str], kept: dict[int, dict[Place, str]]) -> Iterator[Finding]:
    """Every kept state of a product's pools is the one that a replay from the first row finds at its place."""
    if not done.marks:
        return
    for product_id, course in loaded.courses().items():
        there = kept.get(product_id, {})
        for mark in done.marks:
            course.go_to(mark)
            if mark.at in there and not (course.sound(mark) and course.text(mark) == there[mark.at]):
                text = _("{product}: the cost checkpoint of {moment} is not that of a replay. “check --rebuild” makes it anew.")
                yield Finding("checkpoint_differs", text.format(product=codes[product_id], moment=mark.at[0]))


def _same_cost(pool: Any, state: PoolState) -> bool:
    """Whether the cache knows the last unit cost (as a ratio) and the layers that the replay knows, and calls nothing
    settled that is not."""
    if pool is None or (pool.clean and not state.clean):
        return False
    if pool.clean and (json.loads(pool.layers) if pool.layers else None) != layers_of(state):
        return False
    if state.last is None or pool.cost_value is None:
        return state.last is None and pool.cost_value is None
    return bool(pool.cost_value * state.last[1] == state.last[0] * pool.cost_quantity)
