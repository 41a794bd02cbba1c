"""``python -m jxc_desktop``, and what the scripts ``jxc`` and ``jxc-desktop`` call."""

from __future__ import annotations

import sys


def main() -> int:
    """Start the program with the words it was called with; returns the exit code."""
    from jxc_desktop.app import main as start

    return start(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
