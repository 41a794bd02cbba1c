"""``unlock``: takes the lock date away."""

from __future__ import annotations

import argparse

from jxc_desktop.cli.context import Context, Options
from jxc_desktop.cli.lock import set_lock


def arguments(parser: argparse.ArgumentParser) -> None:
    """No options of its own."""


def run(context: Context, options: Options) -> int:
    return set_lock(context, "")
