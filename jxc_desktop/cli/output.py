"""What a command says: JSON for programs, aligned tables for people, messages beside it on the error stream."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from jxc_desktop.columns import Column, json_line
from jxc_desktop.i18n import _

_WIDEST = 60


def prepare_streams() -> None:
    """Speak UTF-8 whatever the console was set to; a program without a console writes into nothing."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - lives as long as the process
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


class Output:
    """Where a command writes. With ``as_json`` only JSON goes to the output and everything else to the error stream."""

    def __init__(self, out: TextIO, err: TextIO, *, as_json: bool) -> None:
        self._out = out
        self._err = err
        self.as_json = as_json

    def value(self, value: Any) -> None:
        """The one JSON value of the answer, or one line of JSON Lines; on its way at once."""
        self._out.write(json_line(value) + "\n")
        self._out.flush()

    def say(self, text: str) -> None:
        """A line for people: on the output, or beside it while that carries JSON."""
        stream = self._err if self.as_json else self._out
        stream.write(text + "\n")
        stream.flush()

    def remark(self, text: str) -> None:
        """A message that is no part of the answer."""
        self._err.write(text + "\n")
        self._err.flush()

    def raw(self, text: str) -> None:
        """``text`` in one write, flushed."""
        self._out.write(text)
        self._out.flush()

    @property
    def stream(self) -> TextIO:
        return self._out

    @property
    def is_terminal(self) -> bool:
        return self._err.isatty()

    def table(self, columns: Sequence[Column], rows: Iterable[object]) -> None:
        """Rows as an aligned table; Chinese characters count two places."""
        self._out.write(table_text(columns, list(rows)))
        self._out.flush()


def table_text(columns: Sequence[Column], rows: Sequence[object]) -> str:
    """The table as text: a heading, a rule, a line a row."""
    if not rows:
        return _("Nothing to show.") + "\n"
    cells = [[column.heading for column in columns], *([_one_line(column.text(row)) for column in columns] for row in rows)]
    widths = [max(width_of(line[place]) for line in cells) for place in range(len(columns))]
    lines = []
    for number, line in enumerate(cells):
        parts = [_padded(text, width, right=column.numeric) for text, width, column in zip(line, widths, columns, strict=True)]
        lines.append("  ".join(parts).rstrip())
        if number == 0:
            lines.append("  ".join("─" * width for width in widths))
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    flat = "".join(" " if char in "\r\n\t" else char for char in text if char in "\r\n\t" or unicodedata.category(char) != "Cc")
    if width_of(flat) <= _WIDEST:
        return flat
    cut = flat
    while width_of(cut) > _WIDEST - 1:
        cut = cut[: max(len(cut) - max((width_of(cut) - _WIDEST) // 2, 1), 0)]
    return cut + "…"


def _padded(text: str, width: int, *, right: bool) -> str:
    gap = " " * (width - width_of(text))
    return gap + text if right else text + gap


def width_of(text: str) -> int:
    """Places that ``text`` takes on a terminal: East Asian wide characters two, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
