"""Writing a new migration from the difference between the tables in code and an upgraded empty book (``make revision``)."""

from __future__ import annotations

import tempfile
from pathlib import Path


def write_revision(message: str) -> Path:
    """Write ``migrations/versions/NNNN_….py`` for what the models have and the migrations lack; returns its path."""
    from alembic import command
    from alembic.script import ScriptDirectory

    from jxc_desktop.db.engine import sqlite_engine
    from jxc_desktop.db.upgrade import alembic_config, run_migrations

    config = alembic_config()
    heads = ScriptDirectory.from_config(config).get_heads()
    number = f"{int(heads[0]) + 1 if heads else 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        engine = sqlite_engine(Path(folder) / "new.db", foreign_keys=False)
        with engine.begin() as connection:
            if heads:
                run_migrations(connection)
            config.attributes["connection"] = connection
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            script = command.revision(config, message=message, autogenerate=True, rev_id=number)
        engine.dispose()
    assert script is not None
    assert not isinstance(script, list)
    return Path(script.path)
