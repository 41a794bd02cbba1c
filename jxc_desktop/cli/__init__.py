"""The command line: COMMANDS lists every command, a module each, imported when it is called.

To add one: a file in this folder with ``arguments(parser)`` and ``run(context, options) -> int`` (the exit code), which
imports what is heavy inside ``run``; one line here; its help in the catalogue; one test in ``tests/e2e``.
"""

from __future__ import annotations

from typing import NamedTuple

from jxc_desktop.i18n import N_


class Entry(NamedTuple):
    """A command: its word, the module of this folder that does it, and what it does (a marked text)."""

    name: str
    module: str
    help: str


COMMANDS: tuple[Entry, ...] = (
    Entry("init", "init", N_("Open a new shop in the data folder.")),
    Entry("demo", "demo", N_("Fill an empty shop with a plausible trade that ends today.")),
    Entry("import", "imports", N_("Read products, partners, opening stock or documents from a file.")),
    Entry("export", "exports", N_("Write products, partners, documents or everything to a file or folder.")),
    Entry("documents", "documents", N_("List documents.")),
    Entry("post", "post", N_("Post a draft.")),
    Entry("void", "void", N_("Void a posted document, with a reason.")),
    Entry("close", "close", N_("Close what is still open of an order.")),
    Entry("report", "report", N_("Show a report, or list the reports.")),
    Entry("print", "paper", N_("Put a document on paper, as a PDF file.")),
    Entry("labels", "labels", N_("Make barcode labels and shelf tags, as a PDF file.")),
    Entry("backup", "backup", N_("Make a verified backup.")),
    Entry("verify", "verify", N_("Prove that a backup can be restored whole.")),
    Entry("restore", "restore", N_("Put a backup in place of the shop; a safety copy is kept.")),
    Entry("check", "check", N_("Prove the book: the file, the ledgers, the costs and the figures derived from them.")),
    Entry("migrate", "migrate", N_("Bring the book to this program's schema, on a copy first.")),
    Entry("lock", "lock", N_("Set the lock date: days up to it cannot change any more.")),
    Entry("unlock", "unlock", N_("Take the lock date away.")),
    Entry("user", "later", N_("People and their rights.")),
    Entry("login", "later", N_("Log in as a user.")),
    Entry("move", "later", N_("Copy the whole book to another database engine.")),
    Entry("worker", "worker", N_("Post sales in a loop, for load and fault tests.")),
    Entry("tour", "tour", N_("Drive the real windows through a shop's day and keep pictures of it.")),
)


def command_named(name: str) -> Entry | None:
    """The command called ``name``; None where there is none."""
    return next((entry for entry in COMMANDS if entry.name == name), None)
