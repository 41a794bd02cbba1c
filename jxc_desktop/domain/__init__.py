"""The rules of the trade: plain Python, no database, no windows, no clock."""
