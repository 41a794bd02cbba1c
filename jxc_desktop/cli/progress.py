"""How far long work is, on a terminal only: nothing is drawn when the output is piped or carries JSON elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from jxc_desktop.cli.output import Output

Tell = Callable[[int, int], None]
"""Told (done, whole); whole 0 means unknown."""


@contextmanager
def progress(output: Output, title: str) -> Iterator[Tell]:
    """A bar titled ``title`` on the error stream for the length of the block; gives the function that moves it."""
    if not output.is_terminal:
        yield lambda _done, _whole: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(title, total=None)

        def tell(done: int, whole: int) -> None:
            shown.update(task, completed=done, total=whole or None)

        yield tell
