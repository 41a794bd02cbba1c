"""How the book is kept safe: copy, verify, restore, keep or prune, upgrade on a copy."""
