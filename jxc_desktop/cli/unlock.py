"""``unlock``: takes the lock date away."""

from __future__ import annotations

import argparse

from jxc_desktop.cli.context import Context, Options
from jxc_desktop.cli.lock import put_lock, reason_option


def arguments(parser: argparse.ArgumentParser) -> None:
    reason_option(parser)


def run(context: Context, options: Options) -> int:
    return put_lock(context, "", options.reason)
