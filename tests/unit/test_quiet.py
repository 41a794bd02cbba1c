"""What the other tests rely on: noise is seen, the network is closed."""

from __future__ import annotations

import logging
import socket

import pytest


def test_no_test_reaches_the_network() -> None:
    with pytest.raises(RuntimeError, match="network"):
        socket.create_connection(("127.0.0.1", 9), timeout=1)


def test_a_logged_error_is_noticed(log_errors: list[str]) -> None:
    logging.getLogger("shop").error("the drawer is stuck")
    assert log_errors == ["shop: the drawer is stuck"]
    log_errors.clear()
