"""The book itself: settings, counters, the audit trail."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from jxc_desktop.db.models.base import CLUSTERED, STRICT, Base
from jxc_desktop.db.types import BigInt, Word


class Setting(Base):
    """One choice of the shop, its value as JSON."""

    __tablename__ = "settings"
    key: Mapped[str] = mapped_column(Word, primary_key=True)
    value: Mapped[str] = mapped_column(Word)
    __table_args__ = (CLUSTERED,)


class Counter(Base):
    """A counter of the book: ``posting`` is the posting sequence."""

    __tablename__ = "counters"
    name: Mapped[str] = mapped_column(Word, primary_key=True)
    value: Mapped[int] = mapped_column(BigInt)
    __table_args__ = (CLUSTERED,)


class AuditRow(Base):
    """One act: who did what to what, when, chained to the one before by SHA-256."""

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(Word)
    user_id: Mapped[int | None] = mapped_column(BigInt)
    action: Mapped[str] = mapped_column(Word)
    subject: Mapped[str] = mapped_column(Word)
    detail: Mapped[str] = mapped_column(Word)
    hash: Mapped[str] = mapped_column(Word)
    __table_args__ = (STRICT,)
