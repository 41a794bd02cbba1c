"""The chain of the audit trail: how one row's hash follows from the row before it."""

from __future__ import annotations

import hashlib
import json

_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

GENESIS = "0" * 64
"""What stands in place of a hash before the first row."""


def link(before: str, *, seq: int, at: str, user_id: int | None, action: str, subject: str, detail: str) -> str:
    """The hash of a row: SHA-256 over the hash before it and its own columns, as one JSON array."""
    said = _as_json([before, seq, at, user_id, action, subject, detail])
    return hashlib.sha256(said.encode()).hexdigest()
