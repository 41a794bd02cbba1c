"""Proving a book from end to end: the engine, references, documents, ledgers, caches, audit trail, cost."""

from __future__ import annotations

from jxc_desktop.db.engine import Database
from jxc_desktop.db.snapshot import broken_references, engine_check
from jxc_desktop.i18n import _
from jxc_desktop.queries.findings import Finding
from jxc_desktop.queries.proof import prove, replay_findings


def check_book(database: Database) -> list[Finding]:
    """Everything that does not agree in the open book; empty when all is well. Minutes for a very large book.

    Raises :class:`DamagedFile` when the engine itself finds the file damaged. On PostgreSQL the server looks after its
    files and references; the rest is proved the same way.
    """
    found: list[Finding] = []
    if database.path is not None:
        engine_check(database.path)
        text = _("A row of {table} points to a row of {target} that is not there.")
        found += [
            Finding("foreign_key", text.format(table=table, target=target))
            for table, target in broken_references(database.path)[:20]
        ]
    with database.read() as session:
        return found + prove(session) + replay_findings(session)
