"""The audit trail: one row per act, in the act's own transaction, chained by SHA-256."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import AuditRow, table
from jxc_desktop.db.types import raw_insert
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.audit import GENESIS, link

_LAST = select(AuditRow.seq, AuditRow.hash).order_by(AuditRow.seq.desc()).limit(fast.ONE)
_ADD = raw_insert(table(AuditRow))
_as_json = json.JSONEncoder(ensure_ascii=False, default=str).encode


def record(session: Session, act: Act, action: str, subject: str, **detail: Any) -> None:
    """Write that ``act`` did ``action`` to ``subject``; ``detail`` are JSON values (before, after, reason …)."""
    connection = session.connection()
    last = fast.first(connection, _LAST)
    seq, before = (last.seq + 1, last.hash) if last else (1, GENESIS)
    row: dict[str, Any] = {
        "seq": seq,
        "at": act.moment,
        "user_id": act.user_id,
        "action": action,
        "subject": subject,
        "detail": _as_json(detail) if detail else "{}",
    }
    fast.run(connection, _ADD, row | {"hash": link(before, **row)})
