"""The command line: options in `main`, and a file for what each command does."""
