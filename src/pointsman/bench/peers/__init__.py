"""Public engines at the same work, each in a process of its own: runs of five steps that do nothing."""
