"""The outside world: one file or folder for each thing that data comes from or goes to."""
