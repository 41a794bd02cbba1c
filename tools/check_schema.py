"""Proves models = migrations: an upgraded empty book has exactly the tables, checks, indexes and triggers that the code declares.

    python -m tools.check_schema

Alembic's own comparison sees neither CHECK constraints nor triggers nor STRICT, so a second book is made straight from
the declarations and both are compared as SQLite describes them.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

# A named constraint inside CREATE TABLE: up to the next one or the end of the table.
_CONSTRAINT = re.compile(
    r"CONSTRAINT\s.*?(?=,\s*(?:CONSTRAINT|CHECK|FOREIGN|PRIMARY|UNIQUE)\b|\)\s*(?:STRICT|WITHOUT|$))",
    re.DOTALL,
)


def findings() -> list[str]:
    """What differs, as sentences; empty when models and migrations say the same."""
    from jxc_desktop.db.engine import sqlite_engine
    from jxc_desktop.db.models import Base
    from jxc_desktop.db.schema import APPLICATION_ID, SCHEMA
    from jxc_desktop.db.triggers import create
    from jxc_desktop.db.upgrade import upgrade

    with tempfile.TemporaryDirectory() as folder:
        upgraded = sqlite_engine(Path(folder) / "upgraded.db", foreign_keys=False)
        declared = sqlite_engine(Path(folder) / "declared.db", foreign_keys=False)
        upgrade(upgraded)
        with declared.begin() as connection:
            Base.metadata.create_all(connection)
            for statement in create("sqlite"):
                connection.exec_driver_sql(statement)
        with upgraded.connect() as ours, declared.connect() as theirs:
            found = _alembic(ours, Base.metadata)
            found += _compare(_description(ours), _description(theirs))
            pragmas = {name: ours.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("application_id", "user_version")}
        upgraded.dispose()
        declared.dispose()
    if pragmas != {"application_id": APPLICATION_ID, "user_version": SCHEMA}:
        found.append(f"the upgraded book says {pragmas}, the program says {APPLICATION_ID} and schema {SCHEMA}")
    return found


def _alembic(connection: Any, metadata: Any) -> list[str]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return [f"alembic: {difference}" for difference in compare_metadata(context, metadata)]


def _description(connection: Any) -> dict[str, str]:
    """Each part of the schema by name: columns, constraints and flags of tables, text of indexes and triggers."""
    parts: dict[str, str] = {}
    for kind, name, sql in connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"):
        if name.startswith("sqlite_") or name == "alembic_version":
            continue
        if kind != "table":
            parts[f"{kind} {name}"] = _flat(sql)
            continue
        for _cid, column, type_, not_null, default, key, hidden in connection.exec_driver_sql(f'PRAGMA table_xinfo("{name}")'):
            parts[f"column {name}.{column}"] = f"{type_} not_null={not_null} default={default} key={key} hidden={hidden}"
        for constraint in _CONSTRAINT.findall(sql):
            parts[f"constraint {name} {constraint.split()[1]}"] = _flat(constraint)
        flags = connection.exec_driver_sql("SELECT strict, wr FROM pragma_table_list WHERE name = ?", (name,)).one()
        parts[f"table {name}"] = f"strict={flags[0]} without_rowid={flags[1]}"
    return parts


def _flat(sql: str) -> str:
    return re.sub(r"\s+", " ", sql.replace('"', "")).replace("( ", "(").replace(" )", ")").strip()


def _compare(migrated: dict[str, str], declared: dict[str, str]) -> list[str]:
    found = [f"{name} is declared, but no migration makes it" for name in sorted(declared.keys() - migrated.keys())]
    found += [f"{name} is made by a migration, but not declared" for name in sorted(migrated.keys() - declared.keys())]
    for name in sorted(declared.keys() & migrated.keys()):
        if declared[name] != migrated[name]:
            found.append(f"{name} differs:\n    declared: {declared[name]}\n    migrated: {migrated[name]}")
    return found


def main() -> int:
    found = findings()
    for finding in found:
        print(finding)
    print("models = migrations" if not found else f"{len(found)} differences; `make revision m=…` writes the migration")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
