"""Documents by JSON Lines: codes in, posted documents out, one answer a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Document
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act, parse_day
from jxc_desktop.domain.documents import Draft, kind_of
from jxc_desktop.exchange.json_draft import draft_from_json
from jxc_desktop.exchange.json_values import required, text, yes_no
from jxc_desktop.exchange.lookup import Lookup
from jxc_desktop.i18n import _
from jxc_desktop.services.drafts import save_draft
from jxc_desktop.services.posting import Posted, post_document
from jxc_desktop.services.voiding import close_order

MAX_LINE = 4 << 20
"""Characters of one JSON line: a document of ten thousand lines fits well."""

Answer = dict[str, Any]


class _Rollback(Exception):
    """Leaves the transaction, whose work is then undone."""


@dataclass(slots=True)
class _Move:
    """Whether a book moves in: it holds nothing but what the very file brought that is read, now or in a run before.

    Then what an export says was posted there (it has its ``number``) is true, whatever this shop refuses from now on:
    what covered it may have been voided since, and the policy may have been another. ``foreign``: how many documents of the
    book the file has not named so far.
    """

    foreign: int
    named: set[int] = field(default_factory=set)

    @classmethod
    def into(cls, session: Session) -> _Move:
        return cls(int(session.execute(select(func.count()).where(Document.seq.is_not(None))).scalar_one()))

    def takes(self, given: dict[str, Any]) -> bool:
        return not self.foreign and isinstance(given.get("number"), str)

    def saw(self, posted: Posted) -> None:
        if posted.existing and posted.document_id not in self.named:
            self.foreign -= 1
        self.named.add(posted.document_id)


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
    closings: dict[int, str] = {}
    with database.read() as session:
        move = _Move.into(session)
    for count, (ref, given) in enumerate(_parsed(lines), start=1):
        if isinstance(given, errors.JxcError):
            yield _refused(ref, given)
            continue
        try:
            with database.write() as session:
                posted = enter_document(session, given, act, moving_in=move.takes(given))
            move.saw(posted)
            closings |= _closing(given, posted)
            yield answer_of(ref, posted)
        except errors.JxcError as error:
            yield _refused(ref, error)
            if error.exit_code in (errors.TROUBLE, errors.DAMAGED):  # of the disk, not of the document: nothing more is tried
                raise
        notify(count)
    if closings:
        with database.write() as session:
            _close(session, closings, act)


def _together(database: Database, lines: Iterable[str], act: Act, *, atomic: bool, dry_run: bool) -> Iterator[Answer]:
    """All lines in one transaction, each behind a savepoint; undone when dry, or when atomic and one was refused."""
    answers: list[Answer] = []
    closings: dict[int, str] = {}
    try:
        with database.write() as session:
            move = _Move.into(session)
            for ref, given in _parsed(lines):
                if isinstance(given, errors.JxcError):
                    answers.append(_refused(ref, given))
                    continue
                try:
                    with session.begin_nested():
                        posted = enter_document(session, given, act, moving_in=move.takes(given))
                    move.saw(posted)
                    closings |= _closing(given, posted)
                    answers.append(answer_of(ref, posted))
                except errors.JxcError as error:
                    answers.append(_refused(ref, error))
            if dry_run or (atomic and not all(a["ok"] for a in answers)):
                raise _Rollback
            _close(session, closings, act)
    except _Rollback:
        if atomic and not all(a["ok"] for a in answers):
            answers = [a if not a["ok"] else _refused(a["ref"], errors.RolledBack()) for a in answers]
    if dry_run:
        answers = [a | {"number": None} if a["ok"] else a for a in answers]
    yield from answers


def _parsed(lines: Iterable[str]) -> Iterator[tuple[str | None, dict[str, Any] | errors.JxcError]]:
    for number, line in enumerate(lines, start=1):
        said = line.strip("\r\n \t\ufeff")
        if not said:
            continue
        try:
            if len(said) > MAX_LINE:
                raise ValueError(_("longer than {limit} characters").format(limit=MAX_LINE))
            given = json.loads(said, parse_float=_exact, parse_int=_whole, parse_constant=_no_constant)
            if not isinstance(given, dict):
                raise ValueError(_("not an object"))
        except (ValueError, RecursionError) as error:
            yield None, errors.BadJson(line=number, why=str(error)[:200])
            continue
        ref = given.get("ref")
        yield (ref if isinstance(ref, str) else None), given


def _exact(digits: str) -> Decimal:
    """A number as it is written; one whose exponent nothing can hold is infinite, which no field takes."""
    try:
        return Decimal(digits)
    except InvalidOperation:
        return Decimal("Infinity")


def _whole(digits: str) -> int | Decimal:
    """A whole number; of thousands of digits Python makes none."""
    return int(digits) if len(digits) <= 40 else Decimal("Infinity")


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


def enter_document(session: Session, given: dict[str, Any], act: Act, *, moving_in: bool = False) -> Posted:
    """Post (or save, with ``"post": false``) the document that one JSON object says; ``moving_in`` as in :class:`Draft`."""
    ref = text(given, "ref", limit=200)
    lookup = Lookup(session, act, create=yes_no(given, "create", False))
    there = lookup.settled(ref)
    if there is not None:
        return there
    if given.get("status") == "voided":  # as an export writes it: it moved nothing, and is not entered again
        return Posted(0, "", "voided")
    draft = draft_from_json(given, lookup)
    if given.get("closed") is not None:
        _check_closing(given, draft, act)
    if yes_no(given, "post", True):
        draft.moving_in = moving_in
        return post_document(session, draft, act)
    return save_draft(session, draft, act)


def _check_closing(given: dict[str, Any], draft: Draft, act: Act) -> None:
    """``closed`` is the day on which an order was closed: not before it was made, and not after today."""
    day = parse_day(required(given, "closed"), field="closed")
    if not kind_of(draft.kind).is_order:
        raise errors.BadValue(field="closed", value=day, hint=_("Only orders are closed."))
    if day > act.today.isoformat():
        raise errors.DateInFuture(date=day, today=act.today.isoformat())
    if draft.moment is not None and day < draft.moment[:10]:
        raise errors.BadValue(field="closed", value=day, hint=_("The order is of {day}.").format(day=draft.moment[:10]))


def _closing(given: dict[str, Any], posted: Posted) -> dict[int, str]:
    """The day on which the order is to be closed once all its deliveries are in, by its id."""
    if given.get("closed") is None or posted.existing or posted.status != "posted":
        return {}
    return {posted.document_id: given["closed"].strip()}


def _close(session: Session, closings: dict[int, str], act: Act) -> None:
    for document_id, day in closings.items():
        close_order(session, document_id, act, day=day)
