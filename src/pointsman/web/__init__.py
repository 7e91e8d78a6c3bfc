"""HTTP: a folder per surface, and what they share."""
