"""What the command palette looks through: the pages of the window by name and pinyin, and the book by its sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from jxc_desktop.gui.screen import GROUP_BOTTOM, GROUP_TOP, ScreenEntry, goto
from jxc_desktop.gui.tasks import Tasks
from jxc_desktop.gui.widgets.palette import Hit
from jxc_desktop.i18n import N_, _

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PAGES = N_("Pages")
Answer = Callable[[str, Sequence[Hit]], None]


@dataclass(frozen=True, slots=True)
class PaletteSource:
    """A group of the palette: ``search(session, text)`` answers hits whose ``target`` is a ``Target``."""

    title: str
    search: Callable[[Session, str], Sequence[Hit]]


class Finder:
    """Answers the palette: pages at once, everything of the book from a reader thread."""

    def __init__(self, owner: QObject, tasks: Tasks, entries: Sequence[ScreenEntry], sources: Sequence[PaletteSource]) -> None:
        self._owner, self._tasks, self._entries, self._sources = owner, tasks, entries, sources
        self._initials: dict[str, str] = {}

    def groups(self) -> list[str]:
        """The headings in their order; pages last."""
        return [*(_(source.title) for source in self._sources), _(PAGES)]

    def ask(self, text: str, answer: Answer) -> None:
        """Look for ``text`` everywhere; ``answer(group, hits)`` comes once for each group, maybe later."""
        if not self._initials:
            titles = {entry.name: _(entry.title) for entry in self._entries}
            self._tasks.run(self._owner, lambda: initials(titles), self._initials.update)
        answer(_(PAGES), self._pages(text))
        for source in self._sources:
            self._ask_one(source, text, answer)

    def _ask_one(self, source: PaletteSource, text: str, answer: Answer) -> None:
        title = _(source.title)
        if not text:
            answer(title, ())
            return
        self._tasks.read(
            self._owner,
            f"palette {title}",
            lambda session: source.search(session, text),
            lambda hits: answer(title, hits),
            lambda _error: answer(title, ()),
        )

    def _pages(self, text: str) -> list[Hit]:
        sought = text.lower()
        found = []
        for entry in self._entries:
            title = _(entry.title)
            known = f"{title} {entry.words} {self._initials.get(entry.name, '')}".lower()
            if (entry.group or entry.words) and sought in known:
                group = "" if entry.group in ("", GROUP_TOP, GROUP_BOTTOM) else _(entry.group)
                found.append(Hit(title, group, goto(entry.name), entry.icon, entry.key or ""))
        return found


def initials(titles: Mapping[str, str]) -> dict[str, str]:
    """Pinyin initials of page titles, so that ``pd`` finds 盘点."""
    from pypinyin import Style, lazy_pinyin

    return {name: "".join(lazy_pinyin(title, style=Style.FIRST_LETTER)) for name, title in titles.items()}
