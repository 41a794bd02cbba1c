"""The keys of the window: one table that binds them and words them on the F1 page."""

from __future__ import annotations

from dataclasses import dataclass

from jxc_desktop.i18n import N_


@dataclass(frozen=True, slots=True)
class Key:
    """A key sequence as Qt spells it, and what it does (marked text)."""

    sequence: str
    words: str


KEY_LIST = Key("F1", N_("All keys"))
PALETTE = Key("Ctrl+K", N_("Search everything"))
FIND = Key("Ctrl+F", N_("Find in the list"))
REFRESH = Key("F5", N_("Refresh"))
BACK = Key("Alt+Left", N_("Previous page"))
WHY = Key("F6", N_("Why is this the number"))
WHY_TOTAL = Key("Shift+F6", N_("Why is this the total"))

WINDOW_KEYS = (
    KEY_LIST,
    PALETTE,
    Key("Ctrl+N", N_("New")),
    Key("Ctrl+S", N_("Save the draft")),
    Key("Ctrl+Return", N_("Post / submit")),
    Key("Ctrl+P", N_("Print")),
    Key("Ctrl+E", N_("Export")),
    FIND,
    Key("F4", N_("Edit the marked one")),
    REFRESH,
    WHY,
    WHY_TOTAL,
    Key("Escape", N_("Back / close")),
    BACK,
)
FIELD_KEYS = (
    Key("Return", N_("Next field")),
    Key("Shift+Return", N_("Previous field")),
    Key("Insert", N_("Add a line")),
    Key("Ctrl+Delete", N_("Delete the line")),
    Key("Space", N_("Check the row")),
    Key("Alt+Down", N_("Open the calendar")),
    Key("T", N_("Chart as a table")),
)
GROUPS = ((N_("Everywhere"), WINDOW_KEYS), (N_("Fields and tables"), FIELD_KEYS))
