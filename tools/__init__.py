"""What builds, checks and runs the program; no part of what is shipped."""
