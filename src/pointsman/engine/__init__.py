"""The engine: claim, perform, settle. Any number of engines can work on one database."""
