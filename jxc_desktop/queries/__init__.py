"""Questions: session in, frozen rows out. One file per subject; nothing here writes."""
