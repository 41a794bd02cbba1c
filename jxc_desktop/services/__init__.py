"""Actions: session in, what changed out. Services never commit, never catch a refusal, never read the clock."""
