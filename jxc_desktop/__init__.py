"""JXC Desktop: buy, sell, count, print and know - the program a small shop runs on."""

__version__ = "0.1.0"
