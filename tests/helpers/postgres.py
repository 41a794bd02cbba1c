"""A PostgreSQL server for the tests: on a Unix socket in a temporary folder, never on the network, gone at the end.

with fresh_database() as url: ...                 an empty database
with fresh_database(fill=make_schema) as url: ... a copy of one that make_schema(url) filled once
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

USER = "jxc"
_running: list[PostgresServer] = []  # one for the whole test process, started by the first who asks
# A test's book may be lost in a power cut; being quick is worth more.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "jit": "off",
}


@contextlib.contextmanager
def fresh_database(fill: Callable[[str], None] | None = None) -> Iterator[str]:
    """The address of a database of one's own, dropped at the end; see :meth:`PostgresServer.copy_of` for ``fill``."""
    if not _running:
        _running.append(PostgresServer().__enter__())
        atexit.register(lambda: _running.pop().__exit__(None, None, None))
    server = _running[0]
    url = server.copy_of(f"filled_by_{fill.__module__}_{fill.__qualname__}"[:60], fill) if fill else server.database()
    try:
        yield url
    finally:
        server.drop(url)


class PostgresServer:
    """``with PostgresServer() as server: url = server.database()``.

    Run by root, the server runs as ``postgres`` or ``nobody`` (PostgreSQL refuses root). It dies with the process that
    started it. Raises ``RuntimeError`` when PostgreSQL is not installed or does not start.
    """

    def __init__(self) -> None:
        self._programs = _programs()
        self._account = _ordinary_account()
        self._templates: set[str] = set()
        self._count = 0
        self.folder = Path(tempfile.mkdtemp(prefix="jxcpg-", dir="/tmp"))  # a socket's path must be short

    def __enter__(self) -> Self:
        if self._account:
            os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)
        data, log = self.folder / "data", self.folder / "log"
        initdb = ["initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        made = subprocess.run(self._as_ordinary_user(initdb), cwd=self.folder, capture_output=True, text=True, timeout=120)
        if made.returncode:
            raise RuntimeError(f"initdb: {made.stderr}")
        options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            self._server = subprocess.Popen(
                self._as_ordinary_user(["postgres", "-D", data, "-k", self.folder, *options]),
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_ready(log)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.send_signal(signal.SIGQUIT)  # immediate shutdown
        self._server.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """The address of database ``name``."""
        return f"postgresql://{USER}@/{name}?host={quote(str(self.folder), safe='')}"

    def database(self, template: str = "template0") -> str:
        """Create a database as a copy of ``template`` and return its address."""
        self._count += 1
        name = f"book{self._count}"
        self._execute(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        return self.url(name)

    def copy_of(self, template: str, fill: Callable[[str], None]) -> str:
        """A fresh copy of the database ``template``, which ``fill(url)`` fills the first time it is asked for.

        ``fill`` must have closed its connections when it returns.
        """
        if template not in self._templates:
            self._execute(f'CREATE DATABASE "{template}" TEMPLATE template0')
            fill(self.url(template))
            self._templates.add(template)
        return self.database(template)

    def drop(self, url: str) -> None:
        """Remove the database behind ``url``, whoever is still connected."""
        name = url.partition("@/")[2].partition("?")[0]
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> Any:
        import psycopg

        return psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=5)

    def _wait_until_ready(self, log: Path) -> None:
        import psycopg

        deadline = time.monotonic() + 60
        while True:
            try:
                self._connect().close()
                return
            except psycopg.OperationalError as error:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL does not start: {log.read_text()[-2000:]}") from error
                time.sleep(0.05)

    def _as_ordinary_user(self, command: list[Any]) -> list[str]:
        words = [str(self._programs / command[0]), *(str(word) for word in command[1:])]
        if not shutil.which("setpriv"):
            if self._account:
                raise RuntimeError("setpriv (package util-linux) is needed to start PostgreSQL as root")
            return words
        change = []
        if self._account:
            change = [f"--reuid={self._account.pw_uid}", f"--regid={self._account.pw_gid}", "--clear-groups"]
        return ["setpriv", *change, "--pdeathsig=QUIT", *words]


def _programs() -> Path:
    """The folder of initdb and postgres, the newest where there are several."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    known = shutil.which("initdb")
    if not known:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    return Path(known).resolve().parent


def _ordinary_account() -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root; None when we are somebody ordinary."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("neither the user postgres nor nobody exists")
