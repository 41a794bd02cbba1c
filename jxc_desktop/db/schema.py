"""The numbers by which a book is known: light, because ``--version`` shows them without opening anything."""

APPLICATION_ID = 0x4A584301
SCHEMA = 1
"""The schema number of this program: the number of the newest migration (``0001`` is 1)."""
