"""How Alembic runs the migrations: on the connection that the program hands in, one transaction, both engines."""

from __future__ import annotations

from typing import Any

from alembic import context

from jxc_desktop.db.models import Base
from jxc_desktop.db.types import BigInt, Scaled


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Write our own column types by name in new migrations."""
    if kind != "type":
        return False
    if isinstance(item, Scaled):
        autogen.imports.add("from jxc_desktop.db.types import Scaled")
        return f"Scaled({item.places})"
    if item is BigInt or type(item).__name__ == "BigInteger":
        autogen.imports.add("from jxc_desktop.db.types import BigInt")
        return "BigInt"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=render_item,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
context.run_migrations()
