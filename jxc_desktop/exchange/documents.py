"""Documents by JSON Lines: codes in, posted documents out, one answer a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from jxc_desktop.db.engine import Database
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act, parse_day, parse_moment
from jxc_desktop.domain.documents import ZERO, DocumentKind, Draft, DraftLine, Paid, Settles, kind_of
from jxc_desktop.domain.money import LIMIT, TOTAL_LIMIT, parse_decimal, round_half_up
from jxc_desktop.domain.text import clean_text
from jxc_desktop.exchange.lookup import Lookup
from jxc_desktop.i18n import _
from jxc_desktop.services.drafts import save_draft
from jxc_desktop.services.posting import Posted, post_document

MAX_LINE = 4 << 20
"""Characters of one JSON line: a document of ten thousand lines fits well."""

Answer = dict[str, Any]


class _Rollback(Exception):
    """Leaves the transaction, whose work is then undone."""


def import_documents(
    database: Database,
    lines: Iterable[str],
    act: Act,
    *,
    atomic: bool = False,
    dry_run: bool = False,
    notify: Callable[[int], None] = lambda _n: None,
) -> Iterator[Answer]:
    """Enter one document a line; yields an answer a line, in order. Each is its own transaction; ``atomic``: all or none.

    A refused document leaves no trace and its ``ref`` free. Trouble of the disk ends the work with that error, after the
    answer of the document it met; the file can be given again. ``dry_run`` answers what would be answered, ``number`` null.
    """
    if atomic or dry_run:
        yield from _together(database, lines, act, atomic=atomic, dry_run=dry_run)
        return
    for count, (ref, given) in enumerate(_parsed(lines), start=1):
        if isinstance(given, errors.JxcError):
            yield _refused(ref, given)
            continue
        try:
            with database.write() as session:
                posted = enter_document(session, given, act)
            yield answer_of(ref, posted)
        except errors.JxcError as error:
            yield _refused(ref, error)
            if error.exit_code in (errors.TROUBLE, errors.DAMAGED):  # of the disk, not of the document: nothing more is tried
                raise
        notify(count)


def _together(database: Database, lines: Iterable[str], act: Act, *, atomic: bool, dry_run: bool) -> Iterator[Answer]:
    """All lines in one transaction, each behind a savepoint; undone when dry, or when atomic and one was refused."""
    answers: list[Answer] = []
    try:
        with database.write() as session:
            for ref, given in _parsed(lines):
                if isinstance(given, errors.JxcError):
                    answers.append(_refused(ref, given))
                    continue
                try:
                    with session.begin_nested():
                        posted = enter_document(session, given, act)
                    answers.append(answer_of(ref, posted))
                except errors.JxcError as error:
                    answers.append(_refused(ref, error))
            if dry_run or (atomic and not all(a["ok"] for a in answers)):
                raise _Rollback
    except _Rollback:
        if atomic and not all(a["ok"] for a in answers):
            answers = [a if not a["ok"] else _refused(a["ref"], errors.RolledBack()) for a in answers]
    if dry_run:
        answers = [a | {"number": None} if a["ok"] and not a.get("existing") else a for a in answers]
    yield from answers


def _parsed(lines: Iterable[str]) -> Iterator[tuple[str | None, dict[str, Any] | errors.JxcError]]:
    for number, line in enumerate(lines, start=1):
        text = line.strip("\r\n \t\ufeff")
        if not text:
            continue
        try:
            if len(text) > MAX_LINE:
                raise ValueError(_("longer than {limit} characters").format(limit=MAX_LINE))
            given = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
            if not isinstance(given, dict):
                raise ValueError(_("not an object"))
        except (ValueError, RecursionError) as error:
            yield None, errors.BadJson(line=number, why=str(error)[:200])
            continue
        ref = given.get("ref")
        yield (ref if isinstance(ref, str) else None), given


def _no_constant(word: str) -> Any:
    raise ValueError(word)


def answer_of(ref: str | None, posted: Posted) -> Answer:
    """The answer to a document that was entered, posted, voided or closed."""
    answer: Answer = {"ref": ref, "ok": True, "number": posted.number or None, "status": posted.status}
    if posted.existing:
        answer["existing"] = True
    return answer | {"restated": list(posted.restated), "warnings": list(posted.warnings)}


def _refused(ref: str | None, error: errors.JxcError) -> Answer:
    if isinstance(error, errors.BadJson):
        return {"ref": None, "line": error.facts["line"], "ok": False, "error": error.as_json()}
    return {"ref": ref, "ok": False, "error": error.as_json()}


def enter_document(session: Session, given: dict[str, Any], act: Act) -> Posted:
    """Post (or save, with ``"post": false``) the document that one JSON object says."""
    ref = _text(given, "ref", limit=200)
    lookup = Lookup(session, act, create=_yes_no(given, "create", False))
    there = lookup.settled(ref)
    if there is not None:
        return there
    if given.get("status") == "voided":  # as an export writes it: it moved nothing, and is not entered again
        return Posted(0, "", "voided")
    draft = draft_from_json(given, lookup)
    if _yes_no(given, "post", True):
        return post_document(session, draft, act)
    return save_draft(session, draft, act)


def draft_from_json(given: dict[str, Any], lookup: Lookup) -> Draft:
    """The draft that a JSON object of the contract says; codes become ids, and with ``create`` what is missing is made."""
    kind = kind_of(_text(given, "kind") or "")
    draft = Draft(kind.code, ref=_text(given, "ref", limit=200))
    if given.get("date") is not None or _yes_no(given, "post", True):  # a draft may be incomplete
        draft.moment = parse_moment(_required(given, "date"), field=_("Date"))
    if given.get("partner") is not None:
        draft.partner_id = lookup.partner(_required(given, "partner"), kind.side or "customer")
    if given.get("warehouse") is not None:
        draft.warehouse_id = lookup.warehouse(_required(given, "warehouse"))
    if given.get("to_warehouse") is not None:
        draft.to_warehouse_id = lookup.warehouse(_required(given, "to_warehouse"))
    if given.get("account") is not None:
        draft.account_id = lookup.account(_required(given, "account"))
    for name in ("discount_amount", "freight", "rounding"):
        setattr(draft, name, _decimal(given, name, 2, TOTAL_LIMIT) or ZERO)
    if given.get("amount") is not None:
        draft.amount = _decimal(given, "amount", 2, TOTAL_LIMIT)
    draft.note = _text(given, "note", limit=1000) or ""
    draft.reason = _text(given, "reason", limit=200) or ""
    draft.external_number = _text(given, "external_number", limit=100) or ""
    if given.get("expected") is not None:
        draft.expected = parse_day(_required(given, "expected"), field=_("Expected day"))
    if given.get("order") is not None:
        draft.order_id = lookup.order(_required(given, "order"), kind)
    if kind.makes and given.get("product") is not None:
        draft.made = _line(given, kind, lookup)
    if kind.raises_receipts:
        draft.targets = [lookup.document(key) for key in _keys(given, "against")]
        draft.spread = _text(given, "by") or "value"
    draft.transit = _yes_no(given, "transit", False)
    draft.lines = [_line(line, kind, lookup) for line in _list(given, "lines")]
    if given.get("paid") is not None:
        draft.paid = [Paid(lookup.account(_required(p, "account")), _amount(p)) for p in _list(given, "paid")]
    draft.settles = [Settles(lookup.document(_required(s, "ref")), _amount(s)) for s in _list(given, "settles")]
    return draft


def _line(given: dict[str, Any], kind: DocumentKind, lookup: Lookup) -> DraftLine:
    line = DraftLine()
    code, unit = _required(given, "product"), _text(given, "unit", limit=40)
    batch = _text(given, "batch", limit=100)
    meant = lookup.product(code, unit, batched=batch is not None)
    line.product_id, line.unit_id = meant.product_id, meant.unit_id
    line.batch = batch
    counting = kind.is_count
    quantity = _decimal(given, "counted" if counting else "qty", 3, LIMIT)  # missing: a draft may be; posting refuses it
    times, quantity = quantity, None if quantity is None else quantity * meant.quantity
    if counting:
        line.counted = quantity
        if given.get("at") is not None:
            line.counted_at = parse_moment(_required(given, "at"), field=_("Time of counting"))
    else:
        line.quantity = quantity
    line.price = _decimal(given, "price", 4, LIMIT)
    line.discount = _decimal(given, "discount", 6, Decimal(1)) or ZERO
    line.amount = _decimal(given, "amount", 2, TOTAL_LIMIT)
    if kind.family == "sales" and meant.amount is not None and times is not None and (line.price, line.amount) == (None, None):
        line.amount = round_half_up(meant.amount * times)
    for name in ("produced", "expiry"):
        if given.get(name) is not None:
            setattr(line, name, parse_day(_required(given, name), field=name))
    line.reason = _text(given, "reason", limit=200) or ""
    line.note = _text(given, "note", limit=1000) or ""
    line.expired_ok = _yes_no(given, "expired_ok", False)
    line.expired_reason = _text(given, "expired_reason", limit=200) or ""
    if given.get("against") is not None:
        against = given["against"]
        if not isinstance(against, dict) or type(against.get("line")) is not int:
            raise errors.BadValue(field="against", value=str(against)[:80], hint='{"ref": …, "line": 1}')
        line.against = (lookup.document(_required(against, "ref")), against["line"])
    return line


def _yes_no(given: dict[str, Any], name: str, default: bool) -> bool:
    found = given.get(name)
    if found is None:
        return default
    if not isinstance(found, bool):
        raise errors.BadValue(field=name, value=str(found)[:80], hint="true / false")
    return found


def _amount(given: dict[str, Any]) -> Decimal:
    """The amount of a payment or a settlement: nothing is guessed where money changes hands."""
    found = _decimal(given, "amount", 2, TOTAL_LIMIT)
    if found is None:
        raise errors.Missing(field="amount")
    return found


def _list(given: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = given.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise errors.BadValue(field=name, value=str(found)[:80], hint=_("A list of objects is expected."))
    return found


def _keys(given: dict[str, Any], name: str) -> list[str]:
    """One reference, or a list of them."""
    found = given.get(name)
    listed = [found] if isinstance(found, str) else found or []
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise errors.BadValue(field=name, value=str(found)[:80], hint=_("A number or a list of numbers is expected."))
    return listed


def _text(given: dict[str, Any], name: str, *, limit: int = 200) -> str | None:
    found = given.get(name)
    if found is None:
        return None
    if not isinstance(found, str):
        raise errors.BadValue(field=name, value=str(found)[:80], hint=_("A text is expected."))
    return clean_text(found, field=name, limit=limit) or None


def _required(given: dict[str, Any], name: str) -> str:
    found = _text(given, name)
    if not found:
        raise errors.Missing(field=name)
    return found


def _decimal(given: dict[str, Any], name: str, places: int, limit: Decimal) -> Decimal | None:
    found = given.get(name)
    return None if found is None else parse_decimal(found, field=name, places=places, low=-limit, high=limit)
